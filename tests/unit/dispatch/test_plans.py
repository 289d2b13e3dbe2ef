"""A plan stands where its alert stands: value tables of when whoever signs is told, and when not."""

from datetime import timedelta

import pytest

from risk_model.alerts.status import CLOSED
from risk_model.dispatch.entities import PlanStanding, Told
from risk_model.dispatch.plans import known_before, newest_draft, stand
from risk_model.plans.entity import Plan
from schemas.domain_events import PlanDrafted, PlanHeld, PlanReleased
from schemas.reasons import Reason
from tests.dispatch import MORNING, Office, alert

NIGHT = MORNING + timedelta(hours=14)


def draft(level: int = 3) -> PlanDrafted:
    """What the machine drafts."""
    return PlanDrafted("p", "a", "关于预警a的处置方案（草稿）", level, "379001", (), (), (), "test", issuer="联席办")


def plan(status: str = "draft", version: int = 1, **more: object) -> Plan:
    """A plan as drafted."""
    return Plan(draft(), version, status, **more)  # type: ignore[arg-type]


def office(stage: str, standing: PlanStanding | None = None, status: str = "raised") -> Office:
    """An alert that stands at a stage, and its plan."""
    made = Office()
    made.raise_(alert("a", status="raised"))
    card = made.desk.card("a")
    card.stage, card.plan, card.told = stage, standing, []
    card.reason = Reason("held.x", "缘由", "rule")
    if stage == "told":
        card.told = [Told(MORNING, MORNING, "县级包案领导", 3, "raised")]
    made.desk.alert("a").status = status
    return made


TOLD = PlanStanding("told", MORNING, 1)
HELD = PlanStanding("grouped", MORNING, 0)
HELD_AGAIN = PlanStanding("absorbed", MORNING, 1)
REDRAFTED = {"redraft": draft(4), "redraft_version": 5, "handled_by": "王某"}


@pytest.mark.parametrize(
    ("stage", "standing", "given", "expected"),
    [
        ("told", None, plan(), "released drafted"),
        ("told", HELD, plan(), "released drafted"),
        ("told", HELD_AGAIN, plan(), "released returned"),
        ("told", TOLD, plan(), None),
        ("told", TOLD, plan(version=4), "released redrafted"),
        ("told", TOLD, plan("signed", **REDRAFTED), "released redrafted"),
        ("told", TOLD, plan("signed", handled_by="王某"), None),
        ("told", None, plan("dropped", handled_by="王某"), None),
        ("told", TOLD, plan("sent_back", version=3, handled_by="王某"), None),
        ("grouped", None, plan(), "held grouped"),
        ("grouped", HELD, plan(), None),
        ("grouped", HELD, plan(version=4), None),
        ("silenced", HELD, plan(), "held silenced"),
        ("absorbed", TOLD, plan(), "held absorbed"),
        ("absorbed", TOLD, plan("signed", handled_by="王某"), None),
        ("queued", None, plan(), "held queued"),
        ("damped", None, plan(), "held damped"),
        ("pending", None, plan(), None),
    ],
)  # fmt: skip
def test_where_a_plan_stands(stage: str, standing: PlanStanding | None, given: Plan, expected: str | None) -> None:
    """Stage of the alert, what was told of the plan before, the plan; and what follows."""
    made = office(stage, standing)
    found = stand(made.desk, "a", given, MORNING, made.table)
    events = [item.event for item in found]
    said = [
        f"released {e.cause}" if isinstance(e, PlanReleased) else f"held {e.stage}"
        for e in events
        if isinstance(e, PlanReleased | PlanHeld)
    ]
    assert said == ([] if expected is None else [expected])
    assert [item.stream_id for item in found] == ["dispatch-a"] * len(found)
    assert stand(made.desk, "a", given, MORNING, made.table) == []  # decided once


