"""The artifact in the repository: it loads, is small, knows the taxonomy, and says what it was trained on."""

from pathlib import Path

from infra.model_artifact import CARD_FILE
from infra.model_keys import trusted_keys
from infra.model_store import load_model
from infra.settings import load_settings
from risk_model.scoring import ScoringFields
from risk_model.scoring.card import model_card
from schemas.levels import Level
from schemas.taxonomy import CATEGORIES

LARGEST_BYTES = 2_000_000
FEWEST_ROWS = 20_000


def test_shipped_model(tmp_path: Path) -> None:
    """Loaded from the default settings with every check; an installation without keys of its own trusts its signer."""
    settings = load_settings(home=tmp_path)
    folder = settings.model_dir
    model, manifest = load_model(folder, trusted_keys(settings))
    assert set(model.categories) == set(CATEGORIES)
    assert manifest.levels == tuple(int(level) for level in Level)
    assert manifest.data_rows >= FEWEST_ROWS
    assert "模拟数据" in manifest.trained_on
    assert (folder / CARD_FILE).read_text(encoding="utf-8") == model_card(manifest)
    assert all(path.stat().st_size < LARGEST_BYTES for path in folder.iterdir())


def test_shipped_model_judges_plain_cases(tmp_path: Path) -> None:
    """Two events anyone would tell apart."""
    settings = load_settings(home=tmp_path)
    model, _ = load_model(settings.model_dir, trusted_keys(settings))
    judged = model.assess(
        ["老张投诉楼上住户半夜噪音扰民，希望社区调解", "百余名农民工因工资被拖欠到项目部聚集，扬言堵路"],
        [ScoringFields("gov.hotline_ticket", 1), ScoringFields("gov.wage_arrears_lead", 130, 320_000_000, 3)],
    )
    assert judged.category_names() == ["邻里", "劳动争议"]
    low, high = judged.level.tolist()
    assert low <= Level.YELLOW < high
