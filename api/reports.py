"""Reports as they are posted: cut into events without changing a byte, and looked at only as far as publishing needs.

Whether an event keeps the contract is ASSESS's to judge, so that nothing is lost at the door: what breaks it is
quarantined with its bytes. Here an event must be a JSON object that names itself (id, source, type).
"""

import json
from typing import Any, NamedTuple

import msgspec

from api.problems import INVALID_EVENTS, MALFORMED_BODY, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, Problem
from infra.kafka.topics import MIB
from schemas.errors import FieldError, field_error

MAX_EVENTS = 1_000
MAX_BODY_BYTES = 32 * MIB
MAX_EVENT_BYTES = 12 * MIB - 64 * 1024
"""The topic takes 12 MiB with key and framing."""

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
EITHER = "application/json"
_SHOWN_ERRORS = 100
_LONGEST_KEY = 64


class ReportedEvent(NamedTuple):
    """One event of a request: its identity, its county (None when it cannot be read) and its bytes as posted."""

    source: str
    id: str
    county: str | None
    value: bytes


class _Region(msgspec.Struct):
    county: str


class _Data(msgspec.Struct):
    region: _Region


class _Envelope(msgspec.Struct):
    id: str
    source: str
    type: str
    data: _Data


_envelope = msgspec.json.Decoder(_Envelope)
_elements = msgspec.json.Decoder(list[msgspec.Raw])
_anything = msgspec.json.Decoder()


def read_reports(body: bytes, content_type: str) -> list[ReportedEvent]:
    """Events of a request body, in order.

    Raises:
        Problem: another media type (415), not JSON or not objects (400), without id, source or type (422), or more
            than fits (413); the problem names the index and the field of each error.
    """
    media = content_type.partition(";")[0].strip().lower() or EITHER
    if media not in (SINGLE, BATCH, EITHER):
        raise Problem(
            UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type 为 {media[:80]}，应为 {SINGLE}、{BATCH} 或 {EITHER}",
            f"Content-Type is {media[:80]}, expected {SINGLE}, {BATCH} or {EITHER}",
        )
    is_batch = body.lstrip(b" \t\r\n")[:1] == b"["
    if (media == SINGLE and is_batch) or (media == BATCH and body.strip() and not is_batch):
        wanted_zh, wanted_en = ("JSON 对象", "a JSON object") if media == SINGLE else ("JSON 数组", "a JSON array")
        got = "an array" if is_batch else "something else"
        raise _refused(MALFORMED_BODY, [field_error("wrong_type", "$", got, wanted_zh, wanted_en)])
    values = _cut(body) if is_batch else [body]
    if len(values) > MAX_EVENTS:
        raise Problem(
            TOO_LARGE,
            f"一次提交 {len(values)} 条，最多 {MAX_EVENTS} 条，请分批提交",
            f"{len(values)} events in one request, at most {MAX_EVENTS}: send them in parts",
        )
    return _look_at(values, is_batch)


def _cut(body: bytes) -> list[bytes]:
    try:
        return [bytes(element) for element in _elements.decode(body)]
    except (msgspec.MsgspecError, RecursionError) as bad:
        raise _refused(MALFORMED_BODY, [_malformed(f"$[{_first_bad(body)}]", bad)]) from None


def _first_bad(body: bytes) -> int:
    """Index of the element at which the array stops being JSON."""
    text, decoder, index = body.decode("utf-8", "replace"), json.JSONDecoder(), 0
    at = text.index("[") + 1
    while True:
        try:
            _, at = decoder.raw_decode(text, at + len(text[at:]) - len(text[at:].lstrip(" \t\r\n")))
        except (ValueError, RecursionError):
            return index
        following = text[at:].lstrip(" \t\r\n")
        if not following.startswith(","):
            return index
        at = len(text) - len(following) + 1
        index += 1


def _look_at(values: list[bytes], is_batch: bool) -> list[ReportedEvent]:
    events: list[ReportedEvent] = []
    malformed: list[FieldError] = []
    invalid: list[FieldError] = []
    for index, value in enumerate(values):
        where = f"$[{index}]" if is_batch else "$"
        if len(value) > MAX_EVENT_BYTES:
            raise Problem(
                TOO_LARGE,
                f"{where} 有 {len(value)} 字节，单条最多 {MAX_EVENT_BYTES} 字节，请去掉附件后重报",
                f"{where} has {len(value)} bytes, at most {MAX_EVENT_BYTES}: leave attachments out",
            )
        try:
            seen = _envelope.decode(value)
            if seen.id and seen.source and seen.type:
                events.append(ReportedEvent(seen.source, seen.id, _key(seen.data.region.county), value))
                continue
        except (msgspec.MsgspecError, RecursionError):
            pass
        try:
            event = _anything.decode(value)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as bad:
            malformed.append(_malformed(where, bad))
            continue
        if not isinstance(event, dict):
            malformed.append(field_error("not_object", where, _kind(event), "JSON 对象", "a JSON object"))
            continue
        errors = [
            _missing(f"{where}.{name}", event.get(name)) for name in ("id", "source", "type") if not _named(event, name)
        ]
        invalid.extend(errors)
        if not errors:
            events.append(ReportedEvent(event["source"], event["id"], _county(event), value))
    if malformed:
        raise _refused(MALFORMED_BODY, malformed + invalid)
    if invalid:
        raise _refused(INVALID_EVENTS, invalid)
    return events


def _refused(kind: Any, errors: list[FieldError]) -> Problem:
    first = errors[0]
    return Problem(
        kind,
        f"共 {len(errors)} 处错误，整个请求未被接收，改正后请重新提交。{first.zh}",
        f"{len(errors)} errors; nothing of the request was accepted: correct it and send it again. {first.en}",
        errors[:_SHOWN_ERRORS],
    )


def _malformed(where: str, bad: Exception) -> FieldError:
    if isinstance(bad, RecursionError):
        return field_error("too_deep", where, "nesting", "较浅的嵌套", "shallower nesting")
    return field_error(
        "not_json", where, str(bad), "JSON 对象", "a JSON object", "请核对报文格式", "check the message format"
    )


def _missing(path: str, got: object) -> FieldError:
    shown = "nothing" if got is None else "an empty text" if got == "" else _kind(got)
    return field_error("missing", path, shown, "非空文本", "non-empty text")


def _named(event: dict[str, Any], name: str) -> bool:
    return isinstance(event.get(name), str) and event[name] != ""


def _county(event: dict[str, Any]) -> str | None:
    data = event.get("data")
    region = data.get("region") if isinstance(data, dict) else None
    county = region.get("county") if isinstance(region, dict) else None
    return _key(county) if isinstance(county, str) else None


def _key(county: str) -> str | None:
    return county if 0 < len(county) <= _LONGEST_KEY else None


def _kind(value: object) -> str:
    return {dict: "an object", list: "an array", str: "a text", bool: "true or false", type(None): "null"}.get(
        type(value), "a number"
    )
