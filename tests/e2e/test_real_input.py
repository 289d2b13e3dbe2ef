"""Real input: 10,000 tickets of a real district through Kafka, both workers and the API, against a direct count of the file."""

import csv
import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.kafka.local import LocalKafka
from infra.settings import Settings
from tests.services.installation import Installation, installed
from tests.services.line import REPOSITORY

DATA = Path(os.environ.get("FUYUAN_REAL_DATA") or REPOSITORY.parent / "shared" / "data")
TICKETS = DATA / "district_tickets" / "tickets.csv"
ROWS = 10_000
DISTRICT = "440310"
STREETS = {
    "440310001": "坪山街道",
    "440310002": "马峦街道",
    "440310003": "碧岭街道",
    "440310004": "石井街道",
    "440310005": "坑梓街道",
    "440310006": "龙田街道",
}
BURSTS = [
    # community, the two classes that are counted, first day of the alert, the sub-class that burst, and its reports on the days
    # that stand out (the README's weekly totals are these and the days of the week with one to three reports)
    ("440310005/金沙社区", "规土城建/住房保障和房地产", "2018-11-09", "房地产", 56),
    ("440310006/老坑社区", "交通运输/公共交通管理", "2018-10-29", "公共交通管理", 69),
    ("440310006/竹坑社区", "专业事件采集/食药监问题", "2018-10-09", "食药监问题", 22),
    ("440310005/金沙社区", "教育卫生/教育体制", "2018-11-21", "教育统筹管理", 28),
    ("440310005/金沙社区", "环保水务/生态破坏", "2018-10-10", "野生动、植物病虫害", 34),
]

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.slow,
    pytest.mark.skipif(
        not TICKETS.is_file(), reason=f"真实数据不在 the real tickets are not at {TICKETS} (FUYUAN_REAL_DATA)"
    ),
]


