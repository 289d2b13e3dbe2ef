"""静默: what officials let wait, and until when."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.answers.parts import LevelCode, LevelShown, level_number, level_shown, local, local_or_none
from api.deps import InContext
from api.problems import not_found
from api.routes.commands import Name, Why, refusals
from infra import clock
from infra.silencing import NoSuchSilence, lift_silence, set_silence, silences_listed
from risk_model.dispatch.entities import Silence
from risk_model.dispatch.wording import match_zh
from schemas.domain_events.dispatch import SilenceMatch

router = APIRouter(prefix="/v1/silences", tags=["预警"])


class SilenceRequest(BaseModel):
    """设置静默：所列条件都须符合，至少一项；只是暂不告知，预警照常列出."""

    model_config = ConfigDict(extra="forbid")

    by: Annotated[Name, Field(description="设置人", examples=["云中区信访局 王某"])]
    reason: Annotated[Why, Field(description="理由；其中的个人信息会脱敏")]
    until: Annotated[AwareDatetime, Field(description="到何时，须带时区；至多策略所定的天数")]
    max_level: Annotated[LevelCode, Field(description="此等级及以下的才静默；策略允许才可为 red")] = "orange"
    county: Annotated[str | None, Field(pattern=r"^\d{6}$", description="县级区划代码")] = None
    category: Annotated[str | None, Field(max_length=20, description="类别")] = None
    kind: Annotated[str | None, Field(max_length=20, description="种类：matter、emerging、trending、regional、systemic")] = None  # fmt: skip
    matter_id: Annotated[str | None, Field(max_length=32, description="事项编号")] = None
    entity: Annotated[str | None, Field(max_length=200, description="企业、项目的名称")] = None


class LiftRequest(BaseModel):
    """解除静默."""

    model_config = ConfigDict(extra="forbid")

    by: Annotated[Name, Field(description="解除人")]
    reason: Annotated[Why, Field(description="理由")]
    expected_version: Annotated[int, Field(ge=1, description="所见静默的 version")]


class SilenceShown(BaseModel):
    """一次静默."""

    silence_id: str
    summary: Annotated[str, Field(description="哪些预警", examples=["县 379001，类别 劳动争议，橙色及以下"])]
    county: str | None
    category: str | None
    kind: str | None
    matter_id: str | None
    entity: str | None
    max_level: LevelShown
    by: str
    at: datetime
    reason: str
    until: datetime
    active: Annotated[bool, Field(description="现在是否有效")]
    lifted_by: Annotated[str, Field(description="解除人；到期的为空")]
    lifted_at: datetime | None
    lifted_for: Annotated[str, Field(description="解除的理由")]
    version: int


@router.get("", summary="静默（最晚结束的在前）", operation_id="listSilences")
async def silences(
    context: InContext, over: Annotated[bool, Query(description="也列出已经结束的")] = False
) -> list[SilenceShown]:
    """现在有效的静默；被静默的预警见 GET /v1/alerts?stage=silenced."""

    def listed(connection, now):  # type: ignore[no-untyped-def]  # of the store
        return silences_listed(connection, now, over=over)

    now = clock.now()
    return [_shown(silence, now) for silence in await context.read(listed, now)]


@router.post("", status_code=201, summary="设置静默", operation_id="setSilence")
async def set_one(context: InContext, body: SilenceRequest) -> SilenceShown:
    """同样的请求再发一次，得到同一条静默."""
    level = level_number(body.max_level) or 0
    match = SilenceMatch(level, body.county, body.category, body.kind, body.matter_id, body.entity)
    now, table = clock.now(), context.rules.policy.dispatch
    with refusals():
        done = await context.write(set_silence, match, body.by, body.reason, body.until, now, table)
    return _shown(done, now)


@router.post("/{silence_id}/lift", status_code=201, summary="解除静默", operation_id="liftSilence", responses={409: {}})
async def lift(context: InContext, silence_id: str, body: LiftRequest) -> SilenceShown:
    """被静默的未办结预警随即照常告知；已被他人解除的为 409 version-conflict，已到期的为 409 step-not-allowed."""
    now = clock.now()
    with refusals():
        try:
            done = await context.write(lift_silence, silence_id, body.by, body.reason, body.expected_version, now)
        except NoSuchSilence:
            raise not_found("静默", "silence", silence_id) from None
    return _shown(done, now)


def _shown(silence: Silence, now: datetime) -> SilenceShown:
    match = silence.match
    return SilenceShown(
        silence_id=silence.silence_id,
        summary=match_zh(match),
        county=match.county,
        category=match.category,
        kind=match.kind,
        matter_id=match.matter_id,
        entity=match.entity,
        max_level=level_shown(match.max_level),
        by=silence.by,
        at=local(silence.at),
        reason=silence.reason,
        until=local(silence.until),
        active=silence.lifted_at is None and now < silence.until,
        lifted_by=silence.lifted_by,
        lifted_at=local_or_none(silence.lifted_at),
        lifted_for=silence.lifted_for,
        version=silence.version,
    )
