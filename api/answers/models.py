"""Models as shown: who judges, who watches, since when, and how it came to that."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import local
from infra.store.queries.models import Registered
from schemas.domain_events import ChallengerNamed, DomainEvent, ModelPromoted


class RoleShown(BaseModel):
    """担任某一角色的模型."""

    version: str
    since: datetime
    by: Annotated[str, Field(description="经办人")]
    reason: str


class RefusalShown(BaseModel):
    """角色在身、但本机核对不过的模型：工作进程继续用手上的模型."""

    version: str
    code: Annotated[str, Field(examples=["key"])]
    detail: str


class PromotionShown(BaseModel):
    """一次启用或退回."""

    version: str
    previous: str | None
    at: datetime
    by: str
    reason: str
    rollback: bool
    metrics: Annotated[dict[str, float], Field(description="启用检查所用的指标；champion_ 开头的是当时的现用模型")]
    failed: Annotated[list[str], Field(description="未通过的检查", examples=[["gate.level_ece"]])]
    override_reason: Annotated[str, Field(description="未通过仍启用的理由")]


class RegisteredShown(BaseModel):
    """一个已登记的模型."""

    version: str
    sha256: str
    registered_at: datetime
    by: str


class ModelsShown(BaseModel):
    """模型的角色、登记与历史."""

    champion: Annotated[RoleShown | None, Field(description="启用的模型；为空时各进程用自己设置中的模型")]
    challenger: RoleShown | None
    judging: Annotated[dict[str, int], Field(description="最近入库的事件由哪些模型判定（件数），切换之后数秒即变")]
    refused: Annotated[list[RefusalShown], Field(description="担任角色但核对不过的模型")]
    registered: list[RegisteredShown]
    history: Annotated[list[PromotionShown], Field(description="启用与退回，新的在前")]


def models_shown(
    past: Sequence[DomainEvent],
    registered: Sequence[Registered],
    judging: Mapping[str, int],
    refused: Sequence[RefusalShown],
) -> ModelsShown:
    """Everything known of the models."""
    promotions = [event for event in past if isinstance(event, ModelPromoted)]
    named = [event for event in past if isinstance(event, ChallengerNamed)]
    champion, challenger = promotions[-1] if promotions else None, named[-1] if named else None
    return ModelsShown(
        champion=champion
        and RoleShown(
            version=champion.version,
            since=local(champion.promoted_at),
            by=champion.promoted_by,
            reason=champion.reason,
        ),
        challenger=RoleShown(
            version=challenger.version,
            since=local(challenger.named_at),
            by=challenger.named_by,
            reason=challenger.reason,
        )
        if challenger is not None and challenger.version is not None
        else None,
        judging=dict(judging),
        refused=list(refused),
        registered=[
            RegisteredShown(
                version=r.version, sha256=r.sha256, registered_at=local(r.registered_at), by=r.registered_by
            )
            for r in registered
        ],
        history=[_promotion(event) for event in reversed(promotions)],
    )


def _promotion(event: ModelPromoted) -> PromotionShown:
    return PromotionShown(
        version=event.version,
        previous=event.previous,
        at=local(event.promoted_at),
        by=event.promoted_by,
        reason=event.reason,
        rollback=event.rollback,
        metrics=event.metrics,
        failed=list(event.failed),
        override_reason=event.override_reason,
    )
