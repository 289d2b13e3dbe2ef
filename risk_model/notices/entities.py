"""A message as the fold knows it."""

from datetime import datetime

import msgspec

WAITING, SENT, FAILED = "waiting", "sent", "failed"
STATUS_ZH = {WAITING: "待送达", SENT: "已送达", FAILED: "未能送达"}


class Message(msgspec.Struct):
    """Notices of one recipient that go together by one channel.

    Attributes:
        notice_ids: what it says.
        at: when it was made, or an operator had it sent again.
        attempts: how often it was tried since then.
        next_at: when it is tried next, while it waits.
        code, reason: why it was delayed or has failed.
    """

    message_id: str
    recipient: str
    county: str
    channel: str
    notice_ids: tuple[str, ...]
    at: datetime
    status: str = WAITING
    attempts: int = 0
    next_at: datetime | None = None
    done_at: datetime | None = None
    code: str = ""
    reason: str = ""
    version: int = 0
