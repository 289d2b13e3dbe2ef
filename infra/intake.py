"""Records as they come from Kafka, and the marks a rejected message carries."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
import orjson

from schemas.errors import FieldError

MOST_ID, MOST_ROW = 200, 10_000_000  # what the contract allows and the store's columns hold


class Incoming(NamedTuple):
    """One Kafka record: where it stands, its bytes and headers."""

    topic: str
    partition: int
    offset: int
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()
    key: bytes | None = None


def rejection_headers(
    reasons: Sequence[FieldError],
    origin: str,
    at: datetime,
    stage: str,
    import_id: str | None = None,
    import_row: int | None = None,
) -> list[tuple[str, bytes]]:
    """Headers of a message on the rejected topic; the value is the original bytes, untouched."""
    headers = [
        ("reasons", msgspec.json.encode(list(reasons))),
        ("origin", origin.encode()),
        ("rejected_at", at.isoformat().encode()),
        ("stage", stage.encode()),
    ]
    if import_id is not None:
        headers.append(("import_id", import_id.encode()))
    if import_row is not None:
        headers.append(("import_row", str(import_row).encode()))
    return headers


def import_marks(value: bytes) -> tuple[str | None, int | None]:
    """Import id and row of a reported message that broke the contract, as far as it can be read."""
    try:
        event = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None, None
    if not isinstance(event, dict):
        return None, None
    import_id, row = event.get("importid"), event.get("importrow")
    return (
        import_id if isinstance(import_id, str) and import_id.isprintable() and len(import_id) <= MOST_ID else None,
        row if isinstance(row, int) and not isinstance(row, bool) and 0 <= row <= MOST_ROW else None,
    )


def county_key(value: bytes) -> bytes | None:
    """Kafka key of a reported message: its county, so that a county's events keep their order; None when it names none."""
    try:
        county = orjson.loads(value)["data"]["region"]["county"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return county.encode() if isinstance(county, str) else None
