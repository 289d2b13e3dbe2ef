"""联席会议: the agenda that is proposed, conferences, what they decide, their minutes."""

from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.answers.conferences import (
    AgendaItemShown,
    ConferenceItem,
    ConferenceShown,
    agenda_item,
    conference_item,
    conference_shown,
)
from api.answers.parts import LevelCode, level_number
from api.deps import Context, InContext
from api.negotiation import JSON, MARKDOWN, preferred
from api.problems import not_found
from api.routes.commands import refusals
from infra import clock
from infra.conferences import NoSuchConference, convene, handle_conference
from infra.papers.conference_paper import agenda_paper, minutes_paper
from infra.papers.conference_word import conference_docx, conference_markdown
from infra.papers.word import DOCX
from infra.store.queries.conferences import conference_by_id, conference_list, proposed_agenda
from risk_model.conferences.steps import LONGEST_TEXT, MOST_ITEMS, ConferenceCommand
from risk_model.refusals import LONGEST_NAME
from schemas.domain_events import AgendaItem
from schemas.levels import Level

MOST_A_PART = MOST_ITEMS // 4  # of alerts, duties and requests each
FORMS = {"json": JSON, "docx": DOCX, "md": MARKDOWN}

router = APIRouter(prefix="/v1/conferences", tags=["联席会议"])

_Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NAME)]
_Offices = Annotated[list[_Name], Field(max_length=100)]
_Least = Annotated[LevelCode | None, Query(description="预警不低于此等级，默认为策略的 alert.matter_min_level")]


class Agenda(BaseModel):
    """拟议的议程."""

    items: list[AgendaItemShown]


class ConferenceList(BaseModel):
    """联席会议，最近的在前."""

    items: list[ConferenceItem]


