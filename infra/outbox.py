"""Outbox: what other systems receive (``schemas.outgoing``), from the event log to Kafka. The log itself is the outbox.

A cursor says how far was published; it moves after Kafka has acknowledged, so delivery is at least once, and the
CloudEvents id (the event's seq) lets a receiver drop repeats. A lease lets one worker publish at a time.
"""

from datetime import datetime

import orjson
from kafka import KafkaProducer
from sqlalchemy import Connection, Engine, insert, select, update

from infra.settings import Settings
from infra.store.event_log import StoredEvent, micros, read_events
from infra.store.tables import event_head, publications
from schemas.domain_events import type_name
from schemas.outgoing import OUTGOING, key_of, outgoing_json

NAME = "outbox"
LEASE_SECONDS = 30
CHUNK = 500
_TYPES = tuple(OUTGOING)


class Outbox:
    """Publishes what the log holds beyond the cursor.

    Args:
        holder: names this process in the lease.
    """

    def __init__(self, engine: Engine, settings: Settings, producer: KafkaProducer, holder: str) -> None:
        self._engine = engine
        self._settings = settings
        self._producer = producer
        self._holder = holder

    def publish(self, now: datetime) -> int:
        """Publish the next events, at most ``CHUNK``; how many. 0 when there are none or another worker holds the lease.

        Raises:
            kafka.errors.KafkaError, sqlalchemy.exc.DBAPIError: call again later; the cursor has not moved.
        """
        last = self._claim(now)
        if last is None:
            return 0
        with self._engine.connect() as connection:
            # The head first: what is committed between the two reads must not be stepped over.
            head = int(connection.execute(select(event_head.c.seq)).scalar_one())
            stored = read_events(connection, last, CHUNK, _TYPES)
        sent = [self._send(item) for item in stored]
        self._producer.flush(timeout=LEASE_SECONDS)
        for future in sent:
            future.get(timeout=LEASE_SECONDS)
        newest = stored[-1].seq if stored else last
        reached = newest if len(stored) == CHUNK else max(head, newest)
        if reached > last:
            with self._write() as connection, connection.begin():
                mine = (publications.c.name == NAME) & (publications.c.holder == self._holder)
                connection.execute(update(publications).where(mine).values(last_seq=reached))
        return len(stored)

    def _claim(self, now: datetime) -> int | None:
        """Cursor, when the lease is ours (or free to take); None when another worker holds it. Writes only to renew."""
        table, now_us = publications, micros(now)
        with self._engine.connect() as connection:
            row = connection.execute(select(table).where(table.c.name == NAME)).first()
            head = int(connection.execute(select(event_head.c.seq)).scalar_one())
        if row is not None and (row.last_seq >= head or (row.holder != self._holder and row.lease_until_us > now_us)):
            return None
        if row is not None and row.holder == self._holder and row.lease_until_us - now_us > LEASE_SECONDS * 500_000:
            return int(row.last_seq)
        lease = {"holder": self._holder, "lease_until_us": now_us + LEASE_SECONDS * 1_000_000}
        with self._write() as connection, connection.begin():
            if row is None:
                connection.execute(insert(table), [{"name": NAME, "last_seq": 0, **lease}])
                return 0
            free = (table.c.name == NAME) & ((table.c.holder == self._holder) | (table.c.lease_until_us <= now_us))
            if connection.execute(update(table).where(free).values(**lease)).rowcount == 0:
                return None
            return int(connection.execute(select(table.c.last_seq).where(table.c.name == NAME)).scalar_one())

    def _write(self) -> Connection:
        return self._engine.connect().execution_options(fuyuan_write=True)

    def _send(self, item: StoredEvent):  # type: ignore[no-untyped-def]  # kafka-python's future has no types
        event = item.recorded.event
        name = type_name(event)
        envelope = {
            "specversion": "1.0",
            "id": str(item.seq),
            "source": "/fuyuan/events",
            "type": f"fuyuan.{name}",
            "subject": item.recorded.stream_id,
            "time": item.recorded_at.isoformat(),
            "datacontenttype": "application/json",
            "data": orjson.Fragment(outgoing_json(event)),
        }
        topic = self._settings.kafka_name(OUTGOING[name].topic)
        return self._producer.send(topic, key=key_of(event).encode(), value=orjson.dumps(envelope))
