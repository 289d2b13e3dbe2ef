"""Liveness: a worker that stopped making progress without a crash ends itself, to be restarted.

Faust consumers are known to stop silently (faust-streaming #175, #523, #532). Two watches, because either alone
can hang with what it watches: a task looks at the progress of each partition and asks the broker, over the
consumer's own connection, where the partitions end; a thread looks whether the task still runs.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from faust.types import TP

from streams.delivery import PartitionProgress
from streams.handling import leave_process
from streams.transport import BatchConsumer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LivenessPolicy:
    """Spans in seconds; a worker is restarted when one is passed.

    Attributes:
        check_every: pause between two looks.
        stuck_after: no batch of any partition acknowledged while some are in work, or none of a partition's
            records fetched though there are some, or its acknowledged offset not committed, or a rebalance not finished, for this long.
        deaf_after: the broker gives no answer to the question for end offsets.
    """

    check_every: float = 10.0
    stuck_after: float = 240.0
    deaf_after: float = 600.0


@dataclass(frozen=True, slots=True)
class _Seen:
    progress: PartitionProgress
    since: float

    def moved(self, progress: PartitionProgress) -> bool:
        """Whether any offset differs."""
        return replace(progress, asks=0) != replace(self.progress, asks=0)


class Liveness:
    """Judges progress from successive looks; pure apart from what it remembers."""

    def __init__(self, policy: LivenessPolicy) -> None:
        self._policy = policy
        self._seen: dict[TP, _Seen] = {}
        self._work_moved_at = 0.0
        self._answered_at: float | None = None
        self._rebalancing_since: float | None = None

    def judge(
        self,
        partitions: Mapping[TP, PartitionProgress],
        end_offsets: Mapping[TP, int] | None,
        rebalancing: bool,
        now: float,
    ) -> str | None:
        """Reason to restart, or None.

        Args:
            partitions: the books of every assigned partition.
            end_offsets: the broker's answer, None when it gave none.
            rebalancing: whether an assignment is under way.
            now: monotonic seconds.
        """
        if end_offsets is not None or self._answered_at is None:
            self._answered_at = now
        if now - self._answered_at > self._policy.deaf_after:
            return f"no answer from the broker for {now - self._answered_at:.0f} s"
        if not rebalancing:
            self._rebalancing_since = None
        elif self._rebalancing_since is None:
            self._rebalancing_since = now
        elif now - self._rebalancing_since > self._policy.stuck_after:
            return f"a rebalance has not finished for {now - self._rebalancing_since:.0f} s"
        self._note_moves(partitions, now)
        in_work = any(progress.position > progress.frontier for progress in partitions.values())
        for tp, seen in list(self._seen.items()):
            end = (end_offsets or {}).get(tp)
            if _is_idle(partitions[tp], end):
                self._seen[tp] = _Seen(partitions[tp], now)  # the clock starts when there is something to do
                continue
            what = self._standing_still(seen, partitions[tp], in_work, now)
            if what:
                return f"{tp.topic}/{tp.partition} stands still for {now - seen.since:.0f} s: {what} (end offset {end})"
        return None

    def _note_moves(self, partitions: Mapping[TP, PartitionProgress], now: float) -> None:
        before, self._seen = self._seen, {}
        for tp, progress in partitions.items():
            seen = before.get(tp)
            if seen is None or seen.progress.frontier != progress.frontier:
                self._work_moved_at = now
            self._seen[tp] = _Seen(progress, now) if seen is None or seen.moved(progress) else seen

    def _standing_still(self, seen: _Seen, progress: PartitionProgress, in_work: bool, now: float) -> str | None:
        since = seen.since
        if progress.position > progress.frontier:
            # A slow handler serves the partitions in turn: it is stuck when none of them moves.
            what, since = "batches in work", max(since, self._work_moved_at)
        elif progress.committed is not None and progress.frontier > progress.committed:
            what = "acknowledged, not committed"
        elif progress.asks > seen.progress.asks or not in_work:
            what = "nothing fetched"
        else:
            return None  # not asked for: the batches in work of other partitions leave no room
        return f"{what}, {progress}" if now - since > self._policy.stuck_after else None


def _is_idle(progress: PartitionProgress, end: int | None) -> bool:
    settled = progress.committed is None or progress.frontier <= progress.committed
    return progress.position == progress.frontier and settled and (end is None or progress.position >= end)


def watch(app: Any, policy: LivenessPolicy | None = None, leave: Callable[[str], NoReturn] = leave_process) -> None:
    """Register the two watches with a Faust app; call it before the app starts."""
    rules = policy or LivenessPolicy()

    @app.task(on_leader=False)
    async def liveness() -> None:
        judge = Liveness(rules)
        beat = _Heartbeat(rules.stuck_after, leave)
        beat.start()
        while not app.should_stop:
            await asyncio.sleep(rules.check_every)
            beat.at = time.monotonic()
            consumer: BatchConsumer = app.consumer
            partitions = consumer.progress()
            reason = judge.judge(
                partitions, await _end_offsets(consumer, partitions, rules), app.rebalancing, time.monotonic()
            )
            if reason:
                leave(reason)


async def _end_offsets(
    consumer: BatchConsumer, partitions: Mapping[TP, PartitionProgress], rules: LivenessPolicy
) -> Mapping[TP, int] | None:
    if not partitions:
        return {}
    try:
        return await asyncio.wait_for(consumer.highwaters(*partitions), rules.check_every * 3)
    except Exception as error:  # noqa: BLE001 - any failure is "no answer", judged by its duration
        logger.warning("no end offsets from the broker: %r", error)
        return None


class _Heartbeat(threading.Thread):
    """Ends the process when the event loop stops turning."""

    def __init__(self, limit_seconds: float, leave: Callable[[str], NoReturn]) -> None:
        super().__init__(name="liveness", daemon=True)
        self.at = time.monotonic()
        self._limit_seconds = limit_seconds
        self._leave = leave

    def run(self) -> None:
        while True:
            time.sleep(min(5.0, self._limit_seconds / 4))
            silent = time.monotonic() - self.at
            if silent > self._limit_seconds:
                self._leave(f"the event loop has not turned for {silent:.0f} s")