class CallRequest(BaseModel):
    """召集一次会议."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[_Name, Field(examples=["2026年第四次府院联席会议"])]
    held_on: Annotated[date, Field(description="开会之日")]
    by: Annotated[_Name, Field(description="经办人")]
    min_level: Annotated[LevelCode | None, Field(description="列入不低于此等级的未办结预警")] = None
    about: Annotated[
        list[str] | None,
        Field(
            max_length=MOST_ITEMS,
            description="只列入拟议议程中的这些（about 的值）；不填为全部",
            examples=[["alert-5f0c"]],
        ),
    ] = None


class ConferenceStepRequest(BaseModel):
    """会议中的一步."""

    model_config = ConfigDict(extra="forbid")

    step: Annotated[
        Literal["add_item", "decide", "close_item", "minute"],
        Field(description="add_item 增加议题，decide 议定交办，close_item 销号，minute 签发纪要"),
    ]
    by: Annotated[_Name, Field(description="经办人；签发纪要的为签发人")]
    item_id: Annotated[str, Field(max_length=10, description="议题的序号，decide、close_item 必填")] = ""
    title: Annotated[_Name, Field(description="新议题的名称")] = ""
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT),
        Field(description="议定的事项；销号的理由；新议题的情况。其中的个人信息会脱敏"),
    ] = ""
    county: Annotated[str, Field(pattern=r"^(\d{6})?$", description="新议题所属的县")] = ""
    lead: Annotated[_Name, Field(description="牵头单位，decide 必填")] = ""
    support: Annotated[_Offices, Field(description="配合单位")] = []
    due_days: Annotated[int | None, Field(ge=1, le=365, description="几日内反馈；不填按任务反馈期限")] = None
    chair: Annotated[_Name, Field(description="主持单位，minute 必填")] = ""
    present: Annotated[_Offices, Field(description="参加单位，minute 必填")] = []
    absent: Annotated[_Offices, Field(description="缺席单位")] = []
    expected_version: Annotated[int, Field(ge=1, description="所见会议的版本")]


@router.get(
    "/agenda", summary="拟议议程：未办结的橙、红预警，超期的任务，没有答复的请求", operation_id="getProposedAgenda"
)
async def agenda(
    context: InContext,
    min_level: _Least = None,
    limit: Annotated[int, Query(ge=1, le=MOST_A_PART, description="预警、任务、请求各至多几项")] = MOST_A_PART,
) -> Agenda:
    """预警等级高的在前，同级的时间早的在前；其后为超期的任务、没有答复的请求。召集会议时即以此为议程."""
    items = await _proposed(context, min_level, limit)
    return Agenda(items=[agenda_item(item) for item in items])


@router.post("", status_code=201, summary="召集一次会议", operation_id="callConference")
async def call(context: InContext, body: CallRequest) -> ConferenceShown:
    """议程随召集固定下来；同一天、同一名称再次召集，得到的是同一次会议."""
    items = await _proposed(context, body.min_level, MOST_A_PART)
    if body.about is not None:
        wanted = set(body.about)
        items = tuple(item for item in items if item.about in wanted)
    with refusals():
        made = await context.write(convene, body.title, body.held_on, body.by, items, clock.now())
    return conference_shown(made, {})


@router.get("", summary="联席会议（最近的在前）", operation_id="listConferences")
async def conferences(
    context: InContext, limit: Annotated[int, Query(ge=1, le=200, description="至多几次")] = 50
) -> ConferenceList:
    """每次会议有几项议题，议定了几项，还有几项没有销号."""
    found = await context.read(conference_list, limit)
    return ConferenceList(items=[conference_item(each) for each in found])


@router.get(
    "/{conference_id}",
    summary="一次联席会议；Word、Markdown 为会议纪要或议程",
    operation_id="getConference",
    responses={
        200: {
            "content": {
                DOCX: {"schema": {"type": "string", "format": "binary"}},
                MARKDOWN: {"schema": {"type": "string"}},
            }
        }
    },
)
async def conference(
    context: InContext,
    conference_id: str,
    request: Request,
    form: Annotated[Literal["json", "docx", "md"] | None, Query(alias="format", description="形式")] = None,
    paper: Annotated[Literal["minutes", "agenda"], Query(description="minutes 会议纪要，agenda 议程")] = "minutes",
) -> ConferenceShown:
    """纪要签发以前为草稿，上方有草稿标记."""
    media = FORMS[form] if form else preferred(request.headers.get("accept", ""), (JSON, MARKDOWN, DOCX))
    found = await context.read(conference_by_id, conference_id)
    if found is None:
        raise not_found("联席会议", "conference", conference_id)
    if media == JSON:
        return conference_shown(found.conference, found.duties)
    issuer = context.rules.policy.plan.issuer.format(county="市")
    written = (
        agenda_paper(found.conference, issuer)
        if paper == "agenda"
        else minutes_paper(found.conference, issuer, clock.now())
    )
    headers = {"Vary": "Accept"}
    if media == MARKDOWN:
        return Response(conference_markdown(written), media_type=MARKDOWN, headers=headers)  # type: ignore[return-value]  # FastAPI passes it on
    file = await context.off_loop(conference_docx, written)
    headers["Content-Disposition"] = (
        f"attachment; filename=\"{paper}.docx\"; filename*=UTF-8''{quote(written.title, safe='')}.docx"
    )
    return Response(file, media_type=DOCX, headers=headers)  # type: ignore[return-value]  # FastAPI passes it on


@router.post(
    "/{conference_id}/steps",
    status_code=201,
    summary="增加议题、议定交办、销号、签发纪要",
    operation_id="handleConference",
    responses={409: {}},
)
async def handle(context: InContext, conference_id: str, body: ConferenceStepRequest) -> ConferenceShown:
    """所见版本已过时为 409 version-conflict；纪要签发以后、议题销号以后不能再做的为 409 step-not-allowed."""
    command = ConferenceCommand(
        body.step,
        body.by,
        body.item_id,
        body.title,
        body.text,
        body.county,
        body.lead,
        tuple(body.support),
        body.due_days,
        body.chair,
        tuple(body.present),
        tuple(body.absent),
    )
    book, now = context.rules.clocks, clock.now()
    try:
        with refusals():
            await context.write(handle_conference, conference_id, command, body.expected_version, book, now)
    except NoSuchConference:
        raise not_found("联席会议", "conference", conference_id) from None
    found = await context.read(conference_by_id, conference_id)
    assert found is not None, "a conference never goes away"
    return conference_shown(found.conference, found.duties)


async def _proposed(context: Context, min_level: LevelCode | None, limit: int) -> tuple[AgendaItem, ...]:
    least = level_number(min_level) or int(Level.parse(context.rules.policy.alert.matter_min_level))
    return await context.read(proposed_agenda, least, limit, context.regions, clock.now())
