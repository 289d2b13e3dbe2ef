"""Notices and their messages in the read models."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, update

from infra.store.event_log import micros
from infra.store.rows import rows_among, upsert_rows
from infra.store.tables import ReadTables
from risk_model.notices.entities import Message
from risk_model.state import State
from schemas.domain_events import NoticeDue

UNADDRESSED = ""
"""In place of the message of a notice that nobody can be told of."""

_json = msgspec.json.Encoder()
_message = msgspec.json.Decoder(Message)


def save_notices(connection: Connection, tables: ReadTables, state: State) -> None:
    """Store what the fold changed."""
    n = tables.notices
    upsert_rows(connection, n, [_notice_row(notice) for notice in state.new_notices])
    if state.new_bundled:
        connection.execute(
            update(n).where(n.c.notice_id == bindparam("of")).values(message_id=bindparam("to")),
            [{"of": notice_id, "to": message_id} for notice_id, message_id in sorted(state.new_bundled.items())],
        )
    touched = [state.messages[message_id] for message_id in sorted(state.touched_messages)]
    upsert_rows(connection, tables.notice_messages, [_message_row(message) for message in touched])


def load_messages(connection: Connection, tables: ReadTables, state: State, message_ids: Iterable[str]) -> None:
    """Messages by id, with their stream versions."""
    for (data,) in rows_among(connection, tables.notice_messages, "message_id", sorted(set(message_ids)), "state"):
        message = _message.decode(data)
        state.messages[message.message_id] = message
        state.versions[f"message-{message.message_id}"] = message.version


def _notice_row(notice: NoticeDue) -> dict[str, Any]:
    return {
        "notice_id": notice.notice_id,
        "message_id": None if notice.channel else UNADDRESSED,
        "recipient": notice.recipient,
        "county": notice.county,
        "channel": notice.channel,
        "about": notice.about,
        "due_us": micros(notice.due_at),
        "state": _json.encode(notice),
    }


def _message_row(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "recipient": message.recipient,
        "county": message.county,
        "channel": message.channel,
        "status": message.status,
        "next_us": micros(message.next_at) if message.next_at else None,
        "made_us": micros(message.at),
        "version": message.version,
        "state": _json.encode(message),
    }
