"""集团: entities under one control, and their matters."""

from fastapi import APIRouter

from api.answers.groups import GroupShown, group_shown
from api.deps import Context, InContext
from api.problems import not_found
from infra import clock
from infra.store.queries.groups import Group, group_by_key
from risk_model.local_time import local_day

router = APIRouter(prefix="/v1/groups", tags=["事项"])


@router.get("/{group_id}", summary="同一控制关系的主体及其事项", operation_id="getGroup")
async def group(context: InContext, group_id: str) -> GroupShown:
    """可用其中任一主体的键查询；控制关系由来源事件所载，自然人不显示."""
    found = await group_of(context, group_id)
    if found is None:
        raise not_found("集团或主体", "group or entity", group_id)
    return group_shown(context.regions, found)


async def group_of(context: Context, key: str) -> Group | None:
    """The group of an entity, as known now."""
    today, table = local_day(clock.now()), context.rules.policy.systemic
    return await context.read(group_by_key, key, today, table)
