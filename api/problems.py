"""Problems (RFC 9457): every error the API answers, with its type, in Chinese and English.

Problem            an answer other than success; carries one Kind
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from infra.store.access import StoreUnavailable
from schemas.diagnosis import described
from schemas.errors import FieldError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5

_log = structlog.get_logger(__name__)


class Kind(NamedTuple):
    """A kind of problem: stable name, HTTP status, Chinese title."""

    name: str
    status: int
    title: str

    @property
    def uri(self) -> str:
        """The problem's `type`."""
        return f"urn:fuyuan:problem:{self.name}"


NOT_FOUND = Kind("not-found", 404, "没有找到")
METHOD_NOT_ALLOWED = Kind("method-not-allowed", 405, "不支持该方法")
MALFORMED_BODY = Kind("malformed-body", 400, "报文无法解析")
INVALID_EVENTS = Kind("invalid-events", 422, "事件缺少必填的信封字段")
INVALID_PARAMETERS = Kind("invalid-parameters", 422, "请求参数有误")
INVALID_CURSOR = Kind("invalid-cursor", 422, "分页游标无效")
KEY_REUSED = Kind("idempotency-key-reused", 422, "幂等键已用于另一个请求")
STEP_NOT_ALLOWED = Kind("step-not-allowed", 409, "现在的状态不能做这一步")
VERSION_CONFLICT = Kind("version-conflict", 409, "记录已被更新")
TOO_MANY_EVENTS = Kind("too-many-events", 422, "事件过多")
TOO_MANY_GROUPS = Kind("too-many-groups", 422, "分组过多")
TOO_LARGE = Kind("too-large", 413, "报文过大")
UNSUPPORTED_MEDIA_TYPE = Kind("unsupported-media-type", 415, "不支持的报文类型")
KAFKA_AWAY = Kind("kafka-away", 503, "消息队列暂时无法写入")
BUSY = Kind("busy", 503, "系统繁忙")
STORE_AWAY = Kind("store-away", 503, "数据库暂时不可用")
NOT_READY = Kind("not-ready", 503, "服务尚未就绪")
INTERNAL = Kind("internal-error", 500, "系统内部错误")
OTHER = "http-error"


class Problem(Exception):
    """An answer other than success.

    Args:
        kind: which problem.
        zh: what is wrong and what to do, in Chinese; `en` the same in English.
        errors: every field that is wrong.
        extra: further members of the problem document.
        retry_after: seconds after which the same request may be sent again.
    """

    def __init__(
        self,
        kind: Kind,
        zh: str,
        en: str,
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(en)
        self.kind = kind
        self.zh = zh
        self.en = en
        self.errors = tuple(errors)
        self.extra = dict(extra or {})
        self.retry_after = RETRY_AFTER_SECONDS if retry_after is None and kind.status == 503 else retry_after

    def response(self, instance: str) -> Response:
        """The answer; `instance` is the path of the request."""
        document: dict[str, Any] = {
            "type": self.kind.uri,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.zh,
            "detail_en": self.en,
            "instance": instance,
            **({"errors": [_field(error) for error in self.errors]} if self.errors else {}),
            **self.extra,
        }
        headers = {"Cache-Control": "no-store"}
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return Response(orjson.dumps(document), self.kind.status, headers, MEDIA_TYPE)


def not_found(what_zh: str, what_en: str, key: str) -> Problem:
    """The problem of an id nothing has."""
    return Problem(
        NOT_FOUND, f"没有编号为 {key[:80]} 的{what_zh}，请核对编号", f"there is no {what_en} with id {key[:80]}"
    )


def answer_problems(app: FastAPI) -> None:
    """Have the app answer every error as a problem."""

    @app.exception_handler(Problem)
    async def problem(request: Request, raised: Problem) -> Response:
        return raised.response(request.url.path)

    @app.exception_handler(RequestValidationError)
    async def parameters(request: Request, raised: RequestValidationError) -> Response:
        errors = described(dict(detail) for detail in raised.errors())
        zh = "；".join(error.zh for error in errors)
        return Problem(INVALID_PARAMETERS, zh, "; ".join(e.en for e in errors), errors).response(request.url.path)

    @app.exception_handler(StoreUnavailable)
    async def store_away(request: Request, raised: StoreUnavailable) -> Response:
        _log.warning("store unavailable", path=request.url.path, reason=str(raised))
        away = Problem(
            STORE_AWAY,
            "事件库没有应答或尚未升级到本版本的结构，请稍后重试；持续出现请运维人员查看 /readyz",
            "the event store does not answer or lacks this release's schema; try again later, and see /readyz",
        )
        return away.response(request.url.path)

    @app.exception_handler(HTTPException)
    async def http(request: Request, raised: HTTPException) -> Response:
        return _of_http(request, raised).response(request.url.path)

    @app.exception_handler(Exception)
    async def internal(request: Request, _: Exception) -> Response:
        return Problem(
            INTERNAL,
            "处理请求时出错，已记入日志；请联系运维人员",
            "the request failed inside the system and was logged; tell the operators",
        ).response(request.url.path)


def _of_http(request: Request, raised: HTTPException) -> Problem:
    if raised.status_code == 404:
        return Problem(NOT_FOUND, "没有这个地址，接口说明见 /openapi.json", "no such address; see /openapi.json")
    if raised.status_code == 405:
        return Problem(
            METHOD_NOT_ALLOWED,
            f"该地址不支持 {request.method}，接口说明见 /openapi.json",
            f"{request.method} is not supported here; see /openapi.json",
        )
    return Problem(Kind(OTHER, raised.status_code, "请求失败"), str(raised.detail), str(raised.detail))


def _field(error: FieldError) -> dict[str, str]:
    return {name: getattr(error, name) for name in error.__struct_fields__}
