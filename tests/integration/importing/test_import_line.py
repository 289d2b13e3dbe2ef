"""The whole way: file, Kafka, ASSESS, WATCH, event store, ledger."""

import csv
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from infra.settings import Settings
from infra.store.tables import reads
from tests.integration.importing.conftest import REPOSITORY, FaultyFile, ImportCommand
from tests.services.line import running

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

REAL_DATA = Path(os.environ.get("FUYUAN_REAL_DATA") or REPOSITORY.parent / "shared" / "data")
TICKETS = REAL_DATA / "district_tickets" / "tickets.csv"


@pytest.fixture(autouse=True)
def _small_model(model_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUYUAN_MODEL_DIR", str(model_dir))


def account(ledger: dict) -> dict:
    """The numbers of a ledger."""
    names = ("read", "accepted", "duplicate", "within_file", "quarantined", "waiting", "reasons", "balanced")
    return {name: ledger[name] for name in names}


def test_a_faulty_file_interrupted_and_killed_has_the_ledger_it_must_have(
    kafka_settings: Settings, database_url: str, faulty: FaultyFile, tmp_path: Path
) -> None:
    """Ctrl-C and SIGKILL in mid-file, then to the end: the account is the one counted when the file was written."""
    command = ImportCommand(kafka_settings, database_url)
    arguments = (faulty.path, "-m", faulty.mapping, "--import-id", "imp")
    expected = {
        "read": faulty.rows,
        "accepted": faulty.accepted,
        "duplicate": faulty.duplicate,
        "within_file": faulty.duplicate,
        "quarantined": sum(faulty.reasons.values()),
        "waiting": 0,
        "reasons": faulty.reasons,
        "balanced": True,
    }
    with running(kafka_settings, database_url, tmp_path / "logs") as line:
        for ending in (signal.SIGINT, signal.SIGKILL):
            process = command.start(*arguments, "--rate", "800")
            before = command.progress("imp").get("durable_row", 0)
            deadline = time.monotonic() + 60
            while command.progress("imp").get("durable_row", 0) <= before and time.monotonic() < deadline:
                time.sleep(0.05)
            process.send_signal(ending)
            process.communicate(timeout=30)
        assert 0 < command.progress("imp")["durable_row"] < faulty.rows
        output = command.run(*arguments)
        assert "平衡 balanced" in output
        assert account(command.ledger("imp")) == expected

        command.run(*arguments)  # a rerun of a finished import sends nothing and finds the same
        assert account(command.ledger("imp")) == expected

        other = command.run(*arguments[:-1], "again")  # the same file under another id: nothing is stored twice
        assert "平衡 balanced" in other
        assert account(command.ledger("again")) == expected | {
            "accepted": 0,
            "duplicate": faulty.accepted + faulty.duplicate,
            "within_file": 0,
        }
        with line.engine.connect() as connection:
            assert connection.execute(select(func.count()).select_from(reads.disputes)).scalar_one() == faulty.accepted

    with faulty.path.with_name("工单.csv.rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        rejected = list(csv.DictReader(file))
    assert Counter(row["原因代码"].split()[0] for row in rejected) == faulty.reasons
    assert all(row["原因"] for row in rejected)
    assert all(
        row["编号"].startswith("K")
        for row in rejected
        if row["原因代码"] in ("bad_time", "unknown_region", "future_date")
    )


@pytest.mark.skipif(not TICKETS.is_file(), reason=f"真实数据不在 real data is not at {TICKETS} (FUYUAN_REAL_DATA)")
def test_district_tickets_balance_to_the_row(kafka_settings: Settings, sqlite_url: str, tmp_path: Path) -> None:
    """10,000 real tickets: the ledger balances, and the store's counts by street and type are a direct count of the file."""
    command = ImportCommand(kafka_settings, sqlite_url)
    copy = tmp_path / "tickets.csv"
    copy.write_bytes(TICKETS.read_bytes())
    with running(kafka_settings, sqlite_url, tmp_path / "logs") as line:
        command.run(copy, "-m", "district_tickets", "--import-id", "tickets")
        assert account(command.ledger("tickets")) == {
            "read": 10_000, "accepted": 10_000, "duplicate": 0, "within_file": 0, "quarantined": 0, "waiting": 0, "reasons": {}, "balanced": True,
        }  # fmt: skip
        d = reads.disputes
        with line.engine.connect() as connection:
            stored = connection.execute(
                select(d.c.region, d.c.subject, d.c.day, func.count()).group_by(d.c.region, d.c.subject, d.c.day)
            ).all()
    codes = {
        "坪山街道": "440310001",
        "马峦街道": "440310002",
        "碧岭街道": "440310003",
        "石井街道": "440310004",
        "坑梓街道": "440310005",
        "龙田街道": "440310006",
    }
    with copy.open(encoding="utf-8-sig", newline="") as file:
        tickets = list(csv.DictReader(file))
    direct = Counter(
        (codes.get(t["street"], "440310"), t["community"].replace("-", ""), t["type"], t["create_time"])
        for t in tickets
    )
    found: Counter[tuple[str, str, str, str]] = Counter()
    for region, subject, day, n in stored:
        township, _, community = region.partition("/")
        found[township, community, subject.split("/")[0], day] += n
    assert found == direct
    assert not (tmp_path / "tickets.csv.rejected.csv").exists()
