"""事项的归并、拆分、降级、销号、回访: what officials do with a matter."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.answers.matter_steps import MatterStepShown, matter_history
from api.answers.matters import MatterItem, matter_item
from api.answers.parts import LevelCode, level_number
from api.deps import Context, InContext
from api.problems import not_found
from api.routes.commands import Name, Why, refusals
from infra import clock
from infra.matter_steps import MOST_EVENTS, NoSuchMatter, command_matter
from infra.store.queries.matters import matter_by_id
from risk_model.matters.commands import (
    LONGEST_TITLE,
    Close,
    Downgrade,
    MatterCommand,
    MergeIn,
    Reopen,
    Revisit,
    SplitOut,
    Undo,
)
from schemas.levels import Level

router = APIRouter(prefix="/v1/matters", tags=["事项"])

_Id = Annotated[str, StringConstraints(min_length=1, max_length=32)]


class CommandRequest(BaseModel):
    """谁、为什么、所见的版本."""

    model_config = ConfigDict(extra="forbid")

    by: Annotated[Name, Field(description="经办人", examples=["云中区信访局 王某"])]
    reason: Annotated[
        Why, Field(description="理由或情况，必填；其中的个人信息会脱敏", examples=["同一开发商的同一项目"])
    ]
    expected_version: Annotated[
        int, Field(ge=1, description="所见事项的版本（GET /v1/matters/{matter_id} 的 version）")
    ]


class MergeRequest(CommandRequest):
    """将另一个事项并入本事项."""

    from_id: Annotated[_Id, Field(description="要并入的事项")]


class SplitRequest(CommandRequest):
    """将本事项的一部分事件拆为新的事项."""

    dispute_ids: Annotated[
        list[_Id], Field(min_length=1, max_length=MOST_EVENTS, description="要拆出的事件，须是本事项自己的")
    ]
    title: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=LONGEST_TITLE),
        Field(description="新事项的标题，可不填"),
    ] = ""


class DowngradeRequest(CommandRequest):
    """降级."""

    level: Annotated[LevelCode, Field(description="降为，须低于现在的等级")]
    revisit_on: Annotated[date | None, Field(description="回访日期；不填为期限的最后一天")] = None


class CloseRequest(CommandRequest):
    """销号."""

    revisit_on: Annotated[date | None, Field(description="回访日期；不填为期限的最后一天")] = None


class RevisitRequest(CommandRequest):
    """回访."""

    result: Annotated[Literal["ok", "relapsed"], Field(description="ok 稳定，relapsed 反弹：事项重新打开")]
    next_on: Annotated[date | None, Field(description="稳定的，下次回访日期；不填为不再回访")] = None
    level: Annotated[LevelCode | None, Field(description="反弹的，重新打开的等级；不填为降级、销号以前的等级")] = None


class ReopenRequest(CommandRequest):
    """重新打开已销号的事项."""

    level: Annotated[LevelCode | None, Field(description="等级；不填为销号以前的等级")] = None


class MatterCommanded(BaseModel):
    """办理之后的事项."""

    matter: MatterItem
    steps: Annotated[list[MatterStepShown], Field(description="写入本事项的各步；应答丢失后重发的，为第一次写入的")]


@router.post(
    "/{matter_id}/merge", status_code=201, summary="并入另一个事项", operation_id="mergeMatter", responses={409: {}}
)
async def merge(context: InContext, matter_id: str, body: MergeRequest) -> MatterCommanded:
    """人数、金额、来源、等级按全部事件重算；并入的事项仍可查，它的预警并入本事项的；可以撤销."""
    return await _command(context, matter_id, body, MergeIn(body.by, body.reason, body.from_id))


@router.post(
    "/{matter_id}/split", status_code=201, summary="拆出一部分事件", operation_id="splitMatter", responses={409: {}}
)
async def split(context: InContext, matter_id: str, body: SplitRequest) -> MatterCommanded:
    """两个事项都按各自的事件重新定级；预警随重大的部分。撤销：在拆出的事项上 undo."""
    command = SplitOut(body.by, body.reason, frozenset(body.dispute_ids), body.title)
    return await _command(context, matter_id, body, command)


@router.post(
    "/{matter_id}/undo", status_code=201, summary="撤销归并或拆分", operation_id="undoMatter", responses={409: {}}
)
async def undo(context: InContext, matter_id: str, body: CommandRequest) -> MatterCommanded:
    """在已并入的事项上：重新单列，其间归入它的事件随它。在拆出的事项上：并回原事项."""
    return await _command(context, matter_id, body, Undo(body.by, body.reason))


@router.post(
    "/{matter_id}/downgrade", status_code=201, summary="降级", operation_id="downgradeMatter", responses={409: {}}
)
async def downgrade(context: InContext, matter_id: str, body: DowngradeRequest) -> MatterCommanded:
    """此前的事件不再使它升级，此后的照常."""
    command = Downgrade(body.by, body.reason, int(Level.parse(body.level)), body.revisit_on)
    return await _command(context, matter_id, body, command)


@router.post("/{matter_id}/close", status_code=201, summary="销号", operation_id="closeMatter", responses={409: {}})
async def close(context: InContext, matter_id: str, body: CloseRequest) -> MatterCommanded:
    """须先办结它的预警；此后有较重的事件归入的，系统重新打开."""
    return await _command(context, matter_id, body, Close(body.by, body.reason, body.revisit_on))


@router.post(
    "/{matter_id}/revisits", status_code=201, summary="记录回访", operation_id="revisitMatter", responses={409: {}}
)
async def revisit(context: InContext, matter_id: str, body: RevisitRequest) -> MatterCommanded:
    """稳定的可定下次回访；反弹的事项重新打开."""
    command = Revisit(body.by, body.reason, body.result, body.next_on, level_number(body.level))
    return await _command(context, matter_id, body, command)


@router.post(
    "/{matter_id}/reopen", status_code=201, summary="重新打开", operation_id="reopenMatter", responses={409: {}}
)
async def reopen(context: InContext, matter_id: str, body: ReopenRequest) -> MatterCommanded:
    """重新打开已销号的事项，须写明理由."""
    return await _command(context, matter_id, body, Reopen(body.by, body.reason, level_number(body.level)))


async def _command(context: Context, matter_id: str, body: CommandRequest, command: MatterCommand) -> MatterCommanded:
    """Carry out a command. Sent again after its answer was lost, it is answered as the first time."""
    with refusals():
        try:
            await context.write(command_matter, matter_id, command, body.expected_version, clock.now(), context.rules)
        except NoSuchMatter as missing:
            raise not_found("事项", "matter", str(missing)) from None
    detail = await context.read(matter_by_id, matter_id)
    assert detail is not None, "a matter never goes away"
    steps = [step for step in matter_history(detail.steps) if step.version > body.expected_version]
    alerted = detail.alert is not None
    return MatterCommanded(matter=matter_item(context.regions, detail.matter, alerted=alerted), steps=steps)
