"""Clusters of a closed day on small made-up cities: what is one, what is none, and that nothing but the counts decides."""

from datetime import date, timedelta

import msgspec
import numpy as np
import pytest

from risk_model.surveillance.regional.city_map import CityMap
from risk_model.surveillance.regional.cluster import Cluster
from risk_model.surveillance.regional.clusters import ANYWHERE, CIRCLES, find_clusters
from risk_model.surveillance.regional.lasting import figures
from schemas.regions import RegionRegistry
from tests.disputes import rules

DAY = date(2026, 1, 31)
TABLE = msgspec.structs.replace(
    rules().policy.regional, longest_days=14, history_days=56, replicates=199, largest_townships=6
)
CATEGORIES = ("甲类", "乙类")
SIDE = 5  # townships on a grid of 5 × 5, 10 km apart; each row is a county


def registry() -> RegionRegistry:
    """25 townships of 5 counties."""
    counties = [
        {
            "code": f"10000{row}",
            "name": f"{row}县",
            "township": [
                {"code": f"10000{row}00{column}", "name": f"{row}{column}镇", "centroid_km": [10 * column, 10 * row]}
                for column in range(SIDE)
            ],
        }
        for row in range(SIDE)
    ]
    return RegionRegistry.from_tables([{"county": counties}])


CITY = CityMap(registry(), TABLE)


def code(row: int, column: int) -> str:
    """Code of a township of the grid."""
    return f"10000{row}00{column}"


def everyday(seed: int = 1) -> np.ndarray:
    """Half a case of each category a township and day, no cluster: (2, 25, 70)."""
    return np.random.default_rng(seed).poisson(0.5, (2, SIDE * SIDE, 70))


def add(counts: np.ndarray, places: list[tuple[int, int]], per_day: int, days: int = 7) -> np.ndarray:
    """More of the first category in some townships in the last days."""
    more = counts.copy()
    for row, column in places:
        more[0, row * SIDE + column, -days:] += per_day
    return more


def found(counts: np.ndarray, seed_day: date = DAY) -> list[Cluster]:
    """Clusters of the grid."""
    return find_clusters(counts, CATEGORIES, CITY.townships, seed_day, CITY, TABLE)


NEIGHBOURS = [(1, 1), (1, 2), (2, 1), (2, 2)]
SCATTERED = [(0, 0), (0, 4), (2, 2), (4, 1)]


@pytest.mark.parametrize(
    ("places", "per_day", "regional"),
    [
        (NEIGHBOURS, 2, True),
        (SCATTERED, 2, True),
        ([(1, 1), (3, 3)], 3, True),  # two counties
        ([(1, 1), (1, 2), (1, 3)], 3, True),  # three townships of one county
        ([(1, 1), (1, 2)], 3, False),  # two of one county
        ([(2, 2)], 12, False),  # one township's burst
        ([], 0, False),
        ([(row, column) for row in range(SIDE) for column in range(SIDE)], 2, False),  # a rise everywhere
    ],
)
def test_what_is_regional(places: list[tuple[int, int]], per_day: int, regional: bool) -> None:
    """The same cause in three townships or two counties, more than their usual share, not resting on one of them."""
    seen = found(add(everyday(), places, per_day))
    assert bool(seen) == regional
    for cluster in seen:
        assert cluster.category == "甲类"
        assert {code(*place) for place in places} <= set(cluster.regions)
        assert 6 <= cluster.days <= 9
        assert cluster.observed > cluster.upper > cluster.expected
        assert cluster.recurrence_days >= TABLE.recurrence_days


def test_a_burst_in_one_township_hides_no_cluster_elsewhere() -> None:
    """It is set aside, and the rest is looked at again."""
    counts = add(add(everyday(), [(4, 4)], 15), [(0, 0), (0, 1), (1, 0), (1, 1)], 2)
    assert any({code(0, 0), code(0, 1), code(1, 0), code(1, 1)} <= set(c.regions) for c in found(counts))


