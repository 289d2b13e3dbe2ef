"""Quarantined messages: their original bytes from the rejected topic, and sending them through intake again."""

from datetime import datetime

import msgspec
from kafka import TopicPartition
from sqlalchemy import Engine, select

from infra.intake import county_key
from infra.kafka.clients import consumer, durable_producer
from infra.kafka.topics import DISPUTE_REPORTED
from infra.settings import Settings
from infra.store.event_log import append, write_transaction
from infra.store.projection import save
from infra.store.slices import load_quarantined
from infra.store.tables import reads
from risk_model.folding import record
from risk_model.state import State
from schemas.domain_events import DisputeQuarantined, QuarantineRetried

READ_SECONDS = 15
_decoder = msgspec.json.Decoder(DisputeQuarantined)


class QuarantineError(Exception):
    """A quarantined message cannot be shown or retried; the message says why and what to do."""

    for_operator = True


def find(engine: Engine, quarantine_id: str) -> DisputeQuarantined:
    """Quarantined message by its id or an unambiguous beginning of it."""
    table = reads.quarantine
    with engine.connect() as connection:
        rows = connection.execute(
            select(table.c.state).where(table.c.quarantine_id.like(f"{quarantine_id}%")).limit(2)
        ).all()
    if len(rows) != 1:
        found = "没有 none" if not rows else "不止一条 several"
        raise QuarantineError(
            f"隔离编号 {quarantine_id}：{found}；请用 fuyuan quarantine list 核对 / look it up with fuyuan quarantine list"
        )
    return _decoder.decode(rows[0][0])


def original_bytes(settings: Settings, item: DisputeQuarantined) -> bytes:
    """Original bytes of a quarantined message, untouched.

    Raises:
        QuarantineError: they are past the retention of the rejected topic.
    """
    reader = consumer(settings, None)
    try:
        place = TopicPartition(item.rejected_topic, item.rejected_partition)
        reader.assign([place])
        if reader.beginning_offsets([place])[place] <= item.rejected_offset < reader.end_offsets([place])[place]:
            reader.seek(place, item.rejected_offset)
            for records in reader.poll(timeout_ms=READ_SECONDS * 1000, max_records=1).values():
                for record in records:
                    if record.offset == item.rejected_offset:
                        return bytes(record.value)
    finally:
        reader.close()
    raise QuarantineError(
        f"{item.rejected_topic} 中已没有该消息（超过保留期），请来源单位重报 / its bytes are past the topic's retention: ask the source to send again"
    )


def retry(engine: Engine, settings: Settings, item: DisputeQuarantined, value: bytes, by: str, now: datetime) -> None:
    """Send bytes (the original, or corrected ones) through intake again, durably, and record who did."""
    producer = durable_producer(settings)
    try:
        producer.send(settings.kafka_name(DISPUTE_REPORTED), key=county_key(value), value=value).get(timeout=60)
    finally:
        producer.close()
    with write_transaction(engine) as connection:
        state = State()
        load_quarantined(connection, reads, state, [item.quarantine_id])
        event = record(state, f"quarantine-{item.quarantine_id}", QuarantineRetried(item.quarantine_id, by, now))
        append(connection, [event], now)
        save(connection, reads, state)
