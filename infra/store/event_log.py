"""The append-only, hash-chained event log: appends, optimistic concurrency, reading, and checking the chain."""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from infra.store.rows import insert_values, rows_among
from infra.store.tables import event_head, events
from schemas.domain_events import EVENT_SCHEMA_VERSION, Recorded, decode_event, encode_event, type_name

GENESIS = bytes(32)
_COLUMNS = tuple(column.name for column in events.c)
IN_CHUNK = 10_000  # ids in one IN list; SQLite allows 32,766 variables


class Conflict(Exception):
    """Another writer appended to the stream first (optimistic concurrency); load again and decide again."""

    for_operator = True


class ChainBroken(Exception):
    """The stored log was changed after it was written; the message names the first bad event."""

    for_operator = True


class StoredEvent(msgspec.Struct, frozen=True):
    """An event as stored: its global place, when it was recorded (UTC) and the fact itself."""

    seq: int
    recorded_at: datetime
    recorded: Recorded


def stored_event(row: Row[Any]) -> StoredEvent:
    """Event of a row of the table ``events``."""
    recorded = Recorded(row.stream_id, row.version, decode_event(bytes(row.data)))
    return StoredEvent(row.seq, moment(row.recorded_us), recorded)


def micros(moment: datetime) -> int:
    """Microseconds since the epoch of an aware time."""
    return round(moment.timestamp() * 1_000_000)


def moment(us: int) -> datetime:
    """Aware UTC time of stored microseconds."""
    return datetime.fromtimestamp(us / 1_000_000, UTC)


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """One write transaction; writers queue on the head of the chain, so seq order is commit order."""
    with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        take_turn(connection)
        yield connection


def take_turn(connection: Connection) -> None:
    """Queue on the head of the chain; whatever is read after this, within the same transaction, no other writer changes."""
    connection.execute(select(event_head.c.seq).where(event_head.c.id == 1).with_for_update()).scalar_one()


def known_streams(connection: Connection, stream_ids: Sequence[str]) -> set[str]:
    """Which of these streams exist: the inbox, as every accepted message has a stream of its own."""
    return {stream_id for (stream_id,) in rows_among(connection, events, "stream_id", stream_ids, "stream_id")}


def append(connection: Connection, recorded: Sequence[Recorded], now: datetime) -> int:
    """Append events within a write transaction and return the new head seq.

    Raises:
        Conflict: a stream already has an event of that version.
    """
    return append_after(connection, chain_head(connection), recorded, now)


def chain_head(connection: Connection) -> tuple[int, bytes]:
    """Seq and hash of the last event; 0 and ``GENESIS`` before the first."""
    seq, head = connection.execute(select(event_head.c.seq, event_head.c.hash).where(event_head.c.id == 1)).one()
    return int(seq), bytes(head)


def append_after(connection: Connection, last: tuple[int, bytes], recorded: Sequence[Recorded], now: datetime) -> int:
    """As ``append``, behind ``chain_head`` as read earlier in the transaction: only writes, so it can be pipelined.

    Raises:
        Conflict: a stream already has an event of that version.
    """
    seq, head = last
    if not recorded:
        return seq
    recorded_us = micros(now)
    rows = []
    for item in recorded:
        seq += 1
        data, kind = encode_event(item.event), type_name(item.event)
        place = (seq, item.stream_id, item.version, kind, EVENT_SCHEMA_VERSION, recorded_us)
        head = chain_hash(head, place, data)
        rows.append((*place, data, head))
    try:
        insert_values(connection, events, _COLUMNS, rows)
    except IntegrityError as taken:
        raise Conflict(
            f"事件流已被他人追加，请重新读取后再试 / a stream was appended to by another writer: {taken.orig}"
        ) from taken
    connection.execute(
        update(event_head).where(event_head.c.id == 1).values(seq=bindparam("new_seq"), hash=bindparam("new_hash")),
        {"new_seq": seq, "new_hash": head},
    )
    return int(seq)


def chain_hash(previous: bytes, place: tuple[int, str, int, str, int, int], data: bytes) -> bytes:
    """sha256 over the previous hash and everything stored of an event.

    Args:
        previous: hash of the event before, ``GENESIS`` for the first.
        place: seq, stream id, version, type, schema version, recorded time in microseconds.
        data: the event's canonical JSON.
    """
    seq, stream_id, version, kind, schema_version, recorded_us = place
    head = f"{seq}\0{stream_id}\0{version}\0{kind}\0{schema_version}\0{recorded_us}\0".encode()
    return hashlib.sha256(previous + struct.pack(">I", len(head)) + head + data).digest()


def read_events(
    connection: Connection, after: int = 0, limit: int = 1000, types: Sequence[str] = ()
) -> list[StoredEvent]:
    """Events with ``seq > after`` in order, at most ``limit``, optionally of some types only."""
    query = select(events).where(events.c.seq > after).order_by(events.c.seq).limit(limit)
    if types:
        query = query.where(events.c.type.in_(types))
    return [stored_event(row) for row in connection.execute(query)]


def verify_chain(connection: Connection, chunk: int = 5000) -> int:
    """Recompute the whole chain; number of events.

    Raises:
        ChainBroken: an event was changed, removed or inserted.
    """
    previous, last = GENESIS, 0
    while True:
        rows = connection.execute(select(events).where(events.c.seq > last).order_by(events.c.seq).limit(chunk)).all()
        for row in rows:
            place = (row.seq, row.stream_id, row.version, row.type, row.schema_version, row.recorded_us)
            expected = chain_hash(previous, place, bytes(row.data))
            if row.seq != last + 1 or bytes(row.hash) != expected:
                raise ChainBroken(
                    f"事件链在 seq={row.seq} 处断裂：该事件或其前一事件被改动 / chain broken at seq={row.seq}: it or the event before it was changed"
                )
            previous, last = expected, row.seq
        if not rows:
            break
    head = connection.execute(select(event_head)).one()
    if head.seq != last or bytes(head.hash) != previous:
        raise ChainBroken(
            f"事件链末端不符：应为 seq={head.seq}，实有 {last} / chain head says seq={head.seq}, log ends at {last}"
        )
    return last
