"""Daily counts of counties held in memory between batches, so that a detector needs no query.

A window is used as long as it has counted what the store has counted; after a rebalance, another writer or a failed transaction it is read anew.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from infra.store.tables import ReadTables
from risk_model.series import COUNTED_DEPTH
from risk_model.state import REPORT_DAYS, WINDOW_DAYS, YEARS_DAYS, State
from risk_model.surveillance.entities import County
from risk_model.surveillance.profile import Profile
from risk_model.surveillance.window import SLACK_DAYS, CountWindow, Report

_DAYS_A_YEAR = 365


class Windows:
    """Windows by county.

    Args:
        years: least years of history for which counts of categories over all the years are held too.
    """

    def __init__(self, years: int) -> None:
        self._years_needed = years
        self._recent: dict[str, CountWindow] = {}
        self._years: dict[str, CountWindow] = {}
        self._profiles: dict[str, Profile | None] = {}

    def attach(
        self, connection: Connection, tables: ReadTables, state: State, coming: Mapping[str, tuple[date, date]]
    ) -> None:
        """Give the state the windows of counties, read anew where they are not what the store has counted.

        ``coming``: by county, first and last day its clock may come to show in this batch.
        """
        for code, (first, last) in sorted(coming.items()):
            county = state.counties.get(code) or County(code)
            county.profile = self._held_profile(code, county.profile)
            window = self._recent.get(code)
            if window is None or window.counted != county.counted:
                window = self._recent[code] = read_window(connection, tables, county)
                self._years.pop(code, None)
            state.windows[code] = window
            window.begin = _begin(county)  # an operator may have named an earlier day
            if self._has_years(county, first, last):
                years = self._years.get(code)
                if years is None or years.counted != county.counted:
                    years = self._years[code] = read_years(connection, tables, county)
                state.years[code] = years
                years.begin = window.begin

    def agree(self, state: State, counties: Iterable[str]) -> bool:
        """Whether the windows held of these counties have counted what the store has: nobody else counted, nor learnt names, there."""
        for code in counties:
            window, county = self._recent.get(code), state.counties.get(code)
            if window is not None and window.counted != (county.counted if county else 0):
                return False
        return True

    def _held_profile(self, code: str, profile: Profile | None) -> Profile | None:
        """The same profile as an object that has looked up its series already."""
        if profile is None or profile != self._profiles.get(code):
            self._profiles[code] = profile
        return self._profiles[code]

    def forget(self) -> None:
        """Drop everything: a transaction failed after it had counted."""
        self._recent.clear()
        self._years.clear()

    def _has_years(self, county: County, first: date, last: date) -> bool:
        """Whether there are years of record when the batch ends: where it was cut must not matter."""
        begin, end = county.first_day or first, max(county.day or last, last)
        return (end - begin).days >= self._years_needed * _DAYS_A_YEAR


def read_window(connection: Connection, tables: ReadTables, county: County) -> CountWindow:
    """Window of a county from the read models."""
    window = _empty(WINDOW_DAYS, county)
    counts, arrivals, disputes = tables.daily_counts, tables.arrivals, tables.disputes
    newest = connection.execute(select(func.max(counts.c.day)).where(counts.c.county == county.county)).scalar()
    if newest is None:
        return window
    last = date.fromisoformat(newest)
    since = (last - timedelta(days=WINDOW_DAYS + SLACK_DAYS - 1)).isoformat()
    query = select(counts.c.region, counts.c.measure, counts.c.day, counts.c.n).where(
        counts.c.county == county.county, counts.c.day >= since
    )
    ordinals: dict[str, int] = {}
    rows = connection.execute(query.order_by(counts.c.day.desc(), counts.c.region, counts.c.measure)).all()
    for region, measure, day, n in rows:  # the newest day first: it sets where the window ends
        ordinal = ordinals.get(day) or ordinals.setdefault(day, date.fromisoformat(day).toordinal())
        window.add((region,), (measure,), ordinal, n)
    grouped = (arrivals.c.measure, arrivals.c.day, arrivals.c.known_on)
    known = select(*grouped, func.sum(arrivals.c.n)).where(arrivals.c.county == county.county, arrivals.c.day >= since)
    for measure, day, known_on, n in connection.execute(known.group_by(*grouped)):
        window.arrived(measure, date.fromisoformat(day).toordinal(), date.fromisoformat(known_on).toordinal(), int(n))
    recent = ((county.day or last) - timedelta(days=REPORT_DAYS)).isoformat()
    d = disputes.c
    reports = select(d.reported_us, d.dispute_id, d.day, d.region, d.category, d.subject).where(
        d.county == county.county, d.day >= recent
    )
    for reported_us, dispute_id, day, region, category, subject in connection.execute(reports):
        ordinal = date.fromisoformat(day).toordinal()
        window.remember(Report(reported_us, dispute_id, ordinal, _regions(region), _measures(category, subject)))
    return window


def read_years(connection: Connection, tables: ReadTables, county: County) -> CountWindow:
    """Counts of categories by county and township over all the years, from the read models."""
    window = _empty(YEARS_DAYS, county)
    c = tables.daily_counts.c
    query = select(c.region, c.measure, c.day, c.n).where(
        c.county == county.county, c.measure.startswith("category:", autoescape=True), func.length(c.region) <= 9
    )
    for region, measure, day, n in connection.execute(query.order_by(c.day.desc(), c.region, c.measure)):
        window.add((region,), (measure,), date.fromisoformat(day).toordinal(), n)
    return window


def _empty(days: int, county: County) -> CountWindow:
    window = CountWindow(days, county.counted)
    window.begin = _begin(county)
    return window


def _begin(county: County) -> int:
    return county.first_day.toordinal() if county.first_day else 0


def _regions(finest: str) -> tuple[str, ...]:
    """Region keys from the finest to the county."""
    code, _, community = finest.partition("/")
    keys = (code, code[:6]) if len(code) > 6 else (code,)
    return (finest, *keys) if community else keys


def _measures(category: str, subject: str) -> tuple[str, ...]:
    parts = subject.split("/") if subject else []
    depths = range(1, min(len(parts), COUNTED_DEPTH) + 1)
    return (f"category:{category}", *("subject:" + "/".join(parts[:depth]) for depth in depths))
