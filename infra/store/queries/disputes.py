"""Dispute events: one with everything assessed, those of a matter, those behind a trend alert."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from infra.store.event_log import StoredEvent, moment
from infra.store.queries.families import family_of
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.queries.recordings import history
from infra.store.tables import reads
from risk_model.surveillance.entities import Trend
from schemas.domain_events import ExposureFound

_COUNTY_DIGITS = 6
_found = msgspec.json.Decoder(ExposureFound)


class ListedDispute(msgspec.Struct, frozen=True):
    """A dispute event in short. ``region`` is the finest region key known; times are UTC; ``subject`` is joined by ``/``."""

    dispute_id: str
    matter_id: str | None
    type: str
    side: str
    source: str
    region: str
    category: str
    subject: str
    level: int
    title: str
    occurred_at: datetime
    reported_at: datetime
    import_id: str | None
    import_row: int | None


class DisputePage(msgspec.Struct, frozen=True):
    """A page of dispute events and how many there are in all."""

    page: Page[ListedDispute]
    total: int


class DisputeDetail(msgspec.Struct, frozen=True):
    """A dispute event: the record that it was assessed, the matter it was filed in, everything later on its stream."""

    assessed: StoredEvent
    matter_id: str | None
    later: list[StoredEvent]

    @property
    def version(self) -> int:
        """Version of its stream; a label names the version it was given in view of."""
        return (self.later or [self.assessed])[-1].recorded.version


def dispute_by_id(connection: Connection, dispute_id: str) -> DisputeDetail | None:
    """One dispute event; None when there is none of this id."""
    stored = history(connection, f"dispute-{dispute_id}")
    if not stored:
        return None
    d = reads.disputes
    matter_id = connection.execute(select(d.c.matter_id).where(d.c.dispute_id == dispute_id)).scalar()
    return DisputeDetail(stored[0], matter_id, stored[1:])


def ids_behind_alert(
    connection: Connection, alert_id: str, matter_id: str | None, trends: Sequence[Trend]
) -> list[str]:
    """Ids of the dispute events behind an alert: all of its matter, those its trends counted, or what a systemic one rests on."""
    d = reads.disputes
    if matter_id is None and not trends:
        return _ids_found(connection, alert_id)
    condition = _counted_in(trends) if matter_id is None else _of_matter(connection, matter_id)
    if condition is None:
        return []
    return list(connection.execute(select(d.c.dispute_id).where(condition).order_by(d.c.dispute_id)).scalars())


def disputes_behind_alert(
    connection: Connection,
    alert_id: str,
    matter_id: str | None,
    trends: Sequence[Trend],
    after: Position | None,
    limit: int,
) -> DisputePage:
    """Dispute events behind an alert, newest first: of its matter, counted in its trends, or what a systemic one rests on."""
    if matter_id is not None:
        return disputes_of_matter(connection, matter_id, after, limit)
    if trends:
        return disputes_of_trends(connection, trends, after, limit)
    ids = _ids_found(connection, alert_id)
    return _disputes(connection, reads.disputes.c.dispute_id.in_(ids), after, limit)


def _ids_found(connection: Connection, alert_id: str) -> list[str]:
    """Dispute events that the findings of a systemic alert rest on."""
    e = reads.exposures
    found = connection.execute(select(e.c.state).where(e.c.alert_id == alert_id)).scalars()
    return sorted({name for state in found for name in _found.decode(bytes(state)).dispute_ids})


def disputes_of_matter(connection: Connection, matter_id: str, after: Position | None, limit: int) -> DisputePage:
    """Dispute events filed in a matter or in one that is part of it, newest first."""
    return _disputes(connection, _of_matter(connection, matter_id), after, limit)


def _of_matter(connection: Connection, matter_id: str) -> ColumnElement[bool]:
    """Whether a dispute event is filed in a matter, or in one that is part of it."""
    parts = family_of(connection, matter_id)
    return reads.disputes.c.matter_id.in_(parts or [matter_id])


def disputes_of_trends(
    connection: Connection, trends: Iterable[Trend], after: Position | None, limit: int
) -> DisputePage:
    """Dispute events counted in the series and periods of these trends, newest first, each once."""
    condition = _counted_in(trends)
    return DisputePage(Page([], None), 0) if condition is None else _disputes(connection, condition, after, limit)


def _counted_in(trends: Iterable[Trend]) -> ColumnElement[bool] | None:
    """Whether a dispute event was counted in one of these trends; None without trends."""
    days: dict[tuple[str, str], set[str]] = defaultdict(set)
    for trend in trends:
        for region in trend.regions or [trend.region]:
            days[region, trend.measure].update(day.isoformat() for day in trend.days)
    if not days:
        return None
    d = reads.disputes
    every_day = sorted(set().union(*days.values()))
    counties = sorted({region[:_COUNTY_DIGITS] for region, _ in days})
    # The outer conditions name the index (county, day); the inner ones choose among its rows.
    outer = and_(d.c.county.in_(counties), d.c.day >= every_day[0], d.c.day <= every_day[-1])
    series = [
        and_(in_region(region), of_measure(measure), d.c.day.in_(sorted(on))) for (region, measure), on in days.items()
    ]
    return and_(outer, or_(*series))


def in_region(region: str) -> ColumnElement[bool]:
    """Whether a dispute lies in a region key (county, township or township/community)."""
    d = reads.disputes
    if "/" in region:
        return d.c.region == region
    if len(region) == _COUNTY_DIGITS:
        return d.c.county == region
    return _within(d.c.region, region)


def of_measure(measure: str) -> ColumnElement[bool]:
    """Whether a dispute is counted under a measure (``category:…`` or ``subject:…``)."""
    d = reads.disputes
    kind, _, value = measure.partition(":")
    return d.c.category == value if kind == "category" else _within(d.c.subject, value)


def _within(path: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """Whether a ``/``-joined path is the prefix or lies below it (LIKE ignores case on SQLite and knows wildcards)."""
    return or_(path == prefix, func.substr(path, 1, len(prefix) + 1) == f"{prefix}/")


def _disputes(
    connection: Connection, condition: ColumnElement[bool], after: Position | None, limit: int
) -> DisputePage:
    d = reads.disputes
    rows = connection.execute(
        newest_first(select(d).where(condition), d.c.occurred_us, d.c.dispute_id, after, limit)
    ).all()
    page = page_of(rows, limit, lambda row: Position(row.occurred_us, row.dispute_id))
    total = int(connection.execute(select(func.count()).select_from(d).where(condition)).scalar_one())
    items = [
        ListedDispute(
            row.dispute_id,
            row.matter_id,
            row.type,
            row.side,
            row.source,
            row.region,
            row.category,
            row.subject,
            row.level,
            row.title,
            moment(row.occurred_us),
            moment(row.reported_us),
            row.import_id,
            row.import_row,
        )
        for row in page.items
    ]
    return DisputePage(Page(items, page.following), total)
