"""Optimistic concurrency of officials' commands: what was recorded before is answered again, what came too late is told what changed."""

from collections.abc import Callable

from sqlalchemy import Connection

from infra.store.event_log import StoredEvent
from infra.store.queries.recordings import history
from schemas.domain_events import DomainEvent


class Moved(RuntimeError):
    """Somebody changed something after the caller looked at it; look again and decide again.

    Attributes:
        expected, version: what the caller saw, and what is so.
        since: what was recorded in between, oldest first.
    """

    def __init__(self, expected: int, version: int, since: list[StoredEvent]) -> None:
        super().__init__(f"expected version {expected}, it is {version}")
        self.expected, self.version, self.since = expected, version, since


def recorded_before(
    connection: Connection, stream: str, version: int, expected: int, same: Callable[[DomainEvent], bool]
) -> bool:
    """Whether a command was recorded already, by a request whose answer was lost; False: it is to be decided now.

    Args:
        connection: within a write transaction that has taken its turn.
        stream: the stream the command is about, of which each command writes one event.
        version: of the stream now.
        expected: version that the official looked at.
        same: whether an event records this very command.

    Raises:
        Moved: somebody else was first; with what was recorded in between.
    """
    if version == expected:
        return False
    stored = history(connection, stream)
    if version == expected + 1 and stored and same(stored[-1].recorded.event):
        return True
    raise Moved(expected, version, [item for item in stored if item.recorded.version > expected])
