"""Engines for both databases. SQLite runs in WAL with full sync; a write transaction takes the lock when it begins."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

BUSY_TIMEOUT_S = 30
CHECKPOINT_PAGES = 4_000
"""Pages of the WAL that are moved into the database together: pages written in several batches are moved once.

Nothing of durability hangs on it: a commit returns after its WAL is on the disk (``synchronous=FULL``), moved or not.
"""


CACHE_KIB, WATCH_CACHE_KIB = 16_384, 32_768
"""SQLite's pages in memory, for each connection: WATCH's process has an engine for each of its threads, and only one writes batch after batch."""


def open_engine(url: str, *, pool_size: int = 5, cache_kib: int = CACHE_KIB) -> Engine:
    """Engine for a store.

    Errors do not name the values of a statement: logs never carry payloads.
    SQLite writers begin with ``BEGIN IMMEDIATE`` (see ``write_lock``), so a reader never upgrades into a deadlock.

    Args:
        url: ``sqlite:///path`` or ``postgresql+psycopg://…`` (a bare ``postgresql://`` is taken as psycopg).
        pool_size: connections kept open to PostgreSQL.
        cache_kib: pages that a connection to SQLite keeps.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        connect = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
        engine = create_engine(parsed, connect_args=connect, hide_parameters=True)
        event.listen(engine, "connect", partial(_prepare_sqlite, cache_kib))
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(
        parsed, pool_size=pool_size, pool_pre_ping=True, pool_reset_on_return="rollback", hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


@contextmanager
def opened_engine(url: str) -> Iterator[Engine]:
    """Engine for one command: its connections are closed at the end of the block."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _prepare_sqlite(cache_kib: int, connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    cursor.execute(f"PRAGMA cache_size=-{cache_kib}")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Plan every statement for its values: a plan for any values searches a list of hundreds of keys row by row."""
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_custom_plan")
    connection.commit()


def _begin_sqlite(connection: Any) -> None:
    write = connection.get_execution_options().get("fuyuan_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
