"""Controlling groups as shown."""

from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, Field

from api.answers.matters import MatterItem, matter_item
from infra.store.queries.groups import Group
from schemas.regions import RegionRegistry
from schemas.relations import RELATION_KINDS


class GroupMemberShown(BaseModel):
    """集团中的一个企业或项目."""

    key: Annotated[str, Field(description="主体键", examples=["enterprise:3f…"])]
    name: str


class ControlShown(BaseModel):
    """成为同一控制的一条关系，及其来源事件."""

    text: Annotated[str, Field(examples=["甲集团 —控股→ 乙置业"])]
    kind: Annotated[str, Field(description="owner 控股或实际控制，develops 开发")]
    from_key: Annotated[str, Field(description="控制人；自然人只写 person")]
    to_key: str
    dispute_ids: list[str]


class GroupItem(BaseModel):
    """同一控制关系的一组主体."""

    group_id: str
    name: Annotated[str, Field(examples=["云州宏远置业有限公司等 3 个主体"])]
    members: Annotated[int, Field(description="主体数")]
    matters: Annotated[int, Field(description="事项数，最多列 100 个")]
    links: dict[str, str]


class GroupShown(GroupItem):
    """一个集团：主体、控制关系、事项、系统性风险预警."""

    entities: list[GroupMemberShown]
    control: list[ControlShown]
    matter_list: Annotated[list[MatterItem], Field(description="各主体的事项，重的、新的在前；已并入的不另列")]
    alert_ids: Annotated[list[str], Field(description="关于该集团的系统性风险预警")]


def group_item(group: Group) -> GroupItem:
    """Group in short."""
    return GroupItem(
        group_id=group.group_id,
        name=group.name,
        members=len(group.members),
        matters=len(group.matters),
        links={"self": f"/v1/groups/{quote(group.group_id, safe=':')}"},
    )


def group_shown(regions: RegionRegistry, group: Group) -> GroupShown:
    """Group in full."""
    words = {**RELATION_KINDS, "develops": "开发"}
    return GroupShown(
        **dict(group_item(group)),
        entities=[GroupMemberShown(key=member.key, name=member.name) for member in group.members],
        control=[
            ControlShown(
                text=f"{one.from_name} —{words[one.kind]}→ {one.to_name}",
                kind=one.kind,
                from_key=one.from_key,
                to_key=one.to_key,
                dispute_ids=one.dispute_ids,
            )
            for one in group.control
        ],
        matter_list=[matter_item(regions, matter) for matter in group.matters],
        alert_ids=group.alert_ids,
    )
