"""The AsyncAPI 3.0 document: every topic, who sends and receives on it, its messages, keys and headers."""

from collections.abc import Sequence
from typing import Any

import msgspec

from schemas.dispute import SCHEMA_VERSION
from schemas.event_types import EVENT_TYPES, PREFIX
from schemas.json_schemas import assessed_example, dispute_example, envelope_example
from schemas.outgoing import (
    ALERT_EVENTS,
    LEDGER_EVENTS,
    MATTER_EVENTS,
    OUTGOING,
    PLAN_EVENTS,
    TREND_EVENTS,
    names_on,
)

Document = dict[str, Any]

BINDING = "0.5.0"
CLOUDEVENTS = "application/cloudevents+json"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"

_KEYS = {
    "county": "县级区划代码，六位；同一县区的事件因此保持先后 county code: a county's events keep their order",
    "thing": "所说的事物，如 alert-…、plan-…、duty-…：同一事物的事件因此保持先后 the thing it is about, so that its events keep their order",
}


class PublishedTopic(msgspec.Struct, frozen=True):
    """What the document says of a Kafka topic beside its messages: sizes, times and copies, as they are configured."""

    name: str
    purpose: str
    partitions: int
    retention_ms: int
    max_message_bytes: int
    cleanup_policy: str


class _Channel(msgspec.Struct, frozen=True):
    """Messages of a topic, and whether Fuyuan receives or sends them."""

    topic: str
    action: str
    summary: str
    messages: tuple[str, ...]


_CHANNELS = (
    _Channel(
        "dispute.reported.v1",
        "receive",
        "法院和政府部门的系统向本主题上报纠纷事件 courts and departments report dispute events here",
        tuple(EVENT_TYPES),
    ),
    _Channel(
        "dispute.rejected.v1",
        "send",
        "不符合合同的消息连同原因放入本主题，原文不动 what breaks the contract, untouched, with its reasons",
        ("rejected",),
    ),
    _Channel(
        "dispute.assessed.v1",
        "send",
        "核验、脱敏、分级之后的纠纷事件 dispute events after checking, masking and grading",
        ("assessed",),
    ),
    _Channel(
        ALERT_EVENTS,
        "send",
        "预警的发布、升级、签收、办理、反馈、办结、重新打开、逾期未签收，归组、吸收、暂不告知和告知 alerts raised, escalated, handled, overdue; grouped, absorbed, held, released",
        names_on(ALERT_EVENTS),
    ),
    _Channel(
        PLAN_EVENTS,
        "send",
        "处置方案的拟定、修改、签发、交办、退回、重新修订、不予签发 plans drafted, edited, signed, adopted, sent back, reopened, dropped",
        names_on(PLAN_EVENTS),
    ),
    _Channel(
        TREND_EVENTS,
        "send",
        "计数异常的发现、修订和回落 counts above what history explains: found, revised, cleared",
        names_on(TREND_EVENTS),
    ),
    _Channel(
        LEDGER_EVENTS,
        "send",
        "交办的任务、法院与政府相互的请求、期限：给谁、何时以前、答复、提醒和届满 duties, requests, deadlines: owed by whom and when, answered, warned of, lapsed",
        names_on(LEDGER_EVENTS),
    ),
    _Channel(
        MATTER_EVENTS,
        "send",
        "事项的归并、拆分、撤销、降级、销号、回访、重新打开 matters merged, split, undone, lowered, closed, visited, reopened: for whoever holds a matter's id",
        names_on(MATTER_EVENTS),
    ),
)

TOPICS = tuple(channel.topic for channel in _CHANNELS)


def asyncapi_document(topics: Sequence[PublishedTopic], bootstrap: str) -> Document:
    """The document.

    Args:
        topics: the topics as they are configured; the same names as ``TOPICS``.
        bootstrap: default address of the cluster.

    Raises:
        ValueError: a topic has no channel here, or a channel no topic.
    """
    configured = {topic.name: topic for topic in topics}
    if set(configured) != set(TOPICS):
        raise ValueError(f"topics and channels differ: {sorted(set(configured) ^ set(TOPICS))}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "府院联动风险预警 Fuyuan",
            "version": f"{SCHEMA_VERSION}.0.0",
            "description": (
                "法院与政府部门的纠纷事件从 dispute.reported.v1 进入，预警、处置方案、趋势、任务、请求、期限和事项的变动从其余主题送出。"
                "事件采用 CloudEvents 1.0 结构化 JSON；(source, id) 相同即为同一事件，重发不重复计入；未知字段原样保留。"
                "等级为内部风险等级，不是法定预警级别。\n\n"
                "Dispute events of courts and departments come in on dispute.reported.v1; alerts, plans, trends, duties, requests, deadlines and changes of matters go out. "
                "Events are CloudEvents 1.0 in structured JSON; the same (source, id) is the same event, so sending again is safe; "
                "unknown fields are kept. Levels are internal working levels."
            ),
        },
        "defaultContentType": CLOUDEVENTS,
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "Apache Kafka；主题名前可加部署前缀 topic names may carry a deployment's prefix",
                "variables": {"bootstrap": {"default": bootstrap, "description": "FUYUAN_KAFKA_BOOTSTRAP"}},
            }
        },
        "channels": {channel.topic: _channel(channel, configured[channel.topic]) for channel in _CHANNELS},
        "operations": {f"{channel.action}-{channel.topic}": _operation(channel) for channel in _CHANNELS},
        "components": {"messages": _messages()},
    }


