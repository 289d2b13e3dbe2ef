"""The ledger against real databases: every row is looked up, none is a remainder."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, insert

from infra.importing import ledger as ledger_module
from infra.importing.errors import LedgerMismatch
from infra.importing.ledger import Ledger, LedgerWatch, rejected_rows, take_account
from infra.importing.row_register import Expected, RowRegister
from infra.store.engine import open_engine
from infra.store.projection import save
from infra.store.queries.imports import quarantined_rows
from infra.store.tables import metadata, reads
from risk_model.folding import record
from risk_model.state import State
from schemas.assessed import Origin
from schemas.domain_events import DisputeQuarantined
from schemas.errors import field_error

IMPORT = "imp-1"


def identity(number: int) -> str:
    """Dispute id of a test row."""
    return f"{number:032x}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A store with empty tables."""
    engine = open_engine(database_url)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def rows_file(tmp_path: Path) -> Path:
    """Rows 1-6: events a b c a(again) d e; row 7 refused by the mapping; row 8 breaks the contract and has the id of a."""
    path = tmp_path / "imp.rows"
    with RowRegister(path, 0) as register:
        for number in (1, 2, 3, 1, 4, 5):
            register.add(identity(number), Expected.EVENT)
        register.add(None, Expected.REJECTION)
        register.add(identity(1), Expected.REJECTION)
    return path


def store(engine: Engine, number: int, import_id: str | None, row: int | None) -> None:
    """A stored dispute."""
    text = dict.fromkeys(("type", "side", "source", "county", "region", "category", "subject", "day", "title"), "x")
    values = {
        **text,
        "dispute_id": identity(number),
        "level": 1,
        "occurred_us": 0,
        "reported_us": 0,
        "import_id": import_id,
        "import_row": row,
    }
    with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        connection.execute(insert(reads.disputes), [values])


def set_aside(engine: Engine, row: int, code: str, place: str = "1") -> None:
    """A quarantined row, stored as WATCH stores it."""
    error = field_error(code, "column[日期]", "someday", "日期", "a date")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    item = DisputeQuarantined(f"q{row}-{place}", at, Origin("t", 0, 0, IMPORT, row), (error,), 1, "0" * 64, "r", 0, row)
    state = State()
    record(state, f"quarantine-{item.quarantine_id}", item)
    with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        save(connection, reads, state)


def account(engine: Engine, rows_file: Path) -> Ledger:
    """The account now."""
    with engine.connect() as connection:
        return take_account(connection, IMPORT, rows_file)


def test_nothing_stored_yet(engine: Engine, rows_file: Path) -> None:
    """Every row is waited for, and named."""
    ledger = account(engine, rows_file)
    assert (ledger.read, ledger.waiting, ledger.waiting_rows, ledger.balanced) == (
        8,
        8,
        (1, 2, 3, 4, 5, 6, 7, 8),
        False,
    )


def test_balanced(engine: Engine, rows_file: Path) -> None:
    """Accepted by row, duplicate of this file and of a feed, quarantined by mapping and by contract (one of them sent twice)."""
    store(engine, 1, IMPORT, 1)
    store(engine, 2, None, None)  # a feed brought b before
    store(engine, 3, IMPORT, 3)
    store(engine, 4, "imp-0", 77)  # an earlier import brought d
    store(engine, 5, IMPORT, 6)
    set_aside(engine, 7, "bad_time")
    set_aside(engine, 8, "future_date", "1")
    set_aside(engine, 8, "future_date", "2")
    ledger = account(engine, rows_file)
    assert ledger == Ledger(
        IMPORT,
        read=8,
        accepted=3,
        duplicate=3,
        within_file=1,
        quarantined=2,
        waiting=0,
        reasons={"bad_time": 1, "future_date": 1},
    )
    assert ledger.balanced
    assert ledger.document()["balanced"] is True


def test_a_bad_row_waits_for_quarantine(engine: Engine, rows_file: Path) -> None:
    """Row 8 has the id of a stored dispute and breaks the contract: it is no duplicate, its quarantine entry is still to come."""
    for number, row in ((1, 1), (2, 2), (3, 3), (4, 5), (5, 6)):
        store(engine, number, IMPORT, row)
    set_aside(engine, 7, "bad_time")
    ledger = account(engine, rows_file)
    assert (ledger.accepted, ledger.duplicate, ledger.quarantined, ledger.waiting_rows) == (5, 1, 1, (8,))


