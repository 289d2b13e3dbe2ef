"""Reference weeks of many periods grouped by what they share, so that one design serves all series and all periods of a group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from risk_model.trends.bounds import Floats
from risk_model.trends.design import Design
from risk_model.trends.reference import Positions, Reference, anchors_by_date, anchors_by_index, reference_points

DAYS_A_WEEK, DAYS_A_YEAR = 7.0, 365.2425
ROWS = 512  # series-weeks fitted together: a few arrays of them fit into the processor's cache


@dataclass(frozen=True, slots=True)
class Season:
    """How the past that a period is compared with is chosen and described.

    Args:
        years: years back (R: ``b``).
        half_width: periods on each side of the same period of a year (R: ``w``).
        periods: periods a year: 52 weeks, 12 months.
        blocks: blocks of the season, each with a level of its own (R: ``noPeriods``); 1 for no seasonality.
        harmonics: instead of blocks, pairs of sine and cosine of the year, over all weeks of the past (our addition).
        skipped: latest periods left out (R: ``pastWeeksNotIncluded``).
        calendar_time: with dates, time is counted in days; False counts periods (months of 28 to 31 days are then equal).
    """

    years: int = 5
    half_width: int = 3
    periods: int = 52
    blocks: int = 10
    harmonics: int = 0
    skipped: int = 26
    calendar_time: bool = True

    def __post_init__(self) -> None:
        for name, least in (
            ("years", 1),
            ("half_width", 0),
            ("periods", 1),
            ("blocks", 1),
            ("harmonics", 0),
            ("skipped", 0),
        ):
            if (value := getattr(self, name)) < least:
                raise ValueError(f"{name} 至少为 {least}，收到 {value} / {name} must be at least {least}, got {value}")
        if self.harmonics and self.blocks > 1:
            raise ValueError(
                f"blocks 与 harmonics 只能用一种：blocks={self.blocks}，harmonics={self.harmonics} / "
                "choose blocks or harmonics, not both: set blocks=1 to use harmonics"
            )

    def reference(self, now: int, dates: Sequence[date] | None) -> Reference:
        """Reference points of a period, by the calendar when dates are given."""
        anchors = (
            anchors_by_index(now, self.years, self.periods)
            if dates is None
            else anchors_by_date(dates, now, self.years)
        )
        return reference_points(anchors, self.half_width, 2 if self.harmonics else self.blocks, self.skipped)

    @property
    def history(self) -> int:
        """Periods before the one to judge that counting by ``periods`` needs."""
        return self.years * self.periods + self.half_width


@dataclass(frozen=True, slots=True)
class Group:
    """Periods with the same reference weeks, seen from each of them.

    Args:
        members: indices into the list of periods asked for, shape (n_members,).
        times: those periods, shape (n_members,).
        lags: reference points relative to the period, negative, shape (n_points,).
        design: the design of all of them.
    """

    members: NDArray[np.int64]
    times: Positions
    lags: Positions
    design: Design

    def rows(self, n_series: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Series and member of each series-week, ``ROWS`` at a time."""
        total = n_series * len(self.members)
        for start in range(0, total, ROWS):
            row = np.arange(start, min(start + ROWS, total))
            yield row // len(self.members), row % len(self.members)


def groups(times: Sequence[int], season: Season, dates: Sequence[date] | None, *, trend: bool) -> list[Group]:
    """Group periods by their reference weeks and times."""
    found: dict[bytes, list[int]] = {}
    shared: dict[bytes, tuple[Positions, Positions, Floats]] = {}
    for member, now in enumerate(times):
        reference = season.reference(now, dates)
        lags = reference.positions - now
        elapsed = lags.astype(np.float64)
        if dates is not None and season.calendar_time:
            elapsed = np.array([(dates[p] - dates[now]).days for p in reference.positions.tolist()]) / DAYS_A_WEEK
        key = lags.tobytes() + reference.levels.tobytes() + elapsed.tobytes()
        found.setdefault(key, []).append(member)
        shared.setdefault(key, (lags, reference.levels, elapsed))
    result = []
    for key, members in found.items():
        lags, levels, elapsed = shared[key]
        year = DAYS_A_YEAR / DAYS_A_WEEK if dates is not None and season.calendar_time else season.periods
        design = seasonal_design(levels, elapsed, season, year, trend=trend)
        result.append(Group(np.array(members), np.array([times[m] for m in members]), lags, design))
    return result


def seasonal_design(levels: Positions, elapsed: Floats, season: Season, year: float, *, trend: bool) -> Design:
    """Levels of the season (or harmonics), and the trend.

    Args:
        levels: block of each reference point, shape (n_points,).
        elapsed: its time before the period to judge, negative, shape (n_points,).
        season: blocks or harmonics.
        year: length of a year in the unit of ``elapsed``.
        trend: whether to add a trend.
    """
    covariates, now = np.empty((len(elapsed), 0)), np.empty(0)
    if season.harmonics:
        levels = np.zeros_like(levels)
        angles = 2 * np.pi / year * elapsed[:, None] * np.arange(1, season.harmonics + 1)
        covariates = np.hstack([np.cos(angles), np.sin(angles)])
        now = np.repeat([1.0, 0.0], season.harmonics)
    if trend:
        covariates, now = np.hstack([covariates, elapsed[:, None]]), np.append(now, 0.0)
    return Design(levels, season.blocks, covariates, now, trend)
