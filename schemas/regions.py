"""Region registry of a deployment: counties (GB/T 2260) and their townships (local nine-digit codes)."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

CITY_DIGITS = 4


class Region(msgspec.Struct, frozen=True):
    """A county or township of the registry."""

    code: str
    name: str
    parent: str | None = None


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

    @classmethod
    def from_tables(cls, tables: Iterable[Mapping[str, Any]]) -> "RegionRegistry":
        """Registry from parsed TOML documents ``{"city": [{"code", "name"}], "county": [{"code", "name", "township": [{"code", "name"}]}]}``.

        Events happen in counties; a city is named only so that its name is known.
        """
        regions: list[Region] = []
        for table in tables:
            regions.extend(Region(city["code"], city["name"]) for city in table.get("city", ()))
            for county in table.get("county", ()):
                regions.append(Region(county["code"], county["name"]))
                regions.extend(Region(t["code"], t["name"], county["code"]) for t in county.get("township", ()))
        return cls(regions)

    def __contains__(self, code: object) -> bool:
        return code in self._regions

    def all(self) -> list[Region]:
        """Every city, county and township that has a name."""
        return [*self._cities, *self._regions.values()]

    def counties(self) -> list[Region]:
        """All counties, in code order."""
        return sorted((r for r in self._regions.values() if r.parent is None), key=lambda r: r.code)

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
