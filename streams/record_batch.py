"""A batch of raw records of one partition: the value of every Faust event in this project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class Record(Protocol):
    """One Kafka record as the client delivers it (an `aiokafka.ConsumerRecord`)."""

    topic: str
    partition: int
    offset: int
    timestamp: int  # milliseconds since the epoch, as the broker or the producer stamped it
    key: bytes | None
    value: bytes | None  # None is a tombstone
    headers: Sequence[tuple[str, bytes]]


class RecordBatch:
    """Records of one partition in offset order, acknowledged together.

    Args:
        records: at least one record; offsets ascend and may have gaps.
        size_bytes: keys plus values.
        acknowledge: marks the batch in its partition's ledger; answers whether that still counts.
        is_current: whether the partition is still ours under the assignment that delivered the batch.
    """

    __slots__ = ("_acknowledge", "_is_current", "partition", "records", "size_bytes", "topic")

    def __init__(
        self,
        records: Sequence[Record],
        size_bytes: int,
        acknowledge: Callable[[], bool],
        is_current: Callable[[], bool],
    ) -> None:
        if not records:
            raise ValueError("records: got none, expected at least one record")
        self.records = records
        self.size_bytes = size_bytes
        self.topic = records[0].topic
        self.partition = records[0].partition
        self._acknowledge = acknowledge
        self._is_current = is_current

    @property
    def first_offset(self) -> int:
        """Offset of the first record."""
        return self.records[0].offset

    @property
    def last_offset(self) -> int:
        """Offset of the last record."""
        return self.records[-1].offset

    @property
    def is_current(self) -> bool:
        """False once the partition was revoked or rewound: the records will be delivered again."""
        return self._is_current()

    def ack(self) -> bool:
        """Mark every record of the batch as done; call it on the event loop, after the effects are durable.

        Returns:
            True when this lets the committed offset advance; False for a stale or second call,
            which changes nothing.
        """
        return self._acknowledge()

    def __len__(self) -> int:
        return len(self.records)

    def __repr__(self) -> str:
        return f"<RecordBatch {self.topic}/{self.partition} {self.first_offset}-{self.last_offset} n={len(self)}>"
