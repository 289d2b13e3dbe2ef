"""The simulated city: places, enterprises, groups and building projects, all from one seed."""

from infra.simulation.chance import Rng, stream
from infra.simulation.enterprises import Enterprise, Registrar, found_enterprises
from infra.simulation.geography import Geography
from infra.simulation.projects import Project, found_projects


class City:
    """云州市 as one seed makes it; the places are the same for every seed.

    Attributes:
        geography: counties, townships and communities.
        enterprises: every enterprise, developers included.
        projects: building projects, in order of their ids.
    """

    def __init__(self, seed: int) -> None:
        rng = stream(seed, "city")
        self.seed = seed
        self.geography = Geography()
        registrar = Registrar(rng, self.geography)
        trades = found_enterprises(rng, self.geography, registrar)
        developers, self.projects = found_projects(rng, self.geography, registrar, trades)
        self.enterprises = [*trades, *developers]
        self._by_trade: dict[str, list[Enterprise]] = {}
        self._by_place: dict[tuple[str, str], list[Enterprise]] = {}
        for enterprise in self.enterprises:
            self._by_trade.setdefault(enterprise.trade, []).append(enterprise)
            self._by_place.setdefault((enterprise.trade, enterprise.county), []).append(enterprise)
        self._projects_by_county: dict[str, list[Project]] = {}
        for project in self.projects:
            self._projects_by_county.setdefault(project.township.county, []).append(project)

    def draw_enterprise(self, rng: Rng, trade: str, county: str) -> Enterprise:
        """An enterprise of a trade, four in five of the county; some are complained about far more than others."""
        local = self._by_place.get((trade, county))
        pool = local if local and rng.random() < 0.8 else self._by_trade[trade]
        return pool[int(rng.random() ** 1.7 * len(pool))]

    def of_trade(self, trade: str) -> list[Enterprise]:
        """All enterprises of a trade, in founding order."""
        return self._by_trade[trade]

    def draw_project(self, rng: Rng, county: str) -> Project:
        """A building project of a county, or of the city where it has none."""
        pool = self._projects_by_county.get(county) or self.projects
        return pool[int(rng.random() * len(pool))]
