"""通知: what officials were told, and whom nobody could tell."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.answers.notices import MessageStatus, NoticeMessageItem, message_item
from api.answers.parts import PageShown, local
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, County, Cursor, InContext, Limit
from infra.store.event_log import moment
from infra.store.queries.notices import MessageFilter, gaps, message_page

router = APIRouter(prefix="/v1/notices", tags=["通知"])


class GapItem(BaseModel):
    """没有联系方式的责任人或单位."""

    recipient: str
    county: str
    county_name: str
    notices: Annotated[int, Field(description="没有人能收到的通知条数")]
    last_at: datetime


class Gaps(BaseModel):
    """通讯录的缺口."""

    items: list[GapItem]


@router.get("", summary="发出的消息（新的在前）", operation_id="listNotices")
async def notices(
    context: InContext,
    status: Annotated[MessageStatus | None, Query(description="waiting 待送达、sent 已送达、failed 未能送达")] = None,
    recipient: Annotated[str | None, Query(max_length=200, description="收件人")] = None,
    county: County = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[NoticeMessageItem]:
    """每个收件人、每个渠道一条消息，一分钟内的几条通知合为一条；地址不在其中."""
    wanted = MessageFilter(status, recipient, county)
    mark = query_mark("notices", wanted)
    page = await context.read(message_page, wanted, read_cursor(mark, cursor), limit)
    return PageShown(
        items=[message_item(listed) for listed in page.items], next_cursor=write_cursor(mark, page.following)
    )


@router.get("/gaps", summary="没有联系方式、无人能收到通知的责任人和单位", operation_id="listNoticeGaps")
async def unaddressed(context: InContext) -> Gaps:
    """在通讯录中补上即可；补上以前的通知不再发送，见预警列表."""
    found = await context.read(gaps)
    return Gaps(
        items=[
            GapItem(
                recipient=gap.recipient,
                county=gap.county,
                county_name=context.regions.name(gap.county) if gap.county else "",
                notices=gap.notices,
                last_at=local(moment(gap.last_us)),
            )
            for gap in found
        ]
    )
