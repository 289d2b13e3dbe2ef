"""What is delivered to agents: its limits, the Faust message around a batch, and a partition's progress."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from faust.types import ConsumerMessage
from faust.types.transports import ConsumerT

from streams.offsets import OffsetLedger
from streams.record_batch import Record


@dataclass(frozen=True, slots=True)
class DeliveryLimits:
    """How much is delivered ahead of the acknowledgements.

    Attributes:
        batch_records: most records in one batch.
        batch_bytes: a batch is cut when it passes this size; one larger record is a batch of its own.
        open_batches: a partition with this many unacknowledged batches is not fetched.
        open_bytes: with this much unacknowledged in all partitions together, nothing is fetched.
    """

    batch_records: int = 500
    batch_bytes: int = 4 * 1024 * 1024
    open_batches: int = 4
    open_bytes: int = 48 * 1024 * 1024

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: got {getattr(self, name)}, expected at least 1")


@dataclass(frozen=True, slots=True)
class PartitionProgress:
    """Where one partition stands.

    Attributes:
        position: next offset to deliver.
        frontier: offset acknowledged up to; below the position while batches are in work.
        committed: offset the group committed, None when it never did.
        asks: fetches that named this partition; none is made while it has no room.
    """

    position: int
    frontier: int
    committed: int | None
    asks: int = 0


class BatchMessage(ConsumerMessage):
    """Faust message whose value is a list of records; Faust's own acknowledgement of it does nothing."""

    __slots__ = ("ledger",)
    ledger: OffsetLedger

    def on_final_ack(self, consumer: ConsumerT) -> bool:  # noqa: ARG002
        """Ignore it: a batch is acknowledged by `RecordBatch.ack` only."""
        return False


def cut(records: list[Record], limit_bytes: int) -> Iterator[tuple[list[Record], int]]:
    """Runs of records with their sizes (keys plus values, bytes), none above the limit unless one record alone is."""
    start = size = 0
    for index, record in enumerate(records):
        length = (len(record.value) if record.value else 0) + (len(record.key) if record.key else 0)
        if index > start and size + length > limit_bytes:
            yield records[start:index], size
            start, size = index, 0
        size += length
    if start < len(records):
        yield (records[start:] if start else records), size
