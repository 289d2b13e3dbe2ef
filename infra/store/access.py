"""Access to the store for readers: short transactions whose failures say that the store is away, not why SQL failed."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

Answer = TypeVar("Answer")

_UNDEFINED_TABLE = "42P01"
"""PostgreSQL: the database was never migrated. (SQLite says this with an OperationalError.)"""


class StoreUnavailable(RuntimeError):
    """The event store does not answer, or has not the schema of this release; ask again later."""


class StoreAccess:
    """Runs queries on the store, each in a transaction of its own.

    Args:
        engine: from ``open_engine``; closed by ``close``.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, query: Callable[..., Answer], *args: Any) -> Answer:
        """Answer of ``query(connection, *args)``.

        Raises:
            StoreUnavailable: the database is away or not migrated.
        """
        return self._run(False, query, *args)

    def write(self, change: Callable[..., Answer], *args: Any) -> Answer:
        """Answer of ``change(connection, *args)``, committed.

        Raises:
            StoreUnavailable: the database is away or not migrated; nothing was changed.
        """
        return self._run(True, change, *args)

    def at_head(self) -> bool:
        """Whether the database has the schema of this release; StoreUnavailable when it does not answer."""
        from infra.store.schema import at_head  # Alembic takes long to import, and only this needs it

        try:
            return at_head(self._engine)
        except (OperationalError, InterfaceError, PoolTimeout) as away:
            raise StoreUnavailable(_what(away)) from away

    def close(self) -> None:
        """Close the pooled connections."""
        self._engine.dispose()

    def _run(self, write: bool, function: Callable[..., Answer], *args: Any) -> Answer:
        try:
            with self._engine.connect().execution_options(fuyuan_write=write) as connection, connection.begin():
                return function(connection, *args)
        except (OperationalError, InterfaceError, PoolTimeout) as away:
            raise StoreUnavailable(_what(away)) from away
        except ProgrammingError as wrong:
            if getattr(wrong.orig, "sqlstate", None) != _UNDEFINED_TABLE:
                raise
            raise StoreUnavailable(_what(wrong)) from wrong


def _what(away: Exception) -> str:
    """First line of the driver's message, without the statement and its values."""
    return str(away.orig if isinstance(away, DBAPIError) else away).split("\n")[0]
