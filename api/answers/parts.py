"""Parts that many answers share: levels, reasons, places, times, money."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from risk_model.local_time import SHANGHAI
from schemas.levels import Level
from schemas.reasons import Reason
from schemas.regions import RegionRegistry

LEVEL_LABEL = "内部风险等级"
_FEN_PER_WAN_YUAN = 1_000_000
_COUNTY_DIGITS = 6

LevelCode = Literal["blue", "yellow", "orange", "red"]
Item = TypeVar("Item")


class LevelShown(BaseModel):
    """内部风险等级（不是法定预警等级）."""

    code: LevelCode
    name: Annotated[str, Field(examples=["橙"])]
    number: Annotated[int, Field(ge=1, le=4, description="1 蓝、2 黄、3 橙、4 红")]
    label: Annotated[str, Field(examples=[LEVEL_LABEL], description="固定为“内部风险等级”，须经人工确认")] = LEVEL_LABEL


class ReasonShown(BaseModel):
    """一条依据：谁说的、说了什么."""

    code: Annotated[str, Field(examples=["floor.people_50"])]
    text: Annotated[str, Field(examples=["涉及 62 人，达到 50 人底线"])]
    source: Annotated[
        str, Field(description="model 模型、floor 底线、rule 规则、detector 监测、source 来源系统、person 人工")
    ]
    weight: Annotated[float | None, Field(description="对模型评分的贡献（对数几率），没有则为空")] = None


class PlaceShown(BaseModel):
    """地点：代码与可读名称."""

    key: Annotated[str, Field(description="最细一级的区域键", examples=["379001001/东门社区"])]
    county: str
    county_name: str
    township: str | None = None
    township_name: str | None = None
    community: str | None = None
    name: Annotated[str, Field(description="可读全称", examples=["云中区钟楼街道东门社区"])]


class PageShown(BaseModel, Generic[Item]):
    """一页结果：新的在前；next_cursor 为空表示没有下一页."""

    items: list[Item]
    next_cursor: Annotated[str | None, Field(description="取下一页时原样放入 cursor 参数，其余参数保持不变")]


def level_shown(level: int) -> LevelShown:
    """Level with its Chinese name."""
    known = Level(level)
    return LevelShown(code=known.code, name=known.zh, number=int(known))  # type: ignore[arg-type]  # codes are the Literal


def level_number(code: str | None) -> int | None:
    """Ordinal of a level's code."""
    return None if code is None else int(Level.parse(code))


def reasons_shown(reasons: Iterable[Reason]) -> list[ReasonShown]:
    """Reasons as they are."""
    return [ReasonShown(code=r.code, text=r.text, source=r.source, weight=r.weight) for r in reasons]


def place_shown(regions: RegionRegistry, key: str) -> PlaceShown:
    """Place of a region key ``county``, ``township`` or ``township/community`` (or ``county/community``)."""
    code, _, community = key.partition("/")
    township = code if len(code) > _COUNTY_DIGITS else None
    return PlaceShown(
        key=key,
        county=code[:_COUNTY_DIGITS],
        county_name=regions.name(code[:_COUNTY_DIGITS]),
        township=township,
        township_name=regions.name(township) if township else None,
        community=community or None,
        name=regions.place(key),
    )


def local(moment: datetime) -> datetime:
    """The same instant, shown as China's wall clock (+08:00)."""
    return moment.astimezone(SHANGHAI)


def local_or_none(moment: datetime | None) -> datetime | None:
    """As ``local``; None stays None."""
    return None if moment is None else local(moment)


def ten_thousand_yuan(amount_fen: int | None) -> str | None:
    """Money as officials read it: fen to 万元 with two decimals."""
    return None if amount_fen is None else f"{amount_fen / _FEN_PER_WAN_YUAN:,.2f}万元"
