"""标注队列: which events officials should label first."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.answers.parts import LevelShown, PlaceShown, ReasonShown, level_shown, local, place_shown, reasons_shown
from api.deps import DEFAULT_PAGE, InContext
from infra import clock
from infra.label_queue import LONGEST
from schemas.event_types import type_zh
from schemas.regions import RegionRegistry

if TYPE_CHECKING:
    from infra.model_quality import QueuedDispute  # scikit-learn takes long to import

router = APIRouter(prefix="/v1/labels/queue", tags=["标注"])


class QueuedItem(BaseModel):
    """一件待标注的事件：模型现在怎么判，为什么先问它."""

    order: Annotated[int, Field(description="问的先后，从 1 起；已标注的不再列出，序号不变")]
    dispute_id: str
    type: str
    type_name: str
    source: str
    place: PlaceShown
    title: Annotated[str, Field(description="脱敏后的标题")]
    narrative: Annotated[str, Field(description="脱敏后的正文")]
    occurred_at: datetime
    category: Annotated[str, Field(description="模型现判的类别")]
    category_probability: float
    level: Annotated[LevelShown, Field(description="模型现判的等级，未经政策底线")]
    alike: Annotated[int, Field(description="相近的待标注事件数")]
    reasons: list[ReasonShown]
    links: dict[str, str]


class QueueShown(BaseModel):
    """标注队列，最值得标的在前."""

    chosen_at: Annotated[datetime, Field(description="选定的时间")]
    items: list[QueuedItem]


@router.get("", summary="标注队列：先标哪些事件，模型学得最多", operation_id="listLabelQueue")
async def label_queue(
    context: InContext,
    size: Annotated[int, Query(ge=1, le=LONGEST, description=f"件数，最多 {LONGEST}")] = DEFAULT_PAGE,
) -> QueueShown:
    """由模型的把握、代表性和多样性选出，疑似凑数的不问；每隔一段时间重选，期间已标注的不再列出."""
    chosen, at = await context.read(context.label_queue.ask, size, clock.now())
    return QueueShown(chosen_at=local(at), items=[_item(context.regions, one) for one in chosen])


def _item(regions: RegionRegistry, one: "QueuedDispute") -> QueuedItem:
    record, asked = one.recorded.record, one.asked
    return QueuedItem(
        order=asked.place,
        dispute_id=record.dispute_id,
        type=record.type,
        type_name=type_zh(record.type),
        source=record.source,
        place=place_shown(regions, record.place.region_keys()[0]),
        title=record.title,
        narrative=record.narrative,
        occurred_at=local(record.occurred_at),
        category=asked.category,
        category_probability=asked.category_probability,
        level=level_shown(asked.level),
        alike=asked.alike,
        reasons=reasons_shown(asked.reasons),
        links={"event": f"/v1/events/{record.dispute_id}"},
    )
