"""Notices as shown: who was told what by which channel, and what came of it. No address is known here."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.answers.parts import local, local_or_none
from infra.store.queries.notices import ListedMessage
from risk_model.notices.entities import STATUS_ZH

MessageStatus = Literal["waiting", "sent", "failed"]


class NoticeItem(BaseModel):
    """消息中的一条通知."""

    notice_id: str
    cause: Annotated[str, Field(description="引起通知的事件", examples=["AlertRaised"])]
    about: Annotated[str, Field(description="所说的预警、方案等", examples=["alert-5f0c…"])]
    title: str
    lines: list[str]
    urgent: Annotated[bool, Field(description="是否不等其他通知，立即发送")]
    due_at: datetime


class NoticeMessageItem(BaseModel):
    """发给一个收件人、一个渠道的一条消息."""

    message_id: Annotated[str, Field(description="即消息的编号；重复收到同一编号的，以一次为准")]
    recipient: str
    county: str
    channel: Annotated[str, Field(description="通讯录中渠道的名称", examples=["mail"])]
    status: MessageStatus
    status_name: Annotated[str, Field(examples=["已送达"])]
    attempts: int
    made_at: datetime
    next_at: Annotated[datetime | None, Field(description="待送达的，何时再试")]
    done_at: datetime | None
    code: Annotated[str, Field(description="未能送达的：refused 被拒绝，gave_up 到时放弃，no_channel 渠道已不在")]
    reason: Annotated[str, Field(description="渠道最近一次的应答")]
    notices: list[NoticeItem]


def message_item(listed: ListedMessage) -> NoticeMessageItem:
    """A message with its notices."""
    m = listed.message
    return NoticeMessageItem(
        message_id=m.message_id,
        recipient=m.recipient,
        county=m.county,
        channel=m.channel,
        status=m.status,  # type: ignore[arg-type]  # statuses are the Literal
        status_name=STATUS_ZH[m.status],
        attempts=m.attempts,
        made_at=local(m.at),
        next_at=local_or_none(m.next_at),
        done_at=local_or_none(m.done_at),
        code=m.code,
        reason=m.reason,
        notices=[
            NoticeItem(
                notice_id=n.notice_id,
                cause=n.cause,
                about=n.about,
                title=n.title,
                lines=list(n.lines),
                urgent=n.urgent,
                due_at=local(n.due_at),
            )
            for n in listed.notices
        ],
    )
