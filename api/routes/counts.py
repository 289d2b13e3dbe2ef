"""计数: how many dispute events, by place, kind and day."""

from datetime import date
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.answers.parts import level_number, level_shown
from api.deps import Category, Context, County, ExactLevel, InContext
from api.problems import INVALID_PARAMETERS, TOO_MANY_GROUPS, Problem
from infra.store.queries.counts import MAX_GROUPS, PLACES, CountFilter, Grouping, TooManyGroups, dispute_counts
from schemas.errors import field_error
from schemas.event_types import type_zh

router = APIRouter(prefix="/v1/counts", tags=["计数"])

_GROUPINGS: tuple[str, ...] = get_args(Grouping)


class CountsShown(BaseModel):
    """分组计数，多的在前."""

    group_by: list[str]
    total: Annotated[int, Field(description="各组之和")]
    rows: Annotated[
        list[dict[str, Any]],
        Field(
            description="每组的取值、可读名称和件数 n；来源未报该项时取值为空",
            examples=[[{"township": "379001001", "township_name": "云中区钟楼街道", "type": "gov.petition", "n": 12}]],
        ),
    ]


@router.get("", summary="纠纷事件计数（按地区、类别、来源分类、类型、日期分组）", operation_id="countEvents")
async def counts(
    context: InContext,
    group_by: Annotated[
        str, Query(description=f"分组项，逗号分隔：{'、'.join(_GROUPINGS)}", examples=["township,type"], max_length=100)
    ] = "county",
    county: County = None,
    category: Category = None,
    type: Annotated[str | None, Query(max_length=40, description="事件类型，如 gov.petition")] = None,  # noqa: A002  the parameter's public name
    level: ExactLevel = None,
    import_id: Annotated[str | None, Query(max_length=200, description="导入批次")] = None,
    first_day: Annotated[date | None, Query(alias="from", description="发生日期不早于（含，北京时间）")] = None,
    last_day: Annotated[date | None, Query(alias="to", description="发生日期不晚于（含，北京时间）")] = None,
    subject_depth: Annotated[int | None, Query(ge=1, le=6, description="来源分类只取前几级")] = None,
) -> CountsShown:
    """直接对入库事件计数，每件一次（重复上报不重复计）."""
    groupings = _groupings(group_by)
    wanted = CountFilter(county, category, type, level_number(level), import_id, first_day, last_day)
    try:
        found = await context.read(dispute_counts, groupings, wanted, subject_depth)
    except TooManyGroups:
        raise Problem(
            TOO_MANY_GROUPS,
            f"分组超过 {MAX_GROUPS} 组，请减少分组项、限定区县或缩短日期范围",
            f"more than {MAX_GROUPS} groups: group by less, name a county or fewer days",
        ) from None
    rows = [{**_named(context, groupings, values), "n": n} for values, n in found]
    return CountsShown(group_by=list(groupings), total=sum(n for _, n in found), rows=rows)


def _groupings(text: str) -> tuple[Grouping, ...]:
    names = tuple(dict.fromkeys(name for name in (part.strip() for part in text.split(",")) if name))
    unknown = [name for name in names if name not in _GROUPINGS]
    if unknown:
        choices = ", ".join(_GROUPINGS)
        error = field_error("not_allowed", "query.group_by", unknown[0], f"{choices} 之一", f"one of {choices}")
        raise Problem(INVALID_PARAMETERS, error.zh, error.en, [error])
    return names  # type: ignore[return-value]  # checked above


def _named(context: Context, groupings: tuple[Grouping, ...], values: tuple[str | int | None, ...]) -> dict[str, Any]:
    """Values of a group with names a person reads."""
    shown: dict[str, Any] = {}
    for name, value in zip(groupings, values, strict=True):
        shown[name] = value
        if name in PLACES:
            shown[f"{name}_name"] = None if value is None else context.regions.place(str(value))
        elif name == "type":
            shown["type_name"] = type_zh(str(value))
        elif name == "level":
            shown["level"] = level_shown(int(value or 0)).model_dump()
    return shown
