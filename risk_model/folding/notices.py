"""Notices and their messages, as events make them, send them and give them up: nothing that WATCH decides on (``infra.overlapping``)."""

from risk_model.notices.entities import FAILED, SENT, WAITING, Message
from risk_model.state import State
from schemas.domain_events import (
    NoticeBundled,
    NoticeDelayed,
    NoticeDue,
    NoticeFailed,
    NoticeRetried,
    NoticeSent,
)


def owe_notice(state: State, event: NoticeDue, _: int) -> None:
    """Keep a notice that waits for its message."""
    state.new_notices.append(event)


def bundle_notices(state: State, event: NoticeBundled, version: int) -> None:
    """Make a message of notices."""
    state.messages[event.message_id] = Message(
        event.message_id,
        event.recipient,
        event.county,
        event.channel,
        event.notice_ids,
        event.at,
        next_at=event.at,
        version=version,
    )
    state.new_bundled |= dict.fromkeys(event.notice_ids, event.message_id)
    state.touched_messages.add(event.message_id)


def attempt_message(state: State, event: NoticeSent | NoticeDelayed | NoticeFailed, version: int) -> None:
    """Note what came of an attempt."""
    message = state.messages[event.message_id]
    message.version, message.attempts = version, event.attempt
    if isinstance(event, NoticeDelayed):
        message.next_at, message.reason = event.next_at, event.reason
    else:
        message.next_at, message.done_at = None, event.at
        failed = event if isinstance(event, NoticeFailed) else None
        message.status = FAILED if failed else SENT
        message.code, message.reason = (failed.code, failed.reason) if failed else ("", "")
    state.touched_messages.add(event.message_id)


def retry_message(state: State, event: NoticeRetried, version: int) -> None:
    """Have a failed message sent again."""
    message = state.messages[event.message_id]
    message.version, message.status, message.attempts = version, WAITING, 0
    message.at = message.next_at = event.at
    message.done_at, message.code = None, ""
    state.touched_messages.add(event.message_id)
