"""What the monthly report is made from, read from the read models and the log."""

from collections import Counter
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, case, func, select

from infra.store.event_log import micros, stored_event
from infra.store.queries.ledger import LedgerFilter, ledger_entries
from infra.store.queries.precision import closed_alerts
from infra.store.rows import among
from infra.store.tables import events, reads
from risk_model.alerts.precision import precision_table
from risk_model.duties.entity import ACCEPTED, ANSWERED, OPEN, WITHDRAWN
from risk_model.entities import Alert, Matter
from risk_model.ledger.fulfilment import answering
from risk_model.reporting.month import Month
from risk_model.reporting.monthly import (
    AlertFigures,
    AlertLine,
    CourtCase,
    DutyFigures,
    MatterLine,
    MonthlyReport,
    SuitLine,
    TrendLine,
    appearances,
    compare,
    losses,
)
from risk_model.state import CITY
from risk_model.surveillance.entities import Trend
from schemas.domain_events import DisputeAssessed
from schemas.regions import RegionRegistry

TOP = 10
"""Matters and trends a report names."""
POINTS = 8
"""Newest figures of a trend that a report shows."""
APPEARED = "official_appeared"
"""Field a court may add to an administrative case: whether the head of the agency appeared. The contract keeps unknown fields."""

_WIDE = ("regional", "systemic")
_FILED, _DECIDED, _LOST = "court.case_filed", "court.judgment", "court.administrative_loss"
_ADMINISTRATIVE = "行"  # mark of administrative cases in a case number, as in 行初, 行终

_alert = msgspec.json.Decoder(Alert)
_matter = msgspec.json.Decoder(Matter)
_trend = msgspec.json.Decoder(Trend)


def monthly_report(connection: Connection, month: Month, regions: RegionRegistry, now: datetime) -> MonthlyReport:
    """The report of a month as it stands now; ``now`` (aware) says what is overdue."""
    months = [month, month.plus(-1), month.plus(-12)]
    records, newest, closed = _record(connection)
    counts = [_counts(connection, each) for each in months]
    total, categories, counties = compare(counts, months, records, newest)
    cases = _court_cases(connection, month)
    figures, wide = _alerts(connection, month)
    made = LedgerFilter(since=month.begins, until=month.plus(1).begins)
    requests, offices = answering(ledger_entries(connection, made, now), now)
    return MonthlyReport(
        month=str(month),
        complete=closed is not None and closed > month.last_day,
        total=total,
        categories=categories,
        counties=counties,
        alerts=figures,
        trends=_trends(connection, month),
        wide=wide,
        matters=_matters(connection, month),
        suits=_suits(connection, month, regions, records),
        lost=losses(cases),
        appeared=appearances(cases),
        precision=precision_table(closed_alerts(connection, month.begins, month.plus(1).begins)),
        duties=_duties(connection, month, now),
        requests=requests,
        offices=tuple(offices),
    )


def _duties(connection: Connection, month: Month, now: datetime) -> DutyFigures:
    """Duties assigned in the month."""
    d, dl = reads.duties, reads.deadlines
    late = (dl.c.outcome.is_(None)) & (dl.c.lapses_us <= micros(now)) & d.c.status.in_(OPEN)
    query = (
        select(d.c.status, func.count(), func.sum(case((late, 1), else_=0)))
        .select_from(d.outerjoin(dl, dl.c.deadline_id == d.c.deadline_id))
        .where(d.c.assigned_us >= micros(month.begins), d.c.assigned_us < micros(month.plus(1).begins))
        .group_by(d.c.status)
    )
    rows = {status: (n, int(overdue or 0)) for status, n, overdue in connection.execute(query)}
    count = {status: n for status, (n, _) in rows.items()}
    return DutyFigures(
        sum(count.values()),
        count.get(ANSWERED, 0) + count.get(ACCEPTED, 0),
        count.get(ACCEPTED, 0),
        count.get(WITHDRAWN, 0),
        sum(overdue for _, overdue in rows.values()),
    )


def _record(connection: Connection) -> tuple[dict[str, date], date | None, date | None]:
    """First day of each county's record, the newest day of all, and the day up to which every county is closed."""
    c, d = reads.county_clocks, reads.disputes
    rows = [row for row in connection.execute(select(c.c.county, c.c.first_day, c.c.day)) if row.county != CITY]
    begins = {row.county: date.fromisoformat(row.first_day) for row in rows if row.first_day}
    newest = connection.execute(select(func.max(d.c.day))).scalar()
    closed = min((date.fromisoformat(row.day) for row in rows if row.day), default=None)
    return begins, date.fromisoformat(newest) if newest else None, closed


def _counts(connection: Connection, month: Month) -> dict[tuple[str, str], int]:
    d = reads.disputes
    query = select(d.c.county, d.c.category, func.count()).where(*_within(month)).group_by(d.c.county, d.c.category)
    return {(county, category): n for county, category, n in connection.execute(query)}


def _within(month: Month) -> tuple[object, object]:
    d = reads.disputes
    return d.c.day >= month.first_day.isoformat(), d.c.day <= month.last_day.isoformat()


