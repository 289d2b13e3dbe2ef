"""Kafka transport for Faust that delivers one event per record batch instead of one per record.

Faust spends 100-150 µs of event loop work on every message. Here an event's value is a `RecordBatch`, up
to some hundred raw records of one partition, acknowledged as a whole, so that cost is paid once a batch.
Faust keeps group membership, rebalances, commits, flow control and the agents' life cycle. Replaced are:

- fetching: `fetch_thread`, which seeks back whenever an answer was lost;
- back-pressure: by what is delivered and not yet acknowledged, per partition (batches) and in all (bytes);
- acknowledgement: `offsets.OffsetLedger`. Only `RecordBatch.ack` counts; Faust's own acknowledgement of an
  event (end of iteration, skipped event, stopped stream) has no effect, so it cannot lose a batch.

Rebalance: the ledgers stay until Faust has waited for the batches in work and committed them, then they go;
after the assignment `perform_seek` opens new ones at the committed offsets.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from faust.transport.consumer import ensure_TP
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.transports import TPorTopicSet
from mode.utils.futures import notify

from streams.delivery import BatchMessage, DeliveryLimits, PartitionProgress, cut
from streams.fetch_thread import BatchConsumerThread, FetchedRange
from streams.offsets import OffsetLedger
from streams.record_batch import Record, RecordBatch

logger = logging.getLogger(__name__)

#: Longest one fetch waits for records, and longest the loop goes without looking at its stop flags (seconds).
POLL_SECONDS = 1.0


class BatchConsumer(driver.Consumer):
    """Faust consumer whose messages are record batches (see the module's description)."""

    _thread: BatchConsumerThread
    limits = DeliveryLimits()

    def __init__(self, transport: BatchTransport, *args: Any, **kwargs: Any) -> None:
        self.limits = transport.limits
        self._ledgers: dict[TP, OffsetLedger] = {}
        self._room = asyncio.Event()
        self._asked: frozenset[TP] | None = None  # partitions of the fetch that is under way
        self._asks: Counter[TP] = Counter()
        self._turn = 0
        super().__init__(transport, *args, **kwargs)

    def _new_consumer_thread(self) -> BatchConsumerThread:
        return BatchConsumerThread(self, loop=self.loop, beacon=self.beacon)

    # -- delivery ------------------------------------------------------------------------------------

    async def _drain_messages(self, fetcher: Any) -> None:
        try:
            while not (self.should_stop or fetcher.should_stop):
                await self._deliver_next()
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.app.should_stop:
                raise
        except Exception:
            logger.exception("fetching stopped by an error; the worker ends and its supervisor restarts it")
            raise

    async def _deliver_next(self) -> None:
        if not self.flow_active:
            ledgers = dict(self._ledgers)
            await self.wait(self.can_resume_flow)  # type: ignore[arg-type]
            if ledgers and self._ledgers == ledgers and not self.should_stop:
                # Faust always seeks before it resumes. Should a version not do so, batches it cleared
                # from its queues would never come again.
                await self.perform_seek()
            return
        expected = self._fetchable()
        if not expected:
            self._room.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._room.wait(), POLL_SECONDS)
            return
        ledgers = {tp: self._ledgers[tp] for tp in expected}
        self._asked = frozenset(ledgers)
        self._asks.update(expected)
        try:
            fetched = await self._thread.fetch(
                {tp: ledger.position for tp, ledger in ledgers.items()}, self.limits.batch_records, POLL_SECONDS
            )
        finally:
            self._asked = None
        for part in fetched:
            await self._deliver_range(part, ledgers[part.tp])

    def _fetchable(self) -> list[TP]:
        """Partitions with room, the one after the last call's first coming first."""
        if sum(ledger.open_bytes for ledger in self._ledgers.values()) >= self.limits.open_bytes:
            return []
        active = self._get_active_partitions()
        ready = [
            tp for tp, ledger in self._ledgers.items() if tp in active and ledger.open_ranges < self.limits.open_batches
        ]
        self._turn += 1
        start = self._turn % len(ready) if ready else 0
        return ready[start:] + ready[:start]

    async def _deliver_range(self, part: FetchedRange, ledger: OffsetLedger) -> None:
        tp = part.tp
        if part.end_offset is not None:
            self.app.monitor.track_tp_end_offset(tp, part.end_offset)
        if self._ledgers.get(tp) is not ledger:
            return
        first = part.records[0].offset if part.records else part.position
        if first < ledger.position:
            logger.error(
                "%s: the broker went back from offset %s to %s (log truncated or topic made anew)",
                tp,
                ledger.position,
                first,
            )
            ledger = self._ledgers[tp] = OffsetLedger(first, None)
        for records, size in cut(part.records, self.limits.batch_bytes):
            if not self.flow_active or self._ledgers.get(tp) is not ledger:
                return
            await self._deliver(tp, records, size, ledger)
        if self._ledgers.get(tp) is ledger and ledger.position < part.position and self.flow_active:
            ledger.advance(part.position)

    async def _deliver(self, tp: TP, records: list[Record], size: int, ledger: OffsetLedger) -> None:
        first = records[0]
        message = BatchMessage(
            topic=tp.topic,
            partition=tp.partition,
            offset=first.offset,
            timestamp=first.timestamp / 1000.0,
            timestamp_type=0,
            headers=None,
            key=None,
            value=records,  # type: ignore[arg-type]
            checksum=None,
            serialized_key_size=0,
            serialized_value_size=size,
            tp=tp,
            generation_id=self.app.consumer_generation_id,
        )
        message.ledger = ledger
        ledger.deliver(first.offset, records[-1].offset, size, self.loop.time())
        # A rebalance must be able to interrupt a delivery that Faust's flow control holds back.
        await self.wait_first(self.callback(message), self.suspend_flow.wait())

    # -- acknowledgement and commit ------------------------------------------------------------------

    def open_batch(self, message: BatchMessage) -> RecordBatch:
        """The batch an agent gets for a message; it keeps the message alive, so Faust waits for it."""
        return RecordBatch(
            message.value,  # type: ignore[arg-type]
            message.serialized_value_size,
            acknowledge=lambda: self._acknowledge(message),
            is_current=lambda: self._ledgers.get(message.tp) is message.ledger,
        )

    def _acknowledge(self, message: BatchMessage) -> bool:
        message.acked = True
        self._unacked_messages.discard(message)
        notify(self._waiting_for_ack)
        if self._ledgers.get(message.tp) is not message.ledger:
            return False
        counted = message.ledger.acknowledge(message.offset)
        if counted:
            self._make_room(message.tp)
        return counted

    def _make_room(self, tp: TP | None = None) -> None:
        self._room.set()
        if self._asked is not None and tp not in self._asked:
            # The fetch under way waits for other partitions only.
            self._thread.wake()

    def _filter_tps_with_pending_acks(self, topics: TPorTopicSet | None = None) -> Iterator[TP]:
        return (tp for tp in list(self._ledgers) if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: TP) -> int | None:
        ledger = self._ledgers.get(tp)
        return ledger.committable() if ledger is not None else None

    def _should_commit(self, tp: TP, offset: int) -> bool:  # noqa: ARG002
        return True  # the ledger names an offset only when there is something new

    async def _commit_offsets(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:
        ledgers = dict(self._ledgers)
        accepted = await super()._commit_offsets(offsets, start_new_transaction)
        if accepted:
            for tp, offset in offsets.items():
                if tp in ledgers:
                    ledgers[tp].mark_committed(offset)
        return accepted

    def progress(self) -> dict[TP, PartitionProgress]:
        """The books of every partition that is being read."""
        return {
            tp: PartitionProgress(ledger.position, ledger.frontier, ledger.committed, self._asks[tp])
            for tp, ledger in self._ledgers.items()
        }

    # -- assignment and seeking ----------------------------------------------------------------------

    async def perform_seek(self) -> None:
        """Start every assigned partition again at its committed offset, with a new ledger."""
        starts = await self._thread.rewind(self.assignment())
        self._ledgers = {tp: OffsetLedger(start.position, start.committed) for tp, start in starts.items()}
        self._make_room()

    async def seek(self, partition: TP, offset: int) -> None:
        """Continue `partition` at `offset`; batches in work become stale. The next fetch does the seek."""
        tp = ensure_TP(partition)
        old = self._ledgers.get(tp)
        self._ledgers[tp] = OffsetLedger(offset, old.committed if old is not None else None)
        self._make_room()

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """As `seek`, for several partitions."""
        for tp, offset in partitions.items():
            await self.seek(tp, offset)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Let Faust wait for the batches in work and commit them; then what is left of them is stale."""
        await super().on_partitions_revoked(revoked)
        for tp in revoked:
            self._ledgers.pop(tp, None)

    def resume_partitions(self, tps: Iterable[TP]) -> None:
        """Resume fetching."""
        super().resume_partitions(tps)
        self._make_room()

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Nothing: Faust's check only logs, and takes a batch in work for a hang; `streams.liveness` acts."""


class BatchTransport(driver.Transport):
    """Faust's aiokafka transport with `BatchConsumer`."""

    Consumer = BatchConsumer

    def __init__(self, *args: Any, limits: DeliveryLimits | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limits = limits or DeliveryLimits()
