"""Rules from files: one calendar for deadlines and for counts of days."""

from datetime import date
from pathlib import Path

from infra.rules import load_rules
from infra.settings import load_settings
from risk_model.surveillance.calendar import DayKind

SHIPPED = Path(__file__).resolve().parents[3] / "risk_model" / "policy" / "clocks.toml"


def test_a_year_entered_for_deadlines_is_one_for_counts(tmp_path: Path) -> None:
    """National Day of a year that no package knows yet: no working day, and a holiday for whoever watches counts."""
    entered = "\n[[calendar]]\nyear = 2031\nholidays = [2031-10-01, 2031-10-02, 2031-10-03]\nworking = [2031-10-12]\n"
    file = tmp_path / "clocks.toml"
    file.write_text(SHIPPED.read_text(encoding="utf-8") + entered, encoding="utf-8")
    rules = load_rules(load_settings(clocks_file=file))
    kinds = rules.policy.trend.kinds
    assert not rules.clocks.calendar.is_working(date(2031, 10, 1))
    assert [kinds.kind(date(2031, 10, day)) for day in (1, 5, 6)] == [DayKind.HOLIDAY] * 2 + [DayKind.RETURN_LONG]
    assert kinds.kind(date(2031, 10, 12)) is DayKind.EXCHANGED
    shipped = load_rules(load_settings())
    assert shipped.policy.trend.kinds.kind(date(2031, 10, 1)) is DayKind.WORKING
    assert shipped.policy.sha256 == rules.policy.sha256
