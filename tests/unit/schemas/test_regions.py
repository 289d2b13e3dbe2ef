"""The region registry: places, and their geography as far as the file says."""

import pytest

from schemas.regions import Centroid, RegionRegistry
from tests.disputes import rules


def registry(**township: object) -> RegionRegistry:
    """One county with one township that has more to it."""
    county = {"code": "100001", "name": "甲区", "township": [{"code": "100001001", "name": "乙镇", **township}]}
    return RegionRegistry.from_tables([{"county": [county]}])


@pytest.mark.parametrize(
    ("township", "population", "centroid"),
    [
        ({}, None, None),
        ({"population_thousand": 12.5}, 12_500, None),
        ({"population": 7}, 7, None),
        ({"centroid_km": [1, -2.5]}, None, Centroid(1.0, -2.5, "km")),
        ({"latitude": 22.7, "longitude": 114.3}, None, Centroid(22.7, 114.3, "degrees")),
    ],
)
def test_a_township_has_the_geography_the_file_gives_it(
    township: dict[str, object], population: int | None, centroid: Centroid | None
) -> None:
    """Population in thousands or whole; the middle in km or in degrees; neither is needed."""
    found = registry(**township).region("100001001")
    assert (found.population, found.centroid) == (population, centroid)


@pytest.mark.parametrize(
    ("township", "says"),
    [
        ({"latitude": 22.7}, "latitude"),
        ({"latitude": 114.3, "longitude": 22.7}, "latitude"),
        ({"centroid_km": [1]}, "centroid_km"),
        ({"population": -1}, "人口为负"),
        ({"neighbours": ["999999999"]}, "neighbours"),
    ],
)
def test_a_geography_that_does_not_hold_is_refused(township: dict[str, object], says: str) -> None:
    """The message names the key; latitude comes first, so a swapped pair of China is seen."""
    with pytest.raises(ValueError, match=says):
        registry(**township)


def test_the_shipped_city_has_all_its_geography() -> None:
    """Every township of the fictional prefecture has residents and a middle; counties have residents."""
    regions = rules().regions
    townships = [t for t in regions.townships() if t.code.startswith("3790")]
    assert len(townships) == 60
    assert all(t.population and t.centroid and t.centroid.unit == "km" for t in townships)
    assert [t.code for t in regions.townships("379004")] == [f"379004{n}" for n in range(100, 108)]
    assert regions.region("379001").population == 620_000
