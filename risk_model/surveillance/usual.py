"""What is usual for single series, looked up from the few numbers of a profile."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from risk_model.surveillance.peers import DEPTHS, LEVELS, Key, depth_of, level_of, root_of
from risk_model.trends.bounds import Floats

LEAST_RATE = 1e-6
_COLUMNS = 8


class Spread(msgspec.Struct, frozen=True):
    """How series of a group stray.

    Attributes:
        shape: weight of the usual rate against the series' own baseline, in events (shape of the gamma law of rates).
        day, week: variance over mean of small counts of a day and of a week, at least 1.
        uneven_day, uneven_week: variance of large counts over the square of their mean.
    """

    shape: float
    day: float
    week: float
    uneven_day: float
    uneven_week: float


class Numbers(NamedTuple):
    """What is usual for one series; see ``Usual``."""

    root: int
    level: int
    shape: float
    weight: float
    day: float
    week: float
    uneven_day: float
    uneven_week: float


class Usual(NamedTuple):
    """What is usual for series, arrays of shape (n_series,).

    Attributes:
        root: row of their root measure in ``Profile.exposures``.
        level: index of their level in ``LEVELS``.
        shape: weight of the usual rate, in events.
        weight: the same in exposure: shape over rate.
        small: variance over mean of small counts of a day and of a week, shape (2, n_series).
        uneven: unevenness of a day and of a week, shape (2, n_series).
    """

    root: NDArray[np.intp]
    level: NDArray[np.intp]
    shape: Floats
    weight: Floats
    small: Floats
    uneven: Floats

    def of(self, at: NDArray[np.intp]) -> "Usual":
        """The same of some of the series."""
        return Usual(
            self.root[at], self.level[at], self.shape[at], self.weight[at], self.small[:, at], self.uneven[:, at]
        )


class UsualTable:
    """Looks series up, and keeps what it found.

    Args:
        roots: row of each root measure in the exposures.
        rates: by measure, events of the county a unit of exposure.
        shares: by region, share of the county; by level, that of a region not seen before.
        groups: by group of peers, how they stray.
        spare_rate: rate of a measure not seen before.
    """

    def __init__(
        self,
        roots: Mapping[str, int],
        rates: Mapping[str, float],
        shares: Mapping[str, float],
        groups: Mapping[str, Spread],
        spare_rate: float,
    ) -> None:
        self._roots, self._rates, self._shares, self._spare_rate = roots, rates, shares, spare_rate
        self._spreads = [[groups[f"{level}.{depth}"] for depth in DEPTHS] for level in LEVELS]
        self._regions: dict[str, tuple[int, float]] = {}
        self._measures: dict[str, tuple[int, int, float]] = {}
        self._numbers: dict[Key, Numbers] = {}
        self._places: dict[Key, int] = {}
        self._rows: Floats = np.zeros((256, _COLUMNS))

    def one(self, key: Key) -> Numbers:
        """What is usual for one series."""
        found = self._numbers.get(key)
        if found is None:
            level, share = self._region(key[0])
            root, depth, rate = self._measure(key[1])
            spread = self._spreads[level][depth]
            weight = spread.shape / max(rate * share, LEAST_RATE)
            found = self._numbers[key] = Numbers(
                root, level, spread.shape, weight, spread.day, spread.week, spread.uneven_day, spread.uneven_week
            )
        return found

    def of(self, keys: Iterable[Key]) -> Usual:
        """What is usual for series."""
        places = self._places
        at = [places.get(key, -1) for key in keys]
        if -1 in at:
            at = [self._place(key) for key in keys]
        rows = self._rows[np.array(at, dtype=np.intp)]
        return Usual(
            rows[:, 0].astype(np.intp),
            rows[:, 1].astype(np.intp),
            rows[:, 2],
            rows[:, 3],
            rows[:, 4:6].T,
            rows[:, 6:8].T,
        )

    def grid(
        self, regions: Sequence[str], measures: Sequence[str], region: NDArray[np.intp], measure: NDArray[np.intp]
    ) -> Usual:
        """The same for series given by places in lists of regions and measures, each of shape (n_series,)."""
        level, share = (np.array(column) for column in zip(*map(self._region, regions), strict=True))
        root, depth, rate = (np.array(column) for column in zip(*map(self._measure, measures), strict=True))
        levels = level[region]
        spreads = np.array([[msgspec.structs.astuple(spread) for spread in row] for row in self._spreads])
        mine = spreads[levels, depth[measure]]
        weight = mine[:, 0] / np.maximum(share[region] * rate[measure], LEAST_RATE)
        return Usual(root[measure], levels, mine[:, 0], weight, mine[:, 1:3].T, mine[:, 3:5].T)

    def _place(self, key: Key) -> int:
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self._places)
            if place >= len(self._rows):
                self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._rows[place] = self.one(key)
        return place

    def _region(self, region: str) -> tuple[int, float]:
        found = self._regions.get(region)
        if found is None:
            level = level_of(region)
            share = self._shares.get(region, self._shares.get(level, 1.0))
            found = self._regions[region] = LEVELS.index(level), share
        return found

    def _measure(self, measure: str) -> tuple[int, int, float]:
        found = self._measures.get(measure)
        if found is None:
            rate = self._rates.get(measure, self._spare_rate)
            row = self._roots.get(root_of(measure), 0)
            found = self._measures[measure] = row, DEPTHS.index(depth_of(measure)), rate
        return found
