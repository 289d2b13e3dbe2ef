"""Trends: pages by filter, one by id, the curve behind it, and the alert budget kept or not."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Select, func, literal_column, select

from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.rows import among
from infra.store.tables import events, reads
from risk_model.entities import Alert
from risk_model.state import TREND_KINDS, WINDOW_DAYS, YEARS_DAYS
from risk_model.surveillance.curve import CurvePoint, trend_curve
from risk_model.surveillance.entities import County, Trend
from risk_model.surveillance.judging import YEARS
from risk_model.surveillance.profile import Profile
from risk_model.surveillance.settings import TrendTable
from risk_model.surveillance.window import SLACK_DAYS, CountWindow
from schemas.domain_events import BaselineLearnt, decode_event

_trend = msgspec.json.Decoder(Trend)
_county = msgspec.json.Decoder(County)
_alert = msgspec.json.Decoder(Alert)
PERIODS = {1: 42, 7: 26}  # periods a curve shows before the newest of its trend
AFTER = {1: 7, 7: 14}  # days it shows after it, as far as the county's clock has come


class TrendFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which trends: None is any. ``held``: only those without (True) or with (False) an alert."""

    county: str | None = None
    kind: str | None = None
    status: str | None = None
    held: bool | None = None
    since: date | None = None
    until: date | None = None


class Curve(msgspec.Struct, frozen=True):
    """A trend and its curve, oldest first; ``learnt`` is the day the baseline it was judged by was learnt, None before the first."""

    trend: Trend
    points: list[CurvePoint]
    learnt: date | None


class BudgetRow(msgspec.Struct, frozen=True):
    """Trends of one county in one calendar month (of the day they were found).

    Attributes:
        alerts: alerts raised that the budget counts.
        beyond: alerts too rare for the budget to count.
        trends: episodes that belong to an alert.
        held: episodes the budget held back.
    """

    county: str
    month: str
    alerts: int
    beyond: int
    trends: int
    held: int


