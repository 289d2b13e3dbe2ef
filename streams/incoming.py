"""Kafka records of a group of batches, in the form that what handles them takes."""

from collections.abc import Sequence

from infra.intake import Incoming
from streams.record_batch import RecordBatch


def incoming(batches: Sequence[RecordBatch]) -> list[Incoming]:
    """Records of these batches in order; a tombstone becomes empty bytes, which the contract rejects."""
    return [
        Incoming(batch.topic, batch.partition, record.offset, record.value or b"", record.headers, record.key)
        for batch in batches
        for record in batch.records
    ]
