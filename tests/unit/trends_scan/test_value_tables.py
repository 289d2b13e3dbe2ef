"""The parts of the scan against numbers worked by hand."""

from math import inf, log

import numpy as np
import pytest

from risk_model.trends.scan import (
    cartesian,
    circles,
    connected,
    expectation_poisson,
    great_circle,
    interpolated,
    permutation,
    poisson,
    prospective,
    retrospective,
    scan,
    standardised,
)
from risk_model.trends.scan.likelihood import Conditional, Expectation, least_counts

ABCD = ("甲", "乙", "丙", "丁")


@pytest.mark.parametrize(
    ("observed", "expected", "ratio"),
    [
        (0, 1.0, 0.0),
        (2, 2.0, 0.0),
        (1, 2.0, 0.0),  # fewer than expected is no cluster
        (4, 1.0, 4 * log(4) + 6 * log(6 / 9)),
        (10, 5.0, 10 * log(2)),  # all cases inside: nothing is left outside
        (0, 0.0, 0.0),
    ],
)
def test_conditional_ratio(observed: int, expected: float, ratio: float) -> None:
    """Ten cases in all."""
    assert Conditional(10).ratio(np.array(observed), np.array(expected)) == pytest.approx(ratio, abs=1e-12)


@pytest.mark.parametrize(
    ("observed", "expected", "ratio"), [(0, 1.0, 0.0), (3, 3.0, 0.0), (6, 3.0, 6 * log(2) - 3), (1, 4.0, 0.0)]
)
def test_expectation_ratio(observed: int, expected: float, ratio: float) -> None:
    """Neill's statistic knows no total."""
    assert Expectation().ratio(np.array(observed), np.array(expected)) == pytest.approx(ratio, abs=1e-12)


@pytest.mark.parametrize("floor", [0.0, 0.3, 1.0, 4.0, 20.0])
def test_least_count_is_the_first_that_reaches_the_floor(floor: float) -> None:
    """Against trying every count; one lower is allowed where the ratio equals the floor but for rounding."""
    likelihood, expected = Conditional(30), np.linspace(0.05, 29, 200)
    found = least_counts(likelihood, expected, floor, 2, 30)
    for count, usual in zip(found, expected, strict=True):
        tried = [c for c in range(2, 31) if c >= usual and likelihood.ratio(np.array(c), np.array(usual)) >= floor]
        assert count == (tried[0] if tried else 31)


def test_distances() -> None:
    """A 3-4-5 triangle; a quarter of the way round the equator and to the pole."""
    assert cartesian([[0, 0], [3, 4]]).tolist() == [[0, 5], [5, 0]]
    quarter = great_circle([[0, 0], [0, 90], [90, 0]], radius_km=2 / np.pi)
    assert quarter == pytest.approx(np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]]))


def test_windows() -> None:
    """All runs of one or two of three periods; those that end now."""
    back = retrospective(3, 2)
    assert sorted(zip(back.first.tolist(), back.last.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2)]
    now = prospective(3, 2)
    assert list(zip(now.first.tolist(), now.last.tolist(), strict=True)) == [(2, 2), (1, 2)]
    assert now.prospective
    assert not back.prospective
    assert now.totals(np.array([[1.0, 10.0, 100.0]])).tolist() == [[100, 110]]
    assert len(prospective(5, 3, shortest=3)) == 1


def _sets(zones: object) -> set[str]:
    return {
        "".join(sorted(zones.regions[r] for r in zones.grown(zone)))  # type: ignore[attr-defined]
        for zone in np.flatnonzero(zones.candidate)  # type: ignore[attr-defined]
    }


def test_circles_grow_until_they_hold_too_much() -> None:
    """Four regions in a row at 0, 1, 3, 7 of weight 1: half of all is two of them."""
    zones = circles(ABCD, cartesian([[0, 0], [1, 0], [3, 0], [7, 0]]), [1, 1, 1, 1])
    assert _sets(zones) == {"甲", "乙", "丙", "丁", "乙甲", "丙乙", "丁丙"}
    assert len(zones) == 8  # 甲乙 around 甲 and around 乙
    assert sorted(zones.radius.tolist()) == [0, 0, 0, 0, 1, 1, 2, 4]
    assert zones.totals(np.array([[1.0], [10.0], [100.0], [1000.0]])).ravel().tolist() == [
        sum((1, 10, 100, 1000)[r] for r in zones.grown(zone)) for zone in range(8)
    ]
    assert _sets(circles(ABCD, cartesian([[0, 0], [1, 0], [3, 0], [7, 0]]), [1, 1, 1, 1], largest_radius=1)) == {
        "甲", "乙", "丙", "丁", "乙甲",
    }  # fmt: skip


def test_regions_at_the_same_distance_enter_together() -> None:
    """乙 and 丙 are both 1 from 甲, so no circle around 甲 holds one of them without the other; nor may both exceed the share."""
    at = [[0, 0], [1, 0], [-1, 0], [9, 0]]
    assert _sets(circles(ABCD, cartesian(at), [1, 1, 1, 1], largest_share=0.75)) == {
        "甲", "乙", "丙", "丁", "丙乙甲", "乙甲", "丙甲", "丁乙", "丁乙甲",
    }  # fmt: skip
    assert "丙乙甲" not in _sets(circles(ABCD, cartesian(at), [1, 1, 1, 1], largest_share=0.5))


