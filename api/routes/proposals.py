"""归并建议: joins that a person is asked about."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.answers.parts import PageShown
from api.answers.proposals import ProposalItem, proposal_item
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, County, Cursor, InContext, Limit
from api.problems import not_found
from api.routes.commands import Name, Why, refusals
from infra import clock
from infra.proposals import NoSuchProposal, answer_proposal
from infra.store.queries.proposals import ProposalFilter, proposal_by_id, proposal_page
from risk_model.matters.proposing import Decision

router = APIRouter(prefix="/v1/proposals", tags=["事项"])


class DecisionRequest(BaseModel):
    """同意或否决一条归并建议."""

    model_config = ConfigDict(extra="forbid")

    accept: Annotated[bool, Field(description="true 是同一个，归并；false 不是，不再提出")]
    by: Annotated[Name, Field(description="经办人", examples=["云中区信访局 王某"])]
    reason: Annotated[Why, Field(description="理由，必填；其中的个人信息会脱敏", examples=["案名与备案名，同一宗地"])]
    expected_version: Annotated[
        int, Field(ge=1, description="所见建议的版本（GET /v1/proposals/{proposal_id} 的 version）")
    ]


@router.get("", summary="归并建议（把握大的在前）", operation_id="listProposals")
async def proposals(
    context: InContext,
    status: Annotated[
        Literal["open", "accepted", "declined"] | None,
        Query(description="open 待确认，accepted 已同意，declined 已否决；不填为全部"),
    ] = None,
    county: County = None,
    matter_id: Annotated[str | None, Query(max_length=32, description="涉及的事项")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[ProposalItem]:
    """名称写法不一、把握不够自动归并的，请人确认；否决过的不再提出."""
    wanted = ProposalFilter(status, county, matter_id)
    mark = query_mark("proposals", wanted)
    page = await context.read(proposal_page, wanted, read_cursor(mark, cursor), limit)
    return PageShown(
        items=[proposal_item(context.regions, detail) for detail in page.items],
        next_cursor=write_cursor(mark, page.following),
    )


@router.get("/{proposal_id}", summary="一条归并建议", operation_id="getProposal")
async def proposal(context: InContext, proposal_id: str) -> ProposalItem:
    """两边的事项、把握和依据."""
    detail = await context.read(proposal_by_id, proposal_id)
    if detail is None:
        raise not_found("归并建议", "proposal", proposal_id)
    return proposal_item(context.regions, detail)


@router.post(
    "/{proposal_id}/decision",
    status_code=201,
    summary="同意或否决一条归并建议",
    operation_id="decideProposal",
    responses={409: {}},
)
async def decide(context: InContext, proposal_id: str, body: DecisionRequest) -> ProposalItem:
    """同意的，另一个事项（或事件）归入，等级、预警随之更新，可以撤销；应答丢失后原样重发，得到与第一次相同的应答."""
    said = Decision(body.accept, body.by, body.reason)
    with refusals():
        try:
            await context.write(answer_proposal, proposal_id, said, body.expected_version, clock.now(), context.rules)
        except NoSuchProposal:
            raise not_found("归并建议", "proposal", proposal_id) from None
    detail = await context.read(proposal_by_id, proposal_id)
    assert detail is not None, "a proposal never goes away"
    return proposal_item(context.regions, detail)
