"""Upcasters: each lifts a dispute event (plain dict) by one schema version; fixtures in tests/contract/upcast/."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from schemas.dispute import SCHEMA_VERSION
from schemas.errors import ContractError, field_error

Event = dict[str, Any]


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
    try:
        fen = None if isinstance(yuan, bool) else Decimal(str(yuan)) * 100
    except InvalidOperation:
        fen = None
    if fen is None or not fen.is_finite() or fen != fen.to_integral_value():
        error = field_error(
            "wrong_type",
            "data.amount_yuan",
            yuan,
            "元为单位、最多两位小数的数字",
            "a number of yuan with at most two decimals",
        )
        raise ContractError([error])
    return int(fen)


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
