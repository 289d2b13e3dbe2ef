"""处置方案: response plans, as JSON or as a Markdown document."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parts import PageShown, level_number
from api.answers.plans import PlanItem, PlanShown, plan_item, plan_markdown, plan_shown
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, County, Cursor, ExactLevel, InContext, Limit, MinLevel
from api.negotiation import JSON, MARKDOWN, preferred
from api.problems import not_found
from infra.store.queries.plans import PlanFilter, plan_by_id, plan_page

router = APIRouter(prefix="/v1/plans", tags=["处置方案"])


@router.get("", summary="处置方案列表（新的在前）", operation_id="listPlans")
async def plans(
    context: InContext,
    level: ExactLevel = None,
    min_level: MinLevel = None,
    county: County = None,
    status: Annotated[str | None, Query(max_length=20, description="方案状态", examples=["draft"])] = None,
    alert_id: Annotated[str | None, Query(max_length=32, description="所答复的预警")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[PlanItem]:
    """按所答复预警的发生时间倒序."""
    wanted = PlanFilter(level_number(level), level_number(min_level), county, status, alert_id)
    mark = query_mark("plans", wanted)
    page = await context.read(plan_page, wanted, read_cursor(mark, cursor), limit)
    return PageShown(
        items=[plan_item(context.regions, listed) for listed in page.items],
        next_cursor=write_cursor(mark, page.following),
    )


@router.get(
    "/{plan_id}",
    summary="一份处置方案（JSON 或 Markdown）",
    operation_id="getPlan",
    responses={200: {"content": {MARKDOWN: {"schema": {"type": "string"}}}}},
)
async def plan(context: InContext, plan_id: str, request: Request) -> PlanShown:
    """请求头 Accept: text/markdown 时返回 Markdown 文本，否则返回 JSON。草稿须由责任人签署后生效."""
    detail = await context.read(plan_by_id, plan_id)
    if detail is None:
        raise not_found("处置方案", "plan", plan_id)
    if preferred(request.headers.get("accept", ""), (JSON, MARKDOWN)) == MARKDOWN:
        text = plan_markdown(context.regions, detail.listed)
        return Response(text, media_type=MARKDOWN, headers={"Vary": "Accept"})  # type: ignore[return-value]  # FastAPI passes it on
    return plan_shown(context.regions, detail.listed)
