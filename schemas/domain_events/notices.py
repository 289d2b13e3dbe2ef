"""Facts of notices (通知): who is to be told of what, by which channel, and what came of it. No address is in any of them."""

from datetime import datetime

from schemas.domain_events.fact import Fact


class NoticeDue(Fact, frozen=True, tag="NoticeDue"):
    """Somebody is to be told of an event, by one channel; once for each event, recipient and channel.

    Attributes:
        notice_id: follows from the event, the recipient and the channel.
        cause, cause_stream, cause_version: type and place of the event.
        about: what a reader looks at, such as ``alert-…`` or ``plan-…``.
        recipient, county: the owner or office, and the county it is asked for; county may be empty.
        channel: name of the channel in the contacts; empty when the recipient has none, so that nobody can be told.
        title, lines: what is said. No personal data.
        urgent: whether it waits for no others.
        due_at: from when it may be sent.
    """

    notice_id: str
    cause: str
    cause_stream: str
    cause_version: int
    about: str
    recipient: str
    county: str
    channel: str
    title: str
    lines: tuple[str, ...]
    urgent: bool
    due_at: datetime


class NoticeBundled(Fact, frozen=True, tag="NoticeBundled"):
    """Notices for one recipient by one channel became one message; ``message_id`` is the key by which a receiver drops repeats."""

    message_id: str
    recipient: str
    county: str
    channel: str
    notice_ids: tuple[str, ...]
    at: datetime


class NoticeSent(Fact, frozen=True, tag="NoticeSent"):
    """The channel took a message; ``attempt`` counts from 1."""

    message_id: str
    attempt: int
    at: datetime


class NoticeDelayed(Fact, frozen=True, tag="NoticeDelayed"):
    """The channel could not take a message for now; ``reason`` is what it answered, ``next_at`` when it is tried again."""

    message_id: str
    attempt: int
    at: datetime
    next_at: datetime
    reason: str


class NoticeFailed(Fact, frozen=True, tag="NoticeFailed"):
    """A message will not be delivered unless an operator sends it again.

    Attributes:
        code: ``refused`` (the channel will never take it), ``gave_up`` (tried for too long), ``no_channel`` (no longer in the contacts).
        reason: what the channel answered last.
    """

    message_id: str
    attempt: int
    at: datetime
    code: str
    reason: str


class NoticeRetried(Fact, frozen=True, tag="NoticeRetried"):
    """An operator has a failed message sent again."""

    message_id: str
    by: str
    at: datetime
