"""任务: duties of adopted plans and of the joint conference; offices acknowledge and answer them, leaders accept or send back."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.answers.duties import DutyItem, DutyShown, duty_item, duty_shown
from api.answers.parts import PageShown
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, County, Cursor, InContext, Limit
from api.problems import not_found
from api.routes.commands import Name, Said, Version, refusals
from infra import clock
from infra.duties import NoSuchDuty, handle_duty
from infra.store.event_log import micros
from infra.store.queries.duties import DutyFilter, duty_by_id, duty_page
from risk_model.duties.steps import DutyCommand

router = APIRouter(prefix="/v1/duties", tags=["任务"])

Status = Literal["open", "assigned", "acknowledged", "answered", "sent_back", "accepted", "withdrawn"]


class DutyStepRequest(BaseModel):
    """对一项任务做的一步."""

    model_config = ConfigDict(extra="forbid")

    step: Annotated[
        Literal["acknowledge", "answer", "accept", "send_back", "withdraw"],
        Field(description="acknowledge 签收，answer 反馈，accept 同意销号，send_back 退回重办，withdraw 撤销"),
    ]
    by: Annotated[Name, Field(description="经办人", examples=["云中区住建局 李某"])]
    reason: Annotated[Said, Field(description="办理情况或者理由；反馈、退回、撤销时必填，其中的个人信息会脱敏")] = ""
    expected_version: Version


@router.get("", summary="任务（新的在前）", operation_id="listDuties")
async def duties(
    context: InContext,
    office: Annotated[str | None, Query(max_length=100, description="牵头单位，名称的一部分")] = None,
    status: Annotated[Status | None, Query(description="open 为没有销号、撤销的")] = None,
    overdue: Annotated[bool, Query(description="只列已超期的")] = False,
    county: County = None,
    alert_id: Annotated[str | None, Query(max_length=32, description="所属预警")] = None,
    matter_id: Annotated[str | None, Query(max_length=32, description="所属事项，并入它的也在内")] = None,
    plan_id: Annotated[str | None, Query(max_length=32, description="所属方案")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[DutyItem]:
    """方案交办后，每项措施的牵头单位各有一项任务."""
    now = clock.now()
    wanted = DutyFilter(office, status, county, alert_id, matter_id, None, plan_id, overdue)
    mark = query_mark("duties", wanted)
    page = await context.read(duty_page, wanted, micros(now), read_cursor(mark, cursor), limit)
    return PageShown(
        items=[duty_item(context.rules, listed, now) for listed in page.items],
        next_cursor=write_cursor(mark, page.following),
    )


@router.get("/{duty_id}", summary="一项任务：期限、全部经过", operation_id="getDuty")
async def duty(context: InContext, duty_id: str) -> DutyShown:
    """延长、中止在期限自己的步骤里（links.deadline）."""
    detail = await context.read(duty_by_id, duty_id)
    if detail is None:
        raise not_found("任务", "duty", duty_id)
    return duty_shown(context.rules, detail, clock.now())


@router.post(
    "/{duty_id}/steps",
    status_code=201,
    summary="签收、反馈、销号、退回、撤销一项任务",
    operation_id="handleDuty",
    responses={409: {}},
)
async def handle(context: InContext, duty_id: str, body: DutyStepRequest) -> DutyShown:
    """写入任务自己的事件流，期限随之结束或重新起算；所见版本已过时为 409，列出其间的变化."""
    now = clock.now()
    command = DutyCommand(body.step, body.by, body.reason)
    with refusals():
        try:
            await context.write(handle_duty, duty_id, command, body.expected_version, context.rules.clocks, now)
        except NoSuchDuty:
            raise not_found("任务", "duty", duty_id) from None
    detail = await context.read(duty_by_id, duty_id)
    assert detail is not None, "a duty never goes away"
    return duty_shown(context.rules, detail, now)
