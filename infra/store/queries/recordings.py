"""When things were recorded, and their history, from the event log itself."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from infra.store.event_log import StoredEvent, moment, stored_event
from infra.store.tables import events


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


def history(connection: Connection, stream_id: str) -> list[StoredEvent]:
    """Every event of one stream, oldest first."""
    query = select(events).where(events.c.stream_id == stream_id).order_by(events.c.version)
    return [stored_event(row) for row in connection.execute(query)]
