"""研判报告: the monthly report, as JSON, as a Word file or as a Markdown document."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from api.answers.monthly import MonthlyShown, monthly_shown
from api.deps import InContext
from api.negotiation import JSON, MARKDOWN, preferred
from infra import clock
from infra.papers.monthly_markdown import monthly_markdown
from infra.papers.monthly_paper import monthly_paper
from infra.papers.monthly_word import monthly_docx
from infra.papers.word import DOCX
from infra.store.queries.monthly import monthly_report
from risk_model.reporting.month import Month

FORMS = {"json": JSON, "docx": DOCX, "md": MARKDOWN}

router = APIRouter(prefix="/v1/reports", tags=["研判报告"])


@router.get(
    "/monthly",
    summary="月度研判报告（JSON、Word 或 Markdown）",
    operation_id="getMonthlyReport",
    responses={
        200: {
            "content": {
                DOCX: {"schema": {"type": "string", "format": "binary"}},
                MARKDOWN: {"schema": {"type": "string"}},
            }
        }
    },
)
async def monthly(
    context: InContext,
    request: Request,
    month: Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="月份", examples=["2026-10"])],
    form: Annotated[
        Literal["json", "docx", "md"] | None,
        Query(alias="format", description="形式：json、docx（公文式样的 Word 文件）、md；不给则按请求头 Accept"),
    ] = None,
) -> MonthlyShown:
    """按事件发生之日统计，以现在已上报的为准；没有数据的写明，不以零代替."""
    media = FORMS[form] if form else preferred(request.headers.get("accept", ""), (JSON, MARKDOWN, DOCX))
    report = await context.read(monthly_report, Month.parse(month), context.regions, clock.now())
    if media == JSON:
        return monthly_shown(context.regions, report)
    issuer = context.rules.policy.plan.issuer.format(county="市")
    paper = monthly_paper(report, context.regions, issuer, clock.now())
    headers = {"Vary": "Accept"}
    if media == MARKDOWN:
        return Response(monthly_markdown(paper), media_type=MARKDOWN, headers=headers)  # type: ignore[return-value]  # FastAPI passes it on
    written = await context.off_loop(monthly_docx, paper)
    headers["Content-Disposition"] = (
        f"attachment; filename=\"report-{month}.docx\"; filename*=UTF-8''{quote(paper.title, safe='')}.docx"
    )
    return Response(written, media_type=DOCX, headers=headers)  # type: ignore[return-value]  # FastAPI passes it on
