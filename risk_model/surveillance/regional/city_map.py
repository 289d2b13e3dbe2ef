"""The city as the scans see it: townships, their counties, and the circles around them."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from risk_model.surveillance.regional.settings import RegionalTable
from risk_model.trends.scan import Zones, cartesian, circles, great_circle
from schemas.regions import RegionRegistry


class CityMap:
    """Places of townships, from the registry; kept for the sets of townships asked for last.

    Args:
        registry: with centroids where they are known; a township without one is in no circle.
        table: limits of the circles.
    """

    def __init__(self, registry: RegionRegistry, table: RegionalTable) -> None:
        self.townships = tuple(region.code for region in registry.townships())
        self._registry = registry
        self._table = table
        self._circles = lru_cache(maxsize=8)(self._made)

    def counties(self, regions: tuple[str, ...]) -> NDArray[np.int64]:
        """(n_regions,) number of the county of each."""
        codes = [self._registry.region(code).parent or code for code in regions]
        numbered = {code: n for n, code in enumerate(sorted(set(codes)))}
        return np.array([numbered[code] for code in codes], dtype=np.int64)

    def circles(self, regions: tuple[str, ...], least_regions: int, least_counties: int) -> Zones | None:
        """Circles over these regions of so many townships, or townships of so many counties; None where there are none."""
        return self._circles(regions, least_regions, least_counties)

    def _made(self, regions: tuple[str, ...], least_regions: int, least_counties: int) -> Zones | None:
        n = len(regions)
        if n < 2:
            return None
        distances = self.distances(regions)
        share = min(1.0, self._table.largest_townships / n)
        zones = circles(regions, distances, np.ones(n), share, self._table.radius_km)
        allowed = zones.candidate & _wide(zones, self.counties(regions), least_regions, least_counties)
        return Zones(zones.regions, zones.levels, zones.centre, zones.radius, allowed) if allowed.any() else None

    def distances(self, regions: tuple[str, ...]) -> NDArray[np.float64]:
        """(n_regions, n_regions) in km; infinite to and from a township whose place is not known, and between kinds of coordinates."""
        away = np.full((len(regions), len(regions)), np.inf)
        centroids = [self._registry.region(code).centroid for code in regions]
        for unit, distance in (("km", cartesian), ("degrees", great_circle)):
            there = [n for n, centroid in enumerate(centroids) if centroid is not None and centroid.unit == unit]
            if there:
                away[np.ix_(there, there)] = distance([centroids[n][:2] for n in there])  # type: ignore[index]  # not None
        np.fill_diagonal(away, 0.0)
        return away


def _wide(zones: Zones, counties: NDArray[np.int64], least_regions: int, least_counties: int) -> NDArray[np.bool_]:
    """Whether each zone has townships or counties enough."""
    size = np.concatenate([np.full(level.size, n + 1) for n, level in enumerate(zones.levels)])
    member = np.eye(int(counties.max()) + 1)[counties]
    spanned = (zones.totals(member) > 0).sum(axis=1)
    return np.asarray((size >= least_regions) | (spanned >= least_counties), dtype=bool)
