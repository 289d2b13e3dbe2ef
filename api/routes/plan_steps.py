"""方案的办理: officials edit, sign, adopt, send back and reopen plans; every text is kept, with what changed."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.answers.plans import PlanShown, PlanVersionShown, plan_shown, plan_versions_shown
from api.deps import InContext
from api.problems import not_found
from api.routes.commands import MayName, Name, Said, Version, refusals
from infra import clock
from infra.plans import NoSuchPlan, handle_plan
from infra.store.queries.plans import plan_at, plan_by_id, plan_versions
from risk_model.plans.steps import LONGEST_TEXT, MOST_LINES, MOST_MEASURES, PlanCommand, PlanText
from schemas.domain_events import PlannedMeasure

router = APIRouter(prefix="/v1/plans", tags=["处置方案"])

Line = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Lines = Annotated[list[Line], Field(max_length=MOST_LINES)]


class MeasureBody(BaseModel):
    """一项措施；时限的文字由系统按 due_days、clock 写."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[Line, Field(description="做什么；不得写强制措施")]
    lead: Annotated[Name, Field(description="牵头单位")]
    support: Annotated[list[Name], Field(max_length=20, description="配合单位")] = []
    basis: Annotated[list[Line], Field(max_length=20, description="依据")] = []
    due_days: Annotated[int | None, Field(ge=1, le=365, description="方案签发之日起几日内")] = None
    clock: Annotated[str | None, Field(max_length=60, description="适用的期限代码；与 due_days 至少一项")] = None


class PlanTextBody(BaseModel):
    """修改后的全文."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[Line, Field(description="标题")]
    facts: Annotated[Lines, Field(description="基本情况，每句一项")]
    findings: Annotated[Lines, Field(description="研判，每句一项")]
    measures: Annotated[list[MeasureBody], Field(min_length=1, max_length=MOST_MEASURES)]
    issuer: Annotated[MayName, Field(description="落款；不填不改")] = ""
    by: Annotated[Name, Field(description="修改人")]
    note: Annotated[Said, Field(description="改了什么、为什么")] = ""
    expected_version: Version


class PlanStepBody(BaseModel):
    """对一份方案做的一步."""

    model_config = ConfigDict(extra="forbid")

    step: Annotated[
        Literal["sign", "adopt", "send_back", "take_redraft", "reopen", "drop"],
        Field(
            description="sign 签发，adopt 交办（各项措施成为任务），send_back 退回修改，take_redraft 采用预警升级后的重拟稿，"
            "reopen 重新修订（签发以后要改的），drop 不予签发"
        ),
    ]
    by: Annotated[Name, Field(description="签发人、交办人或经办人的姓名")]
    office: Annotated[MayName, Field(description="签发人的职务，印在落款处")] = ""
    reason: Annotated[Said, Field(description="理由；退回、重新修订、不予签发时必填")] = ""
    expected_version: Version


class PlanStepDone(BaseModel):
    """做了一步之后的方案."""

    plan: PlanShown
    duties_assigned: Annotated[int, Field(description="交办时新分派的任务数；任务见 GET /v1/duties?plan_id=")]


@router.get("/{plan_id}/versions", summary="一份方案的各稿和改动", operation_id="listPlanVersions")
async def versions(context: InContext, plan_id: str) -> list[PlanVersionShown]:
    """旧的在前；每稿写明谁改的、与它所据的一稿相比改了什么."""
    found = await context.read(plan_versions, plan_id)
    if not found:
        raise not_found("处置方案", "plan", plan_id)
    return plan_versions_shown(found)


@router.get("/{plan_id}/versions/{version}", summary="一份方案的某一稿", operation_id="getPlanVersion")
async def version(context: InContext, plan_id: str, version: int) -> PlanShown:
    """该稿的全文."""
    detail = await context.read(plan_at, plan_id, version)
    if detail is None:
        raise not_found("方案稿", "version of a plan", f"{plan_id}/{version}")
    return plan_shown(context.regions, detail.listed)


@router.post(
    "/{plan_id}/revisions", status_code=201, summary="修改一份方案", operation_id="revisePlan", responses={409: {}}
)
async def revise(context: InContext, plan_id: str, body: PlanTextBody) -> PlanStepDone:
    """提交修改后的全文，旧稿保留；签发以后不能修改，须先重新修订。含强制措施的不予受理，写明是哪一项、哪个词."""
    measures = tuple(
        PlannedMeasure(m.text, m.lead, tuple(m.support), tuple(m.basis), m.due_days, m.clock) for m in body.measures
    )
    text = PlanText(body.title, tuple(body.facts), tuple(body.findings), measures, body.issuer)
    return await _take(context, plan_id, PlanCommand("revise", body.by, body.note, text=text), body.expected_version)


@router.post(
    "/{plan_id}/steps",
    status_code=201,
    summary="签发、交办、退回、采用重拟稿、重新修订、不予签发",
    operation_id="handlePlan",
    responses={409: {}},
)
async def handle(context: InContext, plan_id: str, body: PlanStepBody) -> PlanStepDone:
    """写入方案自己的事件流；交办时每项措施的牵头单位各得一项任务和期限，全部成功或全不写入."""
    command = PlanCommand(body.step, body.by, body.reason, body.office)
    return await _take(context, plan_id, command, body.expected_version)


async def _take(context: InContext, plan_id: str, command: PlanCommand, expected: int) -> PlanStepDone:
    with refusals():
        try:
            done = await context.write(handle_plan, plan_id, command, expected, context.rules, clock.now())
        except NoSuchPlan:
            raise not_found("处置方案", "plan", plan_id) from None
    detail = await context.read(plan_by_id, plan_id)
    assert detail is not None, "a plan never goes away"
    return PlanStepDone(plan=plan_shown(context.regions, detail.listed), duties_assigned=done.assigned)
