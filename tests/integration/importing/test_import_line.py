"""The whole way: file, Kafka, ASSESS, WATCH, event store, ledger."""

import csv
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from infra.settings import Settings
from infra.store.tables import reads
from tests.integration.importing.conftest import FaultyFile, ImportCommand
from tests.services.line import running

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


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
