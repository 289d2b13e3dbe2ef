"""期限: every deadline that runs, by whom it is owed and when it lapses; officials start, suspend, extend and end them."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.answers.deadlines import DeadlineItem, DeadlineShown, deadline_item, deadline_shown
from api.answers.parts import PageShown
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, County, Cursor, InContext, Limit
from api.problems import not_found
from api.routes.commands import Name, Said, Version, refusals
from infra import clock
from infra.deadlines import NoSuchDeadline, handle_deadline, start_by_hand
from infra.store.queries.deadlines import DeadlineFilter, DeadlineState, deadline_by_id, deadline_page
from risk_model.deadlines.counting import Subject
from risk_model.deadlines.steps import DeadlineCommand

router = APIRouter(prefix="/v1/deadlines", tags=["期限"])


class DeadlineStep(BaseModel):
    """对一个期限做的一步."""

    model_config = ConfigDict(extra="forbid")

    step: Annotated[
        Literal["suspend", "resume", "extend", "answer", "withdraw"],
        Field(description="suspend 中止，resume 恢复，extend 延长，answer 办结，withdraw 撤销"),
    ]
    by: Annotated[Name, Field(description="经办人；延长时为批准人")]
    reason: Annotated[Said, Field(description="中止的事由、延长或撤销的理由（必填）；其中的个人信息会脱敏")] = ""
    length: Annotated[int | None, Field(ge=1, description="延长多少，与期限同单位")] = None
    at: Annotated[AwareDatetime | None, Field(description="发生的时间，含时区；不填为现在，不能晚于现在")] = None
    expected_version: Version


class DeadlineStartRequest(BaseModel):
    """由人起算一个期限：同一种、同一对象、同一起算时间的只起算一次."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(max_length=60, description="期限代码，见 docs/plans.md", examples=["petition.review"])]
    at: Annotated[AwareDatetime, Field(description="起算事由发生的时间，含时区")]
    about: Annotated[
        Literal["dispute", "matter", "alert"], Field(description="所属：dispute 事件、matter 事项、alert 预警")
    ]
    about_id: Annotated[str, Field(min_length=1, max_length=32)]
    title: Annotated[Name, Field(description="一句话写明何事")]
    county: Annotated[str, Field(pattern=r"^\d{6}$")]
    owing: Annotated[Said, Field(description="应当办理的一方；不填用期限文件的")] = ""
    asking: Annotated[Said, Field(description="提出的一方；不填用期限文件的")] = ""
    length: Annotated[int | None, Field(ge=1, description="较短的期限，仅限可以另定的")] = None
    by: Annotated[Name, Field(description="经办人")]


@router.get("", summary="期限（先届满的在前，中止的在后）", operation_id="listDeadlines")
async def deadlines(
    context: InContext,
    state: Annotated[
        DeadlineState,
        Query(description="open 未办结，其中 running 未届满、lapsed 已超期、suspended 中止；ended 已办结，all 全部"),
    ] = "open",
    owing: Annotated[str | None, Query(max_length=100, description="应当办理的一方，名称的一部分")] = None,
    due_within_days: Annotated[int | None, Query(ge=0, le=3660, description="几日内届满（含已超期）")] = None,
    code: Annotated[str | None, Query(max_length=60, description="期限代码")] = None,
    county: County = None,
    about: Annotated[
        str | None, Query(max_length=20, description="所属：dispute、plan、duty、request、matter、alert")
    ] = None,
    about_id: Annotated[str | None, Query(max_length=32, description="所属对象的编号")] = None,
    alert_id: Annotated[str | None, Query(max_length=32, description="预警编号")] = None,
    matter_id: Annotated[str | None, Query(max_length=32, description="事项编号，并入它的也在内")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[DeadlineItem]:
    """法定期限和本策略自定的期限都在一处."""
    now = clock.now()
    before = None if due_within_days is None else now + timedelta(days=due_within_days)
    wanted = DeadlineFilter(state, owing, code, county, about, about_id, alert_id, matter_id)
    mark = query_mark("deadlines", (wanted, due_within_days))
    wanted = DeadlineFilter(state, owing, code, county, about, about_id, alert_id, matter_id, before)
    page = await context.read(deadline_page, wanted, now, read_cursor(mark, cursor), limit)
    return PageShown(
        items=[deadline_item(context.rules, found, now) for found in page.items],
        next_cursor=write_cursor(mark, page.following),
    )


@router.get("/{deadline_id}", summary="一个期限：怎样算的、全部经过", operation_id="getDeadline")
async def deadline(context: InContext, deadline_id: str) -> DeadlineShown:
    """起算、中止、延长、提醒、告知和办结逐项列出."""
    detail = await context.read(deadline_by_id, deadline_id)
    if detail is None:
        raise not_found("期限", "deadline", deadline_id)
    return deadline_shown(context.rules, detail, clock.now())


@router.post("", status_code=201, summary="由人起算一个期限", operation_id="startDeadline", responses={409: {}})
async def start(context: InContext, body: DeadlineStartRequest) -> DeadlineItem:
    """事件不会自己起算的期限，由有权人员起算；原样重发得到同一个."""
    subject = Subject(
        body.about,
        body.about_id,
        body.title,
        body.county,
        body.owing,
        body.asking,
        matter_id=body.about_id if body.about == "matter" else None,
        alert_id=body.about_id if body.about == "alert" else None,
        dispute_id=body.about_id if body.about == "dispute" else None,
        by=body.by,
    )
    now = clock.now()
    with refusals():
        found = await context.write(start_by_hand, context.rules.clocks, body.code, body.at, subject, body.length, now)
    return deadline_item(context.rules, found, now)


@router.post(
    "/{deadline_id}/steps",
    status_code=201,
    summary="中止、恢复、延长、办结、撤销一个期限",
    operation_id="handleDeadline",
    responses={409: {}},
)
async def handle(context: InContext, deadline_id: str, body: DeadlineStep) -> DeadlineItem:
    """写入期限自己的事件流；所见版本已过时为 409 version-conflict，不能做的为 409 step-not-allowed，写明原因."""
    command = DeadlineCommand(body.step, body.by, body.reason, body.length, body.at)
    now = clock.now()
    with refusals():
        try:
            found = await context.write(
                handle_deadline, deadline_id, command, body.expected_version, context.rules.clocks, now
            )
        except NoSuchDeadline:
            raise not_found("期限", "deadline", deadline_id) from None
    return deadline_item(context.rules, found, now)
