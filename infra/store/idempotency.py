"""Answers kept for requests that carry an Idempotency-Key: who asks again with the same key gets the first answer."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from infra.store.event_log import micros
from infra.store.tables import idempotency_keys

KEPT = timedelta(hours=24)
"""How long an answer is kept."""


class Answered(msgspec.Struct, frozen=True):
    """The digest of a request's body and the answer it got."""

    request_sha256: bytes
    answer: bytes


def recall(connection: Connection, key: str, now: datetime) -> Answered | None:
    """The first answer to a request with this key in the last 24 hours."""
    t = idempotency_keys
    query = select(t.c.request_sha256, t.c.answer).where(t.c.key == key, t.c.created_us >= micros(now - KEPT))
    row = connection.execute(query).first()
    return None if row is None else Answered(bytes(row.request_sha256), bytes(row.answer))


def remember(connection: Connection, key: str, answered: Answered, now: datetime) -> Answered:
    """Keep an answer unless another request with the key was first; whichever was first is returned. Needs a write transaction."""
    t = idempotency_keys
    connection.execute(delete(t).where(t.c.created_us < micros(now - KEPT)))
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {
        "key": key,
        "request_sha256": answered.request_sha256,
        "answer": answered.answer,
        "created_us": micros(now),
    }
    connection.execute(insert(t).on_conflict_do_nothing(index_elements=["key"]), [row])
    return recall(connection, key, now) or answered
