"""What OpenAPI says beyond what FastAPI derives: the problem document, the report's body, examples, Chinese headings."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE
from api.reports import BATCH, EITHER, MAX_EVENTS, SINGLE

TITLE = "府院联动风险预警接口 Fuyuan API"
SUMMARY = "上报纠纷事件；查询预警、事项、处置方案与计数；订阅实时流"
DESCRIPTION = """\
- 时间均为 ISO 8601，北京时间（+08:00）；金额以分为单位，另附便于阅读的万元。
- 等级为内部风险等级（蓝、黄、橙、红），不是法定预警等级，须经人工确认。
- 列表新的在前，用 `cursor` 翻页；出错一律为 `application/problem+json`（RFC 9457），`detail` 为中文，`detail_en` 为英文。
- 事件合同见 `schemas/published/` 的 JSON Schema 与 AsyncAPI 文件。
"""

EXAMPLE_EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "XF-2025-000123",
    "source": "/gov/379001/petition",
    "type": "fuyuan.gov.petition",
    "time": "2025-09-03T10:12:00+08:00",
    "datacontenttype": "application/json",
    "schemaversion": 2,
    "data": {
        "occurred_at": "2025-09-03T09:00:00+08:00",
        "region": {"county": "379001", "township": "379001001", "community_name": "东门社区"},
        "title": "工地拖欠工资",
        "narrative": "62 名工人反映某项目拖欠三个月工资，准备集体到现场讨要。",
        "parties": [{"role": "respondent", "kind": "enterprise", "name": "云州某建筑有限公司"}],
        "people_involved": 62,
        "amount_fen": 186000000,
    },
}

_PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "description": "出错说明（RFC 9457）",
    "required": ["type", "title", "status", "detail", "detail_en", "instance"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:fuyuan:problem:invalid-parameters"]},
        "title": {"type": "string", "examples": ["请求参数有误"]},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "中文：哪里不对、应如何处理"},
        "detail_en": {"type": "string", "description": "the same in English"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldProblem"}},
    },
}

_PROBLEM_TITLES = {
    "400": "报文无法解析",
    "404": "没有找到",
    "409": "所见版本已过时，列出其间的变化",
    "413": "报文过大",
    "415": "不支持的报文类型",
    "422": "请求有误，逐项列出位置、收到的值和应有的值",
    "500": "系统内部错误",
    "503": "Kafka 或数据库暂时不可用；Retry-After 给出重试间隔",
}


def report_request() -> dict[str, Any]:
    """OpenAPI of the body and header of POST /v1/events, which the route reads itself."""
    one = {"$ref": "#/components/schemas/CloudEvent"}
    many = {"type": "array", "items": one, "maxItems": MAX_EVENTS}
    examples = {"one": {"summary": "一条信访登记", "value": EXAMPLE_EVENT}}
    return {
        "requestBody": {
            "required": True,
            "content": {
                SINGLE: {"schema": one, "examples": examples},
                BATCH: {"schema": many},
                EITHER: {"schema": {"oneOf": [one, many]}, "examples": examples},
            },
        },
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "幂等键：24 小时内同键同报文得到第一次的回答，同键异报文为 422",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
                "example": "5b1d6c1e-batch-17",
            }
        ],
    }


def describe(app: FastAPI) -> None:
    """Have the app serve this project's OpenAPI document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=TITLE,
                version=app.version,
                summary=SUMMARY,
                description=DESCRIPTION,
                routes=app.routes,
                tags=app.openapi_tags,
            )
            _add_schemas(made)
            for path in made["paths"].values():
                for operation in path.values():
                    _answer_problems(operation)
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way


def _add_schemas(made: dict[str, Any]) -> None:
    schemas = made["components"]["schemas"]
    for generated in ("HTTPValidationError", "ValidationError"):
        schemas.pop(generated, None)
    schemas["Problem"] = _PROBLEM_SCHEMA
    schemas["CloudEvent"] = {
        "title": "CloudEvent",
        "description": "CloudEvents 1.0 信封；data 的完整合同按 type 见 schemas/published/",
        "type": "object",
        "required": ["specversion", "id", "source", "type", "time", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "minLength": 1, "maxLength": 200},
            "source": {"type": "string", "minLength": 1, "maxLength": 200},
            "type": {"type": "string", "examples": ["fuyuan.gov.petition"]},
            "time": {"type": "string", "format": "date-time"},
            "schemaversion": {"type": "integer", "examples": [2]},
            "data": {"type": "object"},
        },
        "examples": [EXAMPLE_EVENT],
    }


def _answer_problems(operation: dict[str, Any]) -> None:
    """Every operation may answer problems: those it names, wrong parameters where it has any, and those of any route."""
    answers = operation["responses"]
    named = [status for status in answers if status in _PROBLEM_TITLES]
    if any("{" in str(p.get("name")) or p.get("in") == "path" for p in operation.get("parameters", ())):
        named.append("404")
    for status in (*named, "500", "503"):
        headers = {"Retry-After": {"schema": {"type": "integer"}, "description": "秒"}} if status == "503" else {}
        answers[status] = {
            "description": _PROBLEM_TITLES[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            **({"headers": headers} if headers else {}),
        }
