"""What a sender is told of each fact of the log."""

from datetime import timedelta
from typing import get_args

import pytest

from risk_model.dispatch.telling import tellings
from schemas.domain_events import AlertOverdue, AlertRaised, AlertReleased, DomainEvent
from schemas.reasons import Reason
from tests.dispatch import MORNING
from tests.disputes import rules

NIGHT = MORNING + timedelta(hours=13)  # 23:00 in China
RELEASED = AlertReleased(
    "a", "raised", 3, "县级包案领导", NIGHT, Reason("released.raised", "新发出的预警", "rule"), MORNING
)


def test_a_release_is_told_to_its_owner_when_it_says() -> None:
    """Whom, from when, why; a digest by its name."""
    (told,) = tellings(RELEASED, MORNING, rules())
    assert (told.owner, told.level, told.not_before, told.cause, told.reason) == (
        "县级包案领导",
        3,
        NIGHT,
        "raised",
        "新发出的预警",
    )


@pytest.mark.parametrize(("level", "waits"), [(4, 0), (3, 9)])
def test_what_is_overdue_is_told_to_both_that_answer_for_it(level: int, waits: int) -> None:
    """Outside the quiet hours of its level."""
    limit = ("alert.acknowledge.orange", "橙色预警签收", MORNING, NIGHT, 0)
    event = AlertOverdue("a", level, *limit, "市级包案领导", "联席会议办公室", final=False)
    found = tellings(event, NIGHT, rules())
    assert [one.owner for one in found] == ["市级包案领导", "联席会议办公室"]
    assert {one.not_before for one in found} == {NIGHT + timedelta(hours=waits)}


def test_nothing_else_is_told_by_itself() -> None:
    """That an alert was raised is told by its release, once the dispatch has decided."""
    raised = AlertRaised("a", "matter", 4, "x", "合同", "379001", "379001", "甲", (), (), "1", MORNING)
    assert tellings(raised, MORNING, rules()) == ()
    assert {AlertReleased, AlertOverdue} < set(get_args(DomainEvent))
