"""The sender: tries messages that are due, each channel by itself, and records what came of it.

An attempt is recorded after the channel answered, so a sender that is killed in between sends again, with the same key: at least once.
"""

import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, func, select

from infra.notices.answers import Answer, Outcome
from infra.notices.channels import ChannelRefused, Outgoing, Target, send
from infra.notices.contacts import Contacts
from infra.store.event_log import append, micros, write_transaction
from infra.store.notices import load_messages
from infra.store.projection import save
from infra.store.rows import rows_among
from infra.store.tables import reads
from risk_model.folding import record
from risk_model.notices.bundling import Address, link, words
from risk_model.notices.entities import WAITING, Message
from risk_model.notices.retrying import next_attempt
from risk_model.notices.settings import NoticeTable
from risk_model.state import State
from schemas.domain_events import NoticeDelayed, NoticeDue, NoticeFailed, NoticeSent

AT_ONCE = 8
"""Channels called at the same time, each with one message."""

_message = msgspec.json.Decoder(Message)
_notice = msgspec.json.Decoder(NoticeDue)

Send = Callable[[Target, Outgoing, float], Answer]


class _Tried(NamedTuple):
    message: Message
    answer: Answer
    code: str


class Sender:
    """Sends messages.

    Args:
        engine: of the store.
        contacts: where recipients are reached.
        table: retries and times out by it.
        base: address of this installation for links, may be empty.
        draw: uniform in [0, 1), for the jitter.
        post: how a message is sent once.
    """

    def __init__(
        self,
        engine: Engine,
        contacts: Contacts,
        table: NoticeTable,
        base: str = "",
        draw: Callable[[], float] = random.random,
        post: Send = send,
    ) -> None:
        self._engine = engine
        self._contacts = contacts
        self._table = table
        self._base = base
        self._draw = draw
        self._post = post
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notice")
        self._flying: dict[Address, Future[_Tried]] = {}

    def turn(self, now: datetime, wait_seconds: float = 0.0) -> int:
        """Start what is due on channels that are free, wait a moment, record what is finished; number of attempts recorded.

        Raises:
            sqlalchemy.exc.DBAPIError: the database is away; call again later. What was sent meanwhile is sent again, with the same key.
        """
        self._start(now)
        if self._flying:
            wait(self._flying.values(), wait_seconds)
        return self._record(now)

    def flying(self) -> int:
        """Attempts under way."""
        return len(self._flying)

    def close(self) -> None:
        """Let attempts under way end; they are not recorded."""
        self._pool.shutdown()

    def _start(self, now: datetime) -> None:
        free = AT_ONCE - len(self._flying)
        if free <= 0:
            return
        with self._engine.connect() as connection:
            messages = _due(connection, now, set(self._flying))[:free]
            notices = _notices(connection, messages)
        for message in messages:
            said = [notices[notice_id] for notice_id in message.notice_ids]
            self._flying[_address(message)] = self._pool.submit(self._try, message, said)

    def _try(self, message: Message, said: list[NoticeDue]) -> _Tried:
        """One attempt, in a thread of the pool."""
        target = self._contacts.target(*_address(message))
        if target is None:
            answer = Answer(Outcome.NEVER, "通讯录中已没有这个渠道 the contacts have no such channel any more")
            return _Tried(message, answer, "no_channel")
        text = words(said, message.message_id, self._base, target.most_bytes)
        outgoing = Outgoing(
            message.message_id, text.title, text.body, any(n.urgent for n in said), _details(message, said, self._base)
        )
        try:
            return _Tried(message, self._post(target, outgoing, self._table.timeout_seconds), "refused")
        except ChannelRefused as bad:
            return _Tried(message, Answer(Outcome.NEVER, str(bad)), "refused")

    def _record(self, now: datetime) -> int:
        done = {address: flight for address, flight in self._flying.items() if flight.done()}
        for address in done:
            del self._flying[address]
        tried = [flight.result() for flight in done.values()]
        if not tried:
            return 0
        with write_transaction(self._engine) as connection:
            state = State()
            load_messages(connection, reads, state, [item.message.message_id for item in tried])
            recorded = []
            for item in tried:
                message = state.messages[item.message.message_id]
                if message.version == item.message.version:  # else another sender was first
                    event = self._came_of(message, item, now)
                    recorded.append(record(state, f"message-{message.message_id}", event))
            append(connection, recorded, now)
            save(connection, reads, state)
        return len(recorded)

    def _came_of(self, message: Message, tried: _Tried, now: datetime) -> NoticeSent | NoticeDelayed | NoticeFailed:
        answer, attempt = tried.answer, message.attempts + 1
        if answer.outcome is Outcome.DELIVERED:
            return NoticeSent(message.message_id, attempt, now)
        if answer.outcome is Outcome.NEVER:
            return NoticeFailed(message.message_id, attempt, now, tried.code, answer.said)
        again = next_attempt(attempt, message.at, now, answer.pause_seconds, self._draw(), self._table)
        if again is None:
            return NoticeFailed(message.message_id, attempt, now, "gave_up", answer.said)
        return NoticeDelayed(message.message_id, attempt, now, again, answer.said)


def _due(connection: Connection, now: datetime, busy: set[Address]) -> list[Message]:
    """Messages to be tried now, the oldest of each channel, of channels that are not busy: a dead channel holds up no other."""
    t = reads.notice_messages
    place = func.row_number().over(partition_by=(t.c.recipient, t.c.county, t.c.channel), order_by=t.c.next_us)
    ready = select(t.c.state, t.c.next_us, place.label("place")).where(
        t.c.status == WAITING, t.c.next_us <= micros(now)
    )
    first = ready.subquery()
    query = select(first.c.state).where(first.c.place == 1).order_by(first.c.next_us)
    found = [_message.decode(data) for (data,) in connection.execute(query)]
    return [message for message in found if _address(message) not in busy]


def _notices(connection: Connection, messages: list[Message]) -> dict[str, NoticeDue]:
    ids = sorted({notice_id for message in messages for notice_id in message.notice_ids})
    rows = rows_among(connection, reads.notices, "notice_id", ids, "state")
    return {notice.notice_id: notice for notice in (_notice.decode(data) for (data,) in rows)}


def _address(message: Message) -> Address:
    return message.recipient, message.county, message.channel


def _details(message: Message, said: list[NoticeDue], base: str) -> dict[str, object]:
    """What a webhook gets beside the text, so that a machine need not read it."""
    notices = [
        {
            "id": n.notice_id,
            "cause": n.cause,
            "about": n.about,
            "title": n.title,
            "lines": list(n.lines),
            "urgent": n.urgent,
            "link": link(base, n.about),
        }
        for n in said
    ]
    return {"recipient": message.recipient, "county": message.county, "notices": notices}
