"""模型: which model judges, which one watches, and how it came to that."""

from typing import Any

from fastapi import APIRouter

from api.answers.models import ModelsShown, RefusalShown, models_shown
from api.deps import InContext
from infra.store.queries.assessments import newest_models
from infra.store.queries.models import registered, role_history

router = APIRouter(prefix="/v1/models", tags=["模型"])

NEWEST = 200
"""Newest events looked at to say which model judges."""


@router.get("", summary="现用模型、挑战者、登记与启用记录", operation_id="listModels")
async def models(context: InContext) -> ModelsShown:
    """启用、退回、指定挑战者由 fuyuan model promote、rollback、challenge 办理，写明谁、为什么."""
    past, known, judging = await context.read(_everything)
    refused = await context.off_loop(context.role_check.look)
    shown = [RefusalShown(version=r.version, code=r.code, detail=r.detail) for r in refused]
    return models_shown(past, known, judging, shown)


def _everything(connection: Any) -> Any:
    """History, artifacts and newest judges, of one moment."""
    return role_history(connection), registered(connection), newest_models(connection, NEWEST)
