"""Pages by keyset: a page ends at a position, and the next one begins behind it, however many rows came in between."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, and_, or_

Item = TypeVar("Item")
Row = TypeVar("Row")

MAX_PAGE = 200
"""Most items of one page."""


class Position(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: the last item's time (microseconds since the epoch) and id."""

    us: int
    id: str


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """Items newest first, and the position the next page begins behind (None: there is no next page)."""

    items: list[Item]
    following: Position | None


def newest_first(
    query: Select[Any], at: ColumnElement[int], key: ColumnElement[str], after: Position | None, limit: int
) -> Select[Any]:
    """Query in the order of (at, key), both falling, behind ``after``; one row more than ``limit`` tells whether there is more.

    The first condition is there for the index: ``at <= …`` alone bounds the scan on both databases.
    """
    if after is not None:
        query = query.where(and_(at <= after.us, or_(at < after.us, key < after.id)))
    return query.order_by(at.desc(), key.desc()).limit(limit + 1)


def page_of(rows: Sequence[Row], limit: int, position: Callable[[Row], Position]) -> Page[Row]:
    """The page from the rows of a ``newest_first`` query with this limit."""
    items = list(rows[:limit])
    return Page(items, position(items[-1]) if len(rows) > limit else None)
