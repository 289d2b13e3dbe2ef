"""When things were recorded, and their history, from the event log itself."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from infra.store.event_log import StoredEvent, moment, stored_event
from infra.store.rows import among
from infra.store.tables import events
from schemas.domain_events import DomainEvent


def recorded_at(connection: Connection, places: Iterable[tuple[str, int]]) -> dict[str, datetime]:
    """When the events at these (stream, version) places were recorded (UTC), by stream."""
    wanted = dict(places)
    if not wanted:
        return {}
    # Two IN lists, not one of pairs: SQLite answers pairs with a scan of the whole log.
    query = select(events.c.stream_id, events.c.version, events.c.recorded_us).where(
        events.c.stream_id.in_(wanted), events.c.version.in_(set(wanted.values()))
    )
    return {stream: moment(us) for stream, version, us in connection.execute(query) if wanted[stream] == version}


def first_events(connection: Connection, streams: Collection[str]) -> list[DomainEvent]:
    """The first event of each of these streams, in no order."""
    if not streams:
        return []
    query = select(events).where(among(connection, events.c.stream_id, streams), events.c.version == 1)
    return [stored_event(row).recorded.event for row in connection.execute(query)]


def history(connection: Connection, stream_id: str) -> list[StoredEvent]:
    """Every event of one stream, oldest first."""
    query = select(events).where(events.c.stream_id == stream_id).order_by(events.c.version)
    return [stored_event(row) for row in connection.execute(query)]
