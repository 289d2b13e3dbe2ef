"""Many rows in one statement, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, MetaData, String, Table, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from infra.store.engine import open_engine
from infra.store.rows import ADD, KEEP, among, insert_rows, insert_values, pipelined, upsert_rows, upsert_values

_table = Table(
    "key",  # a word that SQL knows
    MetaData(),
    Column("id", String(40), primary_key=True),
    Column("day", String(10)),
    Column("n", Integer),
    Column("at_us", BigInteger),
    Column("data", LargeBinary),
)


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """An open transaction with the empty table."""
    engine = open_engine(database_url)
    _table.create(engine)
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


def _row(name: str, day: str | None = None, n: int | None = 1, data: bytes | None = None) -> dict[str, Any]:
    return {"id": name, "day": day, "n": n, "at_us": None, "data": data}


def _all(connection: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(select(_table).order_by(_table.c.id))]


AWKWARD = [
    ('{NULL,"a\\\\', None, None, None, None),
    ("“引号”,'%s' %b ?", "", 0, 2**62, b""),
    ("斜\\杠\n😀", "2025-09-01", -(2**31), -1, bytes(range(256))),
]


def test_every_value_comes_back_as_it_was(connection: Connection) -> None:
    """NULL, empty, quotes, backslashes, line ends, bytes of every kind, the least and large numbers."""
    insert_rows(connection, _table, [dict(zip(_table.c.keys(), row, strict=True)) for row in AWKWARD])
    assert sorted(_all(connection)) == sorted(AWKWARD)


def test_a_column_of_nulls_only(connection: Connection) -> None:
    """Nothing says of which type the array is but the statement."""
    insert_rows(connection, _table, [_row("a", None, None), _row("b", None, None)])
    assert _all(connection) == [("a", None, None, None, None), ("b", None, None, None, None)]


def test_upsert_overwrites_keeps_and_adds(connection: Connection) -> None:
    """One row is new, one exists."""
    upsert_rows(connection, _table, [_row("a", "2025-02-01", 2, b"old")])
    merged = {"n": ADD, "data": KEEP}
    upsert_rows(connection, _table, [_row("a", "2025-01-31", 3, b"new"), _row("b", "2025-03-01", 1, b"b")], merged)
    assert _all(connection) == [("a", "2025-01-31", 5, None, b"old"), ("b", "2025-03-01", 1, None, b"b")]
    upsert_rows(connection, _table, [_row("a", "2026-01-01", 7, b"new")])
    assert _all(connection)[0] == ("a", "2026-01-01", 7, None, b"new")


def test_insert_of_a_row_that_exists_is_refused(connection: Connection) -> None:
    """Optimistic concurrency rests on it."""
    insert_rows(connection, _table, [_row("a")])
    with pytest.raises(IntegrityError):
        insert_rows(connection, _table, [_row("b"), _row("a")])


def test_postgresql_refuses_what_is_too_long(connection: Connection) -> None:
    """The cast of the array must not cut it."""
    if connection.dialect.name != "postgresql":
        pytest.skip("SQLite has no lengths")
    with pytest.raises(DataError):
        insert_rows(connection, _table, [_row("a" * 41)])


def test_no_rows_is_no_statement(connection: Connection) -> None:
    """Neither fails."""
    insert_rows(connection, _table, [])
    upsert_rows(connection, _table, [])
    assert _all(connection) == []


def test_among_finds_the_values_that_exist(connection: Connection) -> None:
    """Awkward texts too, and none among none."""
    insert_rows(connection, _table, [dict(zip(_table.c.keys(), row, strict=True)) for row in AWKWARD])
    names = [row[0] for row in AWKWARD]

    def found(values: list[str]) -> set[str]:
        return set(connection.execute(select(_table.c.id).where(among(connection, _table.c.id, values))).scalars())

    assert found([*names, *(str(number) for number in range(40_000))]) == set(names)
    assert found(names[:1]) == {names[0]}
    assert found([]) == set()


NAMES = ("id", "n")


def test_values_of_named_columns(connection: Connection) -> None:
    """As rows, without the names in every one."""
    insert_values(connection, _table, NAMES, [("a", 1), ("b", 2)])
    upsert_values(connection, _table, NAMES, [("b", 3), ("c", 4)], {"n": ADD})
    upsert_values(connection, _table, NAMES, [])
    assert [(name, n) for name, _, n, *_ in _all(connection)] == [("a", 1), ("b", 5), ("c", 4)]


def test_writes_in_a_pipeline_are_there_behind_it(connection: Connection) -> None:
    """Several statements, of which the last builds on the first."""
    with pipelined(connection):
        insert_values(connection, _table, NAMES, [("a", 1)])
        upsert_values(connection, _table, NAMES, [("a", 1), ("b", 1)], {"n": ADD})
        connection.execute(_table.update().where(_table.c.id == "b").values(n=7))
    assert [(name, n) for name, _, n, *_ in _all(connection)] == [("a", 2), ("b", 7)]


def test_what_a_pipeline_is_refused_leaves_nothing(database_url: str) -> None:
    """The block raises, its transaction leaves nothing, and the connection serves the next one."""
    engine = open_engine(database_url)
    _table.create(engine)
    with pytest.raises(DBAPIError), engine.begin() as connection, pipelined(connection):
        insert_values(connection, _table, NAMES, [("a", 1)])
        insert_values(connection, _table, NAMES, [("a", 2)])
        insert_values(connection, _table, NAMES, [("b", 1)])
    with engine.begin() as connection:
        assert _all(connection) == []
        insert_values(connection, _table, NAMES, [("a", 3)])
    with engine.begin() as connection:
        assert len(_all(connection)) == 1
    engine.dispose()