@pytest.fixture(scope="module")
def tickets() -> list[dict[str, str]]:
    """The rows of the file."""
    with TICKETS.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def district(kafka: LocalKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that has imported the file once, as import `tickets`."""
    home = tmp_path_factory.mktemp("district")
    settings = Settings(_env_file=None, home=home, kafka_bootstrap=kafka.bootstrap, kafka_prefix="district.")
    with installed(settings, f"sqlite:///{home / 'fuyuan.db'}", home / "logs") as site:
        (home / "tickets.csv").write_bytes(TICKETS.read_bytes())
        said = site.fuyuan("import", "tickets.csv", "-m", "district_tickets", "--import-id", "tickets").decode()
        assert "平衡 balanced: 10,000 = 10,000 + 0 + 0" in said
        yield site


def ledger(site: Installation, import_id: str) -> dict[str, Any]:
    """The ledger file of an import."""
    return json.loads((site.line.settings.home / "imports" / f"{import_id}.ledger.json").read_text("utf-8"))


def test_the_ledger_balances_to_the_row(district: Installation) -> None:
    """Every row is accepted; a copy under another id brings only duplicates, and changes nothing the API counts."""
    first = ledger(district, "tickets")
    assert first["balanced"]
    assert (first["read"], first["accepted"], first["duplicate"], first["quarantined"]) == (ROWS, ROWS, 0, 0)
    before = district.get("/v1/counts", group_by="township,subject,day", county=DISTRICT)

    home = district.line.settings.home
    (home / "copy.csv").write_bytes(TICKETS.read_bytes())
    said = district.fuyuan("import", "copy.csv", "-m", "district_tickets", "--import-id", "copy").decode()
    assert "平衡 balanced: 10,000 = 0 + 10,000 + 0" in said
    again = ledger(district, "copy")
    assert again["balanced"]
    assert (again["read"], again["accepted"], again["duplicate"], again["quarantined"]) == (ROWS, 0, ROWS, 0)
    assert again["within_file"] == 0
    assert district.get("/v1/counts", group_by="township,subject,day", county=DISTRICT) == before
    assert district.get("/v1/counts", import_id="copy")["total"] == 0
    assert not list(home.glob("*.rejected.csv"))


def test_counts_by_street_and_type(district: Installation, tickets: list[dict[str, str]]) -> None:
    """Street × type, and street × each finer class, as the API counts them and as the file has them."""
    for depth, columns in enumerate((("type",), ("type", "main_type"), ("type", "main_type", "sub_type")), 1):
        answer = district.get("/v1/counts", group_by="township,subject", subject_depth=depth)
        found = {(STREETS.get(row["township"], "-"), row["subject"]): row["n"] for row in answer["rows"]}
        direct = Counter((t["street"], "/".join(t[column] for column in columns)) for t in tickets)
        assert found == direct
        assert answer["total"] == ROWS
    names = {row["township_name"] for row in answer["rows"] if row["township"]}
    assert {name.removeprefix("坪山区") for name in names} == set(STREETS.values())


def test_counts_by_community_class_and_day(district: Installation, tickets: list[dict[str, str]]) -> None:
    """Community × main type × day."""
    answer = district.get("/v1/counts", group_by="community,subject,day", subject_depth=2)
    found = {(row["community"], row["subject"], row["day"]): row["n"] for row in answer["rows"]}
    codes = {name: code for code, name in STREETS.items()} | {"-": DISTRICT}
    direct = Counter(
        (
            None if t["community"] == "-" else f"{codes[t['street']]}/{t['community']}",
            f"{t['type']}/{t['main_type']}",
            t["create_time"],
        )
        for t in tickets
    )
    assert found == direct
    assert answer["total"] == ROWS


@pytest.mark.parametrize(
    ("community", "subject", "day", "sub_type", "reports"), BURSTS, ids=["housing", "buses", "food", "schools", "pests"]
)
def test_known_bursts_are_among_the_alerts(
    district: Installation,
    tickets: list[dict[str, str]],
    community: str,
    subject: str,
    day: str,
    sub_type: str,
    reports: int,
) -> None:
    """Each burst is an alert of its community and class, first seen on its first aberrant day, with its reports behind it."""
    alerts = district.all_items("/v1/alerts", county=DISTRICT, limit=10)
    assert len({alert["alert_id"] for alert in alerts}) == len(alerts) > 10  # more than a page
    (alert,) = [
        a for a in alerts if (a["place"]["key"], a["measure"], a["day"]) == (community, f"subject:{subject}", day)
    ]
    assert alert["kind"] == "emerging"
    assert alert["level"]["code"] in {"yellow", "orange"}
    name = subject.rpartition("/")[2]
    assert alert["title"] == f"坪山区{STREETS[community[:9]]}{community[10:]}{name}突增"
    assert alert["owner"]

    shown = district.get(alert["links"]["self"])
    assert any(reason["code"] == "trend.emerging" and f"{day} 已报" in reason["text"] for reason in shown["reasons"])
    own = [trend for trend in shown["trends"] if trend["place"]["key"] == community]
    assert min(trend["day"] for trend in own) == day
    assert all(trend["observed"] > trend["upper"] > trend["expected"] for trend in shown["trends"])

    events = district.all_items(alert["links"]["events"], limit=100)
    assert len({event["dispute_id"] for event in events}) == len(events) == shown["events"]["total"]
    days = {day for trend in own for day in _days(trend)}
    classes = subject.split("/")
    behind = {e["import_row"] for e in events if e["place"]["key"] == community and e["subject"][:2] == classes}
    rows = {
        number
        for number, t in enumerate(tickets, 1)
        if t["community"] == community[10:] and [t["type"], t["main_type"]] == classes and t["create_time"] in days
    }
    assert behind >= rows  # kindred trends of the street may bring more days
    assert sum(tickets[row - 1]["sub_type"] == sub_type for row in rows) >= reports


def _days(trend: dict[str, Any]) -> set[str]:
    """Days of the periods of a trend that are above their bound, and of the one it was found in."""
    ends = {trend["day"], *(point["day"] for point in trend["points"] if point["observed"] > point["upper"])}
    return {
        (date.fromisoformat(end) - timedelta(days=back)).isoformat()
        for end in ends
        for back in range(trend["period_days"])
    }
