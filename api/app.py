"""The app: routes, problems, metrics and OpenAPI put together. Nothing connects before the first request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI

from api.deps import Context
from api.documents import describe
from api.metrics import CountRequests
from api.problems import answer_problems
from api.routes import (
    alert_steps,
    alerts,
    conferences,
    counts,
    deadlines,
    duties,
    events,
    groups,
    health,
    label_queue,
    labels,
    ledger,
    matter_steps,
    matters,
    models,
    monthly,
    notices,
    plan_steps,
    plans,
    proposals,
    quarantine,
    silences,
    stream,
    trends,
)
from infra.settings import Settings

_TAGS = [
    {"name": "纠纷事件", "description": "上报与查询"},
    {"name": "标注", "description": "有权人员给出应有的类别、等级，供模型学习"},
    {"name": "预警", "description": "重大事项，苗头、趋势、区域、系统；签收、办理、反馈、办结、重新打开；准确率"},
    {"name": "趋势", "description": "数量异常：从发现到回落，曲线，预警额度"},
    {"name": "事项", "description": "一事一档"},
    {"name": "处置方案", "description": "由预案拟定的草稿：修改、签发、交办、退回；各稿和改动"},
    {"name": "任务", "description": "交办的措施：签收、反馈、销号、退回"},
    {"name": "府院台账", "description": "法院与政府之间的请求，双向：提出、签收、答复、办结；办理率和中位天数"},
    {"name": "期限", "description": "法定期限和本策略自定的期限：起算、中止、延长、提醒、逐级告知"},
    {"name": "通知", "description": "告知了谁、由哪个渠道、是否送达；没有联系方式的"},
    {"name": "研判报告", "description": "月度：趋势、重点事项、应诉、准确率"},
    {"name": "联席会议", "description": "议程、议定交办、销号、会议纪要"},
    {"name": "计数", "description": "按地区、类别、来源分类、类型、日期"},
    {"name": "模型", "description": "现用模型、挑战者与启用记录"},
    {"name": "实时流", "description": "SSE，可断点续传"},
    {"name": "隔离区", "description": "不符合合同的报文"},
    {"name": "运行", "description": "健康检查与指标"},
]


def create_app(settings: Settings) -> FastAPI:
    """App of one installation."""
    context = Context(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        context.feed.start()
        yield
        await context.close()

    # The shipped documentation pages load scripts from a CDN, which an office network does not reach.
    app = FastAPI(
        title="Fuyuan",
        version=_version(),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_tags=_TAGS,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours are in /metrics
    )
    app.state.context = context
    app.add_middleware(CountRequests, metrics=context.metrics)
    answer_problems(app)
    for resource in (
        events,
        labels,
        label_queue,
        alert_steps,
        alerts,
        silences,
        trends,
        matter_steps,
        matters,
        groups,
        plan_steps,
        proposals,
        plans,
        duties,
        ledger,
        deadlines,
        counts,
        models,
        notices,
        monthly,
        conferences,
        stream,
        quarantine,
        health,
    ):
        app.include_router(resource.router)
    describe(app)
    return app


def _version() -> str:
    try:
        return version("fuyuan")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0"
