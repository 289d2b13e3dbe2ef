"""Counties, townships and communities of the simulated prefecture, read from the region registry file."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from infra.simulation.chance import Rng, Weighted

REGISTRY_FILE = Path(__file__).parents[1] / "regions" / "yunzhou.toml"


@dataclass(frozen=True, slots=True)
class Township:
    """A township: its nine-digit code, residents in thousands, centre in km from the city's, and communities."""

    code: str
    name: str
    county: str
    county_name: str
    population_thousand: int
    centroid_km: tuple[float, float]
    communities: tuple[str, ...]

    @property
    def urban(self) -> bool:
        """Whether it is a 街道 rather than a 镇 or 乡."""
        return self.name.endswith("街道")


class Geography:
    """The prefecture's places, drawn in proportion to residents."""

    name = "云州市"
    code = "3790"

    def __init__(self, registry_file: Path = REGISTRY_FILE) -> None:
        document = tomllib.loads(registry_file.read_text(encoding="utf-8"))
        self.counties: dict[str, str] = {c["code"]: c["name"] for c in document["county"]}
        self.population_thousand: dict[str, int] = {c["code"]: c["population_thousand"] for c in document["county"]}
        self.townships = tuple(
            Township(
                t["code"],
                t["name"],
                c["code"],
                c["name"],
                t["population_thousand"],
                tuple(t["centroid_km"]),
                tuple(t["communities"]),
            )
            for c in document["county"]
            for t in c["township"]
        )
        self._any = self._weighted(self.townships)
        self._urban = self._weighted(tuple(t for t in self.townships if t.urban))
        self._rural = self._weighted(tuple(t for t in self.townships if not t.urban))
        self._by_county = {code: self._weighted(self.of_county(code)) for code in self.counties}

    @staticmethod
    def _weighted(townships: tuple[Township, ...]) -> Weighted[Township]:
        return Weighted(townships, [t.population_thousand for t in townships])

    def of_county(self, county: str) -> tuple[Township, ...]:
        """Townships of a county, in code order."""
        return tuple(t for t in self.townships if t.county == county)

    def draw(self, rng: Rng, setting: str = "any") -> Township:
        """A township in proportion to residents; ``setting`` urban, rural or any."""
        return (self._urban if setting == "urban" else self._rural if setting == "rural" else self._any).draw(rng)

    def draw_in(self, rng: Rng, county: str) -> Township:
        """A township of a county in proportion to residents."""
        return self._by_county[county].draw(rng)
