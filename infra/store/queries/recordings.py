"""When things were recorded, and their history, from the event log itself."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select, tuple_

from infra.store.event_log import StoredEvent, moment
from infra.store.tables import events
from schemas.domain_events import Recorded, decode_event


def recorded_at(connection: Connection, places: Iterable[tuple[str, int]]) -> dict[str, datetime]:
    """When the events at these (stream, version) places were recorded (UTC), by stream."""
    wanted = list(places)
    if not wanted:
        return {}
    query = select(events.c.stream_id, events.c.recorded_us).where(
        tuple_(events.c.stream_id, events.c.version).in_(wanted)
    )
    return {stream: moment(us) for stream, us in connection.execute(query)}


def history(connection: Connection, stream_id: str) -> list[StoredEvent]:
    """Every event of one stream, oldest first."""
    query = select(events).where(events.c.stream_id == stream_id).order_by(events.c.version)
    return [
        StoredEvent(
            row.seq, moment(row.recorded_us), Recorded(row.stream_id, row.version, decode_event(bytes(row.data)))
        )
        for row in connection.execute(query)
    ]
