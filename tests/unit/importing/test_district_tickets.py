"""The shipped mapping against the real tickets: every row becomes an event within the contract."""

import csv
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from infra.importing.mapping import load_mapping
from infra.importing.readers import open_rows
from infra.importing.text_files import examine
from infra.rules import load_rules
from infra.settings import Settings
from schemas.decode import decode

REAL_DATA = Path(os.environ.get("FUYUAN_REAL_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
TICKETS = REAL_DATA / "district_tickets" / "tickets.csv"


@pytest.mark.skipif(not TICKETS.is_file(), reason=f"真实数据不在 real data is not at {TICKETS} (FUYUAN_REAL_DATA)")
def test_every_ticket_is_within_the_contract() -> None:
    """10,000 events; streets, types and categories are those of a direct reading of the file."""
    rules = load_rules(Settings(_env_file=None))
    mapping = load_mapping("district_tickets", rules.regions)
    opened = open_rows(examine(TICKETS), mapping, rules.regions, "tickets")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    events = []
    for row in opened.source.rows():
        mapped = opened.prepare(row)
        assert mapped.errors == ()
        decode(mapped.value, rules.regions, rules.policy.event_limits, now)
        events.append(orjson.loads(mapped.value))
    with TICKETS.open(encoding="utf-8-sig", newline="") as file:
        tickets = list(csv.DictReader(file))
    assert [event["id"] for event in events] == [ticket["rec_id"] for ticket in tickets]
    assert [event["data"]["subject"]["path"] for event in events] == [
        [t["type"], t["main_type"], t["sub_type"]] for t in tickets
    ]
    assert [event["data"]["region"].get("township_name", "-") for event in events] == [t["street"] for t in tickets]
    assert sum("township" in event["data"]["region"] for event in events) == 9_990
    categories = Counter(event["data"]["category"] for event in events)
    assert categories["问题楼盘"] == 170
    assert categories["物业"] == 178
    assert categories["环境污染"] > 1_200