def _channel(channel: _Channel, topic: PublishedTopic) -> Document:
    configuration = {
        "cleanup.policy": [topic.cleanup_policy],
        "retention.ms": topic.retention_ms,
        "max.message.bytes": topic.max_message_bytes,
    }
    binding = {
        "topic": topic.name,
        "partitions": topic.partitions,
        "topicConfiguration": configuration,
        "bindingVersion": BINDING,
    }
    return {
        "address": topic.name,
        "title": topic.purpose,
        "description": channel.summary,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in channel.messages},
        "bindings": {"kafka": binding},
    }


def _operation(channel: _Channel) -> Document:
    place = f"#/channels/{channel.topic}"
    return {
        "action": channel.action,
        "channel": {"$ref": place},
        "summary": channel.summary,
        "messages": [{"$ref": f"{place}/messages/{name}"} for name in channel.messages],
    }


def _messages() -> Document:
    messages = {name: _dispute_message(name) for name in EVENT_TYPES}
    messages["rejected"] = _rejected_message()
    messages["assessed"] = {
        "name": "assessed",
        "title": "已评估的纠纷事件 assessed dispute event",
        "contentType": "application/json",
        "payload": _schema("dispute.assessed.v1.json"),
        "examples": [{"payload": assessed_example()}],
        "bindings": _key("county"),
    }
    messages |= {name: _outgoing_message(way.topic, name) for name, way in OUTGOING.items()}
    return messages


def _dispute_message(name: str) -> Document:
    kind = EVENT_TYPES[name]
    return {
        "name": PREFIX + name,
        "title": f"{kind.zh} {PREFIX}{name}",
        "contentType": CLOUDEVENTS,
        "payload": _schema(f"dispute.reported.v1/{name}.json"),
        "examples": [{"name": kind.zh, "payload": dispute_example(name)}],
        "bindings": _key("county"),
    }


def _rejected_message() -> Document:
    def text(description: str, **more: Any) -> Document:
        return {"type": "string", "description": description, **more}

    headers = {
        "type": "object",
        "required": ["reasons", "origin", "rejected_at", "stage"],
        "properties": {
            "reasons": text(
                "JSON 数组：每处错误的路径、收到、应为、中英文说明 JSON list of field errors, see reasons.json",
                contentMediaType="application/json",
            ),
            "origin": text("原消息位置 topic/partition/offset；文件导入为 import:… where the bytes stood"),
            "rejected_at": text("隔离时间，ISO 8601 when it was set aside", format="date-time"),
            "stage": text("在哪一步隔离：assess、import which step refused it"),
            "import_id": text("导入批次 import, where a file brought it"),
            "import_row": text("导入行号 row of the file", pattern="^[0-9]+$"),
        },
    }
    return {
        "name": "rejected",
        "title": "隔离的消息 rejected message",
        "summary": "值为原始字节，不作任何改动 the value is the original bytes, untouched",
        "contentType": "application/octet-stream",
        "headers": headers,
        "payload": {"description": "任意字节 any bytes"},
    }


def _outgoing_message(topic: str, name: str) -> Document:
    return {
        "name": f"{PREFIX}{name}",
        "title": f"{PREFIX}{name}",
        "summary": "至少一次送达；id 相同即为同一事件 at least once: the same id is the same event",
        "contentType": CLOUDEVENTS,
        "payload": _schema(f"{topic}/{name}.json"),
        "examples": [{"payload": envelope_example(name)}],
        "bindings": _key("thing"),
    }


def _schema(file: str) -> Document:
    return {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./{file}"}}


def _key(kind: str) -> Document:
    return {"kafka": {"key": {"type": "string", "description": _KEYS[kind]}, "bindingVersion": BINDING}}
