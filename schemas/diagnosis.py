"""Pydantic's error details turned into the contract's bilingual FieldErrors."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from pydantic import ValidationError

from schemas.errors import FieldError, field_error

MAX_ERRORS = 50  # of one message; the rest is counted, so that quarantine headers stay small
_ENVELOPE_DEPTH = 1  # the discriminator tag stands first in pydantic's location
_PERSONAL = frozenset({"name", "phone", "citizen_id", "narrative", "title", "address"})  # shown by length only
_STRUCTURED = ("list", "model", "dict")  # text where one of these belongs may be anything, so it is not shown either

# pydantic error type prefix -> (our code, expected in Chinese, expected in English); {ctx} values are filled in
_KINDS: tuple[tuple[str, str, str, str], ...] = (
    ("missing_enterprise", "missing", "至少一个企业当事人", "at least one party of kind enterprise"),
    (
        "missing_identity",
        "missing",
        "名称、统一社会信用代码、项目编号、证件号至少一项",
        "at least one of name, uscc, id (of a project), citizen_id",
    ),
    ("missing", "missing", "必填项", "a value (required)"),
    ("union_tag_not_found", "missing", "必填的事件类型 type", "the required event type"),
    ("union_tag_invalid", "wrong_type", "文本形式的事件类型 type", "the event type as text"),
    ("check_digit", "check_digit", "18 位且校验码正确的代码", "18 characters with a valid check digit"),
    ("case_number", "case_number", "规范案号，如（2025）云9001民初123号", "a 案号 such as （2025）云9001民初123号"),
    (
        "advice_number",
        "advice_number",
        "司法建议书文号，如云法建〔2025〕12号",
        "an advice number such as 云法建〔2025〕12号",
    ),
    ("extra_forbidden", "not_allowed", "没有这一字段，请核对拼写", "no such field; check its spelling"),
    ("literal_error", "not_allowed", "{choices}", "{expected}"),
    ("timezone_aware", "bad_time", "带时区的时间", "a time with a zone offset"),
    (
        "datetime",
        "bad_time",
        "ISO 8601 时间，如 2025-09-03T09:00:00+08:00",
        "an ISO 8601 time such as 2025-09-03T09:00:00+08:00",
    ),
    ("string_too_long", "too_long", "不超过 {max_length} 字", "at most {max_length} characters"),
    ("string_too_short", "missing", "非空文本", "non-empty text"),
    ("string_pattern", "format", "匹配 {pattern}", "text matching {pattern}"),
    ("string_unicode", "invalid_utf8", "有效的 Unicode 文本", "valid Unicode text"),
    ("string", "wrong_type", "文本", "text"),
    ("int", "wrong_type", "整数", "a whole number"),
    ("bool", "wrong_type", "true 或 false", "true or false"),
    ("list", "wrong_type", "数组", "an array"),
    ("model", "wrong_type", "JSON 对象", "a JSON object"),
    ("dict", "wrong_type", "JSON 对象", "a JSON object"),
    ("greater_than", "out_of_range", "不小于 {ge}", "at least {ge}"),
    ("less_than", "out_of_range", "不大于 {le}", "at most {le}"),
    ("too_long", "too_long", "不超过 {max_length} 项", "at most {max_length} items"),
    ("too_short", "missing", "至少 {min_length} 项", "at least {min_length} items"),
    ("json_invalid", "not_json", "有效的 JSON", "valid JSON"),
)


def field_errors(failure: ValidationError) -> list[FieldError]:
    """FieldErrors of a failed validation, in document order; at most ``MAX_ERRORS`` and one that counts the others."""
    return described(dict(detail) for detail in failure.errors(include_url=False))


def described(details: Iterable[dict[str, Any]]) -> list[FieldError]:
    """FieldErrors of pydantic's error details, as other users of pydantic (the API's parameters) report them."""
    remaining = iter(details)
    errors = [_field_error(detail) for detail in islice(remaining, MAX_ERRORS)]
    more = sum(1 for _ in remaining)
    if more:
        zh, en = f"不超过 {MAX_ERRORS} 处错误", f"at most {MAX_ERRORS} errors"
        errors.append(field_error("too_many_errors", "$", f"+{more}", zh, en))
    return errors


def _field_error(detail: dict[str, Any]) -> FieldError:
    kind = detail["type"]
    context = _Context(detail.get("ctx") or {})
    path = "type" if kind.startswith("union_tag") else _path(detail["loc"])
    got = _shown(kind, path, detail.get("input"), context)
    for prefix, code, zh, en in _KINDS:
        if kind.startswith(prefix):
            return field_error(code, path, got, zh.format_map(context), en.format_map(context))
    return field_error("invalid", path, got, detail["msg"], detail["msg"])


def _shown(kind: str, path: str, got: Any, context: "_Context") -> object:
    """What is shown of a bad value: never personal text, and of a citizen ID at most its place code."""
    if kind in ("missing", "union_tag_not_found"):
        return "nothing"
    if kind == "json_invalid":
        return context["error"]
    if kind == "union_tag_invalid":
        return context["tag"]
    if isinstance(got, (dict, list)):
        return f"{type(got).__name__}[{len(got)}]"
    field = path.rpartition(".")[2]
    if isinstance(got, (str, int)) and field == "citizen_id":
        text = str(got)
        shown = text[:4] if text[:6].isdecimal() else ""
        return shown + "*" * min(len(text) - len(shown), 20)
    if isinstance(got, str) and (field in _PERSONAL or kind.startswith(_STRUCTURED) or kind == "string_too_long"):
        return f"text[{len(got)}]"
    return got


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location[_ENVELOPE_DEPTH:] if location and str(location[0]).startswith("fuyuan.") else location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "$"


class _Context(dict[str, Any]):
    """Pydantic's context of an error, under the names our sentences use."""

    def __missing__(self, key: str) -> Any:
        if key in ("ge", "le"):
            return self.get("gt" if key == "ge" else "lt", "?")
        if key == "choices":
            choices = str(self["expected"]).replace("'", "").replace(" or ", "、").replace(", ", "、")
            return f"{choices} 之一" if "、" in choices else choices
        return "?"