def test_connected_sets() -> None:
    """A path of four: runs of up to three, and within half the weight runs of two."""
    path = np.eye(4, k=1, dtype=bool) | np.eye(4, k=-1, dtype=bool)
    three = connected(ABCD, path, [1, 1, 1, 1], largest_size=3, largest_share=1.0)
    assert _sets(three) == {"甲", "乙", "丙", "丁", "乙甲", "丙乙", "丁丙", "丙乙甲", "丁丙乙"}
    assert len(three) == 9
    assert len(connected(ABCD, path, [1, 1, 1, 1], largest_size=3)) == 7
    assert three.regions[connected(ABCD, path, [1, 5, 1, 1], largest_size=4, largest_share=1.0).centre[-1]] == "乙"
    with pytest.raises(ValueError, match="lower the largest size"):
        connected(ABCD, path, [1, 1, 1, 1], largest_size=3, largest_share=1.0, at_most=5)


def test_population_between_censuses() -> None:
    """From 100 on day 0 to 200 on day 10; level before and after; a day counts with its middle."""
    found = interpolated([0, 10], [[100, 200], [0, 0]], [-2, 0, 5, 10, 12])
    assert found[0, 1] == pytest.approx(sum(100 + 10 * (day + 0.5) for day in range(5)))
    assert found[0, [0, 3]].tolist() == [200, 400]
    assert not found[1].any()


def test_standardised_expectation() -> None:
    """Two strata with rates 1/10 and 4/20."""
    expected = standardised([1, 4], [[[6], [4]], [[5], [15]]])
    assert expected.ravel().tolist() == pytest.approx([0.6 + 1, 0.4 + 3])


def test_expected_counts_of_the_models() -> None:
    """In proportion to people; by the margins; as given."""
    assert poisson([[3, 0], [1, 4]], [1, 3]).expected.tolist() == [[1, 1], [3, 3]]
    assert poisson([[3, 0], [1, 4]], [[1, 1], [2, 4]]).expected.tolist() == [[1, 1], [2, 4]]
    assert permutation([[3, 0], [1, 4]]).expected.tolist() == [[1.5, 1.5], [2.5, 2.5]]
    assert expectation_poisson([[3, 0], [1, 4]], [[1, 1], [1, 1]]).expected.sum() == 4


def test_a_whole_scan_by_hand() -> None:
    """Six of ten cases in one of four equal regions, in the last of five periods."""
    counts = np.zeros((4, 5), dtype=int)
    counts[1, 4], counts[:, 0] = 6, 1
    zones = circles(ABCD, cartesian([[0, 0], [1, 0], [3, 0], [7, 0]]), [1, 1, 1, 1])
    (best, *rest) = scan(poisson(counts, [1, 1, 1, 1]), zones, prospective(5, 3), rule="all_zones").clusters
    assert (best.regions, best.centre, best.radius, best.first_period, best.last_period) == (("乙",), "乙", 0.0, 4, 4)
    assert (best.observed, best.expected, best.observed_to_expected) == (6, pytest.approx(0.5), pytest.approx(12))
    assert best.log_likelihood_ratio == pytest.approx(6 * log(12) + 4 * log(4 / 9.5))
    assert best.relative_risk == pytest.approx(12 * 9.5 / 4)
    assert (best.p_value, best.recurrence_interval) == (None, None)
    assert not rest  # no other region has two cases in the last three periods


def test_all_cases_in_one_place() -> None:
    """No case outside: the relative risk has no end."""
    zones = circles(ABCD, cartesian([[0, 0], [1, 0], [3, 0], [7, 0]]), [1, 1, 1, 1])
    counts = np.zeros((4, 5), dtype=int)
    counts[0, 4] = 3
    (best,) = scan(poisson(counts, [1, 1, 1, 1]), zones, prospective(5, 3), rule="per_center").clusters
    assert best.relative_risk == inf
    assert best.log_likelihood_ratio == pytest.approx(3 * log(20))


@pytest.mark.parametrize(
    ("attempt", "says"),
    [
        (lambda: poisson([[0, 0]], [1]), "no cases"),
        (lambda: poisson([[1, -1]], [1]), "negative"),
        (lambda: poisson([[0.5, 1]], [1]), "fractions"),
        (lambda: poisson([[1, 1], [1, 1]], [1, 0]), "region 1, period 0"),
        (lambda: poisson([1, 2], [1]), "region × period"),
        (lambda: expectation_poisson([[1]], [[1, 2]]), "differ in shape"),
        (lambda: prospective(5, 6), "window lengths"),
        (lambda: retrospective(5, 0), "window lengths"),
        (lambda: cartesian([1, 2]), "centroids"),
        (lambda: great_circle([[120, 30]]), "latitude, then longitude"),
        (lambda: circles(("a", "a"), np.zeros((2, 2)), [1, 1]), "distinct"),
        (lambda: circles(("a", "b"), np.zeros((2, 2)), [1]), "weights"),
        (lambda: circles(("a", "b"), np.zeros((3, 3)), [1, 1]), "distances"),
        (lambda: circles(("a", "b"), cartesian([[0, 0], [1, 1]]), [1, 1], largest_share=0.1), "no circle"),
        (lambda: circles(("a",), [[0]], [1], largest_share=1.5), "largest share"),
        (lambda: connected(("a", "b"), [[0, 1], [0, 0]], [1, 1], 2), "symmetric"),
        (lambda: interpolated([5, 5], [1, 2], [0, 1]), "rise"),
        (lambda: standardised([1], [[[0]]]), "no people"),
    ],
)
def test_what_cannot_be_is_refused(attempt: object, says: str) -> None:
    """Each message says what was wrong."""
    with pytest.raises(ValueError, match=says):
        attempt()  # type: ignore[operator]


def test_candidates_of_another_map_are_refused() -> None:
    """Regions and periods must be those of the counts."""
    zones = circles(ABCD, cartesian([[0, 0], [1, 0], [3, 0], [7, 0]]), [1, 1, 1, 1])
    with pytest.raises(ValueError, match="3 regions × 2 periods"):
        scan(permutation(np.ones((3, 2), int)), zones, prospective(2, 1), rule="all_zones")
