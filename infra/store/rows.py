"""Write and look up many rows with one statement, whose text does not depend on how many there are.

PostgreSQL takes each column as one binary array (row by row, a batch of 500 events is thousands of messages, and as text psycopg
spends a millisecond on a long value). SQLite takes the rows as tuples, past SQLAlchemy's work on every single parameter.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
import psycopg
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy import LargeBinary as Bytes
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError

from infra.store.pg_arrays import BYTEA, INT4, INT8, TEXT, Kind, PgArray

KEEP, ADD = "keep", "add"
"""What ``upsert_rows`` does with a column of a row that exists, beside overwriting it."""

Row = Mapping[str, Any]
Values = tuple[Any, ...]
_Merged = tuple[tuple[str, str], ...]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all name the same columns; sqlalchemy.exc.IntegrityError when one exists."""
    _write(connection, table, rows, None)


def upsert_rows(
    connection: Connection, table: Table, rows: Sequence[Row], merged: Mapping[str, str] | None = None
) -> None:
    """Insert rows, or bring those that exist (by primary key) to the new values.

    Args:
        connection: within a transaction.
        table: where to.
        rows: all name the same columns; no two have the same key.
        merged: columns not simply overwritten: ``KEEP`` the old value, ``ADD`` the new to it.
    """
    _write(connection, table, rows, tuple(sorted((merged or {}).items())))


def upsert_values(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    rows: Sequence[Values],
    merged: Mapping[str, str] | None = None,
) -> None:
    """As ``upsert_rows``, of rows that give only the values of the named columns: for what a batch has thousands of."""
    _write_values(connection, table, names, rows, tuple(sorted((merged or {}).items())))


def insert_values(connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[Values]) -> None:
    """As ``insert_rows``, of rows that give only the values of the named columns."""
    _write_values(connection, table, names, rows, None)


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Within the block, which only writes, PostgreSQL's answers are not waited for: it stores the rows of one table while the next are made.

    Raises:
        sqlalchemy.exc.DBAPIError: what it refused, at the end of the block at the latest; the transaction is to be rolled back.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline():
            yield
    except psycopg.Error as refused:
        raise DBAPIError(None, None, refused, hide_parameters=True) from refused


def among(connection: Connection, column: Column[str], values: Collection[str]) -> ColumnElement[bool]:
    """Condition that a text column holds one of these values, however many."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(values), type_=ARRAY(Text()), unique=True))
    listed = func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
    return column.in_(select(listed.c.value))


def rows_among(connection: Connection, table: Table, key: str, values: Collection[str], *columns: str) -> list[Any]:
    """Rows whose text column ``key`` has one of these values, past SQLAlchemy's work of making a statement anew each time."""
    statement = _select_among(connection.dialect.name, table, key, columns)
    if connection.dialect.name == "postgresql":
        return list(connection.exec_driver_sql(statement, (PgArray(TEXT, list(values)),)).all())
    return list(connection.exec_driver_sql(statement, (orjson.dumps(list(values)).decode(),)).all())


@lru_cache(maxsize=64)
def _select_among(dialect: str, table: Table, key: str, columns: tuple[str, ...]) -> str:
    named = ", ".join(f'"{name}"' for name in columns)
    listed = "= ANY(%b::text[])" if dialect == "postgresql" else "IN (SELECT value FROM json_each(?))"
    return f'SELECT {named} FROM "{table.name}" WHERE "{key}" {listed}'  # noqa: S608 - names of our own tables


def _write(connection: Connection, table: Table, rows: Sequence[Row], merged: _Merged | None) -> None:
    if rows:
        names = tuple(rows[0])
        _write_values(connection, table, names, [*map(itemgetter(*names), rows)], merged)


def _write_values(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[Values], merged: _Merged | None
) -> None:
    if not rows:
        return
    statement = _statement(connection.dialect.name, table, names, merged)
    if connection.dialect.name == "postgresql":
        kinds = [_kind(table.c[name]) for name in names]
        connection.exec_driver_sql(statement, tuple(map(PgArray, kinds, zip(*rows, strict=True))))
    else:
        connection.exec_driver_sql(statement, [*rows])


@lru_cache(maxsize=256)
def _statement(dialect: str, table: Table, names: tuple[str, ...], merged: _Merged | None) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    if dialect == "postgresql":
        values = "SELECT " + ", ".join(f"unnest(%b::{_kind(table.c[name]).array})" for name in names)
    else:
        values = f"VALUES ({', '.join('?' * len(names))})"
    insert = f'INSERT INTO "{table.name}" ({columns}) {values}'
    if merged is None:
        return insert
    keys = [column.name for column in table.primary_key]
    how = dict(merged)
    new = {
        None: 'excluded."{0}"',
        ADD: '"{1}"."{0}" + excluded."{0}"',
    }
    changes = ", ".join(
        f'"{name}" = {new[how.get(name)].format(name, table.name)}'
        for name in names
        if name not in keys and how.get(name) != KEEP
    )
    return f"{insert} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"


def _kind(column: Column[Any]) -> Kind:
    """Type of a column's values. Without the column's length: a cast would cut what is too long, unseen."""
    if isinstance(column.type, Bytes):
        return BYTEA
    if isinstance(column.type, BigInteger):
        return INT8
    return INT4 if isinstance(column.type, Integer) else TEXT
