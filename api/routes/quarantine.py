"""隔离区: the index of messages that broke the contract."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.parts import PageShown
from api.answers.quarantine import QuarantineItem, quarantine_item
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, Cursor, InContext, Limit
from infra.store.queries.quarantine import QuarantineFilter, quarantine_page

router = APIRouter(prefix="/v1/quarantine", tags=["隔离区"])


@router.get("", summary="被隔离的报文（新的在前，不含原文）", operation_id="listQuarantine")
async def quarantine(
    context: InContext,
    code: Annotated[str | None, Query(max_length=40, description="首要原因", examples=["check_digit"])] = None,
    import_id: Annotated[str | None, Query(max_length=200, description="导入批次")] = None,
    retried: Annotated[bool | None, Query(description="是否已重试")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[QuarantineItem]:
    """不符合合同的报文及逐项原因；原文只在隔离主题中，由运维人员用 fuyuan quarantine 查看和重试."""
    wanted = QuarantineFilter(code, import_id, retried)
    mark = query_mark("quarantine", wanted)
    page = await context.read(quarantine_page, wanted, read_cursor(mark, cursor), limit)
    return PageShown(
        items=[quarantine_item(listed) for listed in page.items], next_cursor=write_cursor(mark, page.following)
    )