def test_a_signal_is_above_its_bound() -> None:
    """Also where the townships told are not quite the zone that was tested: trends are followed by that."""
    seen = [
        cluster
        for seed in range(6)
        for places in (NEIGHBOURS, SCATTERED, [*SCATTERED, (4, 4), (3, 0)])
        for cluster in found(add(add(everyday(seed), places, 2), [(4, 4)], seed), DAY + timedelta(days=seed))
    ]
    assert len(seen) >= 12
    assert all(0 <= cluster.upper < cluster.observed for cluster in seen)


@pytest.mark.parametrize(("method", "places"), [(CIRCLES, [*NEIGHBOURS, (1, 0)]), (ANYWHERE, SCATTERED)])
def test_each_scan_finds_its_kind(method: str, places: list[tuple[int, int]]) -> None:
    """Circles find a neighbourhood, the scan without places what is scattered."""
    counts = add(everyday(), places, 2)
    (cluster,) = find_clusters(counts, CATEGORIES, CITY.townships, DAY, CITY, TABLE, (method,))
    assert cluster.method == method
    assert len({code(*place) for place in places} & set(cluster.regions)) >= 4


def test_the_same_counts_give_the_same_clusters_whatever_else_is_scanned() -> None:
    """Seeds name day, category and scan alone."""
    counts = add(everyday(), NEIGHBOURS, 2)
    quiet = counts.copy()
    quiet[1, :, -14:] = 0
    assert found(counts) == found(counts) == found(quiet)


def test_everyday_counts_give_no_warning_on_many_days() -> None:
    """Forty days without a cluster: none is to be seen when chance is to show one a year."""
    warned = sum(bool(found(everyday(seed), DAY + timedelta(days=seed))) for seed in range(40))
    assert warned <= 1


def test_townships_without_a_place_are_in_no_circle_but_in_sets() -> None:
    """A registry need not know where they lie."""
    bare = RegionRegistry.from_tables(
        [
            {
                "county": [
                    {
                        "code": f"10000{row}",
                        "name": f"{row}县",
                        "township": [{"code": code(row, column), "name": f"{row}{column}镇"} for column in range(SIDE)],
                    }
                    for row in range(SIDE)
                ]
            }
        ]
    )
    city = CityMap(bare, TABLE)
    assert city.circles(city.townships, 3, 2) is None
    seen = find_clusters(add(everyday(), NEIGHBOURS, 3), CATEGORIES, city.townships, DAY, city, TABLE)
    assert [c.method for c in seen] == [ANYWHERE]


def test_circles_do_not_join_places_told_in_kilometres_and_in_degrees() -> None:
    """Their distance is not known."""
    townships = [
        {"code": "100000001", "name": "甲镇", "centroid_km": [0, 0]},
        {"code": "100000002", "name": "乙镇", "centroid_km": [3, 4]},
        {"code": "100000003", "name": "丙镇", "latitude": 22.7, "longitude": 114.3},
        {"code": "100000004", "name": "丁镇", "latitude": 22.7, "longitude": 114.31},
    ]
    city = CityMap(
        RegionRegistry.from_tables([{"county": [{"code": "100000", "name": "县", "township": townships}]}]), TABLE
    )
    zones = city.circles(city.townships, 2, 2)
    assert zones is not None
    assert zones.radius.max() == pytest.approx(5.0)
    assert {tuple(sorted(zones.grown(zone))) for zone in np.flatnonzero(zones.candidate)} == {(0, 1), (2, 3)}


def test_figures_of_a_known_cluster_fall_back_when_it_is_over() -> None:
    """The same regions and length of window; above its bound as long as it lasts."""
    counts = add(everyday(), NEIGHBOURS, 2)
    (cluster,) = found(counts)
    lasting = figures(counts, CATEGORIES, CITY.townships, DAY, cluster, TABLE)
    assert lasting is not None and lasting.observed > lasting.upper
    assert lasting.observed == cluster.observed
    later = np.concatenate([counts[:, :, 14:], everyday(9)[:, :, :14]], axis=2)
    over = figures(later, CATEGORIES, CITY.townships, DAY + timedelta(days=14), cluster, TABLE)
    assert over is not None and over.observed <= over.upper
    assert figures(counts, CATEGORIES, ("999999999",), DAY, cluster, TABLE) is None
