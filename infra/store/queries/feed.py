"""The feed of what officials are to see: alerts, plans, trends, regraded matters, labels and roles of models, straight from the event log by seq."""

from typing import get_args

from sqlalchemy import Connection, select

from infra.store.event_log import StoredEvent, stored_event
from infra.store.tables import consumed_offsets, event_head, events
from schemas.domain_events import DomainEvent

HEARD = (
    "MatterRegraded",
    "MattersMerged",
    "MergeUndone",
    "MatterSplit",
    "MatterDowngraded",
    "MatterClosed",
    "MatterRevisited",
    "MatterReopened",
    "RevisitReminded",
    "LabelGiven",
    "DeadlineWarned",
    "DeadlineLapsed",
)
"""Types of the feed that their first word does not tell."""
FEED_TYPES: tuple[str, ...] = tuple(
    name
    for name in sorted(kind.__struct_config__.tag for kind in get_args(DomainEvent))
    if name.startswith(("Alert", "Plan", "Duty", "Request", "Trend", "Model", "Challenger", "Silence")) or name in HEARD
)


def head_seq(connection: Connection) -> int:
    """Seq of the last event of the log, 0 when it is empty. Events up to it are all visible: seq order is commit order."""
    return int(connection.execute(select(event_head.c.seq)).scalar_one())


def feed_events(connection: Connection, after: int, upto: int) -> list[StoredEvent]:
    """Events of the feed with ``after < seq <= upto``, in order."""
    query = (
        select(events)
        .where(events.c.seq > after, events.c.seq <= upto, events.c.type.in_(FEED_TYPES))
        .order_by(events.c.seq)
    )
    return [stored_event(row) for row in connection.execute(query)]


def stored_offsets(connection: Connection) -> dict[tuple[str, int], int]:
    """Next offset the store expects of each (topic, partition) it was fed from."""
    c = consumed_offsets.c
    return {
        (topic, partition): offset
        for topic, partition, offset in connection.execute(select(c.topic, c.partition, c.next_offset))
    }
