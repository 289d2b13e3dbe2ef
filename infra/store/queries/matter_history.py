"""How a matter came to be what it is: the events that joined it and why, and what was decided of it since."""

from typing import get_args

from sqlalchemy import Connection, select

from infra.store.event_log import StoredEvent, stored_event
from infra.store.rows import among
from infra.store.tables import events
from schemas.domain_events import (
    MatterAbsorbed,
    MatterClosed,
    MatterDowngraded,
    MatterJoined,
    MatterOpened,
    MatterRegraded,
    MatterReleased,
    MatterReopened,
    MatterRevisited,
    MattersMerged,
    MatterSplit,
    MatterSplitOff,
    MergeUndone,
    RevisitReminded,
)

MatterStep = (
    MatterOpened
    | MatterRegraded
    | MattersMerged
    | MatterAbsorbed
    | MergeUndone
    | MatterReleased
    | MatterSplit
    | MatterSplitOff
    | MatterDowngraded
    | MatterClosed
    | MatterRevisited
    | MatterReopened
    | RevisitReminded
)
"""What happens to a matter beside events joining it."""
STEP_TYPES = tuple(str(kind.__struct_config__.tag) for kind in get_args(MatterStep))
JOINING = tuple(str(kind.__struct_config__.tag) for kind in (MatterOpened, MatterJoined, MatterSplitOff))


def matter_steps(connection: Connection, matter_id: str) -> list[StoredEvent]:
    """What happened to a matter beside events joining it, oldest first."""
    query = select(events).where(events.c.stream_id == f"matter-{matter_id}", events.c.type.in_(STEP_TYPES))
    return [stored_event(row) for row in connection.execute(query.order_by(events.c.version))]


def joined(connection: Connection, parts: list[str], limit: int) -> list[StoredEvent]:
    """The newest joins of a matter and those that are part of it, newest first."""
    streams = [f"matter-{part}" for part in parts]
    query = select(events).where(among(connection, events.c.stream_id, streams), events.c.type.in_(JOINING))
    return [stored_event(row) for row in connection.execute(query.order_by(events.c.seq.desc()).limit(limit))]
