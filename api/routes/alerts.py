"""预警: alerts, and what is behind each."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.answers.alert_steps import alert_history, dispatch_history
from api.answers.alerts import AlertItem, AlertShown, alert_brief, alert_item, trend_shown
from api.answers.disputes import DisputePageShown
from api.answers.matters import matter_item
from api.answers.parts import PageShown, level_number
from api.answers.trends import CurveShown, curve_shown
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, Category, Context, County, Cursor, ExactLevel, InContext, Limit, MinLevel
from api.problems import not_found
from api.routes.pages import dispute_page
from infra.store.queries.alerts import AlertDetail, AlertFilter, alert_by_id, alert_page
from infra.store.queries.disputes import DisputePage, disputes_behind_alert
from infra.store.queries.matters import matter_by_id
from infra.store.queries.pages import Position
from infra.store.queries.trends import curve_of

router = APIRouter(prefix="/v1/alerts", tags=["预警"])


@router.get("", summary="预警列表（新的在前）", operation_id="listAlerts")
async def alerts(
    context: InContext,
    level: ExactLevel = None,
    min_level: MinLevel = None,
    county: County = None,
    kind: Annotated[
        Literal["matter", "emerging", "trending", "regional", "systemic"] | None,
        Query(description="matter 重大事项，emerging 苗头，trending 趋势，regional 区域，systemic 系统"),
    ] = None,
    status: Annotated[
        Literal["raised", "acknowledged", "in_hand", "answered", "closed"] | None,
        Query(
            description="处理状态：raised 待签收，acknowledged 已签收，in_hand 办理中，answered 已反馈，closed 已办结"
        ),
    ] = None,
    outcome: Annotated[
        Literal["true", "false_alarm", "duplicate"] | None,
        Query(description="办结结论：true 属实，false_alarm 误报，duplicate 重复"),
    ] = None,
    stage: Annotated[
        Literal["pending", "told", "grouped", "absorbed", "silenced", "queued", "damped"] | None,
        Query(
            description="发出之后，未办结的：pending 待分派，told 已通知，grouped 并入同组，absorbed 已被吸收，silenced 静默中，"
            "queued 额度外待发，damped 反复起落待稳定"
        ),
    ] = None,
    group: Annotated[str | None, Query(max_length=32, description="同组牵头的预警")] = None,
    absorbed_by: Annotated[str | None, Query(max_length=32, description="吸收它们的预警")] = None,
    category: Category = None,
    since: Annotated[AwareDatetime | None, Query(description="发生时间不早于（含），须带时区")] = None,
    until: Annotated[AwareDatetime | None, Query(description="发生时间早于（不含），须带时区")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[AlertItem]:
    """按引发事件的发生时间倒序；翻页期间新增的预警不会使已有的预警重复或遗漏."""
    wanted = AlertFilter(
        level_number(level),
        level_number(min_level),
        county,
        kind,
        status,
        outcome,
        category,
        since,
        until,
        stage,
        group,
        absorbed_by,
    )
    mark = query_mark("alerts", wanted)
    page = await context.read(alert_page, wanted, read_cursor(mark, cursor), limit)
    return PageShown(
        items=[alert_item(context.rules, listed) for listed in page.items],
        next_cursor=write_cursor(mark, page.following),
    )


@router.get("/{alert_id}", summary="一条预警：依据、事项、趋势、背后的事件和处置方案", operation_id="getAlert")
async def alert(context: InContext, alert_id: str) -> AlertShown:
    """重大事项类预警附事项及其事件；苗头、趋势、区域类预警附各次数量异常及计入的事件."""
    detail = await _found(context, alert_id)
    matter_id = detail.listed.alert.matter_id
    matter = None if matter_id is None else await context.read(matter_by_id, matter_id)
    mark = query_mark("alert-events", alert_id)
    return AlertShown(
        **dict(alert_item(context.rules, detail.listed)),
        matter=None if matter is None else matter_item(context.regions, matter.matter, alerted=True),
        trends=[trend_shown(context.regions, trend) for trend in detail.trends],
        history=alert_history(detail.history),
        dispatch=dispatch_history(detail.dispatch),
        under=[alert_brief(one) for one in detail.under],
        events=dispute_page(context, mark, await _events(context, detail, None, DEFAULT_PAGE)),
    )


@router.get("/{alert_id}/events", summary="预警背后的纠纷事件（新的在前）", operation_id="listAlertEvents")
async def alert_events(
    context: InContext, alert_id: str, cursor: Cursor = None, limit: Limit = DEFAULT_PAGE
) -> DisputePageShown:
    """重大事项类：归入该事项的事件；苗头、趋势、区域类：各异常指标计入的事件，每件一次；系统类：所依据的事件."""
    mark = query_mark("alert-events", alert_id)
    detail = await _found(context, alert_id)
    return dispute_page(context, mark, await _events(context, detail, read_cursor(mark, cursor), limit))


@router.get("/{alert_id}/curve", summary="预警背后的曲线：各段件数、预计、上限、是否超出", operation_id="getAlertCurve")
async def alert_curve(context: InContext, alert_id: str) -> list[CurveShown]:
    """预警所含每次数量异常一条曲线；重大事项类没有曲线，返回空表."""
    detail = await _found(context, alert_id)
    curves = [await context.read(curve_of, trend, context.rules.policy.trend) for trend in detail.trends]
    return [curve_shown(context.regions, curve) for curve in curves]


async def _found(context: Context, alert_id: str) -> AlertDetail:
    detail = await context.read(alert_by_id, alert_id)
    if detail is None:
        raise not_found("预警", "alert", alert_id)
    return detail


async def _events(context: Context, detail: AlertDetail, after: Position | None, limit: int) -> DisputePage:
    alert = detail.listed.alert
    return await context.read(disputes_behind_alert, alert.alert_id, alert.matter_id, detail.trends, after, limit)
