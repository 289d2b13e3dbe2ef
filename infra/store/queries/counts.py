"""Counts of dispute events by place, kind and day, by SQL GROUP BY over the disputes themselves."""

from collections import Counter
from datetime import date
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, case, func, null, select

from infra.store.tables import reads

Grouping = Literal["county", "township", "community", "subject", "category", "type", "level", "source", "day"]
PLACES = ("county", "township", "community")
MAX_GROUPS = 50_000
"""Most groups of one answer."""

_COUNTY_DIGITS, _TOWNSHIP_DIGITS = 6, 9


class TooManyGroups(ValueError):
    """The grouping makes more than ``MAX_GROUPS`` groups; ask for fewer groupings, a county or fewer days."""


class CountFilter(msgspec.Struct, frozen=True):
    """Which dispute events are counted: None is any; the days are local (Asia/Shanghai) and inclusive."""

    county: str | None = None
    category: str | None = None
    type: str | None = None
    level: int | None = None
    import_id: str | None = None
    first_day: date | None = None
    last_day: date | None = None


def dispute_counts(
    connection: Connection, groupings: tuple[Grouping, ...], wanted: CountFilter, subject_depth: int | None = None
) -> list[tuple[tuple[str | int | None, ...], int]]:
    """Groups and their counts, largest first.

    Args:
        connection: of the store.
        groupings: what to group by; empty gives one group, the total.
        wanted: which disputes are counted.
        subject_depth: how many levels of the source's classification to keep, from the coarsest; None keeps all.

    Returns:
        ``(values, count)``: ``values`` are in the order of ``groupings``. A township value is a nine-digit code, a
        community value a region key such as ``440310001/金沙社区``; None where the report named none.

    Raises:
        TooManyGroups: narrow the question.
    """
    columns = [_column(name).label(f"g{place}") for place, name in enumerate(groupings)]
    query: Select[tuple[object, ...]] = _filtered(select(*columns, func.count().label("n")), wanted)
    if columns:
        query = query.group_by(*columns)
    rows = connection.execute(query.limit(MAX_GROUPS + 1)).all()
    if len(rows) > MAX_GROUPS:
        raise TooManyGroups(f"超过 {MAX_GROUPS} 组，请减少分组、限定区县或缩短日期 / more than {MAX_GROUPS} groups")
    folded: Counter[tuple[str | int | None, ...]] = Counter()
    for row in rows:
        folded[tuple(_kept(name, value, subject_depth) for name, value in zip(groupings, row, strict=False))] += row.n
    return sorted(folded.items(), key=lambda group: (-group[1], tuple(str(value or "") for value in group[0])))


def _column(name: Grouping) -> ColumnElement[object]:
    """Column of a grouping. Region keys have fixed widths: county 6, township 9, then a slash and the community."""
    d = reads.disputes
    if name == "township":
        behind_county = func.substr(d.c.region, _COUNTY_DIGITS + 1, 1)
        return case((behind_county.in_(["", "/"]), null()), else_=func.substr(d.c.region, 1, _TOWNSHIP_DIGITS))
    if name == "community":
        marks = (func.substr(d.c.region, digits + 1, 1) == "/" for digits in (_COUNTY_DIGITS, _TOWNSHIP_DIGITS))
        return case(*((mark, d.c.region) for mark in marks), else_=null())
    return d.c[name]


def _kept(name: Grouping, value: object, subject_depth: int | None) -> str | int | None:
    if name == "subject":
        return "/".join(str(value).split("/")[:subject_depth]) or None
    return value  # type: ignore[return-value]  # columns hold text or whole numbers


def _filtered(query: Select[tuple[object, ...]], wanted: CountFilter) -> Select[tuple[object, ...]]:
    d = reads.disputes
    for name in ("county", "category", "type", "level", "import_id"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(d.c[name] == value)
    if wanted.first_day is not None:
        query = query.where(d.c.day >= wanted.first_day.isoformat())
    if wanted.last_day is not None:
        query = query.where(d.c.day <= wanted.last_day.isoformat())
    return query
