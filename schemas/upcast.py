"""Upcasters: each lifts a dispute event (plain dict) by one schema version; fixtures in tests/contract/upcast/."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from schemas.dispute import SCHEMA_VERSION
from schemas.errors import ContractError, field_error
from schemas.fields import MAX_FEN

Event = dict[str, Any]

_YUAN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,6})?")
_YUAN_PATH = "data.amount_yuan"


def _v1_to_v2(event: Event) -> Event:
    """Version 1, the flat form of simple exports: region as one code, amount in yuan, cause as a bare name."""
    data = event.get("data")
    if not isinstance(data, dict):
        return {**event, "schemaversion": 2}
    data = dict(data)
    region = data.get("region")
    if isinstance(region, str):
        data["region"] = {"county": region[:6], "township": region if len(region) == 9 else None}
    if "amount_yuan" in data:
        data["amount_fen"] = _fen(data.pop("amount_yuan"))
    if isinstance(data.get("cause"), str):
        data["cause"] = {"name": data["cause"], "code_version": "2020"}
    return {**event, "schemaversion": 2, "data": data}


def _fen(yuan: object) -> int | None:
    if yuan is None:
        return None
    number = not isinstance(yuan, bool) and isinstance(yuan, (int, float))
    if number or (isinstance(yuan, str) and _YUAN.fullmatch(yuan)):
        amount = Decimal(str(yuan))
        if amount.is_finite() and abs(amount) > MAX_FEN:
            raise ContractError(
                [field_error("out_of_range", _YUAN_PATH, yuan, f"不大于 {MAX_FEN // 100}", f"at most {MAX_FEN // 100}")]
            )
        fen = amount * 100
        if fen.is_finite() and fen == fen.to_integral_value():
            return int(fen)
    shown = f"text[{len(yuan)}]" if isinstance(yuan, str) else type(yuan).__name__ if not number else yuan
    expected_zh, expected_en = "元为单位、最多两位小数的数字", "a number of yuan with at most two decimals"
    raise ContractError([field_error("wrong_type", _YUAN_PATH, shown, expected_zh, expected_en)])


UPCASTERS: dict[int, Callable[[Event], Event]] = {1: _v1_to_v2}


def upcast(event: Event, version: int) -> Event:
    """Event lifted from ``version`` to the current schema version, one step at a time.

    Raises:
        ContractError: a value of the old version cannot be lifted.
        KeyError: no upcaster starts at ``version``.
    """
    while version < SCHEMA_VERSION:
        event = UPCASTERS[version](event)
        version += 1
    return event
