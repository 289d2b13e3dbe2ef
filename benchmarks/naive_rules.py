"""What an office would do without a detector: week on week by half, a fixed number a week, EARS C2 on each day's counts.

All look at the same counts as the system. Signals of one category less than ``MERGE_DAYS`` after the last one of the same place, or of a place in it or around it,
are one warning; this is kinder to them than the system is to itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.city_counts import Counts, WeeklyCounts
from benchmarks.planted import ANY_KIND, LEAST, Signal
from infra.simulation.truth import StoryTruth
from risk_model.local_time import local_day
from risk_model.series import CountKey, measures
from risk_model.trends.ears import c2_upper
from schemas.assessed import Assessed
from schemas.taxonomy import OTHER

MERGE_DAYS = 7
COUNTY_TIMES = 3  # a fixed number for a county is this many times a township's
Fires = Callable[[Counts, Counts], NDArray[np.bool_]]  # counts of a week and of the week before -> whether to warn


@dataclass
class Merging:
    """Gathers signals into warnings."""

    open: dict[str, list[tuple[str, date, str]]] = field(default_factory=dict)  # measure -> (region, last day, warning)

    def warning(self, region: str, measure: str, day: date) -> str:
        """Warning a signal belongs to."""
        kept = [item for item in self.open.get(measure, ()) if (day - item[1]).days < MERGE_DAYS]
        found = next((item[2] for item in kept if region.startswith(item[0]) or item[0].startswith(region)), None)
        found = found or f"{measure} {region} {day}"
        self.open[measure] = [(r, last, w) for r, last, w in kept if r != region] + [(region, day, found)]
        return found


def by_half(least: int) -> Fires:
    """Half as many again as in the week before, and at least so many."""
    return lambda week, before: (week >= least) & (2 * week >= 3 * before)


def fixed(limits: NDArray[np.float64]) -> Fires:
    """At least so many in a week; ``limits`` has one row a series."""
    return lambda week, _: week >= limits[:, None]


def one_limit(weekly: WeeklyCounts, least: float) -> NDArray[np.float64]:
    """The same number for every township, and ``COUNTY_TIMES`` as many for every county."""
    return np.array([least * (COUNTY_TIMES if len(region) == 6 else 1) for region, _ in weekly.series])


@dataclass(frozen=True)
class Outcome:
    """What a rule came to: warnings no story explains (or that junk does), and the first right signal of each story."""

    false_warnings: int
    first_right: dict[str, date]


def outcome(fires: Fires, weekly: WeeklyCounts, stories: tuple[StoryTruth, ...]) -> Outcome:
    """Warnings of a rule on counts of seven days, each midnight."""
    fired = fires(weekly.week, weekly.before)
    explained = np.zeros(fired.shape, dtype=bool)
    first: dict[str, date] = {}
    for number, story in enumerate(stories):
        own = weekly.of_story[number]
        theirs = fired & (own >= LEAST) & ~fires(weekly.week - own, weekly.before)
        if not story.warnings:
            continue
        explained |= theirs
        named = np.array([category == story.category for _, category in weekly.series])
        days = np.flatnonzero((theirs & named[:, None]).any(axis=0))
        if len(days):
            first[story.id] = weekly.first + timedelta(int(days[0]) + 1)
    merging, true_ones, every = Merging(), set[str](), set[str]()
    for day, row in zip(*np.nonzero(fired.T), strict=True):
        warning = merging.warning(*weekly.series[row], weekly.first + timedelta(int(day)))
        every.add(warning)
        if explained[row, day]:
            true_ones.add(warning)
    return Outcome(len(every - true_ones), first)


class EarsAlone:
    """EARS C2 on the day of each event, as the system had it before it knew calendars and pooled series.

    Args:
        least: events of a day below which there is no signal.
        baseline_days, guard_days, sd_factor, min_sd, history_days: as in the policy of that release.
    """

    def __init__(
        self,
        least: int = 10,
        baseline_days: int = 7,
        guard_days: int = 2,
        sd_factor: float = 3.0,
        min_sd: float = 0.5,
        history_days: int = 10,
    ) -> None:
        self._least, self._sd_factor, self._min_sd = least, sd_factor, min_sd
        self._back = range(baseline_days + guard_days, guard_days, -1)
        self._history_days = history_days
        self._counts: dict[CountKey, int] = {}
        self._first: dict[str, date] = {}
        self._known: set[CountKey] = set()
        self._merging = Merging()

    def take(self, dispute: Assessed, today: date) -> list[Signal]:
        """Signals of an event."""
        day, county = local_day(dispute.occurred_at), dispute.place.county
        first = self._first[county] = min(day, self._first.get(county, day))
        category, *classes = measures(dispute)
        for region in dispute.place.region_keys():
            for measure in (category, *classes):
                key = (region, measure, day)
                self._counts[key] = self._counts.get(key, 0) + 1
        watched = [*classes[-1:], *([category] if dispute.category != OTHER or not classes else [])]
        signals = []
        for region in dispute.place.region_keys():
            for measure in watched:
                key = (region, measure, day)
                observed = self._counts[key]
                if observed < self._least or key in self._known or (day - first).days < self._history_days:
                    continue
                history = [self._counts.get((region, measure, day - timedelta(back)), 0) for back in self._back]
                _, upper = c2_upper(history, self._sd_factor, self._min_sd)
                if observed > upper:
                    self._known.add(key)
                    warning = self._merging.warning(region, measure, day)
                    signals.append(
                        Signal(
                            warning,
                            ANY_KIND,
                            today,
                            (region,),
                            measure,
                            day,
                            day,
                            observed,
                            max(upper, self._least - 1),
                        )
                    )
        return signals