def test_a_reason_names_what_holds_the_alert() -> None:
    """Whoever looks at the plan need not look at the alert."""
    made = office("grouped")
    (item,) = stand(made.desk, "a", plan(), MORNING, made.table)
    assert isinstance(item.event, PlanHeld)
    assert item.event.reason.text == "所属预警并入同组：缘由"


def test_not_before_the_alert() -> None:
    """Quiet hours hold for the plan as for the alert; what the alert's release says is never undercut."""
    made = office("told")
    made.desk.card("a").told = [Told(MORNING, MORNING + timedelta(days=1), "县级包案领导", 3, "raised")]
    (item,) = stand(made.desk, "a", plan(), MORNING, made.table)
    assert item.event.not_before == MORNING + timedelta(days=1)
    made = office("told")
    (item,) = stand(made.desk, "a", plan(), NIGHT, made.table)
    assert item.event.not_before == NIGHT + timedelta(hours=8)  # 08:00


@pytest.mark.parametrize(
    ("stage", "status", "told"),
    [("queued", "acknowledged", True), ("damped", "in_hand", True), ("silenced", "in_hand", False), ("queued", "raised", False)],
)  # fmt: skip
def test_taken_up_from_the_list(stage: str, status: str, told: bool) -> None:
    """An alert that waited and that its owner found in the list is known to them, so its plan is told; a silence is somebody's will."""
    made = office(stage, status=status)
    (item,) = stand(made.desk, "a", plan(), MORNING, made.table)
    assert isinstance(item.event, PlanReleased) == told
    assert item.event.reason.text.startswith("责任人已从清单里" if told else "所属预警")


def test_closed_and_past() -> None:
    """Nobody is asked to sign the plan of a closed alert, nor of a past that was brought in; the latter says so."""
    made = office("told", status=CLOSED)
    assert stand(made.desk, "a", plan(), MORNING, made.table) == []
    made = office("told")
    (item,) = stand(made.desk, "a", plan(), MORNING, made.table, past=True)
    assert (item.event.stage, item.event.reason.code) == ("past", "plan.past")
    (item,) = stand(made.desk, "a", plan(version=4), MORNING, made.table)  # it escalated: news
    assert isinstance(item.event, PlanReleased)


def test_told_before_there_were_such_facts() -> None:
    """The plan of an alert that was told is known; that of one that is held is held."""
    made = office("told")
    (item,) = known_before(made.desk, "a", plan(), MORNING, made.table)
    assert (item.event.cause, made.desk.card("a").plan.asked) == ("known", 1)
    assert known_before(made.desk, "a", plan(), MORNING, made.table) == []
    made = office("grouped")
    (item,) = known_before(made.desk, "a", plan(), MORNING, made.table)
    assert isinstance(item.event, PlanHeld)


def test_the_time_for_signing_counts_anew_after_a_hold() -> None:
    """The first release counts from the first draft, a redraft changes nothing, a release after a hold counts from itself."""
    made = office("told")
    stand(made.desk, "a", plan(), MORNING, made.table)
    first = made.desk.card("a").plan
    assert (first.asked, first.since, first.draft) == (1, MORNING, 1)
    stand(made.desk, "a", plan(version=2), MORNING + timedelta(hours=1), made.table)
    second = made.desk.card("a").plan
    assert (second.asked, second.since, second.draft) == (1, MORNING, 2)
    made.desk.card("a").stage = "absorbed"
    stand(made.desk, "a", plan(version=2), MORNING + timedelta(hours=2), made.table)
    made.desk.card("a").stage = "told"
    stand(made.desk, "a", plan(version=2), MORNING + timedelta(hours=3), made.table)
    third = made.desk.card("a").plan
    assert (third.asked, third.since) == (made.desk.card("a").version, MORNING + timedelta(hours=3))


def test_newest_draft() -> None:
    """The machine's newest text that no official has dealt with."""
    assert newest_draft(plan(version=3)) == 3
    assert newest_draft(plan(version=3, handled_by="王某")) == 0
    assert newest_draft(plan("signed", **REDRAFTED)) == 5
