"""Matters as shown."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import (
    LevelShown,
    PlaceShown,
    ReasonShown,
    level_shown,
    local_or_none,
    place_shown,
    reasons_shown,
    ten_thousand_yuan,
)
from risk_model.alerting import matter_alert_id
from risk_model.entities import Matter
from schemas.regions import RegionRegistry


class MatterItem(BaseModel):
    """一事一档：一个事项及其归集情况."""

    matter_id: str
    title: str
    category: str
    level: LevelShown
    place: PlaceShown
    counties: Annotated[list[PlaceShown], Field(description="涉及的全部区县")]
    events: Annotated[int, Field(description="归集的事件数")]
    sources: Annotated[list[str], Field(description="上报的来源系统")]
    people_involved: Annotated[int, Field(description="单次上报的最多人数，0 为未报")]
    amount_fen: Annotated[int, Field(description="单次上报的最大金额，单位：分，0 为未报")]
    amount: Annotated[str | None, Field(description="金额，便于阅读")]
    first_at: datetime | None
    last_at: datetime | None
    reasons: Annotated[list[ReasonShown], Field(description="当前等级的依据")]
    links: dict[str, str]


def matter_item(regions: RegionRegistry, matter: Matter, *, alerted: bool = False) -> MatterItem:
    """Matter with its links; `alerted` says that its alert is known to exist."""
    base = f"/v1/matters/{matter.matter_id}"
    return MatterItem(
        matter_id=matter.matter_id,
        title=matter.title,
        category=matter.category,
        level=level_shown(matter.level),
        place=place_shown(regions, matter.county),
        counties=[place_shown(regions, county) for county in matter.counties],
        events=matter.events,
        sources=matter.sources,
        people_involved=matter.people,
        amount_fen=matter.amount_fen,
        amount=ten_thousand_yuan(matter.amount_fen or None),
        first_at=local_or_none(matter.first_at),
        last_at=local_or_none(matter.last_at),
        reasons=reasons_shown(matter.reasons),
        links={
            "self": base,
            "events": f"{base}/events",
            **({"alert": f"/v1/alerts/{matter_alert_id(matter.matter_id)}"} if alerted else {}),
        },
    )
