"""Bytes in, typed dispute event or exact errors out. Pure: the registry, limits and ``now`` are arguments."""

import json
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import ValidationError

from schemas import typed_disputes
from schemas.diagnosis import MAX_ERRORS, field_errors
from schemas.dispute import SCHEMA_VERSION, Dispute
from schemas.errors import ContractError, FieldError, UnknownType, field_error
from schemas.limits import Limits
from schemas.regions import RegionRegistry
from schemas.unknown_fields import nul_errors, number_errors
from schemas.upcast import UPCASTERS, upcast


def decode(value: bytes, registry: RegionRegistry, limits: Limits, now: datetime) -> Dispute:
    """Typed, checked dispute event of one message.

    Raises:
        ContractError: with every error found; UnknownType for an unknown type or version.
    """
    if len(value) > limits.max_bytes:
        error = field_error(
            "too_large",
            "$",
            f"{len(value)} bytes",
            f"不超过 {limits.max_bytes} 字节",
            f"at most {limits.max_bytes} bytes",
            "请拆分附件后重报",
            "leave attachments out and send again",
        )
        raise ContractError([error])
    try:
        dispute = typed_disputes.parse_json(value)
    except ValidationError as failure:
        dispute = _second_look(value, failure, limits)
    errors = _context_errors(dispute, registry, limits, now) or number_errors(dispute) or _rare_errors(value, limits)
    if errors:
        raise ContractError(errors[: MAX_ERRORS + 1])
    return dispute


def _second_look(value: bytes, failure: ValidationError, limits: Limits) -> Dispute:
    """The event lifted from an older version; otherwise the errors, named from the outside in."""
    event = _json_object(value, limits.max_depth)
    if too_deep(event, limits.max_depth):
        raise ContractError([_too_deep(limits.max_depth)])
    kind = event.get("type")
    if isinstance(kind, str) and kind not in typed_disputes.DISPUTE_CLASSES:
        raise UnknownType(
            [
                field_error(
                    "unknown_type",
                    "type",
                    kind,
                    "合同中登记的事件类型",
                    "an event type of the contract",
                    "请核对事件类型或升级本系统",
                    "check the type or upgrade this system",
                )
            ]
        )
    version = event.get("schemaversion", SCHEMA_VERSION)
    if isinstance(version, int) and not isinstance(version, bool) and version != SCHEMA_VERSION:
        if version not in UPCASTERS:
            raise UnknownType(
                [
                    field_error(
                        "unknown_version",
                        "schemaversion",
                        version,
                        f"1 至 {SCHEMA_VERSION}",
                        f"1 to {SCHEMA_VERSION}",
                        "请升级本系统后重试",
                        "upgrade this system, then retry",
                    )
                ]
            )
        lifted = json.dumps(upcast(json.loads(value), version)).encode()  # unlike orjson it keeps integers of any size
        try:
            return typed_disputes.parse_json(lifted)
        except ValidationError as second:
            raise ContractError(field_errors(second)) from None
    raise ContractError(field_errors(failure)) from None


def _json_object(value: bytes, max_depth: int) -> dict[str, Any]:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError as bad:
        error = field_error(
            "invalid_utf8",
            "$",
            f"byte 0x{value[bad.start]:02x} at {bad.start}",
            "UTF-8 编码",
            "UTF-8 text",
            "请以 UTF-8 编码导出",
            "export as UTF-8",
        )
        raise ContractError([error]) from None
    try:
        event = orjson.loads(value)
    except orjson.JSONDecodeError as bad:
        if "ecursion" in str(bad) or "depth" in str(bad):
            raise ContractError([_too_deep(max_depth)]) from None
        advice_zh, advice_en = "请核对报文格式", "check the message format"
        error = field_error("not_json", "$", str(bad), "JSON 对象", "a JSON object", advice_zh, advice_en)
        raise ContractError([error]) from None
    if not isinstance(event, dict):
        raise ContractError([field_error("not_object", "$", type(event).__name__, "JSON 对象", "a JSON object")])
    return event


def _too_deep(limit: int) -> FieldError:
    return field_error(
        "too_deep", "$", "更深的嵌套 deeper", f"嵌套不超过 {limit} 层", f"nesting of at most {limit} levels"
    )


def too_deep(value: object, limit: int) -> bool:
    """Whether a JSON value nests more than ``limit`` objects and arrays (iterative: deep input cannot exhaust the stack)."""
    level: list[object] = [value]
    for _ in range(limit + 1):
        children: list[object] = []
        for item in level:
            if isinstance(item, dict):
                children.extend(item.values())
            elif isinstance(item, list):
                children.extend(item)
        if not children:
            return False
        level = children
    return True


def _context_errors(dispute: Dispute, registry: RegionRegistry, limits: Limits, now: datetime) -> list[FieldError]:
    """Errors only the deployment can see: unknown regions, impossible times."""
    errors: list[FieldError] = []
    region = dispute.data.region
    if region.county not in registry:
        errors.append(
            field_error(
                "unknown_region",
                "data.region.county",
                region.county,
                "已登记的县级区划代码",
                "a registered county code",
                "请核对代码或更新 regions 登记表",
                "check the code or update the regions folder",
            )
        )
    elif region.township is not None and (
        region.township not in registry or not region.township.startswith(region.county)
    ):
        errors.append(
            field_error(
                "unknown_region",
                "data.region.township",
                region.township,
                f"{region.county} 下已登记的乡镇街道代码",
                f"a registered township of {region.county}",
                "请核对代码或更新 regions 登记表",
                "check the code or update the regions folder",
            )
        )
    latest = now + limits.future_tolerance
    if _within(dispute.data.occurred_at, limits.earliest, latest) and _within(dispute.time, limits.earliest, latest):
        return errors
    for path, moment in (("data.occurred_at", dispute.data.occurred_at), ("time", dispute.time)):
        if moment > latest:
            errors.append(
                field_error(
                    "future_date",
                    path,
                    moment.isoformat(),
                    f"不晚于 {latest.isoformat()}",
                    f"not after {latest.isoformat()}",
                    "请核对来源系统时钟",
                    "check the source's clock",
                )
            )
        elif moment < limits.earliest:
            errors.append(
                field_error(
                    "date_too_early",
                    path,
                    moment.isoformat(),
                    f"不早于 {limits.earliest.isoformat()}",
                    f"not before {limits.earliest.isoformat()}",
                )
            )
    return errors


def _within(moment: datetime, first: datetime, last: datetime) -> bool:
    """Whether a time lies between two; times of one zone are compared, for those of two Python asks both zones twice."""
    try:
        return first <= moment.astimezone(UTC) <= last
    except OverflowError:  # in the first or last hours of the calendar
        return False


def _rare_errors(value: bytes, limits: Limits) -> list[FieldError]:
    """Too deep nesting and NUL characters; the message is parsed once more only where its bytes allow for either."""
    may_be_deep = value.count(b"{") + value.count(b"[") > limits.max_depth
    may_hold_nul = b"\\" in value and b"\\u0000" in value  # hardly any text has a backslash
    if not may_be_deep and not may_hold_nul:
        return []
    event = _json_object(value, limits.max_depth)  # may refuse what stood under a key that came twice
    if too_deep(event, limits.max_depth):
        return [_too_deep(limits.max_depth)]
    return nul_errors(event) if may_hold_nul else []
