"""What deciding about the city reads: clocks of counties, counts by when they became known, events behind a cluster."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from infra.store.event_log import stored_event
from infra.store.queries.disputes import in_region
from infra.store.rows import among
from infra.store.tables import events, reads
from risk_model.state import CITY
from risk_model.surveillance.regional.arrivals import Arrivals
from risk_model.surveillance.regional.cluster import Cluster
from schemas.domain_events import ClockTicked
from schemas.taxonomy import CATEGORIES

_PREFIX = "category:"


class Clocks(NamedTuple):
    """Local days that clocks show, of the counties that have one and of the city; and since when each county's record is complete."""

    counties: dict[str, date]
    records: dict[str, date]
    city: date | None


def clocks(connection: Connection) -> Clocks:
    """The clocks of the store."""
    c = reads.county_clocks.c
    days, records = dict[str, date](), dict[str, date]()
    for place, day, first_day in connection.execute(select(c.county, c.day, c.first_day)):
        if day is not None:
            days[place] = date.fromisoformat(day)
        if first_day is not None:
            records[place] = date.fromisoformat(first_day)
    return Clocks({place: day for place, day in days.items() if place != CITY}, records, days.get(CITY))


def arrivals(connection: Connection, townships: tuple[str, ...], since: date, known_by: date) -> Arrivals:
    """Counts of categories in townships, of days from ``since`` on, known by a day."""
    c = reads.arrivals.c
    query = select(c.region, c.measure, c.day, c.known_on, c.n).where(
        among(connection, c.county, sorted({code[:6] for code in townships})),
        c.day >= since.isoformat(),
        c.day <= known_by.isoformat(),
        c.known_on <= known_by.isoformat(),
    )
    region, category = {code: n for n, code in enumerate(townships)}, {_PREFIX + c: n for n, c in enumerate(CATEGORIES)}
    ordinals: dict[str, int] = {}
    rows = [
        (region[code], category[measure], _ordinal(ordinals, day), _ordinal(ordinals, known_on), n)
        for code, measure, day, known_on, n in connection.execute(query)
        if code in region and measure in category
    ]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return Arrivals(townships, CATEGORIES, *columns)


def _ordinal(known: dict[str, int], day: str) -> int:
    ordinal = known.get(day)
    if ordinal is None:
        ordinal = known[day] = date.fromisoformat(day).toordinal()
    return ordinal


def events_of(connection: Connection, cluster: Cluster) -> list[str]:
    """Ids of the events counted in a cluster, oldest first: of those that happened in its window, what their counties knew by its last day.

    A county knew what the log holds before the tick that closed the day.
    """
    d, found = reads.disputes.c, list[tuple[int, str]]()
    for county in sorted({code[:6] for code in cluster.regions}):
        closed = _closed_at(connection, county, cluster.last)
        townships = [code for code in cluster.regions if code[:6] == county]
        candidates: dict[str, tuple[int, str]] = {}
        for township in townships:
            query = select(d.dispute_id, d.occurred_us).where(
                d.county == county,
                d.day >= cluster.first.isoformat(),
                d.day <= cluster.last.isoformat(),
                d.category == cluster.category,
                in_region(township),
            )
            candidates |= {f"dispute-{key}": (at, key) for key, at in connection.execute(query)}
        found += [candidates[stream] for stream in _before(connection, candidates, closed)]
    return [dispute_id for _, dispute_id in sorted(found)]


def _closed_at(connection: Connection, county: str, day: date) -> int | None:
    """Seq of the tick that closed a day of a county; None when it is open."""
    e, closed, before = events.c, None, None
    while True:
        query = select(events).where(e.stream_id == f"clock-{county}", e.type == "ClockTicked")
        if before is not None:
            query = query.where(e.version < before)
        rows = connection.execute(query.order_by(e.version.desc()).limit(100)).all()
        for row in rows:
            tick = stored_event(row).recorded.event
            if isinstance(tick, ClockTicked) and tick.day <= day:
                return closed
            closed, before = row.seq, row.version
        if not rows:
            return closed


def _before(connection: Connection, streams: Iterable[str], closed: int | None) -> list[str]:
    e = events.c
    query = select(e.stream_id).where(among(connection, e.stream_id, sorted(streams)), e.version == 1)
    if closed is not None:
        query = query.where(e.seq < closed)
    return list(connection.execute(query).scalars())
