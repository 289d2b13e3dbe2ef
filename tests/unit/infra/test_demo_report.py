"""What a demonstration says: reasons of the level shown, and stories caught by their own reports only."""

from datetime import date, timedelta
from pathlib import Path

from infra.cli.demo_report import REASONS_SHOWN, worth_showing
from infra.settings import Settings
from infra.simulation.caught import caught
from infra.simulation.truth import StoryTruth
from schemas.levels import Level
from schemas.reasons import Reason
from tests.services.seeding import FIRST_DAY, Seeded, against, assessed

SOURCE = "/gov/379001/hotline"


def story(*numbers: int) -> StoryTruth:
    """A story of these events, first reported on the second day."""
    return StoryTruth(
        "story-1", "kind", ("苗头",), ("379001",), (), "物业", None, None, None, False, "一件事",
        [(SOURCE, f"T-{n}") for n in numbers], date(2025, 9, 2), date(2025, 9, 9),
    )  # fmt: skip


def test_reasons_of_another_level_and_of_the_model_alone_are_not_shown() -> None:
    """A red alert that was orange before does not say that the model judged it blue."""
    reasons = [
        Reason("model.level", "模型判为蓝（概率 0.78）", "model"),
        Reason("model.text", "文字“拖欠”，风险评分升高 0.40", "model", 0.4),
        Reason("floor.people_50", "涉及 59 人，达到 50 人底线", "floor"),
        Reason("model.level", "模型判为红（概率 0.64）", "model"),
        Reason("model.category", "模型判为消费（概率 0.90）", "model"),
        Reason("model.text", "文字“堵门”，风险评分升高 0.80", "model", 0.8),
        Reason("model.base", "模型的起点（红级分界）", "model", -2.0),
        Reason("matter.linked", "60 天内法院与政府部门 5 个来源共 12 件", "rule"),
    ]
    shown = worth_showing(reasons, Level.RED)
    assert [r.text for r in shown] == [reasons[7].text, reasons[2].text, reasons[3].text, reasons[5].text]
    assert len(shown) == REASONS_SHOWN


def test_a_story_is_caught_only_by_what_its_own_reports_brought_about(sqlite_url: str, tmp_path: Path) -> None:
    """An everyday event raised the matter's alert; the story's first report only joins it, its second escalates it."""
    seeded = Seeded(sqlite_url, Settings(_env_file=None, home=tmp_path))
    firm = against("甲公司")
    seeded.add([assessed(1, level=3, **firm), assessed(2, at=FIRST_DAY + timedelta(days=1), level=3, **firm)])
    with seeded.engine.connect() as connection:
        (joined,) = caught(connection, [story(2)])
        assert (joined.alert_id, joined.lag_days, joined.alerts) == (None, None, 0)
    seeded.add([assessed(3, at=FIRST_DAY + timedelta(days=5), level=4, **firm)])
    with seeded.engine.connect() as connection:
        (escalated,) = caught(connection, [story(2, 3)])
        (everyday,) = caught(connection, [story(1)])
    assert (escalated.level, escalated.day, escalated.lag_days, escalated.alerts) == (4, date(2025, 9, 6), 4, 1)
    assert everyday.level == 3
    seeded.close()
