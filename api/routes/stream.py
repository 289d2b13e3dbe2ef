"""实时流: alerts, plans, trends and regraded matters as they happen, with resume (server-sent events)."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Header, Query
from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.answers.feed import feed_document
from api.deps import Context, InContext
from api.problems import INVALID_PARAMETERS, Problem
from schemas.domain_events import type_name
from schemas.errors import field_error

router = APIRouter(prefix="/v1/stream", tags=["实时流"])

HEARTBEAT_SECONDS = 10
RECONNECT_MS = 2_000
SEND_TIMEOUT_SECONDS = 30
GRACE_SECONDS = 5


@router.get(
    "",
    summary="实时流（SSE，可断点续传）",
    operation_id="stream",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream(
    context: InContext,
    after: Annotated[int | None, Query(ge=0, description="从此序号之后开始；缺省从当前开始，0 为从头")] = None,
    last_event_id: Annotated[int | None, Header(ge=0, description="断线重连时由浏览器带上，优先于 after")] = None,
) -> Any:
    """断线后以 Last-Event-ID 续传，不漏不重；无事件时每 10 秒一次心跳。

    事件名：ready（起点）、AlertRaised、AlertEscalated、PlanDrafted、TrendDetected、MatterRegraded、ModelPromoted、ChallengerNamed 等；id 为全局序号。
    """
    head = await context.feed.head()
    begin = last_event_id if last_event_id is not None else after
    if begin is not None and begin > head:
        where = "header.Last-Event-ID" if last_event_id is not None else "query.after"
        error = field_error("out_of_range", where, begin, f"不大于当前序号 {head}", f"at most the current seq {head}")
        raise Problem(INVALID_PARAMETERS, error.zh, error.en, [error])
    return EventSourceResponse(
        _events(context, head if begin is None else begin),
        sep="\n",
        ping=HEARTBEAT_SECONDS,
        ping_message_factory=lambda: ServerSentEvent(comment="heartbeat", sep="\n"),
        send_timeout=SEND_TIMEOUT_SECONDS,
        # At shutdown the feed ends the stream in order (api.server); sse-starlette would cut it off in mid-chunk.
        shutdown_grace_period=GRACE_SECONDS,
    )


async def _events(context: Context, after: int) -> AsyncIterator[ServerSentEvent]:
    # The first message carries the starting point as its id, so that a client cut off before any event resumes from there.
    yield ServerSentEvent(data=f'{{"after":{after}}}', event="ready", id=str(after), retry=RECONNECT_MS, sep="\n")
    followed = context.feed.follow(after)
    try:
        async for stored in followed:
            document = feed_document(context.regions, stored)
            yield ServerSentEvent(data=document, event=type_name(stored.recorded.event), id=str(stored.seq), sep="\n")
    finally:
        with anyio.CancelScope(shield=True):
            await followed.aclose()
