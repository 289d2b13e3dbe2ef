"""The comparison from a store that WATCH's own decisions filled, and the commands an analyst types."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from infra.cli.model import app
from infra.rules import load_rules
from infra.shadow_page import comparison_page
from infra.shadow_report import NothingToCompare, compare
from infra.store.event_log import read_events
from infra.store.queries.assessments import first_seq_since
from infra.store.tables import reads
from schemas.assessed import Shadow, Versions
from tests.services.models import AT, ORDER, Shop, small_artifact
from tests.services.seeding import Seeded, against, assessed

DAY = timedelta(days=1)


@pytest.fixture
def filled(shop: Shop):
    """Recorded before the challenger: one grave event. With it: three more, on the day after and ten days later."""
    rules = load_rules(shop.settings)
    seeded = Seeded(shop.settings.database_url, shop.settings)
    seeded.add([assessed(1, level=3, at=AT - 3 * DAY, **against("甲公司"))], AT - 2 * DAY)
    new = shop.add(2)
    shop.keeper().challenge(new, ORDER)

    def shadowed(number: int, level: int, other: int, **more):
        versions = Versions("old-1", rules.policy.version, 2)
        shadow = Shadow(new, "物业", other)
        return assessed(number, level=level, model_level=level, at=AT, versions=versions, shadow=shadow, **more)

    seeded.add([shadowed(2, 3, 1, **against("甲公司")), shadowed(3, 1, 3, **against("乙公司"))], AT + DAY)
    seeded.add([shadowed(4, 3, 1, title="丙<公司>纠纷", **against("丙公司"))], AT + 10 * DAY)
    yield new
    seeded.close()


def test_alerts_that_would_have_changed(shop: Shop, filled: str) -> None:
    """甲's alert stands by the history; 乙 would be alerted, 丙 would not."""
    rules = load_rules(shop.settings)
    found = compare(shop.engine, rules, AT + 11 * DAY)
    assert (found.challenger, found.events, found.champions) == (filled, 3, {"old-1": 3})
    assert {(move.title[0], move.level, move.level_by_challenger) for move in found.alert_moves} == {
        ("乙", None, 3),
        ("丙", 3, None),
    }
    last = compare(shop.engine, rules, AT + 11 * DAY, days=3)
    assert (last.events, [move.title[0] for move in last.alert_moves]) == (1, ["丙"])
    without = compare(shop.engine, rules, AT + 11 * DAY, history_days=0)
    assert {move.title[0] for move in without.alert_moves} == {"甲", "乙", "丙"}


def test_recorded_alerts_are_those_of_the_store(shop: Shop, filled: str) -> None:
    """The fold in memory ends in as many alerts as WATCH stored."""
    found = compare(shop.engine, load_rules(shop.settings), AT + 11 * DAY)
    with shop.engine.connect() as connection:
        assert found.alerts == connection.execute(select(func.count()).select_from(reads.alerts)).scalar_one()


def test_page_is_complete_and_safe(shop: Shop, filled: str) -> None:
    """Titles are data, not markup; nothing is loaded from elsewhere."""
    rules = load_rules(shop.settings)
    page = comparison_page(compare(shop.engine, rules, AT + 11 * DAY), rules.regions)
    assert "丙&lt;公司&gt;纠纷" in page
    assert "<公司>" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert filled in page


def test_nothing_to_compare_says_what_to_do(shop: Shop) -> None:
    """Never a challenger; and one that judged nothing."""
    rules = load_rules(shop.settings)
    with pytest.raises(NothingToCompare, match="fuyuan model challenge"):
        compare(shop.engine, rules, AT)
    shop.keeper().challenge(shop.add(2), ORDER)
    with pytest.raises(NothingToCompare, match="--days"):
        compare(shop.engine, rules, AT + DAY)


def test_first_seq_is_found_by_halving(shop: Shop, filled: str) -> None:
    """Against a look at every event."""
    with shop.engine.connect() as connection:
        stored = read_events(connection, 0, 1_000)
        for moment in (AT - 9 * DAY, AT - 2 * DAY, AT, AT + DAY, AT + 2 * DAY, AT + 99 * DAY):
            expected = min((s.seq for s in stored if s.recorded_at >= moment), default=stored[-1].seq + 1)
            assert first_seq_since(connection, moment) == expected


def test_commands(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """register, list, challenge, promote (shut, overridden), rollback, compare: what each prints."""
    monkeypatch.setenv("FUYUAN_HOME", str(shop.settings.home))
    monkeypatch.setenv("FUYUAN_DATABASE_URL", shop.settings.database_url)
    monkeypatch.setenv("FUYUAN_MODEL_DIR", str(shop.settings.model_dir))
    folder = tmp_path / "new"
    version = small_artifact(folder, 2, shop.settings.home)

    def run(*arguments: str, fails: bool = False) -> str:
        answer = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
        assert (answer.exit_code != 0) == fails, answer.output
        return answer.output + str(answer.exception or "")

    who = ("--by", "张三", "--reason", "试点")
    assert version in run("register", str(folder), "--by", "李四")
    assert "还没有启用过模型" in run("list")
    assert version in run("challenge", version, *who)
    assert "挑战者 challenger" in run("list")
    assert "gate.rows" in run("promote", version, *who, fails=True)
    shown = run("promote", version, *who, "--override", "测试")
    assert "未通过 not passed gate.same_data" in shown
    assert "挑战者 challenger：无" in shown
    assert "使用中 champion" in run("list")
    assert "已退回 rolled back" in run("rollback", *who)
    assert "没有判过事件" in run("compare", fails=True)
    assert "fuyuan model list" in run("promote", "linear-none", *who, fails=True)
