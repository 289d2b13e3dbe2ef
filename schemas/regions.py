"""Region registry of a deployment: counties (GB/T 2260) and their townships (local nine-digit codes), and where they lie."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

CITY_DIGITS = 4


class Centroid(NamedTuple):
    """Where a region's middle lies: km east and north of a point of the city, or degrees north and east."""

    first: float
    second: float
    unit: str  # km or degrees


class Region(msgspec.Struct, frozen=True):
    """A county or township of the registry.

    Attributes:
        parent: county of a township.
        population: residents, None where the registry does not say.
        centroid: None where the registry does not say.
        neighbours: codes of regions that touch it, as far as the registry says.
    """

    code: str
    name: str
    parent: str | None = None
    population: int | None = None
    centroid: Centroid | None = None
    neighbours: tuple[str, ...] = ()


class RegionRegistry:
    """Known counties and townships, read from ``[[county]]`` tables (see ``infra/regions/*.toml``)."""

    def __init__(self, regions: Iterable[Region]) -> None:
        every = list(regions)
        self._cities = tuple(region for region in every if len(region.code) == CITY_DIGITS)
        self._regions = {region.code: region for region in every if len(region.code) != CITY_DIGITS}
        self._townships = {(r.parent, r.name): r.code for r in self._regions.values() if r.parent}
        if not self._regions:
            raise ValueError(
                "行政区划登记表为空：请在 regions 目录放入至少一个 TOML 文件 / region registry is empty: put at least one TOML file into the regions folder"
            )
        for region in self._regions.values():
            unknown = [code for code in region.neighbours if code not in self._regions]
            if unknown:
                raise ValueError(
                    f"登记表中 {region.code} 的 neighbours 有未登记的 {unknown[0]} / {region.code} names a neighbour that is not registered: {unknown[0]}"
                )

    @classmethod
    def from_tables(cls, tables: Iterable[Mapping[str, Any]]) -> "RegionRegistry":
        """Registry from parsed TOML documents ``{"county": [{"code", "name", "township": [{"code", "name"}]}]}``.

        Events happen in counties; ``{"city": [{"code", "name"}]}`` is read only so that the city's name is known.

        A county or township may also have ``population`` or ``population_thousand``; ``centroid_km = [east, north]``, or ``latitude``
        and ``longitude`` in degrees; and ``neighbours = [codes]``.

        Raises:
            ValueError: for a geography that does not hold; the message names the region.
        """
        regions: list[Region] = []
        for table in tables:
            regions.extend(Region(city["code"], city["name"]) for city in table.get("city", ()))
            for county in table.get("county", ()):
                regions.append(_region(county, None))
                regions.extend(_region(township, county["code"]) for township in county.get("township", ()))
        return cls(regions)

    def __contains__(self, code: object) -> bool:
        return code in self._regions

    def all(self) -> list[Region]:
        """Every city, county and township that has a name."""
        return [*self._cities, *self._regions.values()]

    def counties(self) -> list[Region]:
        """All counties, in code order."""
        return sorted((r for r in self._regions.values() if r.parent is None), key=lambda r: r.code)

    def townships(self, county: str | None = None) -> list[Region]:
        """Townships of a county, or all, in code order."""
        found = (r for r in self._regions.values() if r.parent is not None and county in (None, r.parent))
        return sorted(found, key=lambda r: r.code)

    def region(self, code: str) -> Region:
        """A county or township by its code; KeyError when it is not registered."""
        return self._regions[code]

    def name(self, code: str) -> str:
        """Name of a region code, the code itself when unknown."""
        region = self._regions.get(code)
        return region.name if region else code

    def township_code(self, county: str, name: str) -> str | None:
        """Code of a township by its county and name, None when unknown."""
        return self._townships.get((county, name))

    def place(self, key: str) -> str:
        """Readable name of a region key ``county``, ``township`` or ``township/community``."""
        code, _, community = key.partition("/")
        county = self.name(code[:6])
        parts = [county] if len(code) == 6 else [county, self.name(code)]
        return "".join([*parts, community])


def _region(table: Mapping[str, Any], parent: str | None) -> Region:
    thousand = table.get("population_thousand")
    population = table.get("population", None if thousand is None else round(1000 * thousand))
    if population is not None and population < 0:
        raise ValueError(
            f"登记表中 {table['code']} 的人口为负 / population of {table['code']} is negative: {population}"
        )
    return Region(
        table["code"], table["name"], parent, population, _centroid(table), tuple(table.get("neighbours", ()))
    )


def _centroid(table: Mapping[str, Any]) -> Centroid | None:
    code, km = table["code"], table.get("centroid_km")
    if km is not None:
        if len(km) != 2:
            raise ValueError(
                f"登记表中 {code} 的 centroid_km 须为 [东, 北] 两个数 / centroid_km of {code} needs [east, north], got {km}"
            )
        return Centroid(float(km[0]), float(km[1]), "km")
    degrees = table.get("latitude"), table.get("longitude")
    if degrees == (None, None):
        return None
    latitude, longitude = degrees
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(
            f"登记表中 {code} 须同时有 latitude（北纬，±90）和 longitude（东经，±180）/ {code} needs both latitude (±90) and longitude (±180), got {degrees}"
        )
    return Centroid(float(latitude), float(longitude), "degrees")