def trend_page(connection: Connection, wanted: TrendFilter, after: Position | None, limit: int) -> Page[Trend]:
    """Trends by the day they were found, newest first."""
    t = reads.trends
    query = select(t.c.trend_id, t.c.day_number, t.c.state)
    for name in ("county", "kind", "status"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(t.c[name] == value)
    if wanted.held is not None:
        query = query.where(t.c.alert_id.is_(None) if wanted.held else t.c.alert_id.is_not(None))
    if wanted.since is not None:
        query = query.where(t.c.day_number >= wanted.since.toordinal())
    if wanted.until is not None:
        query = query.where(t.c.day_number < wanted.until.toordinal())
    rows = connection.execute(newest_first(query, t.c.day_number, t.c.trend_id, after, limit)).all()
    page = page_of(rows, limit, lambda row: Position(row.day_number, row.trend_id))
    return Page([_trend.decode(bytes(row.state)) for row in page.items], page.following)


def trend_by_id(connection: Connection, trend_id: str) -> Trend | None:
    """One trend; None when there is none of this id."""
    state = connection.execute(select(reads.trends.c.state).where(reads.trends.c.trend_id == trend_id)).scalar()
    return _trend.decode(bytes(state)) if state is not None else None


def curve_of(connection: Connection, trend: Trend, settings: TrendTable) -> Curve:
    """The curve behind a trend, by the baseline in force when it was found."""
    code = trend.region[:6]
    clock = connection.execute(select(reads.county_clocks.c.state).where(reads.county_clocks.c.county == code)).scalar()
    county = _county.decode(bytes(clock)) if clock is not None else County(code)
    known_on = county.day or trend.last_day
    last = min(trend.newest.day + timedelta(days=AFTER.get(trend.period_days, 7)), known_on - timedelta(days=1))
    last -= timedelta(days=(last - trend.newest.day).days % trend.period_days)  # in step with the newest period
    last = max(last, trend.newest.day)
    profile, learnt = _baseline(connection, trend, code)
    window = _window(connection, trend, county, last)
    periods = PERIODS.get(trend.period_days, 42) + max(0, (last - trend.newest.day).days // trend.period_days)
    return Curve(trend, trend_curve(trend, window, last, periods, known_on, profile, settings), learnt)


def budget_rows(connection: Connection, since: date, until: date) -> list[BudgetRow]:
    """Trends by county and month, ``since <= day < until``."""
    t, a = reads.trends, reads.alerts
    found: dict[tuple[str, str], list[int]] = {}
    trends = select(t.c.county, _month(t.c.day), t.c.alert_id.is_(None), func.count()).where(
        t.c.day >= since.isoformat(), t.c.day < until.isoformat(), t.c.kind.in_(TREND_KINDS)
    )
    for county, month, held, n in connection.execute(
        trends.group_by(t.c.county, _month(t.c.day), t.c.alert_id.is_(None))
    ):
        found.setdefault((county, month), [0, 0, 0, 0])[3 if held else 2] += n
    alerts = select(a.c.state).where(
        a.c.kind.in_(TREND_KINDS), a.c.first_day >= since.isoformat(), a.c.first_day < until.isoformat()
    )
    for (data,) in connection.execute(alerts):
        alert = _alert.decode(bytes(data))
        month = f"{alert.day:%Y-%m}"
        found.setdefault((alert.county, month), [0, 0, 0, 0])[1 if alert.beyond_budget else 0] += 1
    return [BudgetRow(county, month, *numbers) for (county, month), numbers in sorted(found.items())]


def _month(day: Column[str]) -> ColumnElement[str]:
    """Month of an ISO day, written out: PostgreSQL groups by an expression only when it reads the same, parameters and all."""
    return func.substr(day, literal_column("1"), literal_column("7"))


def _baseline(connection: Connection, trend: Trend, county: str) -> tuple[Profile | None, date | None]:
    """The profile in force when a trend was found, from the log."""
    found_at = select(events.c.seq).where(events.c.stream_id == f"trend-{trend.trend_id}", events.c.version == 1)
    query = (
        select(events.c.data)
        .where(
            events.c.stream_id == f"clock-{county}",
            events.c.type == "BaselineLearnt",
            events.c.seq < found_at.scalar_subquery(),
        )
        .order_by(events.c.version.desc())
        .limit(1)
    )
    data = connection.execute(query).scalar()
    if data is None:
        return None, None
    learnt = decode_event(bytes(data))
    assert isinstance(learnt, BaselineLearnt), "the query asked for its type"
    return msgspec.convert(learnt.profile, Profile), learnt.day


def _window(connection: Connection, trend: Trend, county: County, last: date) -> CountWindow:
    """Counts of a trend's series, those of a cluster's regions together."""
    days = YEARS_DAYS if trend.method == YEARS else WINDOW_DAYS + PERIODS.get(trend.period_days, 42) * trend.period_days
    window = CountWindow(days, county.counted)
    window.begin = county.first_day.toordinal() if county.first_day else 0
    since = (last - timedelta(days=days + SLACK_DAYS)).toordinal()
    spelt = [date.fromordinal(day).isoformat() for day in range(since, last.toordinal() + 1)]
    rows = connection.execute(_days(connection, trend.regions or [trend.region], trend.measure, spelt)).all()
    for day, n in sorted(rows, reverse=True):
        window.add((trend.region,), (trend.measure,), date.fromisoformat(day).toordinal(), int(n))
    return window


def _days(connection: Connection, regions: Sequence[str], measure: str, days: Sequence[str]) -> Select[tuple[str, int]]:
    """Counts by day. Days are named one by one: the table is in order of county and day, and each is found at once."""
    c, counties = reads.daily_counts.c, sorted({region[:6] for region in regions})
    return (
        select(c.day, func.sum(c.n))
        .where(
            among(connection, c.county, counties),
            among(connection, c.day, days),
            among(connection, c.region, regions),
            c.measure == measure,
        )
        .group_by(c.day)
    )
