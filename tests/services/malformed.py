"""Records for the broker: malformed ones of every kind with the reason each must be refused for, and good ones among them."""

from dataclasses import dataclass
from typing import Any

import orjson

from infra.simulation.chance import stream
from infra.simulation.defects import DEFECTS, spoil
from tests.disputes import CITIZEN_ID, USCC, event

LARGEST = 1_048_576  # limits.max_bytes of the shipped policy
SIMULATED = 3  # records of each of the simulator's kinds
GOOD = 40


@dataclass(frozen=True)
class Sent:
    """One record on the wire: what it is, its exact bytes (None is a tombstone), the reason expected (None: it is good)."""

    name: str
    value: bytes | None
    code: str | None = None


def good(number: int, **data: Any) -> dict[str, Any]:
    """A good petition with an identity of its own."""
    return event("gov.petition", **data) | {"id": f"good-{number}"}


def bad(name: str, code: str, envelope: dict[str, Any] | None = None, **data: Any) -> Sent:
    """A petition that is good but for the fields given."""
    return Sent(name, orjson.dumps(event("gov.petition", **data) | {"id": name} | (envelope or {})), code)


def enterprise(uscc: str) -> list[dict[str, Any]]:
    """One enterprise as the parties."""
    return [{"role": "respondent", "kind": "enterprise", "name": "云州某某有限公司", "uscc": uscc}]


def person(citizen_id: str) -> list[dict[str, Any]]:
    """One person as the parties."""
    return [{"role": "claimant", "kind": "person", "name": "王某", "citizen_id": citizen_id}]


def padded(size: int, identity: str) -> bytes:
    """A good event of exactly so many bytes, by a field we do not know."""
    value = event("gov.petition", attachment="") | {"id": identity}
    value["data"]["attachment"] = "A" * (size - len(orjson.dumps(value)))
    return orjson.dumps(value)


def nested(depth: int, identity: str) -> bytes:
    """An event with objects in objects."""
    value = orjson.dumps(event("gov.petition", attachment="@@") | {"id": identity})
    return value.replace(b'"@@"', b'{"a":' * depth + b"1" + b"}" * depth)


def by_hand() -> list[Sent]:
    """The kinds the issue names, and their neighbours."""
    text = orjson.dumps(event("gov.petition") | {"id": "damaged"})
    return [
        Sent("tombstone", None, "not_json"),
        Sent("empty", b"", "not_json"),
        Sent("blank", b" \r\n\t", "not_json"),
        Sent("xml", "<event><narrative>欠薪</narrative></event>".encode(), "not_json"),
        Sent("cut short", text[:150], "not_json"),
        Sent("two documents", text + text, "not_json"),
        Sent("not a number", text.replace(b'"data":{', b'"data":{"extra":NaN,', 1), "not_json"),
        Sent("null", b"null", "not_object"),
        Sent("array", b"[" + text + b"]", "not_object"),
        Sent("zeros", b"\0" * 1000, "not_json"),
        Sent("utf-8 cut", text.replace("。".encode(), "。".encode()[:2], 1), "invalid_utf8"),
        Sent("gbk", orjson.dumps(event("gov.petition")).decode().encode("gbk"), "invalid_utf8"),
        Sent("utf-16", orjson.dumps(event("gov.petition")).decode().encode("utf-16"), "invalid_utf8"),
        Sent("every byte", bytes(range(256)), "invalid_utf8"),
        bad("text for a number", "wrong_type", people_involved="五十"),
        bad("number for a text", "wrong_type", narrative=110),
        bad("object for a list", "wrong_type", parties={"name": "张三"}),
        bad("list for an object", "wrong_type", region=["云中区"]),
        bad("true for a number", "wrong_type", amount_fen=True),
        bad("number for a time", "bad_time", occurred_at=1_700_000_000),
        bad("beyond 64 bits", "out_of_range", amount_fen=2**64 - 1),
        bad("below zero", "out_of_range", people_involved=-1),
        bad("long narrative", "too_long", narrative="长" * 20_001),
        Sent("a byte too large", padded(LARGEST + 1, "a byte too large"), "too_large"),
        Sent("five megabytes", padded(5 * 1024 * 1024, "five megabytes"), "too_large"),
        Sent("five megabytes of noise", b"\xff\x00{[" * (5 * 1024 * 1024 // 4), "too_large"),
        Sent("deep", nested(40, "deep"), "too_deep"),
        Sent("very deep", nested(5_000, "very deep"), "too_deep"),
        Sent("endless", b"[" * 100_000, "too_deep"),
        bad("uscc", "check_digit", parties=enterprise(USCC[:-1] + "H")),
        bad("citizen id", "check_digit", parties=person(CITIZEN_ID[:-1] + "1")),
        bad("happens tomorrow", "future_date", occurred_at="2099-01-01T00:00:00+08:00"),
        bad("reported tomorrow", "future_date", {"time": "2099-01-01T00:00:00+08:00"}),
        bad("happened long ago", "date_too_early", occurred_at="1900-01-01T00:00:00+08:00"),
        bad("no zone", "bad_time", occurred_at="2025-09-03T09:00:00"),
        bad("unknown county", "unknown_region", region={"county": "110101"}),
        bad("township of another county", "unknown_region", region={"county": "379001", "township": "379002100"}),
        bad("county by name", "format", region={"county": "云中区"}),
        bad("unknown type", "unknown_type", {"type": "fuyuan.gov.weather_report"}),
        bad("type is a number", "wrong_type", {"type": 12}),
        bad("unknown version", "unknown_version", {"schemaversion": 99}),
        bad("no region", "missing", region=...),
        bad("case number", "case_number", case_number="2025云民123"),
        bad("nul", "control_character", title="标\0题"),
    ]


def simulated() -> list[Sent]:
    """Several of each of the simulator's kinds."""
    made = []
    for defect in DEFECTS:
        chance = stream(20261123, f"malformed/{defect.name}")
        made += [
            Sent(f"simulated {defect.name} {number}", spoil(defect, good(1000 + number), chance), defect.reason)
            for number in range(1 if defect.name == "too_large" else SIMULATED)
        ]
    return made


BAD = by_hand() + simulated()
FINE = [
    Sent("as large as may be", padded(LARGEST, "as large as may be")),
    Sent("as deep as may be", nested(29, "as deep as may be")),
    *(Sent(f"good {number}", orjson.dumps(good(number))) for number in range(GOOD)),
]
