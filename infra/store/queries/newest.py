"""When the newest thing behind alerts happened or was reported, by which a past that was brought in is told from news."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from infra.store.event_log import moment
from infra.store.queries.recordings import recorded_at
from infra.store.rows import among
from infra.store.tables import reads
from risk_model.entities import Alert
from risk_model.local_time import SHANGHAI


def newest_behind(connection: Connection, alerts: Iterable[Alert]) -> dict[str, datetime]:
    """By alert: the newest event of its matter, by when it was reported, or the end of its last day, or what it was raised for.

    A report that comes late is news; a past that is brought in keeps the days on which it was reported.
    """
    alerts = list(alerts)
    of_matter = {a.matter_id: a.alert_id for a in alerts if a.matter_id}
    t = reads.matters
    query = select(t.c.matter_id, t.c.last_us).where(among(connection, t.c.matter_id, of_matter))
    newest = {of_matter[matter_id]: moment(us) for matter_id, us in connection.execute(query)} if of_matter else {}
    d = reads.disputes
    reported = select(d.c.matter_id, func.max(d.c.reported_us)).where(among(connection, d.c.matter_id, of_matter))
    for matter_id, us in connection.execute(reported.group_by(d.c.matter_id)) if of_matter else ():
        newest[of_matter[matter_id]] = max(newest[of_matter[matter_id]], moment(us))
    for alert in alerts:
        day = alert.last_day
        end = datetime(day.year, day.month, day.day, 23, 59, tzinfo=SHANGHAI) if day else alert.occurred_at
        newest[alert.alert_id] = max(newest.get(alert.alert_id, alert.occurred_at), alert.occurred_at, end)
    return newest


def last_asked(connection: Connection, alerts: Iterable[Alert]) -> dict[str, datetime]:
    """By alert: when it last asked for an acknowledgement, else when it was raised."""
    asked = recorded_at(connection, [(f"alert-{a.alert_id}", a.asked or 1) for a in alerts])
    return {stream.removeprefix("alert-"): at for stream, at in asked.items()}
