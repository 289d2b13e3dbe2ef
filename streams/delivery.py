"""What is delivered to agents: its limits, the Faust message around a batch, and a partition's progress."""

from __future__ import annotations

from dataclasses import dataclass

from faust.types import ConsumerMessage
from faust.types.transports import ConsumerT

from streams.offsets import OffsetLedger


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
    """Where one partition stands: next offset to deliver, offset acknowledged up to, offset committed."""

    position: int
    frontier: int
    committed: int | None

    @property
    def uncommitted(self) -> int:
        """Offsets delivered and not committed yet."""
        return self.position - (self.committed if self.committed is not None else self.frontier)


class BatchMessage(ConsumerMessage):
    """Faust message whose value is a list of records; Faust's own acknowledgement of it does nothing."""

    __slots__ = ("ledger",)
    ledger: OffsetLedger

    def on_final_ack(self, consumer: ConsumerT) -> bool:  # noqa: ARG002
        """Ignore it: a batch is acknowledged by `RecordBatch.ack` only."""
        return False
