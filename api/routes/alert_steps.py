"""预警的办理: what officials do with an alert, and how often alerts were right."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.answers.alert_steps import AlertStepShown, alert_history
from api.answers.alerts import AlertItem, alert_item
from api.answers.labels import AlertLabelsRecorded
from api.answers.parts import LevelCode, level_number
from api.answers.precision import PrecisionReport, precision_report
from api.deps import InContext
from api.problems import INVALID_PARAMETERS, Problem, not_found
from api.routes.commands import Name, Said, refusals
from infra import clock
from infra.handling import handle_alert
from infra.labelling import NoSuchAlert
from infra.store.queries.alerts import alert_by_id
from infra.store.queries.precision import closed_alerts
from risk_model.alerts.handling import Step
from risk_model.alerts.precision import precision_table
from risk_model.labelling import Verdict
from schemas.errors import field_error
from schemas.taxonomy import CATEGORIES

router = APIRouter(prefix="/v1/alerts", tags=["预警"])


class StepLabel(BaseModel):
    """办结时一并给出背后各事件应有的类别、等级，与 POST /v1/alerts/{alert_id}/labels 相同：category 与 level 至少一项."""

    model_config = ConfigDict(extra="forbid")

    category: Annotated[
        Literal[CATEGORIES] | None,  # type: ignore[valid-type]  # a Literal made from the taxonomy tuple
        Field(description="应有的类别；不填表示不改"),
    ] = None
    level: Annotated[LevelCode | None, Field(description="应有的等级；不填表示不改", examples=["blue"])] = None


class StepRequest(BaseModel):
    """对一条预警做的一步."""

    model_config = ConfigDict(extra="forbid")

    step: Annotated[
        Literal["acknowledge", "take_in_hand", "answer", "close", "reopen"],
        Field(description="acknowledge 签收，take_in_hand 办理（或接手），answer 反馈，close 办结，reopen 重新打开"),
    ]
    by: Annotated[Name, Field(description="经办人", examples=["云中区信访局 王某"])]
    reason: Annotated[
        Said,
        Field(
            description="情况或理由，反馈、办结、重新打开时必填；其中的个人信息会脱敏",
            examples=["现场核实，系重复投诉，不存在群体性风险"],
        ),
    ] = ""
    outcome: Annotated[
        Literal["true", "false_alarm", "duplicate"] | None,
        Field(description="办结的结论：true 属实（须已反馈），false_alarm 误报，duplicate 重复；其余步骤不填"),
    ] = None
    duplicate_of: Annotated[str | None, Field(max_length=32, description="按重复办结时，所重复的预警编号")] = None
    despite: Annotated[Said, Field(description="还有任务没有销号而按属实办结的，写明理由；其余不填")] = ""
    label: Annotated[StepLabel | None, Field(description="办结时可填：写入背后每件事件的标注，供模型学习")] = None
    expected_version: Annotated[int, Field(ge=1, description="所见预警的版本（GET /v1/alerts/{alert_id} 的 version）")]


class StepRecorded(BaseModel):
    """做了一步之后的预警."""

    alert: AlertItem
    step: Annotated[AlertStepShown, Field(description="写入的这一步")]
    labels: Annotated[AlertLabelsRecorded | None, Field(description="一并写入的标注")]


@router.get(
    "/precision", summary="预警的准确率：按种类、规则和检测方法、上报单位、县", operation_id="getAlertPrecision"
)
async def precision(
    context: InContext,
    since: Annotated[AwareDatetime | None, Query(description="引发预警的时间不早于（含），须带时区")] = None,
    until: Annotated[AwareDatetime | None, Query(description="引发预警的时间早于（不含），须带时区")] = None,
) -> PrecisionReport:
    """以办结时的结论为准；重新打开的在再次办结以前不计."""
    closed = await context.read(closed_alerts, since, until)
    return precision_report(context.regions, precision_table(closed))


@router.post(
    "/{alert_id}/steps",
    status_code=201,
    summary="签收、办理、反馈、办结、重新打开一条预警",
    operation_id="handleAlert",
    responses={409: {}},
)
async def handle(context: InContext, alert_id: str, body: StepRequest) -> StepRecorded:
    """写入预警自己的事件流；应答丢失后原样重发，得到与第一次相同的应答.

    所见版本已过时为 409 version-conflict，列出其间的变化；现在的状态不能做这一步为 409 step-not-allowed，列出可以做的步骤。
    """
    step = Step(body.step, body.by, body.reason, body.outcome, body.duplicate_of, body.despite)
    verdict = None
    if body.label is not None:
        if body.step != "close":
            error = field_error("not_allowed", "body.label", body.step, "只在办结时一并填写", "a label with close only")
            raise Problem(INVALID_PARAMETERS, error.zh, error.en, [error])
        verdict = Verdict(body.by, body.reason, body.label.category, level_number(body.label.level))
    with refusals():
        try:
            done = await context.write(handle_alert, alert_id, step, verdict, body.expected_version, clock.now())
        except NoSuchAlert:
            raise not_found("预警", "alert", alert_id) from None
    detail = await context.read(alert_by_id, alert_id)
    assert detail is not None, "an alert never goes away"
    taken = next(s for s in alert_history(detail.history) if s.version == body.expected_version + 1)
    labelled = done.labelled
    labels = None
    if labelled is not None:
        labels = AlertLabelsRecorded(
            alert_id=alert_id,
            events=labelled.events,
            labelled=len(labelled.labelled),
            unchanged=labelled.events - len(labelled.labelled),
            overruled=list(labelled.overruled),
        )
    return StepRecorded(alert=alert_item(context.rules, detail.listed), step=taken, labels=labels)
