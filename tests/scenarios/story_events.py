"""Dispute events of timelines: CloudEvents from their short form."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import orjson

from schemas.event_types import PREFIX
from schemas.identifiers import dispute_id
from schemas.json_schemas import dispute_example
from schemas.levels import Level
from schemas.typed_disputes import DATA_CLASSES

SHANGHAI = timezone(timedelta(hours=8))
FIRST_DAY = date(2025, 9, 1)
LEVELS = {level.zh: level for level in Level}
FIELDS = {
    "title",
    "narrative",
    "people_involved",
    "amount_fen",
    "repeat_count",
    "project",
    "subject",
    "references",
    "case_number",
    "category",
    "outcome",
}
_PLACE = {"township": "township", "community": "community_name", "address": "address"}


class Writer:
    """Writes CloudEvents from the short form of a timeline."""

    def __init__(self, script: dict[str, Any], first: datetime) -> None:
        self._script = script
        self._first = first
        self._number = 0
        self._sent: dict[str, bytes] = {}

    def id_of(self, name: str) -> str:
        """Id of an event that was given a name."""
        sent = orjson.loads(self._sent[name])
        return dispute_id(sent["source"], sent["id"])

    def background(self) -> Iterator[tuple[int, list[tuple[bytes, tuple[str, int]]]]]:
        """Everyday reports of the days before day 1."""
        spec = self._script.get("background")
        for back in range(spec["days"] if spec else 0, 0, -1):
            assert spec is not None
            alike = spec["events"] if "events" in spec else [spec["event"]]
            yield (
                1 - back,
                [e for _ in range(spec["per_day"]) for written in alike for e in self.event(1 - back, written)],
            )

    def event(self, day: int, written: dict[str, Any]) -> list[tuple[bytes, tuple[str, int]]]:
        """Bytes and judgement of one written event.

        ``type``, ``times`` (how many alike), ``source``, ``county``, ``township``, ``community``, ``happened`` (day, when it is
        reported later), ``at`` (HH:MM), ``enterprise`` ({name, uscc}), the fields of the contract, ``judged`` ([category, level] of
        the model, default 其他 蓝), ``as`` and ``again`` (send the same bytes again), ``broken`` (bytes written out).
        """
        category, level = written.get("judged", ["其他", "蓝"])
        judged = (category, int(LEVELS[level]))
        if "broken" in written:
            return [(written["broken"].encode(), judged)]
        if "again" in written:
            return [(self._sent[written["again"]], judged)] * written.get("times", 1)
        made = [(self._bytes(day, written), judged) for _ in range(written.get("times", 1))]
        if "as" in written:
            self._sent[written["as"]] = made[0][0]
        return made

    def _bytes(self, day: int, written: dict[str, Any]) -> bytes:
        self._number += 1
        kind = written["type"]
        county = str(written.get("county", self._script["county"]))
        hours, minutes = map(int, written.get("at", "09:00").split(":"))
        happened = (self._first + timedelta(days=written.get("happened", day) - 1)).date()
        data: dict[str, Any] = {
            "occurred_at": datetime.combine(happened, time(hours, minutes), SHANGHAI).isoformat(),
            "region": {
                "county": county,
                **{key: str(written[name]) for name, key in _PLACE.items() if name in written},
            },
            "narrative": "反映有关情况。",
            **self._required(kind),
            **{name: value for name, value in written.items() if name in FIELDS},
        }
        if "enterprise" in written:
            data["parties"] = [{"role": "respondent", "kind": "enterprise", **written["enterprise"]}]
        side = kind.partition(".")[0]
        return orjson.dumps(
            {
                "specversion": "1.0",
                "id": f"E{self._number}",
                "source": written.get("source", f"/{side}/{county}/{kind.partition('.')[2]}"),
                "type": PREFIX + kind,
                "time": (self._first + timedelta(days=day - 1, hours=hours, minutes=minutes)).isoformat(),
                "schemaversion": 2,
                "data": data,
            }
        )

    def _required(self, kind: str) -> dict[str, Any]:
        """What the type needs beyond the common data: taken from its example, with a case number of its own."""
        example = dispute_example(kind)["data"]
        needed = [name for name, field in DATA_CLASSES[kind].model_fields.items() if field.is_required()]
        found = {name: example[name] for name in needed if name not in ("occurred_at", "region")}
        if "case_number" in found:
            found["case_number"] = f"（2025）云9001民初{1000 + self._number}号"
        return found