def test_a_row_stored_while_the_account_is_taken_is_no_duplicate(
    engine: Engine, rows_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL shows the account's later reads what its first did not see yet: the row is accepted; in SQLite's snapshot it waits."""

    def meanwhile(connection: Connection, import_id: str) -> Iterator[tuple[int, str]]:
        store(engine, 2, IMPORT, 2)
        return quarantined_rows(connection, import_id)

    store(engine, 1, IMPORT, 1)
    monkeypatch.setattr(ledger_module, "quarantined_rows", meanwhile)
    ledger = account(engine, rows_file)
    assert (ledger.duplicate, ledger.within_file) == (1, 1)  # row 4 repeats row 1
    assert ledger.accepted == (2 if engine.dialect.name == "postgresql" else 1)


def test_the_later_row_may_have_been_first(engine: Engine, rows_file: Path) -> None:
    """Rows 1 and 4 are one dispute: whichever came first is accepted, the other is the duplicate."""
    store(engine, 1, IMPORT, 4)
    ledger = account(engine, rows_file)
    assert (ledger.accepted, ledger.duplicate, ledger.within_file) == (1, 1, 1)


def test_retried_and_accepted(engine: Engine, rows_file: Path) -> None:
    """A quarantined row that a person retried with success is accepted, and no longer in the file of rejected rows."""
    set_aside(engine, 6, "unknown_region")
    set_aside(engine, 7, "bad_time")
    store(engine, 5, IMPORT, 6)
    ledger = account(engine, rows_file)
    assert (ledger.accepted, ledger.quarantined, ledger.reasons) == (1, 1, {"bad_time": 1})
    with engine.connect() as connection:
        found = rejected_rows(connection, IMPORT)
    assert {row: [e.code for e in errors] for row, errors in found.items()} == {7: ["bad_time"]}


def test_other_rows_under_the_same_id(engine: Engine, rows_file: Path) -> None:
    """An id used for another file before is noticed, not counted."""
    store(engine, 99, IMPORT, 1)
    with pytest.raises(LedgerMismatch, match="新的 --import-id"):
        account(engine, rows_file)


class Time:
    """Time that passes only in sleep; `while_asleep` gets how often it slept."""

    def __init__(self, while_asleep: Callable[[int], None]) -> None:
        self.now = 0.0
        self.sleeps = 0
        self._while_asleep = while_asleep

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.sleeps += 1
        self._while_asleep(self.sleeps)


def test_waits_as_long_as_something_moves(engine: Engine, rows_file: Path) -> None:
    """Rows that arrive one by one, each after a pause shorter than the patience."""
    arrivals = {
        10: lambda: store(engine, 1, IMPORT, 1),
        28: lambda: store(engine, 2, IMPORT, 2),
        46: lambda: store(engine, 3, None, None),  # moves no count of ours, yet row 3 is accounted for
        64: lambda: [store(engine, n, IMPORT, row) for n, row in ((4, 5), (5, 6))],
        82: lambda: [set_aside(engine, row, "bad_time") for row in (7, 8)],
    }
    passing = Time(lambda sleeps: arrivals.get(sleeps, lambda: None)())
    seen: list[Ledger] = []
    waiting = LedgerWatch(
        engine,
        IMPORT,
        rows_file,
        patience_seconds=10,
        monotonic=passing.monotonic,
        sleep=passing.sleep,
        report=seen.append,
        poll_seconds=0.5,
    )
    ledger = waiting.wait()
    assert ledger.balanced
    assert (ledger.accepted, ledger.duplicate, ledger.quarantined) == (4, 2, 2)
    assert passing.sleeps == 82
    assert seen[-1] == ledger


def test_stops_waiting_when_nothing_moves(engine: Engine, rows_file: Path) -> None:
    """The account then says how many rows are missing, and which."""
    store(engine, 1, IMPORT, 1)
    passing = Time(lambda _sleeps: None)
    ledger = LedgerWatch(
        engine, IMPORT, rows_file, patience_seconds=10, monotonic=passing.monotonic, sleep=passing.sleep
    ).wait()
    assert 10 <= passing.now <= 11
    assert (ledger.waiting, ledger.waiting_rows, ledger.balanced) == (6, (2, 3, 5, 6, 7, 8), False)


def test_a_database_without_tables_is_waited_for(database_url: str, rows_file: Path) -> None:
    """No worker has run yet: that is no error, only nothing there."""
    engine = open_engine(database_url)
    passing = Time(lambda _sleeps: None)
    ledger = LedgerWatch(
        engine, IMPORT, rows_file, patience_seconds=1, monotonic=passing.monotonic, sleep=passing.sleep
    ).wait()
    engine.dispose()
    assert (ledger.read, ledger.waiting) == (8, 8)
