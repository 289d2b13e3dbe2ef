"""标注: officials say what an event's category and level should have been; the model learns from it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.answers.labels import (
    AlertLabelsRecorded,
    LabelItem,
    LabelRecorded,
    label_item,
    label_shown,
)
from api.answers.parts import LevelCode, PageShown, level_number
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, Category, Cursor, ExactLevel, InContext, Limit
from api.problems import not_found
from api.routes.commands import Name, Why, refusals
from infra import clock
from infra.labelling import (
    NoSuchAlert,
    NoSuchDispute,
    label_alert,
    label_dispute,
)
from infra.store.queries.labels import LabelFilter, label_page
from risk_model.labelling import Verdict
from risk_model.refusals import LONGEST_NAME
from schemas.taxonomy import CATEGORIES

router = APIRouter(prefix="/v1", tags=["标注"])


class _LabelBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    category: Annotated[
        Literal[CATEGORIES] | None,  # type: ignore[valid-type]  # a Literal made from the taxonomy tuple
        Field(description="应有的类别；不填表示不改", examples=["劳动争议"]),
    ] = None
    level: Annotated[LevelCode | None, Field(description="应有的等级；不填表示不改", examples=["orange"])] = None
    reason: Annotated[Why, Field(description="理由；其中的个人信息会脱敏", examples=["现场核实为欠薪，已有聚集"])]
    labelled_by: Annotated[Name, Field(description="标注人", examples=["云中区信访局 王某"])]


class LabelRequest(_LabelBody):
    """对一条事件的标注：category 与 level 至少一项."""

    alert_id: Annotated[str | None, Field(description="处理哪条预警时标注", max_length=32)] = None
    expected_version: Annotated[
        int, Field(ge=1, description="所见事件记录的版本（GET /v1/events/{dispute_id} 的 version）")
    ]


class AlertLabelRequest(_LabelBody):
    """对一条预警全部事件的标注：category 与 level 至少一项."""

    expected_version: Annotated[int, Field(ge=1, description="所见预警的版本（GET /v1/alerts/{alert_id} 的 version）")]


@router.post(
    "/events/{dispute_id}/labels",
    status_code=201,
    summary="标注一条事件应有的类别、等级",
    operation_id="labelEvent",
    responses={200: {"model": LabelRecorded, "description": "现有标注已相同，未再写入"}, 409: {}},
)
async def label_event(context: InContext, dispute_id: str, body: LabelRequest, response: Response) -> LabelRecorded:
    """写入该事件自己的事件流；不改动系统原来的判断，供训练使用。所见版本已过时则为 409，并列出其间的标注."""
    with refusals():
        try:
            done = await context.write(
                label_dispute, dispute_id, _verdict(body, body.alert_id), body.expected_version, clock.now()
            )
        except NoSuchDispute:
            raise not_found("纠纷事件", "event", dispute_id) from None
    if done.label is None:
        response.status_code = 200
    shown = None if done.label is None else label_shown(done.label, done.version)
    return LabelRecorded(dispute_id=dispute_id, version=done.version, recorded=shown is not None, label=shown)


@router.post(
    "/alerts/{alert_id}/labels",
    status_code=201,
    summary="为一条预警背后的全部事件标注类别、等级",
    operation_id="labelAlert",
    responses={409: {}},
)
async def label_events_of_alert(context: InContext, alert_id: str, body: AlertLabelRequest) -> AlertLabelsRecorded:
    """在一个事务内写入，要么全部、要么全不；标注已相同的事件不再写入."""
    with refusals():
        try:
            done = await context.write(label_alert, alert_id, _verdict(body, None), body.expected_version, clock.now())
        except NoSuchAlert:
            raise not_found("预警", "alert", alert_id) from None
    return AlertLabelsRecorded(
        alert_id=alert_id,
        events=done.events,
        labelled=len(done.labelled),
        unchanged=done.events - len(done.labelled),
        overruled=list(done.overruled),
    )


@router.get("/labels", summary="标注列表（新的在前）", operation_id="listLabels")
async def labels(
    context: InContext,
    category: Category = None,
    level: ExactLevel = None,
    labelled_by: Annotated[str | None, Query(max_length=LONGEST_NAME, description="标注人")] = None,
    alert_id: Annotated[str | None, Query(max_length=32, description="处理哪条预警时标注的")] = None,
    dispute_id: Annotated[str | None, Query(max_length=32, description="某一事件的标注")] = None,
    since: Annotated[AwareDatetime | None, Query(description="标注时间不早于（含），须带时区")] = None,
    until: Annotated[AwareDatetime | None, Query(description="标注时间早于（不含），须带时区")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[LabelItem]:
    """每次标注一条，旁边是系统原来的判断；同一事件以最近说过的为准."""
    wanted = LabelFilter(category, level_number(level), labelled_by, alert_id, dispute_id, since, until)
    mark = query_mark("labels", wanted)
    page = await context.read(label_page, wanted, read_cursor(mark, cursor), limit)
    return PageShown(items=[label_item(one) for one in page.items], next_cursor=write_cursor(mark, page.following))


def _verdict(body: _LabelBody, alert_id: str | None) -> Verdict:
    return Verdict(body.labelled_by, body.reason, body.category, level_number(body.level), alert_id)
