"""The best set of regions anywhere: against trying every set; and shares that are known only so well."""

from itertools import combinations

import numpy as np
import pytest

from risk_model.trends.scan import prospective, shared_out
from risk_model.trends.scan.subsets import Subsets

GROUPS = np.array([0, 0, 0, 1, 1, 2, 2])


def _every_set(model, windows, least_regions: int, least_groups: int, largest: int) -> float:  # type: ignore[no-untyped-def]
    """The best ratio by trying all sets of regions in excess."""
    best = 0.0
    for first in windows.first:
        observed, expected = model.counts[:, first:].sum(axis=1), model.expected[:, first:].sum(axis=1)
        for size in range(1, largest + 1):
            for chosen in map(list, combinations(range(len(observed)), size)):
                if not (observed[chosen] > expected[chosen]).all():
                    continue
                if size < least_regions and len(set(GROUPS[chosen])) < least_groups:
                    continue
                c, e = np.array(float(observed[chosen].sum())), np.array(expected[chosen].sum())
                best = max(best, float(model.likelihood.ratio(c, e)))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_one_sort_finds_what_trying_every_set_finds(seed: int) -> None:
    """Where sets of any size from one region on are allowed, and windows of any length."""
    rng = np.random.default_rng(seed)
    model = shared_out(rng.poisson(1.5, (7, 5)), rng.gamma(3.0, size=7), np.full(7, 50.0))
    windows = prospective(5, 5)
    best = Subsets(model, windows, GROUPS, 1, 1, 7).best()
    every = _every_set(model, windows, 1, 1, 7)
    assert (best.ratio if best else 0.0) == pytest.approx(every)


@pytest.mark.parametrize(
    ("counts", "least_regions", "least_groups", "regions"),
    [
        ([9, 8, 1, 1, 1, 1, 1], 3, 2, None),  # two of one county; a third in excess there is not
        ([9, 8, 7, 1, 1, 1, 1], 3, 2, (0, 1, 2)),
        ([9, 1, 1, 8, 1, 1, 1], 3, 2, (0, 3)),
        ([9, 1, 1, 1, 1, 1, 1], 2, 2, None),
    ],
)
def test_a_set_needs_regions_or_counties_enough(
    counts: list[int], least_regions: int, least_groups: int, regions: tuple[int, ...] | None
) -> None:
    """Three townships, or two counties."""
    model = shared_out(np.array(counts)[:, None], np.ones(7), np.full(7, 1e6))
    best = Subsets(model, prospective(1, 1), GROUPS, least_regions, least_groups, 7).best()
    assert (best.regions if best else None) == regions


def test_replicates_are_the_same_in_whatever_range_they_are_asked_for() -> None:
    """So a search may stop early and go on."""
    model = shared_out(np.arange(35).reshape(7, 5), np.ones(7), np.full(7, 20.0))
    subsets = Subsets(model, prospective(5, 3), GROUPS, 2, 2, 5)
    whole = subsets.maxima(3, range(30))
    assert (np.concatenate([subsets.maxima(3, range(11)), subsets.maxima(3, range(11, 30))]) == whole).all()


def test_replicates_keep_the_totals_of_the_periods_and_the_spread_asked_for() -> None:
    """A share worth so many cases varies as the Dirichlet-multinomial law says; one that is known varies as the multinomial."""
    counts = np.full((4, 1), 50)
    for certainty, spread in ((np.full(4, 20.0), (200 + 80) / 81), (np.full(4, np.inf), 1.0)):
        model = shared_out(counts, np.ones(4), certainty)
        drawn = model.null.draw(1, range(4000), 0)
        assert (drawn.sum(axis=1) == 200).all()
        assert drawn[:, 0, 0].mean() == pytest.approx(50, rel=0.02)
        assert drawn[:, 0, 0].var() == pytest.approx(200 * 0.25 * 0.75 * spread, rel=0.08)


def test_a_rise_everywhere_is_no_excess() -> None:
    """Only the shares count."""
    model = shared_out(np.tile([10, 10, 40], (7, 1)), np.ones(7), np.full(7, 50.0))
    assert Subsets(model, prospective(3, 3), GROUPS, 1, 1, 7).best() is None


@pytest.mark.parametrize(
    ("counts", "shares", "certainty", "says"),
    [
        ([[0, 0]], [1.0], [1.0], "没有病例"),
        ([[1, 0]], [0.0], [1.0], "份额"),
        ([[1, 0]], [1.0], [0.0], "份额"),
        ([[1, 0]], [1.0, 1.0], [1.0], "份额"),
    ],
)
def test_what_does_not_hold_is_refused(counts: object, shares: object, certainty: object, says: str) -> None:
    """With what was expected."""
    with pytest.raises(ValueError, match=says):
        shared_out(counts, shares, certainty)  # type: ignore[arg-type]  # array-likes
