"""Response plans (处置方案): pages by filter, one with the alert it answers."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from infra.store.queries.alerts import ListedAlert, alerts_of
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.queries.recordings import history, recorded_at
from infra.store.slices import load_cards
from infra.store.tables import reads
from risk_model.dispatch.entities import PlanStanding
from risk_model.plans.entity import DRAFT, Plan, revised_text
from risk_model.state import State
from schemas.domain_events import PlanDrafted, PlanRevised

_plan = msgspec.json.Decoder(Plan)


class PlanFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which plans: None is any."""

    level: int | None = None
    min_level: int | None = None
    county: str | None = None
    status: str | None = None
    alert_id: str | None = None
    redrafted: bool | None = None


class ListedPlan(msgspec.Struct, frozen=True):
    """A plan's text, and where the plan stands.

    Attributes:
        plan: the text.
        status: of the plan; ``draft`` for a text that is not the one that stands.
        version: of the event that gave the text; what papers call the draft's number.
        drafted_at: when that was recorded (UTC).
        held: the whole plan; None where only a text is shown.
        standing: where it stands with whoever signs; None before the dispatch has decided, or where only a text is shown.
    """

    plan: PlanDrafted
    status: str
    version: int
    drafted_at: datetime | None
    held: Plan | None = None
    standing: PlanStanding | None = None


class PlanDetail(msgspec.Struct, frozen=True):
    """A plan and the alert it answers."""

    listed: ListedPlan
    alert: ListedAlert | None


class PlanVersion(msgspec.Struct, frozen=True):
    """One text of a plan: who left it (empty: the machine drafted it), with which note, when it was recorded (UTC)."""

    version: int
    text: PlanDrafted
    by: str
    note: str
    recorded_at: datetime


def plan_page(connection: Connection, wanted: PlanFilter, after: Position | None, limit: int) -> Page[ListedPlan]:
    """Plans by the time of their alert's occurrence, newest first."""
    p, a = reads.plans, reads.alerts
    query = select(p.c.plan_id, p.c.status, p.c.version, p.c.state, a.c.occurred_us).join(
        a, a.c.alert_id == p.c.alert_id
    )
    if wanted.redrafted is not None:
        query = query.where(p.c.redrafted == int(wanted.redrafted))
    for name in ("level", "county", "status", "alert_id"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(p.c[name] == value)
    if wanted.min_level is not None:
        query = query.where(p.c.level >= wanted.min_level)
    rows = connection.execute(
        newest_first(query, a.c.occurred_us, a.c.alert_id, after, limit).add_columns(a.c.alert_id)
    ).all()
    page = page_of(rows, limit, lambda row: Position(row.occurred_us, row.alert_id))
    plans = [_plan.decode(bytes(row.state)) for row in page.items]
    drafted = recorded_at(connection, ((f"plan-{plan.plan_id}", plan.text_version) for plan in plans))
    standing = _standing(connection, plans)
    return Page([_listed(plan, drafted, standing) for plan in plans], page.following)


def plan_by_id(connection: Connection, plan_id: str) -> PlanDetail | None:
    """One plan; None when there is none of this id."""
    plan = _held(connection, plan_id)
    if plan is None:
        return None
    drafted = recorded_at(connection, [(f"plan-{plan_id}", plan.text_version)])
    alerts = alerts_of(connection, [plan.text.alert_id])
    return PlanDetail(_listed(plan, drafted, _standing(connection, [plan])), alerts[0] if alerts else None)


def plan_versions(connection: Connection, plan_id: str) -> list[PlanVersion]:
    """Every text of a plan, oldest first, from its own events; empty when there is no plan of this id."""
    found: list[PlanVersion] = []
    for item in history(connection, f"plan-{plan_id}"):
        event = item.recorded.event
        if isinstance(event, PlanDrafted):
            text, by, note = event, "", ""
        elif isinstance(event, PlanRevised):
            base = next(each for each in found if each.version == event.on)
            text, by, note = revised_text(base.text, event), event.by, event.note
        else:
            continue
        found.append(PlanVersion(item.recorded.version, text, by, note, item.recorded_at))
    return found


def plan_at(connection: Connection, plan_id: str, version: int) -> PlanDetail | None:
    """A plan with one of its texts; None when there is none of this version.

    The text that stands is shown as it stands; any other as the draft it was.
    """
    detail = plan_by_id(connection, plan_id)
    if detail is None or version == detail.listed.version:
        return detail
    for each in plan_versions(connection, plan_id):
        if each.version == version:
            return PlanDetail(ListedPlan(each.text, DRAFT, version, each.recorded_at), detail.alert)
    return None


def _held(connection: Connection, plan_id: str) -> Plan | None:
    state = connection.execute(select(reads.plans.c.state).where(reads.plans.c.plan_id == plan_id)).scalar()
    return None if state is None else _plan.decode(bytes(state))


def _standing(connection: Connection, plans: list[Plan]) -> dict[str, PlanStanding | None]:
    """Where plans stand with whoever signs, by alert."""
    state = State()
    load_cards(connection, reads, state, [plan.text.alert_id for plan in plans])
    return {alert_id: card.plan for alert_id, card in state.cards.items()}


def _listed(plan: Plan, drafted: dict[str, datetime], standing: dict[str, PlanStanding | None]) -> ListedPlan:
    drafted_at = drafted.get(f"plan-{plan.plan_id}")
    return ListedPlan(plan.text, plan.status, plan.text_version, drafted_at, plan, standing.get(plan.text.alert_id))
