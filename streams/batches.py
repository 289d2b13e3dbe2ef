"""The loop of every agent: take the batches that are ready, handle them in a thread, acknowledge what is durable.

    @app.agent(batch_topic(app, "dispute.reported.v1"), name="assess")
    async def assess(stream):
        await run_batches(stream, handle, max_records=1000)

`handle(batches)` is an ordinary function. It must be idempotent (delivery is at least once). It returns None when its
effects are durable, or an `Effect` that the loop starts and waits for while the next batches are handled (see
`streams.handling`). It never runs twice at the same time, and always in the same thread, so it may own a database
connection. An exception is retried; when it stays, the process ends with a status its supervisor restarts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

from streams.handling import Handle, Handling, RetryPolicy, leave_process
from streams.record_batch import RecordBatch

logger = logging.getLogger(__name__)


async def run_batches(
    stream: Any,
    handle: Handle,
    *,
    max_records: int = 1000,
    retry: RetryPolicy | None = None,
    leave: Callable[[str], NoReturn] = leave_process,
) -> None:
    """Feed `handle` with every batch of `stream`, until the stream ends or the agent is cancelled.

    Args:
        stream: the agent's stream; its events are `RecordBatch`es.
        handle: see the module's description.
        max_records: batches that are ready are handled together up to this many records (one batch is
            never split). Nothing is waited for: a single record is handled as soon as it is there.
        retry: what to do when `handle` or its effect raises.
        leave: ends the process; a test passes its own.
    """
    stream.enable_acks = False
    source = _ReadyBatches(stream, max_records)
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="handle")
    handling = Handling(handle, pool, retry or RetryPolicy(), lambda: stream.app.should_stop, leave)
    try:
        async for batches in source:
            await handling.add(batches)
            if not await source.has_next():
                await handling.settle()
    except Exception as error:
        # An agent that raises loses nothing here, but Faust would restart it without its open batches and stall.
        logger.exception("the stream failed")
        leave(f"the stream failed with {type(error).__name__}")
    finally:
        source.close()
        pool.shutdown(wait=False)


class _ReadyBatches(AsyncIterator[list[RecordBatch]]):
    """Groups of the batches a stream has ready, at most `max_records` together."""

    def __init__(self, stream: Any, max_records: int) -> None:
        if max_records < 1:
            raise ValueError(f"max_records: got {max_records}, expected at least 1")
        self._events = aiter(stream)
        self._queue = stream.channel.queue
        self._max_records = max_records
        self._next: asyncio.Task[RecordBatch] | None = None
        self._held: RecordBatch | None = None

    async def __anext__(self) -> list[RecordBatch]:
        first = self._held or await self._take()
        self._held = None
        group, records = [first], len(first)
        while records < self._max_records:
            batch = await self._take_ready()
            if batch is None:
                break
            if records + len(batch) > self._max_records:
                self._held = batch
                break
            group.append(batch)
            records += len(batch)
        return group

    async def has_next(self) -> bool:
        """Whether another group can be had without waiting."""
        if self._held is None:
            self._held = await self._take_ready()
        return self._held is not None

    async def _take(self) -> RecordBatch:
        task = self._task()
        batch = await task
        self._next = None
        return batch

    async def _take_ready(self) -> RecordBatch | None:
        """The next batch if the queue has one. What it holds may be outdated, and then nothing comes."""
        if self._next is None and self._queue.empty():
            return None
        task = self._task()
        await asyncio.wait({task}, timeout=0.005)
        # A task that failed (the stream's end, too) stays for the next call: what is collected comes first.
        return await self._take() if task.done() and task.exception() is None else None

    def _task(self) -> asyncio.Task[RecordBatch]:
        if self._next is None:
            self._next = asyncio.ensure_future(anext(self._events))
        return self._next

    def close(self) -> None:
        """Stop waiting for a next batch."""
        if self._next is not None:
            self._next.cancel()
