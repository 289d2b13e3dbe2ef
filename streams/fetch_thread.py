"""The consumer thread: fetches record batches from aiokafka, one exchange for all partitions.

The main thread tells with every call the position it expects each partition to continue from. The
thread remembers the position it last handed out. When the two differ, the answer of an earlier call
never reached the main thread's books (cancelled, outdated by a rebalance, flow stopped half-way), and
the thread seeks back. A lost answer therefore costs a second fetch and never skips a record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import aiokafka
from aiokafka.errors import ConsumerStoppedError, IllegalStateError
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, ensure_aiokafka_TP
from faust.types import TP

from streams.record_batch import Record

#: Longest the broker holds a fetch when there is nothing to read. aiokafka keeps one fetch per node in
#: flight, and a partition that was not part of it waits for its end, so this bounds the delay of a
#: single record. Faust fixes 1500 ms.
FETCH_MAX_WAIT_MS = 40


@dataclass(frozen=True, slots=True)
class FetchedRange:
    """What one partition gave: records (maybe none) and the position after them."""

    tp: TP
    records: list[Record]
    position: int
    end_offset: int | None


@dataclass(frozen=True, slots=True)
class StartPosition:
    """Where a partition starts after an assignment: the committed offset, or the reset policy's."""

    position: int
    committed: int | None


class BatchConsumerThread(AIOKafkaConsumerThread):
    """`AIOKafkaConsumerThread` with a batch fetch that can be woken, repeated and rewound."""

    _handed: dict[TP, int]
    _wake: asyncio.Event | None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._handed = {}
        self._wake = None

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        # Faust has no settings for these; aiokafka reads the attributes when the consumer starts. Events of an
        # aborted transaction never happened, so only committed ones are read.
        for name, value in (("_fetch_max_wait_ms", FETCH_MAX_WAIT_MS), ("_isolation_level", "read_committed")):
            if not hasattr(consumer, name):
                raise RuntimeError(f"aiokafka: AIOKafkaConsumer has no {name} any more; revise this class")
            setattr(consumer, name, value)
        return consumer

    def wake(self) -> None:
        """End the wait of a running `fetch` early (from any thread)."""
        if self._wake is not None:
            self.thread_loop.call_soon_threadsafe(self._wake.set)

    async def fetch(self, expected: Mapping[TP, int], max_records: int, wait_seconds: float) -> list[FetchedRange]:
        """Read what is there of every partition named.

        Args:
            expected: partition to the offset to continue from, in order of preference.
            max_records: most records of one partition.
            wait_seconds: how long to wait when no partition has any.
        """
        return await self.call_thread(self._fetch, dict(expected), max_records, wait_seconds)

    async def _fetch(self, expected: dict[TP, int], max_records: int, wait_seconds: float) -> list[FetchedRange]:
        consumer = self._ensure_consumer()
        fetcher = consumer._fetcher
        if self._wake is None:
            self._wake = asyncio.Event()
        if consumer._closed or fetcher._closed:
            raise ConsumerStoppedError()
        with fetcher._subscriptions.fetch_context():
            found = await self._collect(consumer, expected, max_records)
            if found:
                return found
            arrival = asyncio.ensure_future(self._arrival(fetcher))
            woken = asyncio.ensure_future(self._wake.wait())
            try:
                await asyncio.wait({arrival, woken}, timeout=wait_seconds, return_when=asyncio.FIRST_COMPLETED)
            finally:
                arrival.cancel()
                woken.cancel()
                # Cleared here, not on entry: a wake-up sent while the call was on its way must count.
                self._wake.clear()
            return await self._collect(consumer, expected, max_records)

    @staticmethod
    async def _arrival(fetcher: Any) -> None:
        await fetcher._create_fetch_waiter()

    async def _collect(
        self, consumer: aiokafka.AIOKafkaConsumer, expected: dict[TP, int], max_records: int
    ) -> list[FetchedRange]:
        fetcher = consumer._fetcher
        found: list[FetchedRange] = []
        for tp, position in expected.items():
            if not self.consumer.flow_active or fetcher._subscriptions.reassignment_in_progress:
                break
            part = ensure_aiokafka_TP(tp)
            subscription = fetcher._subscriptions.subscription
            assignment = subscription.assignment if subscription is not None else None
            if assignment is None or part not in assignment.tps or tp not in self._handed:
                continue
            if self._handed[tp] != position:
                consumer.seek(part, position)
                self._handed[tp] = position
                continue
            state = assignment.state_value(part)
            if not state.has_valid_position:
                continue
            # No await happens inside (timeout 0 and no reassignment): taking the records and noting
            # the position is one step.
            answer = await fetcher.fetched_records([part], timeout=0, max_records=max_records)
            records = answer.get(part, [])
            if records or state.position != position:
                self._handed[tp] = state.position
                found.append(FetchedRange(tp, records, state.position, state.highwater))
        return found

    async def rewind(self, partitions: Iterable[TP]) -> dict[TP, StartPosition]:
        """Seek every partition to its committed offset, or to the reset policy's when there is none."""
        return await self.call_thread(self._rewind, list(partitions))

    async def _rewind(self, partitions: list[TP]) -> dict[TP, StartPosition]:
        consumer = self._ensure_consumer()
        starts: dict[TP, StartPosition] = {}
        for tp in partitions:
            part = ensure_aiokafka_TP(tp)
            committed = await consumer.committed(part)
            if committed is not None:
                position = committed
            elif self.app.conf.consumer_auto_offset_reset == "latest":
                position = (await consumer.end_offsets([part]))[part]
            else:
                position = (await consumer.beginning_offsets([part]))[part]
            try:
                consumer.seek(part, position)
            except IllegalStateError:
                # Revoked meanwhile: the next assignment rewinds again.
                self._handed.pop(tp, None)
                continue
            self._handed[tp] = position
            starts[tp] = StartPosition(position, committed)
        return starts
