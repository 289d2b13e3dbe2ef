"""健康检查与指标: is the process up, can it serve, and what has it done."""

from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.deps import InContext
from api.problems import NOT_READY, Problem
from infra.store.queries.models import Roles

router = APIRouter(tags=["运行"])


@router.get("/healthz", summary="进程是否在运行", operation_id="health")
async def health() -> dict[str, str]:
    """进程能应答即为正常；不检查 Kafka 与数据库."""
    return {"status": "ok"}


@router.get(
    "/readyz",
    summary="是否就绪：数据库、结构版本、Kafka、积压、放假安排、模型、通知",
    operation_id="readiness",
    responses={503: {}},
)
async def readiness(context: InContext) -> dict[str, Any]:
    """全部检查通过才返回 200；否则 503，并逐项说明原因和处理办法."""
    checks = await context.off_loop(context.readiness.look)
    for worker, behind in checks.get("lag", {}).items():
        if isinstance(behind, int) and not isinstance(behind, bool):
            context.metrics.lag.labels(worker).set(behind)
    if "calendar" in checks:
        context.metrics.unknown_years.set(len(checks["calendar"]["unknown_years"]))
    if "model" in checks:
        refused = {item["role"] for item in checks["model"]["refused"]}
        for role in Roles._fields:
            context.metrics.model_refused.labels(role).set(role in refused)
    if "notices" in checks:
        for state in ("waiting", "failed", "unaddressed"):
            context.metrics.notices.labels(state).set(checks["notices"][state])
        context.metrics.notice_age.set(checks["notices"]["oldest_seconds"])
    failed = [check for check in checks.values() if not check["ok"]]
    if failed:
        raise Problem(
            NOT_READY, "；".join(c["zh"] for c in failed), "; ".join(c["en"] for c in failed), extra={"checks": checks}
        )
    return {"status": "ready", "checks": checks}


@router.get("/metrics", summary="Prometheus 指标", operation_id="metrics", response_class=Response)
async def metrics(context: InContext) -> Response:
    """本进程的指标（Prometheus 文本格式）."""
    return Response(generate_latest(context.metrics.registry), media_type=CONTENT_TYPE_LATEST)
