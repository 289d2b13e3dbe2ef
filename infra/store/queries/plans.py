"""Response plans (处置方案): pages by filter, one with the alert it answers."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from infra.store.queries.alerts import ListedAlert, alerts_of
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.queries.recordings import recorded_at
from infra.store.tables import reads
from schemas.domain_events import PlanDrafted

_plan = msgspec.json.Decoder(PlanDrafted)


class PlanFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which plans: None is any."""

    level: int | None = None
    min_level: int | None = None
    county: str | None = None
    status: str | None = None
    alert_id: str | None = None


class ListedPlan(msgspec.Struct, frozen=True):
    """A plan, its status and version, and when this version was drafted (UTC)."""

    plan: PlanDrafted
    status: str
    version: int
    drafted_at: datetime | None


class PlanDetail(msgspec.Struct, frozen=True):
    """A plan and the alert it answers."""

    listed: ListedPlan
    alert: ListedAlert | None


def plan_page(connection: Connection, wanted: PlanFilter, after: Position | None, limit: int) -> Page[ListedPlan]:
    """Plans by the time of their alert's occurrence, newest first."""
    p, a = reads.plans, reads.alerts
    query = select(p.c.plan_id, p.c.status, p.c.version, p.c.state, a.c.occurred_us).join(
        a, a.c.alert_id == p.c.alert_id
    )
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
    drafted = recorded_at(connection, ((f"plan-{row.plan_id}", row.version) for row in page.items))
    return Page(
        [
            ListedPlan(_plan.decode(bytes(row.state)), row.status, row.version, drafted.get(f"plan-{row.plan_id}"))
            for row in page.items
        ],
        page.following,
    )


def plan_by_id(connection: Connection, plan_id: str) -> PlanDetail | None:
    """One plan; None when there is none of this id."""
    p = reads.plans
    row = connection.execute(select(p.c.status, p.c.version, p.c.state).where(p.c.plan_id == plan_id)).first()
    if row is None:
        return None
    plan = _plan.decode(bytes(row.state))
    stream = f"plan-{plan_id}"
    drafted = recorded_at(connection, [(stream, row.version)])
    alerts = alerts_of(connection, [plan.alert_id])
    return PlanDetail(ListedPlan(plan, row.status, row.version, drafted.get(stream)), alerts[0] if alerts else None)