def _alerts(connection: Connection, month: Month) -> tuple[AlertFigures, tuple[AlertLine, ...]]:
    t = reads.alerts
    query = select(t.c.state).where(
        t.c.occurred_us >= micros(month.begins), t.c.occurred_us < micros(month.plus(1).begins)
    )
    alerts = [_alert.decode(state) for (state,) in connection.execute(query)]
    wide = sorted((a for a in alerts if a.kind in _WIDE), key=lambda a: (-a.level, a.occurred_at, a.alert_id))
    figures = AlertFigures(
        dict(sorted(Counter(a.level for a in alerts).items(), reverse=True)),
        dict(Counter(a.kind for a in alerts).most_common()),
        dict(Counter(a.status for a in alerts).most_common()),
    )
    lines = tuple(
        AlertLine(a.alert_id, a.kind, a.level, a.title, a.county, a.status, tuple(r.text for r in a.reasons))
        for a in wide
    )
    return figures, lines


def _trends(connection: Connection, month: Month) -> tuple[TrendLine, ...]:
    """Trends found in the month that have an alert, the rarest first."""
    t = reads.trends
    first, last = month.first_day.toordinal(), month.last_day.toordinal()
    query = select(t.c.state).where(t.c.day_number >= first, t.c.day_number <= last, t.c.alert_id.is_not(None))
    found = [_trend.decode(state) for (state,) in connection.execute(query)]
    found.sort(key=lambda trend: (-max(p.recurrence_days for p in trend.points), trend.trend_id))
    return tuple(
        TrendLine(
            trend.alert_id,
            trend.kind,
            trend.region,
            trend.measure,
            trend.status,
            trend.day,
            tuple((p.day, p.observed, p.expected, p.upper) for p in trend.points[-POINTS:]),
        )
        for trend in found[:TOP]
    )


def _matters(connection: Connection, month: Month) -> tuple[MatterLine, ...]:
    """Matters with events in the month: the gravest, then those with the most."""
    d, m = reads.disputes, reads.matters
    count = func.count().label("n")
    query = (
        select(d.c.matter_id, count, m.c.level)
        .join(m, m.c.matter_id == d.c.matter_id)
        .where(*_within(month))  # type: ignore[arg-type]  # conditions
        .group_by(d.c.matter_id, m.c.level)
        .order_by(m.c.level.desc(), count.desc(), d.c.matter_id)
        .limit(TOP)
    )
    top = {matter_id: n for matter_id, n, _ in connection.execute(query)}
    states = connection.execute(select(m.c.state).where(among(connection, m.c.matter_id, top))).scalars()
    matters = {matter.matter_id: matter for matter in (_matter.decode(state) for state in states)}
    return tuple(
        MatterLine(
            matter_id,
            matters[matter_id].title,
            matters[matter_id].category,
            matters[matter_id].county,
            matters[matter_id].level,
            n,
            matters[matter_id].events,
            len(matters[matter_id].sources),
            matters[matter_id].people,
            matters[matter_id].amount_fen,
        )
        for matter_id, n in top.items()
    )


def _suits(
    connection: Connection, month: Month, regions: RegionRegistry, records: dict[str, date]
) -> tuple[SuitLine, ...]:
    """Suits filed by county, of the counties that have a record."""
    d = reads.disputes
    query = select(d.c.county, func.count()).where(d.c.type == _FILED, *_within(month)).group_by(d.c.county)
    filed = dict(connection.execute(query).all())
    ever = set(connection.execute(select(d.c.county).where(d.c.type == _FILED).distinct()).scalars())
    return tuple(
        SuitLine(county, filed.get(county, 0) if county in ever else None, _population(regions, county))
        for county in sorted(records)
    )


def _population(regions: RegionRegistry, county: str) -> int | None:
    return regions.region(county).population if county in regions else None


def _court_cases(connection: Connection, month: Month) -> list[CourtCase]:
    """Administrative cases decided in the month, one a case number."""
    d = reads.disputes
    query = select(d.c.dispute_id).where(d.c.type.in_((_DECIDED, _LOST)), *_within(month))
    streams = [f"dispute-{dispute_id}" for (dispute_id,) in connection.execute(query)]
    rows = connection.execute(
        select(events).where(among(connection, events.c.stream_id, streams), events.c.version == 1)
    )
    found: dict[str, CourtCase] = {}
    for row in rows:
        event = stored_event(row).recorded.event
        assert isinstance(event, DisputeAssessed), "the first event of a dispute's stream"
        number, lost = str(event.dispute.extra.get("case_number", "")), event.dispute.type == _LOST
        if not lost and _ADMINISTRATIVE not in number:
            continue
        said = event.dispute.extra.get(APPEARED)
        key = number or event.dispute.dispute_id
        before = found.get(key, CourtCase(key, lost=False, appeared=None))
        appeared = said if isinstance(said, bool) else before.appeared
        found[key] = CourtCase(key, before.lost or lost, appeared)
    return list(found.values())
