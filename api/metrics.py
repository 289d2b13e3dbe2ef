"""Prometheus metrics of this process, and the middleware that counts requests by route."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Metrics of one app, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "fuyuan_api_requests", "请求数 requests answered", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "fuyuan_api_request_seconds",
            "请求用时 time to the first byte of the answer",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.reported = Counter(
            "fuyuan_api_events_reported", "已写入 Kafka 的上报事件 events made durable in Kafka", registry=self.registry
        )
        self.refused = Counter(
            "fuyuan_api_reports_refused",
            "未接收的上报请求 report requests refused",
            ("problem",),
            registry=self.registry,
        )
        self.listeners = Gauge("fuyuan_api_stream_listeners", "实时流连接数 open streams", registry=self.registry)
        self.lag = Gauge(
            "fuyuan_messages_behind",
            "尚未处理的消息数（最近一次 /readyz 所见） messages not yet handled, as /readyz last saw it",
            ("worker",),
            registry=self.registry,
        )
        self.unknown_years = Gauge(
            "fuyuan_calendar_unknown_years",
            "不知道放假安排的年份数（今年和将到的一年，最近一次 /readyz 所见） years whose holidays are not known, as /readyz last saw it",
            registry=self.registry,
        )
        self.notices = Gauge(
            "fuyuan_notices",
            "通知：待送达 waiting、未能送达 failed、没有联系方式 unaddressed（最近一次 /readyz 所见） as /readyz last saw them",
            ("state",),
            registry=self.registry,
        )
        self.notice_age = Gauge(
            "fuyuan_notices_oldest_seconds",
            "最早一条待送达的消息已等多久（最近一次 /readyz 所见） how long the oldest message has waited, as /readyz last saw it",
            registry=self.registry,
        )
        self.model_refused = Gauge(
            "fuyuan_model_refused",
            "担任该角色的模型核对不过（最近一次 /readyz 所见） the model in this role may not be used, as /readyz last saw it",
            ("role",),
            registry=self.registry,
        )


class CountRequests:
    """ASGI middleware: counts and times requests by route template, never by path (paths hold ids)."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "none")
                method = scope["method"]
                self._metrics.requests.labels(method, route, message["status"]).inc()
                self._metrics.seconds.labels(method, route).observe(time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, noting)
