"""Plans whose alert the dispatcher has just decided on, or that were just drafted: where each stands now. Within its write transaction."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, exists, literal, select

from infra.store.queries.newest import last_asked, newest_behind
from infra.store.rows import among
from infra.store.slices import load_alerts, load_cards
from infra.store.tables import events, reads
from risk_model.alerts.status import CLOSED
from risk_model.dispatch.desk import Desk
from risk_model.dispatch.holding import REOPENED
from risk_model.dispatch.plans import known_before, owner_knows, stand
from risk_model.entities import Alert
from risk_model.plans.entity import Plan
from risk_model.rules import Rules
from schemas.domain_events import Recorded

_plan = msgspec.json.Decoder(Plan)


def follow_plans(
    connection: Connection, desk: Desk, alert_ids: Collection[str], rules: Rules, now: datetime
) -> list[Recorded]:
    """Facts that follow for the plans of these alerts.

    Args:
        connection: within the dispatcher's write transaction.
        desk: with what was decided of the alerts applied; alerts it does not hold are loaded.
        alert_ids: of alerts that something became of, or whose plan was drafted.
        rules: with the policy.
        now: aware.
    """
    recorded: list[Recorded] = []
    plans = _plans(connection, alert_ids)
    _hold(connection, desk, plans)
    old = _past(connection, desk, plans, rules)
    for alert_id, plan in sorted(plans.items()):
        if alert_id in desk.state.cards:
            recorded += stand(desk, alert_id, plan, now, rules.policy.dispatch, past=alert_id in old)
    return recorded


def catch_up(connection: Connection, desk: Desk, last: int, rules: Rules, now: datetime) -> list[Recorded]:
    """Facts for plans of a store that was filled before there were such facts: who was told is not told anew.

    Args:
        connection: within the dispatcher's write transaction.
        desk: of open alerts.
        last: how far the log was followed; what was drafted since is not old.
        rules: with the policy.
        now: aware.
    """
    p, d, a = reads.plans, reads.dispatches, reads.alerts
    drafted = exists().where(
        events.c.stream_id == literal("plan-") + p.c.plan_id, events.c.version == 1, events.c.seq <= last
    )
    query = (
        select(p.c.alert_id)
        .join(d, d.c.alert_id == p.c.alert_id)
        .join(a, a.c.alert_id == p.c.alert_id)
        .where(d.c.plan_stage.is_(None), a.c.status != CLOSED, drafted)
    )
    plans = _plans(connection, set(connection.execute(query).scalars()))
    _hold(connection, desk, plans)
    table = rules.policy.dispatch
    return [fact for alert_id in sorted(plans) for fact in known_before(desk, alert_id, plans[alert_id], now, table)]


def _plans(connection: Connection, alert_ids: Collection[str]) -> dict[str, Plan]:
    """Plans by alert."""
    if not alert_ids:
        return {}
    p = reads.plans
    query = select(p.c.alert_id, p.c.state).where(among(connection, p.c.alert_id, alert_ids))
    return {alert_id: _plan.decode(bytes(state)) for alert_id, state in connection.execute(query)}


def _hold(connection: Connection, desk: Desk, alert_ids: Iterable[str]) -> None:
    """Have alerts and their cards on the desk."""
    missing = [one for one in alert_ids if one not in desk.state.cards or one not in desk.state.alerts]
    load_alerts(connection, reads, desk.state, missing)
    load_cards(connection, reads, desk.state, missing)
    for alert_id in missing:
        desk.index(alert_id)


def _past(connection: Connection, desk: Desk, plans: Collection[str], rules: Rules) -> set[str]:
    """Alerts about to be told whose newest event was long past when they asked for an acknowledgement: nobody is called for them."""
    told: list[Alert] = []
    for alert_id in plans:
        card = desk.state.cards.get(alert_id)
        if card is not None and owner_knows(desk.alert(alert_id), card) and card.cause != REOPENED:
            told.append(desk.alert(alert_id))
    if not told:
        return set()
    newest, asked = newest_behind(connection, told), last_asked(connection, told)
    longest = timedelta(days=rules.policy.notice.stale_days)
    return {a.alert_id for a in told if asked[a.alert_id] - newest[a.alert_id] > longest}
