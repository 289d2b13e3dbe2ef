"""处置方案: response plans, as JSON, as a Word file or as a Markdown document."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from api.answers.parts import PageShown, level_number
from api.answers.plans import PlanItem, PlanShown, plan_item, plan_shown
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, County, Cursor, ExactLevel, InContext, Limit, MinLevel
from api.negotiation import JSON, MARKDOWN, preferred
from api.problems import not_found
from infra.papers.markdown import plan_markdown
from infra.papers.plan_reading import read_plan_paper
from infra.papers.word import DOCX, plan_docx
from infra.store.queries.plans import PlanFilter, plan_at, plan_by_id, plan_page

FORMS = {"json": JSON, "docx": DOCX, "md": MARKDOWN}

router = APIRouter(prefix="/v1/plans", tags=["处置方案"])


@router.get("", summary="处置方案列表（新的在前）", operation_id="listPlans")
async def plans(
    context: InContext,
    level: ExactLevel = None,
    min_level: MinLevel = None,
    county: County = None,
    status: Annotated[
        str | None,
        Query(
            max_length=20,
            description="draft 草稿、sent_back 退回修改、signed 已签发、adopted 已交办、dropped 不予签发",
            examples=["draft"],
        ),
    ] = None,
    redrafted: Annotated[bool | None, Query(description="是否有预警升级后的重拟稿等待采用")] = None,
    alert_id: Annotated[str | None, Query(max_length=32, description="所答复的预警")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[PlanItem]:
    """按所答复预警的发生时间倒序."""
    wanted = PlanFilter(level_number(level), level_number(min_level), county, status, alert_id, redrafted)
    mark = query_mark("plans", wanted)
    page = await context.read(plan_page, wanted, read_cursor(mark, cursor), limit)
    return PageShown(
        items=[plan_item(context.regions, listed) for listed in page.items],
        next_cursor=write_cursor(mark, page.following),
    )


@router.get(
    "/{plan_id}",
    summary="一份处置方案（JSON、Word 或 Markdown）",
    operation_id="getPlan",
    responses={
        200: {
            "content": {
                DOCX: {"schema": {"type": "string", "format": "binary"}},
                MARKDOWN: {"schema": {"type": "string"}},
            }
        }
    },
)
async def plan(
    context: InContext,
    plan_id: str,
    request: Request,
    form: Annotated[
        Literal["json", "docx", "md"] | None,
        Query(alias="format", description="形式：json、docx（公文式样的 Word 文件）、md；不给则按请求头 Accept"),
    ] = None,
    version: Annotated[int | None, Query(ge=1, description="某一稿；不给为现行的一稿")] = None,
) -> PlanShown:
    """草稿须由责任人签署后生效；签发以后没有草稿标记，写明签发人和日期。Word 文件的式样可由各地替换（FUYUAN_PLAN_TEMPLATE）."""
    media = FORMS[form] if form else preferred(request.headers.get("accept", ""), (JSON, MARKDOWN, DOCX))
    if media == JSON:
        one = (plan_by_id, plan_id) if version is None else (plan_at, plan_id, version)
        detail = await context.read(*one)
        if detail is None:
            raise not_found("处置方案", "plan", plan_id)
        return plan_shown(context.regions, detail.listed)
    paper = await context.read(read_plan_paper, plan_id, context.paper_rules, version)
    if paper is None:
        raise not_found("处置方案", "plan", plan_id)
    headers = {"Vary": "Accept"}
    if media == MARKDOWN:
        return Response(plan_markdown(paper), media_type=MARKDOWN, headers=headers)  # type: ignore[return-value]  # FastAPI passes it on
    written = await context.off_loop(plan_docx, paper, context.settings.plan_template)
    headers["Content-Disposition"] = (
        f"attachment; filename=\"plan.docx\"; filename*=UTF-8''{quote(paper.title, safe='')}.docx"
    )
    return Response(written, media_type=DOCX, headers=headers)  # type: ignore[return-value]  # FastAPI passes it on
