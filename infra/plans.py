"""Officials' steps with plans, written with the optimistic concurrency of the event log; and drafts that wait for a signature, at ticks."""

from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, exists, select

from infra.committing import commit
from infra.expecting import recorded_before
from infra.store.event_log import take_turn, write_transaction
from infra.store.slices import load_cards, load_deadlines, load_duties, load_plans
from infra.store.tables import reads
from risk_model.alerts.status import DUPLICATE, FALSE_ALARM
from risk_model.clocks.book import ClockBook
from risk_model.deadlines.counting import Subject, started
from risk_model.dispatch.entities import TOLD, Card
from risk_model.duties.assigning import assign_duties
from risk_model.masking import Masker
from risk_model.plans.entity import DRAFT, SENT_BACK, SIGNED, Plan
from risk_model.plans.steps import PlanCommand, PlanText, decide_plan, same_command
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import DeadlineEnded, DeadlineStarted, DomainEvent, DutyAssigned
from schemas.identifiers import derived_id

SIGN_CLOCK = "plan.sign"
CHUNK = 500


class NoSuchPlan(LookupError):
    """There is no plan of this id."""


class PlanHandled(NamedTuple):
    """The plan after a step, and how many duties were assigned by it."""

    plan: Plan
    assigned: int


def handle_plan(
    connection: Connection, plan_id: str, command: PlanCommand, expected: int, rules: Rules, now: datetime
) -> PlanHandled:
    """Take an official's step with a plan, within a write transaction: all that follows from it or nothing.

    Raises:
        NoSuchPlan: there is none.
        Moved: somebody else was first, or the machine has drafted anew.
        Incomplete, NotAllowed: see ``risk_model.plans.steps.decide_plan``.
    """
    take_turn(connection)
    state = State()
    load_plans(connection, reads, state, {plan_id})
    plan = state.plans.get(plan_id)
    if plan is None:
        raise NoSuchPlan(plan_id)
    command = masked(command)
    stream = f"plan-{plan_id}"
    if recorded_before(connection, stream, plan.version, expected, lambda event: same_command(event, command)):
        return PlanHandled(plan, 0)
    event = decide_plan(plan, command, rules.clocks, rules.policy.plan.coercive_words, now)
    was_signed = plan.status == SIGNED
    follows: list[DomainEvent] = []
    match command.kind:
        case "sign":
            follows = _end_signing(connection, state, plan_id, "answered", command.by, now)
        case "drop":
            follows = _end_signing(connection, state, plan_id, "withdrawn", command.by, now)
        case "adopt":
            load_duties(connection, reads, state, _duty_ids(connection, plan_id))
            follows = [*assign_duties(plan, list(state.duties.values()), command.by, rules.clocks, now)]
        case "reopen" | "send_back" if command.kind == "reopen" or was_signed:
            follows = _start_signing(plan, plan.version + 1, now, now, command.by, rules.clocks)
    commit(connection, state, [event, *follows], now)
    return PlanHandled(plan, sum(isinstance(e, DutyAssigned) for e in follows))


def follow_drafts(engine: Engine, rules: Rules, now: datetime) -> int:
    """Let the time for signing run for every draft whose office was told of it; end it where the alert was wrong, or is told no longer.

    The dispatch says which drafts are told, and from when (``PlanReleased``).

    Whoever looks twice, or at the same time, records nothing twice. Number of events appended.
    """
    if SIGN_CLOCK not in rules.clocks.rules:
        return 0
    appended, after = 0, ""
    while True:
        with engine.connect() as connection:
            ids = _unclocked(connection, after)
        if ids:
            with write_transaction(engine) as connection:
                state = State()
                load_plans(connection, reads, state, ids)
                load_cards(connection, reads, state, {plan.text.alert_id for plan in state.plans.values()})
                events = [
                    event
                    for _, plan in sorted(state.plans.items())
                    for event in _ask_to_sign(plan, state.cards[plan.text.alert_id], now, rules.clocks)
                ]
                load_deadlines(connection, reads, state, {event.deadline_id for event in events})
                events = [event for event in events if event.deadline_id not in state.deadlines]
                commit(connection, state, events, now)
            appended += len(events)
        if len(ids) < CHUNK:
            break
        after = ids[-1]
    with engine.connect() as connection:
        moot = _moot(connection)
    if moot:
        with write_transaction(engine) as connection:
            ended = [DeadlineEnded(i, now, "withdrawn", reason=why) for i, why in moot.items()]
            commit(connection, State(), ended, now)
    return appended + len(moot)


