"""One group of batches after another through a handler: retried, acknowledged once durable, sending overlapped with work.

    handle(1)  start(1)  handle(2)        wait(1) ack(1)  start(2)  handle(3) …
                         ^ the broker stores the output of 1 meanwhile

An effect starts only after all earlier ones are durable. So whatever fails, output keeps the order of input, nothing is
acknowledged beyond a failure, and at most one group is under way.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import NoReturn, Protocol, TypeVar

from streams.record_batch import RecordBatch

logger = logging.getLogger(__name__)
FAILED = "handling %s failed (%s of %s)"
Result = TypeVar("Result")

#: Exit status of a worker that gives up and wants to be restarted (EX_SOFTWARE).
EXIT_RESTART = 70


class Effect(Protocol):
    """What a handler made of its batches and has not done yet: messages to send."""

    def start(self) -> None:
        """Begin; everything started before is durable. Called once."""

    def wait(self) -> None:
        """Return when it is durable; raise when it cannot become so. Nothing else is started before."""


Handle = Callable[[Sequence[RecordBatch]], Effect | None]


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


@dataclass(frozen=True, slots=True)
class _UnderWay:
    batches: list[RecordBatch]
    effect: Effect
    failures: int


class Handling:
    """Runs groups of batches through `handle`, one behind the other.

    Args:
        handle: see `streams.batches`; it and its effects run in `pool`.
        pool: an executor of one thread.
        retry: what to do when it raises.
        stopping: whether the app stops, which leaves no time for retries.
        leave: ends the process.
    """

    def __init__(
        self,
        handle: Handle,
        pool: Executor,
        retry: RetryPolicy,
        stopping: Callable[[], bool],
        leave: Callable[[str], NoReturn],
    ) -> None:
        self._handle = handle
        self._pool = pool
        self._retry = retry
        self._stopping = stopping
        self._leave = leave
        self._under_way: _UnderWay | None = None

    async def add(self, batches: list[RecordBatch], failures: int = 0) -> None:
        """Handle one group. On return all earlier ones are acknowledged, and this one is or its effect is under way.

        Args:
            batches: the group; what was revoked meanwhile is left out.
            failures: how often it has failed already.
        """
        # A revoked partition's records are delivered again, here or elsewhere: no work to retry.
        while current := [batch for batch in batches if batch.is_current]:
            try:
                effect = await self._in_thread(lambda: self._handle(current))
                await self.settle()
                if effect is None:
                    _acknowledge(current)
                else:
                    await self._in_thread(effect.start)
                    self._under_way = _UnderWay(current, effect, failures)
            except Exception as error:
                failures += 1
                logger.exception(FAILED, current, failures, self._retry.attempts)
                await self.settle()
                await self._back_off(current, failures, error)
            else:
                return

    async def settle(self) -> None:
        """Acknowledge the group under way once it is durable; one that fails is handled again from the start."""
        while (group := self._under_way) is not None:
            try:
                await self._in_thread(group.effect.wait)
            except Exception as error:
                failures = group.failures + 1
                logger.exception(FAILED, group.batches, failures, self._retry.attempts)
                self._under_way = None
                await self._back_off(group.batches, failures, error)
                await self.add(group.batches, failures)
            else:
                self._under_way = None
                _acknowledge(group.batches)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def _back_off(self, batches: list[RecordBatch], failures: int, error: Exception) -> None:
        """Pause before the next attempt, or end the process."""
        if failures >= self._retry.attempts or self._stopping():
            self._leave(f"handling {batches} failed {failures} times, last with {type(error).__name__}")
        await asyncio.sleep(self._retry.delay_seconds(failures))


def _acknowledge(batches: list[RecordBatch]) -> None:
    for batch in batches:
        batch.ack()
