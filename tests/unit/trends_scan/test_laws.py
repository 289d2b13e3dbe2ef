"""Laws of the scan on small random maps, and against the plainest loops."""

from itertools import combinations
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk_model.trends.scan import (
    Model,
    MonteCarlo,
    Windows,
    Zones,
    cartesian,
    circles,
    connected,
    expectation_poisson,
    permutation,
    poisson,
    prospective,
    retrospective,
    scan,
)
from risk_model.trends.scan import maxima as maxima_module
from risk_model.trends.scan.maxima import Sweep

N_REGIONS, N_PERIODS = 6, 7
IDS = tuple("abcdef")
SEEDS = st.integers(0, 2**32 - 1)
LAW = settings(max_examples=25, deadline=None)


def _map(seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Counts with a burst somewhere, places, populations."""
    chance = np.random.default_rng(seed)
    counts = chance.poisson(1.2, (N_REGIONS, N_PERIODS))
    counts[chance.integers(N_REGIONS), -int(chance.integers(1, 4)) :] += chance.integers(0, 5)
    counts[0, 0] += 1
    return counts, chance.random((N_REGIONS, 2)), chance.integers(50, 200, N_REGIONS)


def _model(name: str, counts: NDArray[np.int64], people: NDArray[np.int64]) -> Model:
    if name == "poisson":
        return poisson(counts, people)
    if name == "permutation":
        return permutation(counts)
    return expectation_poisson(counts, np.repeat(people[:, None] / people.sum(), N_PERIODS, axis=1) * N_REGIONS)


MODELS = st.sampled_from(["poisson", "permutation", "expectation_poisson"])
WINDOWS = st.sampled_from([prospective(N_PERIODS, 3), retrospective(N_PERIODS, 3)])


def _ratio(model: Model, c: float, e: float) -> float:
    if c <= e or c < 2:
        return 0.0
    if model.name == "expectation_poisson":
        return c * log(c / e) - c + e
    total = float(model.counts.sum())
    return c * log(c / e) + ((total - c) * log((total - c) / (total - e)) if total > c else 0.0)


def _by_loops(
    model: Model, counts: NDArray[np.int64], sets: set[frozenset[int]], windows: Windows
) -> dict[tuple[frozenset[int], int, int], float]:
    """Every cylinder, one by one."""
    found = {}
    for zone in sets:
        for first, last in zip(windows.first.tolist(), windows.last.tolist(), strict=True):
            c = sum(int(counts[r, t]) for r in zone for t in range(first, last + 1))
            e = sum(float(model.expected[r, t]) for r in zone for t in range(first, last + 1))
            found[zone, first, last] = _ratio(model, c, e)
    return found


def _drawn(model: Model, windows: Windows, seed: int, replicates: range) -> NDArray[np.int64]:
    """Replicates as the sweep has them, zeros in the periods that are in no window."""
    drawn = model.null.draw(seed, replicates, windows.since).astype(np.int64)
    return np.pad(drawn, ((0, 0), (0, 0), (windows.since, 0)))


def _circle_sets(at: NDArray[np.float64], weights: NDArray[np.int64]) -> set[frozenset[int]]:
    sets = set()
    for centre in range(N_REGIONS):
        order = sorted(range(N_REGIONS), key=lambda r: float(np.hypot(*(at[r] - at[centre]))))
        for size in range(1, N_REGIONS + 1):
            if sum(weights[r] for r in order[:size]) <= weights.sum() / 2:
                sets.add(frozenset(order[:size]))
    return sets


def _zones_and_sets(
    name: str, counts: NDArray[np.int64], at: NDArray[np.float64], people: NDArray[np.int64]
) -> tuple[Zones, set[frozenset[int]]] | None:
    weights = counts.sum(axis=1) if name == "permutation" else people
    if weights.min() > weights.sum() / 2 or not (weights <= weights.sum() / 2).any():
        return None
    return circles(IDS, cartesian(at), weights), _circle_sets(at, weights)


@LAW
@given(SEEDS, MODELS, WINDOWS)
def test_the_most_likely_cluster_is_that_of_plain_loops(seed: int, name: str, windows: Windows) -> None:
    """Same best ratio; and the cluster named has it."""
    counts, at, people = _map(seed)
    made = _zones_and_sets(name, counts, at, people)
    if made is None:
        return
    model = _model(name, counts, people)
    cylinders = _by_loops(model, counts, made[1], windows)
    found = scan(model, made[0], windows, rule="all_zones").clusters
    assert (found[0].log_likelihood_ratio if found else 0.0) == pytest.approx(max(cylinders.values()), abs=1e-9)
    for cluster in found:
        zone = frozenset(IDS.index(region) for region in cluster.regions)
        key = (zone, cluster.first_period, cluster.last_period)
        assert cluster.log_likelihood_ratio == pytest.approx(cylinders[key], abs=1e-9)


@LAW
@given(SEEDS, WINDOWS)
def test_secondary_clusters_by_overlap_are_those_of_plain_loops(seed: int, windows: Windows) -> None:
    """All cylinders from the best down, each that shares no region at the same time with one before."""
    counts, at, people = _map(seed)
    made = _zones_and_sets("poisson", counts, at, people)
    assert made is not None
    model = poisson(counts, people)
    taken: list[tuple[frozenset[int], int, int]] = []
    ratios = []
    for key, ratio in sorted(_by_loops(model, counts, made[1], windows).items(), key=lambda item: -item[1]):
        if ratio > 1e-9 and not any(key[0] & z and key[1] <= last and key[2] >= first for z, first, last in taken):
            taken.append(key)
            ratios.append(ratio)
    found = scan(model, made[0], windows, rule="space_time_overlap", at_most=100).clusters
    # Where two cylinders have one ratio either may come first, and what follows differs.
    if len({round(ratio, 9) for ratio in ratios}) == len(ratios):
        assert [cluster.log_likelihood_ratio for cluster in found[:3]] == pytest.approx(ratios[:3], abs=1e-9)


@LAW
@given(SEEDS, MODELS, WINDOWS)
def test_maxima_of_replicates_are_those_of_plain_loops(seed: int, name: str, windows: Windows) -> None:
    """Counting against least counts loses no cylinder."""
    counts, at, people = _map(seed)
    made = _zones_and_sets(name, counts, at, people)
    if made is None:
        return
    model = _model(name, counts, people)
    found = Sweep(model, made[0], windows, least_cases=2).maxima(seed, range(30))
    drawn = _drawn(model, windows, seed, range(30))
    for replicate in (0, 7, 29):
        best = max(_by_loops(model, drawn[replicate], made[1], windows).values())
        assert found[replicate] == pytest.approx(best, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(SEEDS, MODELS, st.integers(1, 60), st.integers(400, 4000), st.integers(400, 20_000))
def test_blocks_and_batches_change_nothing(seed: int, name: str, batch: int, table: int, block: int) -> None:
    """However small memory is, whatever batch a replicate is in: the same clusters and p-values."""
    counts, at, people = _map(seed)
    made = _zones_and_sets(name, counts, at, people)
    if made is None:
        return
    model, windows = _model(name, counts, people), retrospective(N_PERIODS, 4)
    whole = scan(model, made[0], windows, rule="space_time_overlap", monte_carlo=MonteCarlo(seed, 60))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maxima_module, "_BLOCK_BYTES", block)
        parts = scan(
            model, made[0], windows, rule="space_time_overlap", table_bytes=table,
            monte_carlo=MonteCarlo(seed, 60, enough=10**6, batch=batch),
        )  # fmt: skip
    assert parts.null_maxima.tolist() == pytest.approx(whole.null_maxima.tolist(), abs=1e-12)
    assert [cluster.regions for cluster in parts.clusters] == [cluster.regions for cluster in whole.clusters]
    assert [cluster.p_value for cluster in parts.clusters] == [cluster.p_value for cluster in whole.clusters]


@LAW
@given(SEEDS, MODELS, WINDOWS, st.permutations(range(N_REGIONS)), st.sampled_from(["per_center", "all_zones"]))
def test_the_order_of_regions_changes_nothing(
    seed: int, name: str, windows: Windows, order: list[int], rule: str
) -> None:
    """Clusters are the same sets, windows and ratios when regions are listed in another order."""
    counts, at, people = _map(seed)
    made = _zones_and_sets(name, counts, at, people)
    if made is None:
        return
    other = _zones_and_sets(name, counts[order], at[order], people[order])
    assert other is not None
    ids = tuple(IDS[region] for region in order)
    relabelled = Zones(ids, other[0].levels, other[0].centre, other[0].radius, other[0].candidate)
    first = scan(_model(name, counts, people), made[0], windows, rule=rule).clusters  # type: ignore[arg-type]
    second = scan(_model(name, counts[order], people[order]), relabelled, windows, rule=rule).clusters  # type: ignore[arg-type]
    assert [(set(c.regions), c.first_period, c.last_period) for c in first] == [
        (set(c.regions), c.first_period, c.last_period) for c in second
    ]


@LAW
@given(SEEDS, st.sampled_from(["poisson", "expectation_poisson"]), WINDOWS, st.integers(0, 100))
def test_a_case_more_inside_the_best_cluster_never_lowers_it(
    seed: int, name: str, windows: Windows, which: int
) -> None:
    """Nor a case outside raises the ratio of the most likely cylinder itself under the Poisson model."""
    counts, at, people = _map(seed)
    made = _zones_and_sets(name, counts, at, people)
    assert made is not None
    before = scan(_model(name, counts, people), made[0], windows, rule="all_zones").clusters
    if not before:
        return
    best = before[0]
    region = IDS.index(best.regions[which % len(best.regions)])
    more = counts.copy()
    more[region, best.last_period] += 1
    after = scan(_model(name, more, people), made[0], windows, rule="all_zones").clusters
    assert after[0].log_likelihood_ratio > best.log_likelihood_ratio


@LAW
@given(SEEDS, MODELS)
def test_replicates_keep_what_the_model_is_given(seed: int, name: str) -> None:
    """Poisson: the total. Permutation: both margins. Every model: counts of all periods from the first asked for."""
    counts, _, people = _map(seed)
    model = _model(name, counts, people)
    drawn = model.null.draw(seed, range(5), 0).astype(int)
    assert drawn.shape == (5, N_REGIONS, N_PERIODS)
    if name != "expectation_poisson":
        assert (drawn.sum(axis=(1, 2)) == counts.sum()).all()
    if name == "permutation":
        assert (drawn.sum(axis=1) == counts.sum(axis=0)).all()
        assert (drawn.sum(axis=2) == counts.sum(axis=1)).all()
        assert (model.null.draw(seed, range(5), 3) == drawn[:, :, 3:]).all()
    assert (model.null.draw(seed, range(3, 5), 0) == drawn[3:]).all()


@LAW
@given(SEEDS, st.integers(1, 4), st.floats(0.2, 1.0))
def test_connected_sets_are_all_connected_sets(seed: int, largest: int, share: float) -> None:
    """Against every subset tried, on a random graph; each once, its members as they were grown."""
    chance = np.random.default_rng(seed)
    touches = np.triu(chance.random((N_REGIONS, N_REGIONS)) < 0.4, 1)
    touches |= touches.T
    weights = chance.integers(1, 9, N_REGIONS).astype(float)
    expected = set()
    for size in range(1, largest + 1):
        for some in combinations(range(N_REGIONS), size):
            reached, queue = {some[0]}, [some[0]]
            while queue:
                here = queue.pop()
                new = {r for r in some if touches[here, r]} - reached
                reached |= new
                queue += new
            if len(reached) == size and weights[list(some)].sum() <= weights.sum() * share:
                expected.add(frozenset(some))
    if not any(len(zone) == 1 for zone in expected):
        return
    zones = connected(IDS, touches, weights, largest, largest_share=share)
    found = [frozenset(zones.grown(zone)) for zone in range(len(zones))]
    assert len(found) == len(set(found))
    assert set(found) == expected
    bits = np.unpackbits(zones.members, axis=1)[:, :N_REGIONS]
    assert [frozenset(np.flatnonzero(row)) for row in bits] == found
    values = chance.random((N_REGIONS, 3))
    assert zones.totals(values) == pytest.approx(bits @ values)


@LAW
@given(SEEDS, WINDOWS)
def test_scans_over_connected_sets_are_those_of_plain_loops(seed: int, windows: Windows) -> None:
    """Observed and replicates, where zones do not grow in place."""
    counts, at, people = _map(seed)
    touches = cartesian(at) < 0.45
    zones = connected(IDS, touches, people, 3)
    model = poisson(counts, people)
    sets = {frozenset(zones.grown(zone)) for zone in range(len(zones))}
    found = scan(model, zones, windows, rule="per_center").clusters
    best = max(_by_loops(model, counts, sets, windows).values())
    assert (found[0].log_likelihood_ratio if found else 0.0) == pytest.approx(best, abs=1e-9)
    drawn = _drawn(model, windows, seed, range(3))
    got = Sweep(model, zones, windows, least_cases=2).maxima(seed, range(3))
    assert got.tolist() == pytest.approx([max(_by_loops(model, d, sets, windows).values()) for d in drawn], abs=1e-9)
