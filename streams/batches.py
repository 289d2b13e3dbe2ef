"""The loop of every agent: take the batches that are ready, handle them in a thread, acknowledge.

    @app.agent(batch_topic(app, "dispute.reported.v1"), name="assess")
    async def assess(stream):
        await run_batches(stream, handle, max_records=1000)

`handle(batches)` is an ordinary function. It must be idempotent (delivery is at least once) and return only
when its effects are durable. It never runs twice at the same time, and always in the same thread, so it may own a
database connection. An exception is retried; when it stays, the process ends with a status its supervisor restarts.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NoReturn

from streams.record_batch import RecordBatch

logger = logging.getLogger(__name__)

#: Exit status of a worker that gives up and wants to be restarted (EX_SOFTWARE).
EXIT_RESTART = 70

Handle = Callable[[Sequence[RecordBatch]], None]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When a failed handling is tried again.

    Attributes:
        attempts: tries in all before the process ends.
        first_delay_seconds: pause after the first failure; it doubles each time.
        longest_delay_seconds: bound of the pause.
    """

    attempts: int = 8
    first_delay_seconds: float = 0.2
    longest_delay_seconds: float = 15.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.first_delay_seconds < 0 or self.longest_delay_seconds < 0:
            raise ValueError(f"retry policy: got {self}, expected at least one attempt and delays >= 0")

    def delay_seconds(self, failures: int) -> float:
        """Pause after `failures` failures (1, 2, …)."""
        return min(self.first_delay_seconds * 2 ** (failures - 1), self.longest_delay_seconds)


def leave_process(reason: str) -> NoReturn:
    """End the process at once, without the clean-up that could hang on unacknowledged events."""
    logger.critical("%s; the process ends with status %s to be restarted", reason, EXIT_RESTART)
    logging.shutdown()
    os._exit(EXIT_RESTART)


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
        retry: what to do when `handle` raises.
        leave: ends the process; a test passes its own.
    """
    stream.enable_acks = False
    source = _ReadyBatches(stream, max_records)
    policy = retry or RetryPolicy()
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="handle")
    try:
        async for batches in source:
            await _handle_until_done(stream, batches, handle, pool, policy, leave)
    except Exception as error:
        # An agent that raises loses nothing here, but Faust would restart it without its open batches and stall.
        logger.exception("the stream failed")
        leave(f"the stream failed with {type(error).__name__}")
    finally:
        source.close()
        pool.shutdown(wait=False)


async def _handle_until_done(
    stream: Any,
    batches: list[RecordBatch],
    handle: Handle,
    pool: ThreadPoolExecutor,
    policy: RetryPolicy,
    leave: Callable[[str], NoReturn],
) -> None:
    failures = 0
    loop = asyncio.get_running_loop()
    while True:
        # A revoked partition's records are delivered again, here or elsewhere: no work to retry.
        current = [batch for batch in batches if batch.is_current]
        if not current:
            return
        try:
            await loop.run_in_executor(pool, handle, current)
        except Exception as error:
            failures += 1
            logger.exception("handling %s failed (%s of %s)", current, failures, policy.attempts)
            if failures >= policy.attempts or stream.app.should_stop:
                leave(f"handling {current} failed {failures} times, last with {type(error).__name__}")
            await asyncio.sleep(policy.delay_seconds(failures))
        else:
            for batch in current:
                batch.ack()
            return


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