def masked(command: PlanCommand) -> PlanCommand:
    """The command with personal data masked in what was written: an event can never be taken back."""
    mask = Masker().mask
    text = command.text
    if text is not None:
        text = PlanText(
            mask(text.title.strip()),
            tuple(mask(line.strip()) for line in text.facts),
            tuple(mask(line.strip()) for line in text.findings),
            tuple(msgspec.structs.replace(m, text=mask(m.text.strip()), deadline="") for m in text.measures),
            text.issuer.strip(),
        )
    return msgspec.structs.replace(command, reason=mask(command.reason.strip()), text=text)


def _start_signing(
    plan: Plan, asked: int, since: datetime, now: datetime, by: str, book: ClockBook
) -> list[DeadlineStarted]:
    """The time within which a draft is to be signed; ``asked`` is the version of the event that asks for it."""
    if SIGN_CLOCK not in book.rules:
        return []
    text = plan.text
    subject = Subject(
        "plan",
        plan.plan_id,
        text.title,
        text.county,
        text.issuer,
        text.issuer,
        text.matter_id,
        text.alert_id,
        by=by,
    )
    deadline_id = derived_id("deadline", SIGN_CLOCK, plan.plan_id, str(asked))
    return [started(book, SIGN_CLOCK, deadline_id, since, now, subject)]


def _ask_to_sign(plan: Plan, card: Card, now: datetime, book: ClockBook) -> list[DeadlineStarted]:
    """The time for signing of a draft that was told, from the end of quiet hours; none when it was held meanwhile."""
    told = card.plan
    if told is None or told.stage != TOLD or told.since is None:
        return []
    return _start_signing(plan, told.asked, told.since, now, "", book)


def _end_signing(
    connection: Connection, state: State, plan_id: str, outcome: str, by: str, now: datetime
) -> list[DomainEvent]:
    d = reads.deadlines
    running = select(d.c.deadline_id).where(d.c.about_id == plan_id, d.c.code == SIGN_CLOCK, d.c.outcome.is_(None))
    ids = list(connection.execute(running).scalars())
    load_deadlines(connection, reads, state, ids)
    return [DeadlineEnded(deadline_id, now, outcome, by) for deadline_id in sorted(ids)]


def _duty_ids(connection: Connection, plan_id: str) -> list[str]:
    return list(connection.execute(select(reads.duties.c.duty_id).where(reads.duties.c.origin_id == plan_id)).scalars())


def _unclocked(connection: Connection, after: str) -> list[str]:
    """Drafts that were told and for which no time for signing runs, of alerts that are not closed."""
    p, d, a, c = reads.plans, reads.deadlines, reads.alerts, reads.dispatches
    runs = exists().where(d.c.about_id == p.c.plan_id, d.c.code == SIGN_CLOCK, d.c.outcome.is_(None))
    open_alert = exists().where(a.c.alert_id == p.c.alert_id, a.c.outcome.is_(None))
    told = exists().where(c.c.alert_id == p.c.alert_id, c.c.plan_stage == TOLD)
    query = select(p.c.plan_id).where(p.c.status.in_((DRAFT, SENT_BACK)), p.c.plan_id > after, ~runs, open_alert, told)
    return list(connection.execute(query.order_by(p.c.plan_id).limit(CHUNK)).scalars())


def _moot(connection: Connection) -> dict[str, str]:
    """Times for signing that nobody is to be reminded of, and why: the alert was closed as wrong or as a repeat, or is told no longer.

    One that an official started since (by sending back, by reopening) runs on.
    """
    d, a, c = reads.deadlines, reads.alerts, reads.dispatches
    running = select(d.c.deadline_id).where(d.c.code == SIGN_CLOCK, d.c.outcome.is_(None))
    wrong = running.join(a, a.c.alert_id == d.c.alert_id).where(a.c.outcome.in_((FALSE_ALARM, DUPLICATE)))
    found = dict.fromkeys(sorted(connection.execute(wrong).scalars()), "预警已按误报或者重复办结")
    held = running.join(c, c.c.alert_id == d.c.alert_id).where(c.c.plan_stage != TOLD)
    state = State()
    load_deadlines(connection, reads, state, list(connection.execute(held).scalars()))
    load_cards(connection, reads, state, {one.alert_id for one in state.deadlines.values() if one.alert_id})
    for deadline_id, deadline in sorted(state.deadlines.items()):
        plan = state.cards[deadline.alert_id or ""].plan
        if (
            plan is not None
            and plan.since is not None
            and deadline.clock is not None
            and deadline.clock.started_at <= plan.since
        ):
            found.setdefault(deadline_id, plan.reason.text if plan.reason is not None else "")
    return found
