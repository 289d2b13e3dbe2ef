"""Clusters of a closed day: which regions have had more than their usual share of a category, since when, and how rare that is.

Two scans of every category, both against shares learnt from earlier days (`trends.scan.shared_out`): of circles, for what has a place,
and of any regions, for a cause that keeps to no neighbourhood. One township's burst is not regional: without the township of most
excess, what is left must still be a cluster.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import log

import numpy as np
from numpy.typing import NDArray

from risk_model.surveillance.regional.chance import LOOKS, Maxima, chance_of
from risk_model.surveillance.regional.city_map import CityMap
from risk_model.surveillance.regional.cluster import MOST_DAYS, Cluster
from risk_model.surveillance.regional.settings import RegionalTable
from risk_model.surveillance.regional.usual import Usual, learn_usual
from risk_model.trends.scan import Windows, scan, shared_out
from risk_model.trends.scan.likelihood import Expectation, least_counts
from risk_model.trends.scan.maxima import Sweep
from risk_model.trends.scan.models import Model
from risk_model.trends.scan.subsets import Subsets
from schemas.taxonomy import OTHER

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CIRCLES, ANYWHERE = "相邻区域扫描", "不限相邻扫描"
_SCANS = 2
_SLACK = (
    1.5  # below the logarithm of the chance allowed, a ratio cannot be rare enough: its own cylinder alone is likelier
)
_LENGTHENING = 7 / 6
_PASSES = 3  # townships set aside at most


@dataclass(frozen=True)
class _Found:
    """The best of one scan: places of regions in the model, first period, ratio."""

    regions: tuple[int, ...]
    first: int
    ratio: float


@dataclass(frozen=True)
class _Search:
    """One category on one day: the counts of the window and what is usual, of the regions not set aside."""

    category: str
    day: date
    regions: tuple[str, ...]
    counts: Ints
    usual: Usual
    city: CityMap
    table: RegionalTable
    looks: int

    @property
    def allowed(self) -> float:
        """The p-value that a warning may have, of one scan of one category."""
        return 1.0 / (self.table.recurrence_days * self.looks)

    def model(self) -> Model:
        """Counts against shares."""
        return shared_out(self.counts, self.usual.shares, self.usual.certainty(int(self.counts.sum())))

    def without(self, region: int) -> "_Search":
        """The search with a region set aside."""
        kept = np.arange(len(self.regions)) != region
        shares = self.usual.shares[kept]
        usual = Usual(shares / shares.sum(), self.usual.cases * float(shares.sum()), self.usual.clumping)
        regions = tuple(code for code, stays in zip(self.regions, kept, strict=True) if stays)
        return _Search(self.category, self.day, regions, self.counts[kept], usual, self.city, self.table, self.looks)


_Scan = Callable[[_Search, Model, int, int], tuple[_Found, Maxima] | None]


def find_clusters(
    counts: Ints,
    categories: tuple[str, ...],
    regions: tuple[str, ...],
    day: date,
    city: CityMap,
    table: RegionalTable,
    methods: Sequence[str] = (),
) -> list[Cluster]:
    """Clusters that are alive on a closed day, by category, none overlapping another of its category.

    Args:
        counts: (n_categories, n_regions, n_days) as known when the day was closed; it is the last.
        categories: names; each is one look more that chance has.
        regions: codes of the townships that have history enough.
        day: the closed day.
        city: places of the townships.
        table: policy.
        methods: which scans, all when none is named.
    """
    window = table.longest_days
    if counts.shape[2] <= window or len(regions) < table.min_townships:
        return []
    history, now = counts[:, :, :-window], counts[:, :, -window:]
    activity = history.sum(axis=(0, 2))
    clusters: list[Cluster] = []
    for n, category in enumerate(categories):
        if now[n].sum() < table.min_count or category == OTHER:
            continue  # the remainder names no problem
        usual = learn_usual(history[n], activity, window, table.prior_cases, table.clumping)
        search = _Search(category, day, regions, now[n], usual, city, table, _SCANS * len(categories))
        found = [cluster for method in methods or _METHODS if (cluster := _search(search, method)) is not None]
        for cluster in sorted(found, key=lambda c: (c.p_value, c.method)):
            taken = {region for other in clusters if other.category == category for region in other.regions}
            if not taken.intersection(cluster.regions):
                clusters.append(cluster)
    return clusters


def _search(search: _Search, method: str) -> Cluster | None:
    """The most likely cluster that is rare enough and does not rest on one township."""
    table, scanning = search.table, _METHODS[method]
    for turn in range(_PASSES):
        model = search.model() if search.counts.sum() >= table.min_count else None
        best = scanning(search, model, table.min_townships, table.min_counties) if model else None
        if model is None or best is None or best[0].ratio < -log(search.allowed) - _SLACK:
            return None
        found, maxima = best
        p_value, bar = chance_of(found.ratio, maxima, _seed(search, method, turn), search.allowed, table.replicates)
        if p_value > search.allowed:
            return None
        strongest = _strongest(model, found)
        others, rest = search.without(strongest), [n for n in found.regions if n != strongest]
        apart = sum(int(model.counts[n, found.first :].sum()) for n in rest)
        names = {search.regions[n] for n in rest}
        if apart >= table.min_count:
            left = _left(others, names, scanning, _seed(search, method + "rest", turn))
            if left:
                places = (strongest, *(search.regions.index(code) for code in left))
                spare = _spare(model, found, bar)
                return _cluster(search, model, replace(found, regions=places), method, p_value, spare)
        search = others
    return None


def _left(others: _Search, rest: set[str], scanning: _Scan, seed: int) -> tuple[str, ...]:
    """The cluster that is left without the strongest township, if it is one by itself and of the same regions; empty if not."""
    if not others.counts.sum():
        return ()
    spans = len({code[:6] for code in rest}) > 1 or len(rest) == 1
    model = others.model()
    best = scanning(others, model, 2, 1 if spans else 2)
    if best is None:
        return ()
    found, maxima = best
    codes = tuple(others.regions[n] for n in found.regions)
    if not rest.intersection(codes):
        return ()
    if _sums(model, np.array(found.regions), found.first)[0].sum() < others.table.min_count:
        return ()
    p_value, _bar = chance_of(found.ratio, maxima, seed, others.table.rest_chance, LOOKS[-1])
    return codes if p_value <= others.table.rest_chance else ()


def _circles(search: _Search, model: Model, least_regions: int, least_counties: int) -> tuple[_Found, Maxima] | None:
    zones = search.city.circles(search.regions, least_regions, least_counties)
    if zones is None:
        return None
    windows = _windows(model.counts.shape[1])
    result = scan(model, zones, windows, rule="per_center", at_most=1, least_cases=search.table.min_count)
    if not result.clusters:
        return None
    best, place = result.clusters[0], {code: n for n, code in enumerate(search.regions)}
    found = _Found(tuple(place[code] for code in best.regions), best.first_period, best.log_likelihood_ratio)
    return found, Sweep(model, zones, windows, search.table.min_count).maxima


def _anywhere(search: _Search, model: Model, least_regions: int, least_counties: int) -> tuple[_Found, Maxima] | None:
    windows, table = _windows(model.counts.shape[1]), search.table
    counties = search.city.counties(search.regions)
    subsets = Subsets(
        model,
        windows,
        counties,
        least_regions,
        least_counties,
        table.largest_townships,
        table.min_each,
        table.min_each_ratio,
    )
    best = subsets.best()
    if best is None or best.observed < table.min_count:
        return None
    return _Found(best.regions, best.first, best.ratio), subsets.maxima


def _windows(longest: int) -> Windows:
    """Windows that end with the last day: every length up to a week, then each about a sixth longer than the one before."""
    lengths = [1]
    while lengths[-1] < longest:
        lengths.append(min(longest, max(lengths[-1] + 1, round(lengths[-1] * _LENGTHENING))))
    first = longest - np.array(lengths)
    return Windows(longest, first, np.full(len(lengths), longest - 1))


_METHODS: dict[str, _Scan] = {CIRCLES: _circles, ANYWHERE: _anywhere}


def _strongest(model: Model, found: _Found) -> int:
    """The region with the most excess by itself."""
    regions = np.array(found.regions)
    observed, expected = _sums(model, regions, found.first)
    return int(regions[model.likelihood.ratio(observed, expected).argmax()])


def _sums(model: Model, regions: Ints, first: int) -> tuple[Floats, Floats]:
    return model.counts[regions, first:].sum(axis=1).astype(np.float64), model.expected[regions, first:].sum(axis=1)


def _cluster(search: _Search, model: Model, found: _Found, method: str, p_value: float, spare: int) -> Cluster | None:
    """The cluster as it is told: its townships that have more than usual by themselves; None where these are not regional."""
    regions = np.array(found.regions)
    observed, expected = _sums(model, regions, found.first)
    order = np.argsort(-model.likelihood.ratio(observed, expected), kind="stable")
    alone = Expectation().ratio(observed, expected)
    order = order[(observed[order] > expected[order]) & (alone[order] >= search.table.min_each_ratio)]
    codes = tuple(search.regions[n] for n in regions[order])
    if len(codes) < search.table.min_townships and len({c[:6] for c in codes}) < search.table.min_counties:
        return None
    return Cluster(
        category=search.category,
        regions=codes,
        first=search.day - timedelta(days=model.counts.shape[1] - found.first - 1),
        last=search.day,
        counts=tuple(int(n) for n in observed[order]),
        usual=tuple(round(float(e), 4) for e in expected[order]),
        upper=float(max(0.0, observed[order].sum() - spare)),
        p_value=p_value,
        recurrence_days=min(MOST_DAYS, 1.0 / (p_value * search.looks)),
        method=method,
    )


def _spare(model: Model, found: _Found, bar: float) -> int:
    """How many cases fewer would have made what was found no signal: its ratio below the bar. At least one."""
    observed, expected = _sums(model, np.array(found.regions), found.first)
    least = least_counts(model.likelihood, expected.sum(keepdims=True), max(0.0, bar), 1, int(model.counts.sum()))
    return max(1, int(observed.sum()) - int(least[0]) + 1)


def _seed(search: _Search, method: str, turn: int) -> int:
    """Seed of the replicates of one scan: the same in replay, whatever else is scanned."""
    digest = hashlib.sha256(f"{search.day}|{search.category}|{method}|{turn}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
