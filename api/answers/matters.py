"""Matters as shown."""

from datetime import date, datetime
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
from risk_model.alerts.raising import matter_alert_id
from risk_model.entities import Matter
from schemas.regions import RegionRegistry


class ClaimShown(BaseModel):
    """一项诉求的人数和金额：同一诉求的多次上报取最大，同一审级的案件相加."""

    name: Annotated[str, Field(description="谁的诉求；不明的为空", examples=["职工"])]
    people_involved: int
    amount_fen: int
    amount: str | None
    cases: Annotated[int, Field(description="其中的案件数")]
    named: Annotated[int, Field(description="具名的申请人数")]


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
    people_involved: Annotated[int, Field(description="各项诉求合计的人数，同一诉求、同一具名的人不重复计；0 为未报")]
    amount_fen: Annotated[int, Field(description="各项诉求合计的金额，单位：分，同一诉求不重复计；0 为未报")]
    amount: Annotated[str | None, Field(description="金额，便于阅读")]
    first_at: datetime | None
    last_at: datetime | None
    reasons: Annotated[list[ReasonShown], Field(description="当前等级的依据")]
    status: Annotated[str, Field(description="open 在办，closed 已销号")]
    merged_into: Annotated[str | None, Field(description="已并入的事项；单独成立的为空")]
    split_from: Annotated[str | None, Field(description="由此事项拆出；不是拆出的为空")]
    revisit_on: Annotated[date | None, Field(description="应在此日以前回访；不必回访的为空")]
    version: Annotated[int, Field(description="事项记录的版本，归并、拆分、降级、销号等作为 expected_version")]
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
        status=matter.status,
        merged_into=matter.merged_into,
        split_from=matter.split_from,
        revisit_on=matter.revisit_on,
        version=matter.version,
        links={
            "self": base,
            "events": f"{base}/events",
            "deadlines": f"/v1/deadlines?matter_id={matter.matter_id}&state=all",
            "duties": f"/v1/duties?matter_id={matter.matter_id}",
            "requests": f"/v1/ledger?matter_id={matter.matter_id}",
            **({"merged_into": f"/v1/matters/{matter.merged_into}"} if matter.merged_into else {}),
            **({"split_from": f"/v1/matters/{matter.split_from}"} if matter.split_from else {}),
            **({"alert": f"/v1/alerts/{matter_alert_id(matter.matter_id)}"} if alerted else {}),
        },
    )


def claims_shown(matter: Matter) -> list[ClaimShown]:
    """People and money by claim."""
    shown = []
    for claim in matter.claims:
        people, amount_fen = claim.figures()
        shown.append(
            ClaimShown(
                name=claim.key,
                people_involved=people,
                amount_fen=amount_fen,
                amount=ten_thousand_yuan(amount_fen or None),
                cases=len(claim.cases),
                named=len(claim.claimants),
            )
        )
    return shown
