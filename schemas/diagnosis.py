"""Pydantic's error details turned into the contract's bilingual FieldErrors."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from schemas.errors import FieldError, field_error

_ENVELOPE_DEPTH = 1  # the discriminator tag stands first in pydantic's location

# pydantic error type prefix -> (our code, expected in Chinese, expected in English); {ctx} values are filled in
_KINDS: tuple[tuple[str, str, str, str], ...] = (
    ("missing_enterprise", "missing", "至少一个企业当事人", "at least one party of kind enterprise"),
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
    ("literal_error", "not_allowed", "{expected} 之一", "one of {expected}"),
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
    ("json_invalid", "not_json", "JSON 对象", "a JSON object"),
)


def field_errors(failure: ValidationError) -> list[FieldError]:
    """FieldErrors of a failed validation, in document order."""
    return described(dict(detail) for detail in failure.errors(include_url=False))


def described(details: Iterable[dict[str, Any]]) -> list[FieldError]:
    """FieldErrors of pydantic's error details, as other users of pydantic (the API's parameters) report them."""
    return [_field_error(detail) for detail in details]


def _field_error(detail: dict[str, Any]) -> FieldError:
    kind = detail["type"]
    context = _Context(detail.get("ctx") or {})
    path = _path(detail["loc"])
    got = "nothing" if kind in ("missing", "union_tag_not_found") else detail.get("input")
    for prefix, code, zh, en in _KINDS:
        if kind.startswith(prefix):
            return field_error(code, path, _shown(got), zh.format_map(context), en.format_map(context))
    return field_error("invalid", path, _shown(got), detail["msg"], detail["msg"])


def _shown(got: Any) -> object:
    return f"{type(got).__name__}[{len(got)}]" if isinstance(got, (dict, list)) else got


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location[_ENVELOPE_DEPTH:] if location and str(location[0]).startswith("fuyuan.") else location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "$"


class _Context(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return self.get("gt" if key == "ge" else "lt", "?") if key in ("ge", "le") else "?"
