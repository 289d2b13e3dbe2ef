"""What routes work with: the store, Kafka, the feed, the policy and the region names, made once for each app."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, TypeVar

import anyio
from fastapi import Depends, Query, Request

from api.answers.parts import LevelCode
from api.feed import Feed
from api.metrics import Metrics
from api.publishing import Publisher
from api.readiness import Readiness
from infra.kafka.topics import DISPUTE_REPORTED
from infra.label_queue import LabelQueue
from infra.model_role_check import RoleCheck
from infra.papers.plan_reading import PaperRules
from infra.rules import load_articles, load_rules
from infra.settings import Settings
from infra.store.access import StoreAccess
from infra.store.engine import open_engine
from infra.store.queries.pages import MAX_PAGE

Answer = TypeVar("Answer")

_QUERIES_AT_ONCE = 8
"""Queries of this process that run at the same time; also the size of its connection pool."""


class Context:
    """What one app works with. Nothing here connects before it is used, so the app starts without Kafka and database."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.rules = load_rules(settings)
        self.regions = self.rules.regions
        self.paper_rules = PaperRules(self.regions, self.rules.clocks, load_articles(settings))
        self.metrics = Metrics()
        self.store = StoreAccess(open_engine(settings.database_url, pool_size=_QUERIES_AT_ONCE))
        self.label_queue = LabelQueue(settings)
        self.publisher = Publisher(settings, DISPUTE_REPORTED)
        self.role_check = RoleCheck(settings, self.store)
        self.readiness = Readiness(settings, self.store, self.role_check, self.rules.clocks.calendar)
        self.feed = Feed(self.read)
        self.metrics.listeners.set_function(lambda: self.feed.listeners)
        self._threads = anyio.CapacityLimiter(_QUERIES_AT_ONCE)

    async def read(self, query: Callable[..., Answer], *args: Any) -> Answer:
        """Answer of ``query(connection, *args)``, off the event loop; StoreUnavailable when the store is away."""
        return await self.off_loop(self.store.read, query, *args)

    async def write(self, change: Callable[..., Answer], *args: Any) -> Answer:
        """As ``read``, committed."""
        return await self.off_loop(self.store.write, change, *args)

    async def off_loop(self, function: Callable[..., Answer], *args: Any) -> Answer:
        """Result of a blocking call, made in a thread."""
        return await anyio.to_thread.run_sync(partial(function, *args), limiter=self._threads)

    async def close(self) -> None:
        """End the feed, give reports under way a moment, close connections."""
        await self.feed.stop()
        self.publisher.close()
        await anyio.to_thread.run_sync(self.readiness.close)
        self.store.close()


async def context_of(request: Request) -> Context:
    """The app's context. (Async, or FastAPI would send every request through a thread for it.)"""
    return request.app.state.context


InContext = Annotated[Context, Depends(context_of)]

Cursor = Annotated[
    str | None, Query(description="上一页的 next_cursor；其余参数须保持不变", max_length=400, examples=["WzEsIjA…"])
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description=f"每页条数，最多 {MAX_PAGE}")]
ExactLevel = Annotated[LevelCode | None, Query(description="等级恰为：blue 蓝、yellow 黄、orange 橙、red 红")]
MinLevel = Annotated[LevelCode | None, Query(description="等级不低于")]
County = Annotated[str | None, Query(pattern=r"^\d{6}$", description="县级区划代码", examples=["379001"])]
Category = Annotated[str | None, Query(max_length=20, description="纠纷类别", examples=["劳动争议"])]
DEFAULT_PAGE = 50
