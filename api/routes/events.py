"""上报与查询纠纷事件: events in, durable in Kafka before they are answered; and one event as it was assessed."""

from collections.abc import Sequence

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.answers.disputes import DisputeShown, dispute_shown
from api.deps import Context, InContext
from api.documents import report_request
from api.problems import BUSY, KAFKA_AWAY, TOO_LARGE, Problem, not_found
from api.publishing import KafkaAway, Overloaded, Place, TooLargeForTopic
from api.replays import Replays, digest
from api.reports import MAX_BODY_BYTES, ReportedEvent, read_reports
from infra.store.queries.disputes import dispute_by_id
from schemas.identifiers import dispute_id

router = APIRouter(prefix="/v1/events", tags=["纠纷事件"])

_OFF_LOOP_BYTES = 1024 * 1024
"""Bodies above this are cut and looked at in a thread."""


class Receipt(BaseModel):
    """一条事件的回执."""

    index: int
    receipt: str
    source: str
    id: str
    dispute_id: str
    topic: str
    partition: int
    offset: int


class Accepted(BaseModel):
    """已可靠写入 Kafka 的事件."""

    accepted: int
    receipts: list[Receipt]


@router.post(
    "",
    status_code=202,
    summary="上报纠纷事件（一条或一批，最多 1000 条）",
    operation_id="reportEvents",
    response_model=Accepted,
    responses={400: {}, 413: {}, 415: {}, 503: {}},
    openapi_extra=report_request(),
)
async def report(request: Request, context: InContext) -> Response:
    """全部事件写入 Kafka（acks=all）之后才返回 202；整批要么全部接收，要么一条不收。

    此处只查报文能否解析、信封是否有 id、source、type；合同的完整核验在后续环节，不合格的原样隔离并说明原因。
    同一事件（source 与 id 相同）重复上报不重复计入，因此收到 503 后可原样重发。带 Idempotency-Key 的请求，24 小时内
    以同一键、同一报文重发，得到第一次的回答。
    """
    try:
        return await _report(request, context)
    except Problem as problem:
        context.metrics.refused.labels(problem.kind.name).inc()
        raise


@router.get("/{dispute_id}", summary="一条纠纷事件核验、脱敏、分级后的记录", operation_id="getEvent")
async def event(context: InContext, dispute_id: str) -> DisputeShown:
    """取自事件库中该事件的第一条记录，不随后续变化；其后有权人员的标注另列."""
    found = await context.read(dispute_by_id, dispute_id)
    if found is None:
        raise not_found(
            "纠纷事件（可能尚在处理，或已被隔离）", "event (it may be on its way, or quarantined)", dispute_id
        )
    return dispute_shown(context.regions, found)


async def _report(request: Request, context: Context) -> Response:
    key = Replays.key_of(request.headers)
    body = await _body(request)
    replays = Replays(context, key, digest(body))
    earlier = await replays.earlier()
    if earlier is not None:
        return _accepted(earlier, replayed=True)
    content_type = request.headers.get("content-type", "")
    if len(body) > _OFF_LOOP_BYTES:
        events = await context.off_loop(read_reports, body, content_type)
    else:
        events = read_reports(body, content_type)
    places = await _publish(context, events)
    context.metrics.reported.inc(len(events))
    return _accepted(await replays.kept(_answer(context.publisher.topic, events, places)), replayed=False)


async def _body(request: Request) -> bytes:
    """The request's body; a Problem as soon as it is known to be too large."""
    too_large = Problem(
        TOO_LARGE,
        f"报文超过 {MAX_BODY_BYTES} 字节，请分批提交",
        f"the body is larger than {MAX_BODY_BYTES} bytes: send it in parts",
    )
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MAX_BODY_BYTES:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise too_large
        chunks.append(chunk)
    return b"".join(chunks)


async def _publish(context: Context, events: Sequence[ReportedEvent]) -> list[Place]:
    try:
        return await context.publisher.publish([(e.county.encode() if e.county else None, e.value) for e in events])
    except KafkaAway as away:
        raise Problem(
            KAFKA_AWAY,
            "消息队列暂时无法写入，请稍后原样重发；已写入的部分不会重复计入",
            "Kafka does not take messages now; send the same request again later: what was written is not counted twice",
        ) from away
    except Overloaded as full:
        raise Problem(
            BUSY,
            "等待写入的上报过多，请稍后原样重发",
            "too many reports are waiting to be written; send the same request again later",
            retry_after=1,
        ) from full
    except TooLargeForTopic as refused:
        raise Problem(
            TOO_LARGE,
            "有事件超过消息队列允许的大小，请去掉附件后重报",
            "an event is larger than Kafka allows: leave attachments out",
        ) from refused


def _answer(topic: str, events: Sequence[ReportedEvent], places: Sequence[Place]) -> bytes:
    receipts = [
        {
            "index": index,
            "receipt": f"{topic}-{place.partition}-{place.offset}",
            "source": event.source,
            "id": event.id,
            "dispute_id": dispute_id(event.source, event.id),
            "topic": topic,
            "partition": place.partition,
            "offset": place.offset,
        }
        for index, (event, place) in enumerate(zip(events, places, strict=True))
    ]
    return orjson.dumps({"accepted": len(receipts), "receipts": receipts})


def _accepted(answer: bytes, *, replayed: bool) -> Response:
    headers = {"Idempotency-Replayed": "true"} if replayed else None
    return Response(answer, 202, headers, "application/json")
