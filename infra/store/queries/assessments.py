"""Assessed disputes in the order they were recorded, for folds in memory."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from infra.store.event_log import StoredEvent, micros, stored_event
from infra.store.tables import events

CHUNK = 2_000


def assessments_since(connection: Connection, since: datetime) -> Iterator[Sequence[StoredEvent]]:
    """DisputeAssessed events recorded at ``since`` or later, in chunks."""
    after = first_seq_since(connection, since) - 1
    while True:
        query = (
            select(events)
            .where(events.c.seq > after, events.c.type == "DisputeAssessed")
            .order_by(events.c.seq)
            .limit(CHUNK)
        )
        stored = [stored_event(row) for row in connection.execute(query)]
        if not stored:
            return
        yield stored
        after = stored[-1].seq


def first_seq_since(connection: Connection, since: datetime) -> int:
    """Seq of the first event recorded at ``since`` or later; one past the last when there is none.

    By halving: recorded times rise with seq (but for a clock set back), and no index is kept on them.
    """
    head = connection.execute(select(func.max(events.c.seq))).scalar() or 0
    low, high = 1, int(head) + 1
    while low < high:
        middle = (low + high) // 2
        at = connection.execute(select(events.c.recorded_us).where(events.c.seq == middle)).scalar_one()
        low, high = (middle + 1, high) if at < micros(since) else (low, middle)
    return low


def newest_models(connection: Connection, limit: int) -> dict[str, int]:
    """How many of the newest ``limit`` assessed events each model judged."""
    query = select(events).where(events.c.type == "DisputeAssessed").order_by(events.c.seq.desc()).limit(limit)
    found: dict[str, int] = {}
    for row in connection.execute(query):
        model = stored_event(row).recorded.event.dispute.versions.model
        found[model] = found.get(model, 0) + 1
    return found
