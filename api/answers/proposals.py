"""Proposals as shown."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.answers.matters import MatterItem, matter_item
from api.answers.parts import PlaceShown, ReasonShown, local_or_none, place_shown, reasons_shown
from infra.store.queries.proposals import ProposalDetail
from schemas.regions import RegionRegistry


class ProposalItem(BaseModel):
    """一条归并建议：两个事项，或一件事件与一个事项，可能是同一个，把握不够，请人确认."""

    proposal_id: str
    status: Annotated[
        Literal["open", "accepted", "declined"], Field(description="open 待确认，accepted 已同意，declined 已否决")
    ]
    strength: Annotated[float, Field(ge=0, le=1, description="是同一个的概率")]
    reasons: Annotated[list[ReasonShown], Field(description="哪里相同、哪里不同")]
    place: PlaceShown
    matter: Annotated[MatterItem, Field(description="可能归入的事项")]
    other: Annotated[MatterItem | None, Field(description="另一个事项；事件尚未归入任何事项的为空")]
    dispute_id: Annotated[str, Field(description="引出这条建议的事件")]
    decided_by: Annotated[str, Field(description="经办人；待确认的为空")]
    decided_at: datetime | None
    decided_why: Annotated[str, Field(description="理由；待确认的为空")]
    version: Annotated[int, Field(description="建议的版本，确认时作为 expected_version")]
    links: dict[str, str]


def proposal_item(regions: RegionRegistry, detail: ProposalDetail) -> ProposalItem:
    """Proposal with its files and links."""
    one = detail.proposal
    links = {"self": f"/v1/proposals/{one.proposal_id}", "decision": f"/v1/proposals/{one.proposal_id}/decision"}
    if one.dispute_id:
        links["event"] = f"/v1/events/{one.dispute_id}"
    return ProposalItem(
        proposal_id=one.proposal_id,
        status=one.status,  # type: ignore[arg-type]  # as folded
        strength=one.strength,
        reasons=reasons_shown(one.reasons),
        place=place_shown(regions, one.county),
        matter=matter_item(regions, detail.matter),
        other=None if detail.other is None else matter_item(regions, detail.other),
        dispute_id=one.dispute_id,
        decided_by=one.decided_by,
        decided_at=local_or_none(one.decided_at),
        decided_why=one.decided_why,
        version=one.version,
        links=links,
    )
