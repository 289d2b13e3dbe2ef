"""The live feed: one poller reads the event log for all who listen; each listener keeps its own place in it."""

import asyncio
import contextlib
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import islice
from typing import Any

import structlog

from infra.store.access import StoreUnavailable
from infra.store.event_log import StoredEvent
from infra.store.queries.feed import feed_events, head_seq

POLL_SECONDS = 0.1
WINDOW = 5_000
"""Seqs read in one query while a listener catches up."""

KEPT = 2_000
"""Newest events kept in memory for listeners who are nearly up to date."""

Read = Callable[..., Awaitable[Any]]
_log = structlog.get_logger(__name__)


class Feed:
    """Follows the event log for any number of listeners.

    Args:
        read: runs a query on the store: ``await read(query, *args)``.
        poll_seconds: how often the log's head is looked at while somebody listens.
    """

    def __init__(self, read: Read, poll_seconds: float = POLL_SECONDS) -> None:
        self._read = read
        self._poll_seconds = poll_seconds
        self._recent: deque[StoredEvent] = deque()
        self._complete_after = 0  # `_recent` holds every feed event with a seq above this, up to `_position`
        self._position: int | None = None
        self._changed = asyncio.Event()
        self._wanted = asyncio.Event()
        self._listeners = 0
        self._closed = False
        self._task: asyncio.Task[None] | None = None

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return self._listeners

    def start(self) -> None:
        """Start the poller; it sleeps while nobody listens."""
        self._task = asyncio.create_task(self._run(), name="feed")

    def close(self) -> None:
        """End every listener's stream."""
        self._closed = True
        self._announce()

    async def stop(self) -> None:
        """Close, and end the poller."""
        self.close()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def head(self) -> int:
        """Seq of the log's last event."""
        return int(await self._read(head_seq))

    async def follow(self, after: int) -> AsyncIterator[StoredEvent]:
        """Every feed event with a seq above ``after``, in order, each once; ends when the feed is closed."""
        self._listeners += 1
        self._wanted.set()
        try:
            while not self._closed:
                changed = self._changed
                events, after = await self._following(after)
                for event in events:
                    yield event
                if after >= (self._position or 0):
                    await changed.wait()
        finally:
            self._listeners -= 1

    async def _following(self, after: int) -> tuple[list[StoredEvent], int]:
        """Next events behind ``after`` and the seq up to which they are complete."""
        position = self._position
        if position is None or after >= position:
            return [], after
        if after >= self._complete_after:
            start = bisect_right(self._recent, after, key=lambda event: event.seq)
            return list(islice(self._recent, start, None)), position
        upto = min(after + WINDOW, position)
        try:
            return await self._read(feed_events, after, upto), upto
        except StoreUnavailable:
            await asyncio.sleep(1.0)  # the listener stays, with its heartbeats, and goes on when the store is back
            return [], after

    async def _run(self) -> None:
        while True:
            if self._listeners == 0:
                self._wanted.clear()
                self._position = None
                await self._wanted.wait()
            try:
                await self._poll()
            except StoreUnavailable as away:
                _log.warning("feed waits for the store", reason=str(away))
                await asyncio.sleep(1.0)
            await asyncio.sleep(self._poll_seconds)

    async def _poll(self) -> None:
        head = await self.head()
        if self._position is None:
            self._recent.clear()
            self._position = self._complete_after = head
            self._announce()
        while self._position < head:
            upto = min(self._position + WINDOW, head)
            self._recent.extend(await self._read(feed_events, self._position, upto))
            while len(self._recent) > KEPT:
                self._complete_after = self._recent.popleft().seq
            self._position = upto
            self._announce()

    def _announce(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
