"""事项: matters and their events."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.answers.alerts import AlertItem, alert_item
from api.answers.disputes import DisputePageShown
from api.answers.matters import MatterItem, matter_item
from api.answers.parts import PageShown, level_number
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, Category, County, Cursor, ExactLevel, InContext, Limit, MinLevel
from api.problems import not_found
from api.routes.pages import dispute_page
from infra.store.queries.disputes import disputes_of_matter
from infra.store.queries.matters import MatterFilter, matter_by_id, matter_page

router = APIRouter(prefix="/v1/matters", tags=["事项"])


class MatterShown(MatterItem):
    """一个事项、它的预警和归集的事件."""

    alert: AlertItem | None
    event_list: Annotated[DisputePageShown, "首页；其余见 links.events"]


@router.get("", summary="事项列表（最近有动态的在前）", operation_id="listMatters")
async def matters(
    context: InContext,
    level: ExactLevel = None,
    min_level: MinLevel = None,
    county: County = None,
    category: Category = None,
    since: Annotated[AwareDatetime | None, Query(description="最近事件时间不早于（含），须带时区")] = None,
    until: Annotated[AwareDatetime | None, Query(description="最近事件时间早于（不含），须带时区")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[MatterItem]:
    """一事一档。事项有新事件时会移到最前；翻页期间移动过的事项请从第一页重新读取."""
    wanted = MatterFilter(level_number(level), level_number(min_level), county, category, since, until)
    mark = query_mark("matters", wanted)
    page = await context.read(matter_page, wanted, read_cursor(mark, cursor), limit)
    return PageShown(
        items=[matter_item(context.regions, matter) for matter in page.items],
        next_cursor=write_cursor(mark, page.following),
    )


@router.get("/{matter_id}", summary="一个事项及其事件", operation_id="getMatter")
async def matter(context: InContext, matter_id: str) -> MatterShown:
    """事项的等级、依据、预警，以及归入它的纠纷事件（首页）."""
    detail = await context.read(matter_by_id, matter_id)
    if detail is None:
        raise not_found("事项", "matter", matter_id)
    events = await context.read(disputes_of_matter, matter_id, None, DEFAULT_PAGE)
    return MatterShown(
        **dict(matter_item(context.regions, detail.matter, alerted=detail.alert is not None)),
        alert=None if detail.alert is None else alert_item(context.rules, detail.alert),
        event_list=dispute_page(context, query_mark("matter-events", matter_id), events),
    )


@router.get("/{matter_id}/events", summary="事项归集的纠纷事件（新的在前）", operation_id="listMatterEvents")
async def matter_events(
    context: InContext, matter_id: str, cursor: Cursor = None, limit: Limit = DEFAULT_PAGE
) -> DisputePageShown:
    """归入该事项的全部事件，分页."""
    mark = query_mark("matter-events", matter_id)
    after = read_cursor(mark, cursor)
    if await context.read(matter_by_id, matter_id) is None:
        raise not_found("事项", "matter", matter_id)
    return dispute_page(context, mark, await context.read(disputes_of_matter, matter_id, after, limit))
