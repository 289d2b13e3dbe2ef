"""Precision of closed alerts: counts, shares, Wilson intervals, several reasons and agencies."""

import pytest

from risk_model.alerts.precision import ClosedAlert, precision_table


def closed(outcome: str, rules: tuple[str, ...] = ("r1",), agencies: tuple[str, ...] = ("/gov/a",)) -> ClosedAlert:
    """A closed matter alert."""
    return ClosedAlert(outcome, "matter", "379001", rules, agencies)


@pytest.mark.parametrize(
    ("right", "false", "again", "share", "low", "high"),
    [
        (0, 0, 0, None, None, None),
        (0, 0, 4, None, None, None),
        (1, 1, 0, 0.5, 0.0945, 0.9055),
        (9, 1, 3, 0.9, 0.5958, 0.9821),
        (0, 10, 0, 0.0, 0.0, 0.2775),
        (81, 19, 0, 0.81, 0.7222, 0.8749),
    ],
)
def test_share_and_interval(
    right: int, false: int, again: int, share: float | None, low: float | None, high: float | None
) -> None:
    """Duplicates say nothing of it; the intervals are Wilson's."""
    alerts = [closed("true")] * right + [closed("false_alarm")] * false + [closed("duplicate")] * again
    found = precision_table(alerts).overall
    assert (found.true, found.false_alarm, found.duplicate, found.share) == (right, false, again, share)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_an_alert_counts_once_for_each_of_its_rules_and_agencies() -> None:
    """The most alerts first."""
    table = precision_table(
        [
            closed("true", ("r1", "r2", "r2"), ("/gov/a", "/court/b")),
            closed("false_alarm", ("r2",)),
            closed("duplicate", ("r2",), ()),
        ]
    )
    assert [(name, p.true, p.false_alarm, p.duplicate) for name, p in table.groups["rule"]] == [
        ("r2", 1, 1, 1),
        ("r1", 1, 0, 0),
    ]
    assert [(name, p.true + p.false_alarm) for name, p in table.groups["agency"]] == [("/gov/a", 2), ("/court/b", 1)]
    assert [name for name, _ in table.groups["county"]] == ["379001"]
