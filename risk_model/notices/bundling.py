"""Notices of one recipient become one message: which are ready, and in which words."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import msgspec

from risk_model.notices.settings import NoticeTable
from schemas.domain_events import NoticeBundled, NoticeDue

_PLACES = {"alert": "alerts", "plan": "plans", "duty": "duties", "deadline": "deadlines", "request": "requests"}
"""Where the API shows what a notice is about."""

Address = tuple[str, str, str]
"""Recipient, county, channel."""


class Words(msgspec.Struct, frozen=True):
    """A message as it is read."""

    title: str
    body: str


def address(notice: NoticeDue) -> Address:
    """Where a notice goes."""
    return notice.recipient, notice.county, notice.channel


def bundle(notices: Iterable[NoticeDue], now: datetime, table: NoticeTable) -> list[NoticeBundled]:
    """Messages that are to be made now, of notices that are in none yet.

    A recipient's notices go together once the oldest that is due has waited ``gather_seconds``, or one is urgent. Those that are not due yet
    (quiet hours) wait.

    Args:
        notices: with a channel, in no message.
        now: aware.
        table: how long they are gathered.
    """
    due = sorted((n for n in notices if n.due_at <= now), key=lambda n: (*address(n), n.due_at, n.notice_id))
    ready_since = now - timedelta(seconds=table.gather_seconds)
    made: list[NoticeBundled] = []
    for (recipient, county, channel), found in groupby(due, address):
        group = list(found)
        if group[0].due_at > ready_since and not any(n.urgent for n in group):
            continue
        for start in range(0, len(group), table.most):
            ids = tuple(n.notice_id for n in group[start : start + table.most])
            made.append(NoticeBundled(message_id(ids), recipient, county, channel, ids, now))
    return made


def message_id(notice_ids: Sequence[str]) -> str:
    """Key of a message: the same notices make the same key."""
    return hashlib.sha256("\0".join(notice_ids).encode()).hexdigest()[:32]


def words(notices: Sequence[NoticeDue], key: str, base: str, most_bytes: int | None = None) -> Words:
    """What a message says; where a channel takes only so much, titles stand for the whole, and the rest is counted.

    Args:
        notices: in order, at least one.
        key: of the message; a reader who gets it twice has got one message.
        base: address of this installation for links, such as ``https://fuyuan.example``; empty for none.
        most_bytes: of title and body together in UTF-8; None when the channel sets no limit.
    """
    first, count = notices[0], len(notices)
    title = first.title if count == 1 else f"【府院联动】{count} 条通知：{first.title} 等"
    foot = f"编号：{key}（重复收到同一编号的，以一次为准）"
    whole = _body([_entry(n, base, number if count > 1 else None) for number, n in enumerate(notices, 1)], foot)
    if most_bytes is None or _size(title, whole) <= most_bytes:
        return Words(title, whole)
    kept = [f"{number}. {n.title}" for number, n in enumerate(notices, 1)]
    for shown in range(count, 0, -1):
        rest = [f"另有 {count - shown} 条，请在系统中查看。"] if shown < count else []
        body = _body(["\n".join([*kept[:shown], *rest])], foot)
        if _size(title, body) <= most_bytes:
            return Words(title, body)
    short = title.encode()[: most_bytes // 3].decode(errors="ignore")
    return Words(short, _body([f"共 {count} 条，请在系统中查看。"], foot))


def link(base: str, about: str) -> str:
    """Address of what a notice is about; empty without a base."""
    kind, _, number = about.partition("-")
    return f"{base.rstrip('/')}/v1/{_PLACES[kind]}/{number}" if base else ""


def _entry(notice: NoticeDue, base: str, number: int | None) -> str:
    head = [] if number is None else [f"{number}. {notice.title}"]
    at = link(base, notice.about)
    return "\n".join([*head, *notice.lines, *([f"查看：{at}"] if at else [])])


def _body(entries: Sequence[str], foot: str) -> str:
    return "\n\n".join([*entries, foot])


def _size(title: str, body: str) -> int:
    return len(title.encode()) + len(body.encode()) + 2  # and a line break between
