"""When an acknowledgement is overdue, and who answers for the alert then."""

from datetime import datetime

import msgspec
import pytest

from risk_model.alerts.overdue import acknowledgement_due, overdue
from risk_model.alerts.status import advance
from risk_model.clocks.book import ClockBook
from risk_model.local_time import SHANGHAI
from tests.disputes import rules
from tests.unit.risk_model.test_handling import alert


def at(text: str) -> datetime:
    """Local time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("level", "asked", "due"),
    [
        (4, "2026-02-13T23:00", "2026-02-14T01:00"),  # red: two hours, whatever the day
        (3, "2026-02-14T20:00", "2026-02-15T04:00"),  # orange: eight
        (2, "2026-02-13T10:00", "2026-02-15T00:00"),  # yellow: one working day; Saturday the 14th is worked (调休)
        (2, "2026-02-14T10:00", "2026-02-25T00:00"),  # over the Spring Festival holiday, 15 to 23 February
        (1, "2026-02-13T10:00", "2026-02-26T00:00"),  # blue: three: 14, 24, 25 February
        (1, "2026-03-02T10:00", "2026-03-06T00:00"),
    ],
)
def test_limits_by_level(level: int, asked: str, due: str) -> None:
    """Hours run on; working days know the published holidays."""
    found = acknowledgement_due(alert(level=level), at(asked), rules())
    assert found is not None
    assert found[1].lapses_at == at(due)


def test_steps_fall_due_one_by_one_and_once() -> None:
    """At the lapse the next level's owner, then whom the chain names; what was taken is not taken again."""
    stands, asked = alert(level=3), at("2026-03-02T08:00")
    assert overdue(stands, asked, rules(), at("2026-03-02T15:59")) == []
    (first,) = overdue(stands, asked, rules(), at("2026-03-02T16:00"))
    assert (first.clock, first.due_at, first.at, first.step) == (
        "alert.acknowledge.orange",
        at("2026-03-02T16:00"),
        at("2026-03-02T16:00"),
        0,
    )
    assert (first.owner, first.told, first.final) == ("府院联席会议、市级包案领导", "府院联席会议办公室", False)
    advance(stands, first, 6)
    assert stands.owner == first.owner
    assert overdue(stands, asked, rules(), at("2026-03-02T16:01")) == []
    later = overdue(stands, asked, rules(), at("2026-04-01T00:00"))  # nobody looked for a month
    assert [(e.step, e.owner, e.at, e.final) for e in later] == [
        (1, "府院联席会议办公室", at("2026-03-03T04:00"), False),
        (2, "府院联席会议召集人", at("2026-03-03T16:00"), True),
    ]
    for version, event in enumerate(later, 7):
        advance(stands, event, version)
    assert stands.told_all
    assert overdue(stands, asked, rules(), at("2027-04-01T00:00")) == []


def test_above_red_there_is_the_joint_conference() -> None:
    """Red has no higher level."""
    (first,) = overdue(alert(level=4), at("2026-03-02T08:00"), rules(), at("2026-03-02T10:00"))
    assert first.owner == "府院联席会议办公室"


def test_acknowledged_alerts_and_levels_without_a_limit_are_never_overdue() -> None:
    """Which levels have a limit is data."""
    late, asked = at("2027-01-01T00:00"), at("2026-03-02T08:00")
    assert overdue(alert("acknowledged"), asked, rules(), late) == []
    assert overdue(alert("closed", asked=1), asked, rules(), late) == []
    book = rules().clocks
    fewer = tuple(rule for rule in book.rules.values() if rule.code != "alert.acknowledge.blue")
    without = rules()._replace(clocks=ClockBook(fewer, tuple(book.chains.values()), book.local_years))
    blue = msgspec.structs.replace(alert(), level=1)
    assert overdue(blue, asked, without, late) == []
    assert len(overdue(blue, asked, rules(), late)) == 3
