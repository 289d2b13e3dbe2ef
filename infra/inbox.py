"""What the messages that WATCH takes say: assessed disputes, and index entries of what was rejected. Every one has a stream of its own."""

import hashlib
from datetime import datetime

import msgspec

from infra.intake import Incoming
from schemas.assessed import Assessed, Origin, decode_assessed
from schemas.domain_events import DisputeQuarantined
from schemas.errors import FieldError, field_error
from schemas.identifiers import derived_id

Item = Assessed | DisputeQuarantined
_reasons = msgspec.json.Decoder(tuple[FieldError, ...])


def read_message(record: Incoming, rejected_topic: str, now: datetime) -> Item:
    """What a message says; one that ASSESS did not write is set aside with that as its reason."""
    if record.topic == rejected_topic:
        return _quarantined(record, now)
    try:
        return decode_assessed(record.value)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as bad:
        error = field_error(
            "not_assessed",
            "$",
            str(bad),
            "ASSESS 的输出",
            "a record that ASSESS wrote",
            "只有 ASSESS 可以写入该主题",
            "only ASSESS may write to this topic",
        )
        return _set_aside(record, (error,), Origin(record.topic, record.partition, record.offset), now)


def stream_of(item: Item) -> str:
    """Stream of its own that every accepted message has."""
    return f"dispute-{item.dispute_id}" if isinstance(item, Assessed) else f"quarantine-{item.quarantine_id}"


def _quarantined(record: Incoming, now: datetime) -> DisputeQuarantined:
    """Index entry of a rejected message; one whose headers are not ours is kept too, with that as its reason."""
    try:
        return _indexed(record)
    except (KeyError, ValueError, msgspec.DecodeError) as bad:
        error = field_error(
            "not_rejected",
            "headers",
            f"{type(bad).__name__}: {bad}",
            "reasons、origin、rejected_at 等消息头",
            "the headers reasons, origin, rejected_at",
            "只有 ASSESS 和导入程序可以写入该主题",
            "only ASSESS and the importer may write to this topic",
        )
        return _set_aside(record, (error,), Origin(record.topic, record.partition, record.offset), now)


def _indexed(record: Incoming) -> DisputeQuarantined:
    """Index entry of a rejected message, from its headers (written by ASSESS or the importer)."""
    headers = dict(record.headers)
    reasons = _reasons.decode(headers["reasons"])
    if not reasons:
        raise ValueError("reasons: []")
    where = headers["origin"].decode()
    topic, partition, offset = (where, "0", "0") if where.startswith("import:") else where.rsplit("/", 2)
    row = headers.get("import_row")
    import_id = headers["import_id"].decode() if "import_id" in headers else None
    origin = Origin(topic, int(partition), int(offset), import_id, int(row) if row is not None else None)
    return _set_aside(record, reasons, origin, datetime.fromisoformat(headers["rejected_at"].decode()))


def _set_aside(record: Incoming, reasons: tuple[FieldError, ...], origin: Origin, at: datetime) -> DisputeQuarantined:
    """Index entry of a message; its id names place and bytes, so a topic that was deleted and made anew starts no confusion."""
    digest = hashlib.sha256(record.value).hexdigest()
    return DisputeQuarantined(
        quarantine_id=derived_id("quarantine", origin.topic, str(origin.partition), str(origin.offset), digest),
        quarantined_at=at,
        origin=origin,
        reasons=reasons,
        size_bytes=len(record.value),
        sha256=digest,
        rejected_topic=record.topic,
        rejected_partition=record.partition,
        rejected_offset=record.offset,
    )
