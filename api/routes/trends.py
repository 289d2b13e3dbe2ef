"""趋势: counts above what history explains, found, revised and cleared; their curves; the alert budget."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.answers.alerts import TrendShown, trend_shown
from api.answers.parts import PageShown
from api.answers.trends import BudgetShown, CurveShown, budget_shown, curve_shown
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, Context, County, Cursor, InContext, Limit
from api.problems import not_found
from infra.store.queries.trends import TrendFilter, budget_rows, curve_of, trend_by_id, trend_page
from risk_model.surveillance.entities import Trend

router = APIRouter(prefix="/v1/trends", tags=["趋势"])

Since = Annotated[date | None, Query(description="发现日不早于（含，北京时间）")]
Until = Annotated[date | None, Query(description="发现日早于（不含，北京时间）")]


@router.get("", summary="数量异常列表（新的在前），含超出预警额度只记录的", operation_id="listTrends")
async def trends(
    context: InContext,
    county: Annotated[
        str | None, Query(pattern=r"^(\d{6}|city)$", description="县级区划代码；city 为跨县的区域聚集")
    ] = None,
    kind: Annotated[
        Literal["emerging", "trending", "regional"] | None,
        Query(description="emerging 苗头，trending 趋势，regional 区域"),
    ] = None,
    status: Annotated[Literal["open", "cleared"] | None, Query(description="open 持续，cleared 已回落")] = None,
    held: Annotated[bool | None, Query(description="true：只看超出额度、没有预警的；false：只看已预警的")] = None,
    since: Since = None,
    until: Until = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[TrendShown]:
    """按发现日倒序."""
    wanted = TrendFilter(county, kind, status, held, since, until)
    mark = query_mark("trends", wanted)
    page = await context.read(trend_page, wanted, read_cursor(mark, cursor), limit)
    return PageShown(
        items=[trend_shown(context.regions, trend) for trend in page.items],
        next_cursor=write_cursor(mark, page.following),
    )


@router.get("/budget", summary="预警额度与实际：各县各月发出的、并入的、只记录的", operation_id="getAlertBudget")
async def budget(context: InContext, county: County = None, since: Since = None, until: Until = None) -> BudgetShown:
    """苗头、趋势预警的额度见策略 [trend.budget]."""
    rows = await context.read(budget_rows, since or date.min, until or date.max)
    kept = [row for row in rows if county in (None, row.county)]
    return budget_shown(context.regions, context.rules.policy.trend.budget, kept)


@router.get("/{trend_id}", summary="一次数量异常", operation_id="getTrend")
async def trend(context: InContext, trend_id: str) -> TrendShown:
    """各段的数字为最近一次修订之后的."""
    return trend_shown(context.regions, await _found(context, trend_id))


@router.get(
    "/{trend_id}/curve", summary="一次数量异常的曲线：各段件数、预计、上限、是否超出", operation_id="getTrendCurve"
)
async def curve(context: InContext, trend_id: str) -> CurveShown:
    """趋势事件说过的数字照其所说，其余按发现时的常态现算."""
    found = await _found(context, trend_id)
    return curve_shown(context.regions, await context.read(curve_of, found, context.rules.policy.trend))


async def _found(context: Context, trend_id: str) -> Trend:
    found = await context.read(trend_by_id, trend_id)
    if found is None:
        raise not_found("数量异常", "trend", trend_id)
    return found
