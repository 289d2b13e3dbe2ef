"""Notices as operators and officials look at them: messages and what came of them, gaps in the contacts, figures."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from infra.store.event_log import micros
from infra.store.notices import UNADDRESSED
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.rows import rows_among
from infra.store.tables import reads
from risk_model.notices.entities import FAILED, WAITING, Message
from schemas.domain_events import NoticeDue

_message = msgspec.json.Decoder(Message)
_notice = msgspec.json.Decoder(NoticeDue)


class MessageFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which messages: None is any."""

    status: str | None = None
    recipient: str | None = None
    county: str | None = None


class ListedMessage(msgspec.Struct, frozen=True):
    """A message and the notices in it."""

    message: Message
    notices: tuple[NoticeDue, ...]


class Gap(NamedTuple):
    """A recipient whom nobody could tell: how many notices, and when the last was due (microseconds)."""

    recipient: str
    county: str
    notices: int
    last_us: int


class NoticeFigures(msgspec.Struct, frozen=True):
    """How notices stand: messages that wait and have failed, notices for nobody, and since when the oldest waits."""

    waiting: int
    failed: int
    unaddressed: int
    oldest_seconds: float


def message_page(
    connection: Connection, wanted: MessageFilter, after: Position | None, limit: int
) -> Page[ListedMessage]:
    """Messages, newest first."""
    t = reads.notice_messages
    query = select(t.c.message_id, t.c.made_us, t.c.state)
    for column, value in ((t.c.status, wanted.status), (t.c.recipient, wanted.recipient), (t.c.county, wanted.county)):
        if value is not None:
            query = query.where(column == value)
    rows = connection.execute(newest_first(query, t.c.made_us, t.c.message_id, after, limit)).all()
    page = page_of(rows, limit, lambda row: Position(row.made_us, row.message_id))
    messages = [_message.decode(row.state) for row in page.items]
    said = _said(connection, [notice_id for message in messages for notice_id in message.notice_ids])
    return Page([ListedMessage(m, tuple(said[n] for n in m.notice_ids)) for m in messages], page.following)


def gaps(connection: Connection) -> list[Gap]:
    """Recipients without a contact, the most missed first."""
    t = reads.notices
    count = func.count().label("notices")
    query = (
        select(t.c.recipient, t.c.county, count, func.max(t.c.due_us))
        .where(t.c.message_id == UNADDRESSED)
        .group_by(t.c.recipient, t.c.county)
        .order_by(count.desc(), t.c.recipient, t.c.county)
    )
    return [Gap(*row) for row in connection.execute(query)]


def notice_figures(connection: Connection, now: datetime) -> NoticeFigures:
    """How notices stand now."""
    t, n = reads.notice_messages, reads.notices
    query = select(t.c.status, func.count()).where(t.c.status.in_((WAITING, FAILED))).group_by(t.c.status)
    counted = dict(connection.execute(query).all())
    oldest = connection.execute(select(func.min(t.c.made_us)).where(t.c.status == WAITING)).scalar_one()
    nobody = connection.execute(select(func.count()).where(n.c.message_id == UNADDRESSED)).scalar_one()
    seconds = max(0, micros(now) - oldest) / 1_000_000 if oldest is not None else 0.0
    return NoticeFigures(counted.get(WAITING, 0), counted.get(FAILED, 0), int(nobody), seconds)


def _said(connection: Connection, notice_ids: Sequence[str]) -> dict[str, NoticeDue]:
    rows = rows_among(connection, reads.notices, "notice_id", list(notice_ids), "state")
    return {notice.notice_id: notice for notice in (_notice.decode(data) for (data,) in rows)}
