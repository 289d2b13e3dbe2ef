"""What the counts of a closed day say: clusters found, and the present figures of those already known. Pure and slow: no transaction waits for it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from risk_model.series import measure_name
from risk_model.surveillance.entities import Trend
from risk_model.surveillance.regional.arrivals import Arrivals
from risk_model.surveillance.regional.city_map import CityMap
from risk_model.surveillance.regional.cluster import Cluster
from risk_model.surveillance.regional.clusters import find_clusters
from risk_model.surveillance.regional.lasting import figures
from risk_model.surveillance.regional.settings import RegionalTable


class CityDay(NamedTuple):
    """A closed day of the city: clusters alive on it, and the figures of open ones by trend id."""

    day: date
    found: tuple[Cluster, ...]
    lasting: Mapping[str, Cluster]


def first_city_day(records: Iterable[date]) -> date | None:
    """The first day of the city that is closed, that of its first report; None where no county has events.

    Before a county has history enough no clusters are looked for, but systemic risk is.
    """
    return min(records, default=None)


def survey_day(
    arrivals: Arrivals,
    records: Mapping[str, date],
    day: date,
    open_trends: Iterable[Trend],
    city: CityMap,
    table: RegionalTable,
) -> CityDay:
    """Scan a closed day of the city.

    Only what every county knew by the end of its own day counts, and only counties that have had history for long enough, so the
    answer does not depend on when it is asked for or on which county's events were read first.

    Args:
        arrivals: of the townships, complete for ``known_on`` up to the day.
        records: day from which each county's record is complete.
        day: closed in every county that the city waits for.
        open_trends: clusters known and not over.
        city: places of townships.
        table: policy.
    """
    latest = day - timedelta(days=table.min_history_days)
    taking_part = {county for county, first in records.items() if first <= latest}
    regions = tuple(code for code in city.townships if code[:6] in taking_part)
    # No longer than the county that came last has been there: before, its share was nothing.
    since = max((records[county] for county in taking_part), default=day)
    n_days = min(table.longest_days + table.history_days, (day - since).days + 1)
    if n_days <= table.longest_days or not regions:
        return CityDay(day, (), {})
    counts = arrivals.as_of(day, n_days, regions)
    found = tuple(find_clusters(counts, arrivals.categories, regions, day, city, table))
    lasting = {
        trend.trend_id: now
        for trend in open_trends
        if (now := figures(counts, arrivals.categories, regions, day, _last(trend), table)) is not None
    }
    return CityDay(day, found, lasting)


def _last(trend: Trend) -> Cluster:
    """A cluster as it was last seen."""
    point = trend.newest
    return Cluster(
        measure_name(trend.measure),
        tuple(trend.regions),
        point.day - timedelta(days=trend.period_days - 1),
        point.day,
        (point.observed,),
        (point.expected,),
        point.upper,
        point.p_value,
        point.recurrence_days,
        trend.method,
    )
