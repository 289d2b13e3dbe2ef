"""What may be done with an alert from each status, and what the fold makes of it."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from risk_model.alerts.handling import Step, decide_step, reopen, step_of
from risk_model.alerts.status import FROM, STATUS_ZH, advance, owed, possible
from risk_model.entities import Alert
from risk_model.folding import record
from risk_model.refusals import Incomplete, NotAllowed
from risk_model.state import State
from schemas.domain_events import AlertClosed, AlertEscalated
from schemas.reasons import Reason

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
STATUSES = tuple(STATUS_ZH)
R, A, H, W, C = STATUSES
AFTER = {
    # step: status after it, by status before it; None where it is not possible
    "acknowledge": {R: A, A: None, H: None, W: None, C: None},
    "take_in_hand": {R: H, A: H, H: H, W: H, C: None},
    "answer": {R: None, A: W, H: W, W: W, C: None},
    "close.true": {R: None, A: None, H: None, W: C, C: None},
    "close.false_alarm": {R: C, A: C, H: C, W: C, C: None},
    "close.duplicate": {R: C, A: C, H: C, W: C, C: None},
    "reopen": {R: None, A: None, H: None, W: None, C: R},
}


def alert(status: str = R, **changed: Any) -> Alert:
    """An orange alert as it stands in a status."""
    asked = 1 if status == R else None
    outcome = "false_alarm" if status == C else None
    made = Alert("a", "matter", 3, status, "甲公司", "其他", "379001", "379001", "某领导", [], NOW, "p", version=5)
    return msgspec.structs.replace(made, **({"asked": asked, "outcome": outcome} | changed))


def step(key: str) -> Step:
    """A complete step of a key."""
    kind, _, outcome = key.partition(".")
    return Step(kind, "王某", "情况说明", outcome or None, "b" if outcome == "duplicate" else None)  # type: ignore[arg-type]


def original(**changed: Any) -> Alert:
    """Another alert."""
    return alert(alert_id="b", **changed)


@pytest.mark.parametrize("key", AFTER)
@pytest.mark.parametrize("before", STATUSES)
def test_the_table_of_steps(key: str, before: str) -> None:
    """Every step from every status: the status after it, or a refusal that says what is possible instead."""
    stands, wanted = alert(before), AFTER[key][before]
    assert (key in possible(stands)) == (wanted is not None) == (before in FROM[key])
    if wanted is None:
        with pytest.raises(NotAllowed) as refused:
            decide_step(stands, step(key), original(), NOW)
        assert refused.value.possible == possible(stands)
        assert STATUS_ZH[before] in refused.value.zh and before in refused.value.en
        return
    event = decide_step(stands, step(key), original(), NOW)
    assert step_of(event) == step(key)
    advance(stands, event, 6)
    assert (stands.status, stands.version, stands.handled_by) == (wanted, 6, "王某")
    assert stands.stood == (6 if wanted != before or key == "take_in_hand" else 1)
    assert stands.outcome == (key.partition(".")[2] or None)
    assert owed(stands) == (wanted == R)


@pytest.mark.parametrize("status", [A, H, W])
def test_a_higher_level_asks_for_an_acknowledgement_and_leaves_the_status(status: str) -> None:
    """The new owner acknowledges; whoever works on it goes on."""
    stands = alert(status)
    advance(stands, AlertEscalated("a", 3, 4, "市领导", (), ()), 6)
    assert (stands.status, stands.asked, owed(stands)) == (status, 6, True)
    assert "acknowledge" in possible(stands)
    advance(stands, decide_step(stands, step("acknowledge"), None, NOW), 7)
    assert (stands.status, owed(stands)) == (status, False)


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        (Step("answer", "王某"), ["reason"]),
        (Step("close", " ", "x", "true"), ["by"]),
        (Step("close", "王某", "x"), ["outcome"]),
        (Step("acknowledge", "王某", "", "true"), ["outcome"]),
        (Step("close", "王某", "x", "duplicate"), ["duplicate_of"]),
        (Step("close", "王某", "x", "true", "b"), ["duplicate_of"]),
        (Step("acknowledge", "王" * 101, "由" * 1001), ["by", "reason"]),
    ],
)
def test_what_is_missing_is_named(wrong: Step, fields: list[str]) -> None:
    """Every field at once."""
    with pytest.raises(Incomplete) as refused:
        decide_step(alert(W), wrong, original(), NOW)
    assert [error.path for error in refused.value.errors] == fields


@pytest.mark.parametrize("other", [None, alert(), original(status=C, outcome="duplicate")])
def test_a_duplicate_is_of_another_alert_that_is_none(other: Alert | None) -> None:
    """Not of none, of itself, or of a duplicate: chains and circles would hide all of them."""
    named = Step("close", "王某", "x", "duplicate", "a" if other is not None and other.alert_id == "a" else "b")
    with pytest.raises(Incomplete, match="重复"):
        decide_step(alert(), named, other, NOW)


def test_the_machine_opens_only_what_is_closed() -> None:
    """With its reason first; an open alert is left as it is."""
    why = (Reason("floor.people_50", "涉及 60 人", "floor"),)
    state = State(alerts={"a": alert()}, versions={"alert-a": 5})
    assert reopen(state, "a", "x", why, ("d",)) == []
    assert reopen(state, "nothing", "x", why, ("d",)) == []
    record(state, "alert-a", AlertClosed("a", "false_alarm", "王某", NOW, "误报"))
    (recorded,) = reopen(state, "a", "办结之后又有红色事件归入", why, ("d",))
    assert [reason.code for reason in recorded.event.reasons] == ["alert.reopened", "floor.people_50"]  # type: ignore[union-attr]
    stands = state.alerts["a"]
    assert (stands.status, stands.outcome, stands.handled_by, stands.asked) == (R, None, "", 7)
    assert stands.version == recorded.version == 7
