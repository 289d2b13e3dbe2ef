"""事项: matters and their events."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from api.answers.alerts import AlertItem, alert_item
from api.answers.deadlines import DeadlineItem, deadline_item
from api.answers.disputes import DisputePageShown
from api.answers.duties import DutyItem, duty_item
from api.answers.groups import GroupItem, group_item
from api.answers.ledger import RequestItem, request_item
from api.answers.matter_steps import JoinShown, MatterStepShown, joins_shown, matter_history
from api.answers.matters import ClaimShown, MatterItem, claims_shown, matter_item
from api.answers.parts import PageShown, level_number
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, Category, County, Cursor, ExactLevel, InContext, Limit, MinLevel
from api.problems import not_found
from api.routes.groups import group_of
from api.routes.pages import dispute_page
from infra import clock
from infra.store.queries.disputes import disputes_of_matter
from infra.store.queries.groups import entity_keys
from infra.store.queries.matters import MatterFilter, matter_by_id, matter_page, matters_by_id
from infra.store.queries.owed import owed_for

MOST_OTHERS = 20  # other matters of the group that a matter shows
router = APIRouter(prefix="/v1/matters", tags=["事项"])


class MatterShown(MatterItem):
    """一个事项、它的预警、诉求、归并、经过和归集的事件."""

    alert: AlertItem | None
    claims: Annotated[list[ClaimShown], Field(description="人数、金额按诉求")]
    head: Annotated[MatterItem | None, Field(description="已并入的，现在所属的事项")]
    members: Annotated[list[MatterItem], Field(description="并入本事项的事项")]
    joins: Annotated[list[JoinShown], Field(description="各事件凭什么归入，新的在前，最多 50 件")]
    history: Annotated[
        list[MatterStepShown], Field(description="立项、定级、归并、拆分、降级、销号、回访，由先到后，附依据")
    ]
    group: Annotated[GroupItem | None, Field(description="所属集团（同一控制关系）；没有的为空")]
    group_matters: Annotated[list[MatterItem], Field(description="集团的其他事项，重的在前，最多 20 个")]
    plan_ids: Annotated[list[str], Field(description="处置方案")]
    deadlines: Annotated[list[DeadlineItem], Field(description="还在走的期限，先到期的在前，最多 50 个；全部见 links")]
    duties: Annotated[list[DutyItem], Field(description="没有办结的任务，新的在前，最多 50 项")]
    requests: Annotated[list[RequestItem], Field(description="府院之间没有办结的请求，新的在前，最多 50 项")]
    event_list: Annotated[DisputePageShown, "首页；其余见 links.events"]


@router.get("", summary="事项列表（最近有动态的在前）", operation_id="listMatters")
async def matters(
    context: InContext,
    level: ExactLevel = None,
    min_level: MinLevel = None,
    county: County = None,
    category: Category = None,
    status: Annotated[Literal["open", "closed"] | None, Query(description="open 在办，closed 已销号")] = None,
    merged: Annotated[bool, Query(description="是否也列出已并入别的事项的")] = False,
    revisit_by: Annotated[date | None, Query(description="应在此日（含）以前回访的")] = None,
    source: Annotated[str | None, Query(max_length=200, description="有此来源上报的")] = None,
    since: Annotated[AwareDatetime | None, Query(description="最近事件时间不早于（含），须带时区")] = None,
    until: Annotated[AwareDatetime | None, Query(description="最近事件时间早于（不含），须带时区")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[MatterItem]:
    """一事一档。事项有新事件时会移到最前；翻页期间移动过的事项请从第一页重新读取."""
    wanted = MatterFilter(
        level_number(level), level_number(min_level), county, category, since, until, status, merged, revisit_by, source
    )
    mark = query_mark("matters", wanted)
    page = await context.read(matter_page, wanted, read_cursor(mark, cursor), limit)
    return PageShown(
        items=[matter_item(context.regions, matter) for matter in page.items],
        next_cursor=write_cursor(mark, page.following),
    )


@router.get("/{matter_id}", summary="一个事项及其事件", operation_id="getMatter")
async def matter(context: InContext, matter_id: str) -> MatterShown:
    """事项的等级、依据、预警、方案，双方还欠着的（期限、任务、请求），以及归入它的纠纷事件（首页）。并入它的事项的都在内."""
    now = clock.now()
    detail = await context.read(matter_by_id, matter_id)
    if detail is None:
        raise not_found("事项", "matter", matter_id)
    owed = await context.read(owed_for, matter_id, now)
    events = await context.read(disputes_of_matter, matter_id, None, DEFAULT_PAGE)
    keys = await context.read(entity_keys, matter_id)
    group = await group_of(context, keys[0]) if keys else None
    others = [other for other in group.matters if other.matter_id != detail.head.matter_id] if group else []
    merged = detail.head.matter_id != matter_id
    return MatterShown(
        **dict(matter_item(context.regions, detail.matter, alerted=detail.alert is not None)),
        alert=None if detail.alert is None else alert_item(context.rules, detail.alert),
        claims=claims_shown(detail.matter),
        head=matter_item(context.regions, detail.head) if merged else None,
        members=[matter_item(context.regions, member) for member in detail.members],
        joins=joins_shown(detail.joins),
        history=matter_history(detail.steps),
        group=group_item(group) if group else None,
        group_matters=[matter_item(context.regions, other) for other in others[:MOST_OTHERS]],
        plan_ids=detail.plans,
        deadlines=[deadline_item(context.rules, each, now) for each in owed.deadlines],
        duties=[duty_item(context.rules, each, now) for each in owed.duties],
        requests=[request_item(context.rules, each, now) for each in owed.requests],
        event_list=dispute_page(context, query_mark("matter-events", matter_id), events),
    )


@router.get("/{matter_id}/events", summary="事项归集的纠纷事件（新的在前）", operation_id="listMatterEvents")
async def matter_events(
    context: InContext, matter_id: str, cursor: Cursor = None, limit: Limit = DEFAULT_PAGE
) -> DisputePageShown:
    """归入该事项的全部事件，分页."""
    mark = query_mark("matter-events", matter_id)
    after = read_cursor(mark, cursor)
    if not await context.read(matters_by_id, [matter_id]):
        raise not_found("事项", "matter", matter_id)
    return dispute_page(context, mark, await context.read(disputes_of_matter, matter_id, after, limit))
