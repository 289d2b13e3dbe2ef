"""Malformed records: what broken senders really put on the wire, each kind with the reason it must be refused for."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from infra.simulation.chance import Rng, Weighted

Event = dict[str, Any]
Spoil = Callable[[Event, Rng], bytes]
_HUGE_BYTES = 5 * 1024 * 1024
_LONG_NARRATIVE = 24_000


@dataclass(frozen=True, slots=True)
class Defect:
    """A kind of malformed record.

    Attributes:
        name: kind, as in the truth file.
        reason: reason code of the refusal (schemas.diagnosis, schemas.decode).
        weight: relative frequency.
        spoil: makes the record from a good event (its own copy).
    """

    name: str
    reason: str
    weight: float
    spoil: Spoil


def _changed(change: Callable[[Event, Rng], None]) -> Spoil:
    def spoil(event: Event, rng: Rng) -> bytes:
        change(event, rng)
        return orjson.dumps(event)

    return spoil


def _not_json(event: Event, rng: Rng) -> bytes:
    data = event["data"]
    return (
        f"<event id='{event['id']}'><narrative>{data['narrative'][:40]}</narrative></event>",
        f"{event['id']},{event['time']},{data['region']['county']},{data['narrative'][:60]}",
        "",
        "HTTP/1.1 502 Bad Gateway\r\n\r\nupstream timed out",
        orjson.dumps(event).decode().replace('"', "'"),
        orjson.dumps(event).decode() + ",",
    )[int(rng.random() * 6)].encode()


def _not_object(event: Event, rng: Rng) -> bytes:
    return (orjson.dumps([event]), b"null", orjson.dumps(event["id"]), b"12345")[int(rng.random() * 4)]


def _truncated(event: Event, rng: Rng) -> bytes:
    text = orjson.dumps(event).decode()
    return text[: int(len(text) * (0.1 + 0.85 * rng.random()))].encode()


def _invalid_utf8(event: Event, rng: Rng) -> bytes:
    if rng.random() < 0.6:
        return orjson.dumps(event).decode().encode("gbk", errors="replace")
    good = orjson.dumps(event)
    at = good.index(b'"narrative":"') + len(b'"narrative":"')
    return good[:at] + b"\xff\xfe\xc3\x28" + good[at:]


def _wrong_type(event: Event, rng: Rng) -> None:
    data = event["data"]
    field, value = (
        ("people_involved", "多人"),
        ("people_involved", "12"),
        ("amount_fen", 1234.5),
        ("narrative", 110),
        ("parties", {"name": "张三"}),
        ("region", ["云中区"]),
        ("repeat_count", None),
        ("title", {"text": "标题"}),
    )[int(rng.random() * 8)]
    data[field] = value


def _bad_uscc(event: Event, rng: Rng) -> None:
    code = f"91379001MA{int(rng.random() * 10**7):07d}"
    event["data"]["parties"] = [
        {
            "role": "respondent",
            "kind": "enterprise",
            "name": "云州某某有限公司",
            "uscc": code + "I",
            "citizen_id": None,
            "phone": None,
        }
    ]


def _bad_citizen_id(event: Event, rng: Rng) -> None:
    body = f"3790911980{int(rng.random() * 9) + 1:02d}15{int(rng.random() * 999):03d}"
    total = sum(int(c) * (2 ** (17 - i) % 11) for i, c in enumerate(body))
    wrong = "10X98765432"[(total + 1 + int(rng.random() * 9)) % 11]
    event["data"]["parties"] = [
        {"role": "claimant", "kind": "person", "name": "王某", "uscc": None, "citizen_id": body + wrong, "phone": None}
    ]


def _unknown_type(event: Event, rng: Rng) -> None:
    event["type"] = (
        "fuyuan.gov.weather_report",
        "fuyuan.court.case_closed",
        "gov.hotline_ticket",
        "fuyuan.GOV.PETITION",
        "投诉",
    )[int(rng.random() * 5)]


def _unknown_version(event: Event, rng: Rng) -> None:
    event["schemaversion"] = (9, 3, 0, 2025)[int(rng.random() * 4)]


def _future_date(event: Event, rng: Rng) -> None:
    year = str(2081 + int(rng.random() * 18))
    if rng.random() < 0.6:
        event["data"]["occurred_at"] = year + event["data"]["occurred_at"][4:].replace("-02-29", "-02-28")
    else:
        event["time"] = year + event["time"][4:].replace("-02-29", "-02-28")


def _ancient_date(event: Event, rng: Rng) -> None:
    event["data"]["occurred_at"] = ("1900-01-01T00:00:00+08:00", "0001-01-01T00:00:00+00:00")[int(rng.random() * 2)]


def _bad_time(event: Event, rng: Rng) -> None:
    event["data"]["occurred_at"] = ("2025-09-03T09:00:00", "9月3日上午", "2025-13-40T09:00:00+08:00", "昨天")[
        int(rng.random() * 4)
    ]


def _unknown_region(event: Event, rng: Rng) -> None:
    if rng.random() < 0.6:
        event["data"]["region"] = {
            "county": ("999999", "379077", "110101", "370199")[int(rng.random() * 4)],
            "township": None,
        }
    else:
        county = event["data"]["region"]["county"]
        event["data"]["region"]["township"] = ("379002" if county != "379002" else "379003") + "100"


def _bad_region_format(event: Event, rng: Rng) -> None:
    event["data"]["region"]["county"] = ("3790", "云中区", "37900l", "379001002")[int(rng.random() * 4)]


def _missing(event: Event, rng: Rng) -> None:
    at = int(rng.random() * 6)
    if at == 0:
        del event["data"]["occurred_at"]
    elif at == 1:
        del event["data"]["region"]
    elif at == 2:
        del event["data"]["region"]["county"]
    elif at == 3:
        del event["id"]
    elif at == 4:
        del event["type"]
    else:
        del event["data"]


def _deep(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def _too_deep(event: Event, rng: Rng) -> bytes:
    depth = (120, 400, 3000)[int(rng.random() * 3)]
    return orjson.dumps(event)[:-1] + b',"attachment":' + _deep(depth) + b"}"


def _too_long(event: Event, rng: Rng) -> None:
    text = event["data"]["narrative"] or "无"
    event["data"]["narrative"] = (text * (_LONG_NARRATIVE // len(text) + 1))[
        : _LONG_NARRATIVE + int(rng.random() * 4000)
    ]


def _too_large(event: Event, rng: Rng) -> None:
    event["data"]["attachment_base64"] = "QUJD" * (_HUGE_BYTES // 4 + int(rng.random() * 1000))


def _not_allowed(event: Event, rng: Rng) -> None:
    if rng.random() < 0.5:
        event["data"]["category"] = ("民事", "劳动", "未分类", "12")[int(rng.random() * 4)]
    else:
        event["data"]["parties"] = [
            {"role": "原告", "kind": "person", "name": "李某", "uscc": None, "citizen_id": None, "phone": None}
        ]


def _out_of_range(event: Event, rng: Rng) -> None:
    event["data"]["people_involved" if rng.random() < 0.5 else "amount_fen"] = -int(1 + rng.random() * 99)


def _bad_case_number(event: Event, rng: Rng) -> None:
    event["data"]["case_number"] = ("2025云民123", "（25）云9001民初号", "无", "（2025）云9001民初一百号")[
        int(rng.random() * 4)
    ]


DEFECTS: tuple[Defect, ...] = (
    Defect("not_json", "not_json", 10, _not_json),
    Defect("not_object", "not_object", 3, _not_object),
    Defect("truncated", "not_json", 10, _truncated),
    Defect("invalid_utf8", "invalid_utf8", 8, _invalid_utf8),
    Defect("wrong_type", "wrong_type", 14, _changed(_wrong_type)),
    Defect("bad_uscc", "check_digit", 8, _changed(_bad_uscc)),
    Defect("bad_citizen_id", "check_digit", 8, _changed(_bad_citizen_id)),
    Defect("unknown_type", "unknown_type", 8, _changed(_unknown_type)),
    Defect("unknown_version", "unknown_version", 3, _changed(_unknown_version)),
    Defect("future_date", "future_date", 9, _changed(_future_date)),
    Defect("ancient_date", "date_too_early", 2, _changed(_ancient_date)),
    Defect("bad_time", "bad_time", 6, _changed(_bad_time)),
    Defect("unknown_region", "unknown_region", 9, _changed(_unknown_region)),
    Defect("bad_region_format", "format", 3, _changed(_bad_region_format)),
    Defect("missing", "missing", 14, _changed(_missing)),
    Defect("too_deep", "too_deep", 4, _too_deep),
    Defect("too_long", "too_long", 2, _changed(_too_long)),
    Defect("too_large", "too_large", 0.4, _changed(_too_large)),
    Defect("not_allowed", "not_allowed", 6, _changed(_not_allowed)),
    Defect("out_of_range", "out_of_range", 4, _changed(_out_of_range)),
    Defect("bad_case_number", "case_number", 4, _changed(_bad_case_number)),
)
_WEIGHTED = Weighted(DEFECTS, [d.weight for d in DEFECTS])


def draw_defect(rng: Rng) -> Defect:
    """A kind of defect by frequency; a 5 MB payload comes about once in 300."""
    return _WEIGHTED.draw(rng)


def spoil(defect: Defect, event: Event, rng: Rng) -> bytes:
    """Malformed bytes made from a copy of a good event, under an id of their own."""
    spoilt = copy.deepcopy(event)
    spoilt["id"] = f"{event['id']}-{defect.name}"
    return defect.spoil(spoilt, rng)
