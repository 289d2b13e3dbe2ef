"""Which clusters are reported beside the most likely one: the best first, then the best that does not overlap those before."""

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

import numpy as np

from risk_model.trends.scan.arrays import Bools, Floats, Ints
from risk_model.trends.scan.cylinders import Cylinders
from risk_model.trends.scan.windows import Windows
from risk_model.trends.scan.zones import Zones

Rule = Literal["per_center", "all_zones", "space_time_overlap"]
"""``per_center``: the best cylinder of each centre, no region in two (what SaTScan reports prospectively).
``all_zones``: the best window of each zone, no region in two.
``space_time_overlap``: any cylinder, no region in two at the same time (what SaTScan reports retrospectively)."""

_KEPT = 50_000  # best cylinders kept from one pass over all; another pass follows where they do not suffice
_DECIMALS = 9  # ratios that differ by less are ties: sums in another order differ in the last bits
_LEAST = 10.0**-_DECIMALS  # a ratio below is rounding, not excess


class Choice(NamedTuple):
    """A cylinder chosen."""

    zone: int
    first: int
    last: int
    observed: float
    expected: float
    ratio: float


class _Some(NamedTuple):
    """Cylinders side by side; each (n,)."""

    zone: Ints
    first: Ints
    last: Ints
    observed: Floats
    expected: Floats
    ratio: Floats

    def at(self, places: Ints | Bools) -> "_Some":
        return _Some(*(column[places] for column in self))  # type: ignore[arg-type]  # columns keep their types

    def choice(self, place: int) -> Choice:
        return Choice(
            int(self.zone[place]), int(self.first[place]), int(self.last[place]),
            float(self.observed[place]), float(self.expected[place]), float(self.ratio[place]),
        )  # fmt: skip


def choose(
    passes: Callable[[], Iterable[Cylinders]], zones: Zones, windows: Windows, rule: Rule, at_most: int
) -> list[Choice]:
    """The most likely cluster, then the secondary ones by a rule.

    Ties go to the zone of fewer regions, then the smaller circle, the later window, the region id that sorts first.

    Args:
        passes: gives all cylinders again at each call.
        zones: the candidates.
        windows: the candidates.
        rule: of overlap.
        at_most: clusters in all.

    Returns:
        Clusters of a ratio above 0, best first.
    """
    if rule == "space_time_overlap" and not windows.prospective:
        return _without_overlap(passes, zones, at_most)
    best = _best_window(passes(), zones)
    best = best.at(_ranked(best, zones))
    if rule == "per_center":
        _, first = np.unique(zones.centre[best.zone], return_index=True)
        best = best.at(np.sort(first))
    # Prospective windows all hold the last period, so there an overlap in space is one in time too.
    return _greedy(best, zones, [], at_most, in_time=False)


def _best_window(blocks: Iterable[Cylinders], zones: Zones) -> _Some:
    """The best window of each zone, the shortest and then latest of equals."""
    n = len(zones)
    each = np.arange(n)
    best = _Some(each, np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n), np.zeros(n), np.zeros(n))
    for block in blocks:
        window = np.round(block.ratio, _DECIMALS).argmax(axis=1)
        ratio = block.ratio[each, window]
        better = ratio > best.ratio + _LEAST
        at = (each[better], window[better])
        best.first[better], best.last[better] = block.windows.first[at[1]], block.windows.last[at[1]]
        best.observed[better], best.expected[better] = block.observed[at], block.expected[at]
        best.ratio[better] = ratio[better]
    return best.at(best.ratio > 0)


def _ranked(some: _Some, zones: Zones) -> Ints:
    sizes = np.concatenate([np.full(level.size, size) for size, level in enumerate(zones.levels)])
    by_id = np.empty(len(zones.regions), np.int64)
    by_id[np.argsort(np.array(zones.regions))] = np.arange(len(zones.regions))
    return np.lexsort((
        by_id[zones.centre[some.zone]], -some.first, zones.radius[some.zone], sizes[some.zone],
        -np.round(some.ratio, _DECIMALS),
    ))  # fmt: skip


def _greedy(some: _Some, zones: Zones, chosen: list[Choice], at_most: int, *, in_time: bool) -> list[Choice]:
    """Continue ``chosen`` with the first of ``some`` (best first) that overlap none chosen."""
    free = np.ones(len(some.zone), dtype=bool)
    for old in chosen:
        free &= ~_overlap(some, old, zones, in_time=in_time)
    while free.any() and len(chosen) < at_most:
        new = some.choice(int(free.argmax()))
        chosen = [*chosen, new]
        free &= ~_overlap(some, new, zones, in_time=in_time)
    return chosen


def _overlap(some: _Some, one: Choice, zones: Zones, *, in_time: bool) -> Bools:
    shared = np.asarray((zones.members[some.zone] & zones.members[one.zone]).any(axis=1), dtype=bool)
    return shared & (some.first <= one.last) & (some.last >= one.first) if in_time else shared


def _without_overlap(passes: Callable[[], Iterable[Cylinders]], zones: Zones, at_most: int) -> list[Choice]:
    chosen: list[Choice] = []
    while len(chosen) < at_most:
        parts = [_best_of(block, zones, chosen) for block in passes()]
        some = _Some(*(np.concatenate(columns) for columns in zip(*(part for part, _ in parts), strict=True)))
        # Below the best that any block left out the order is not known yet.
        left_out = max(ratio for _, ratio in parts)
        some = some.at(some.ratio >= left_out)
        before = len(chosen)
        chosen = _greedy(some.at(_ranked(some, zones)), zones, chosen, at_most, in_time=True)
        if not left_out or len(chosen) == before:
            break
    return chosen


def _best_of(block: Cylinders, zones: Zones, chosen: Iterable[Choice]) -> tuple[_Some, float]:
    """The best cylinders of a block that overlap none chosen, and the best ratio left out (0 if none)."""
    ratio = block.ratio
    if chosen:
        ratio = ratio.copy()
    for old in chosen:
        shared = (zones.members & zones.members[old.zone]).any(axis=1)
        together = (block.windows.first <= old.last) & (block.windows.last >= old.first)
        ratio[np.ix_(shared, together)] = 0.0
    zone, window = np.nonzero(ratio > _LEAST)
    left_out = 0.0
    if len(zone) > _KEPT:
        split = np.argpartition(-ratio[zone, window], _KEPT)
        left_out = float(ratio[zone[split[_KEPT]], window[split[_KEPT]]])
        zone, window = zone[split[:_KEPT]], window[split[:_KEPT]]
    at = (zone, window)
    some = _Some(
        zone, block.windows.first[window], block.windows.last[window], block.observed[at], block.expected[at], ratio[at]
    )
    return some, left_out
