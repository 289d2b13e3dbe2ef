"""Planted stories: what every 90 days of the simulated city must hide among everyday trouble.

A story is a list of incidents with the reports they lead to; the planting of each kind is in ``plots_*.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from infra.simulation.chance import Rng, stream
from infra.simulation.city import City
from infra.simulation.enterprises import Enterprise
from infra.simulation.geography import Township
from infra.simulation.incidents import Incident, IncidentDrawer
from infra.simulation.journeys import Journeys, Planned
from infra.simulation.people import Person
from infra.simulation.projects import Project
from infra.simulation.ties import Tie
from infra.simulation.topics import topic
from infra.simulation.truth import StoryTruth

BLOCK_DAYS = 90


@dataclass(slots=True)
class Story:
    """A planted story: its truth and the reports to come."""

    truth: StoryTruth
    reports: list[tuple[Incident, Planned]]


class Stage:
    """Where a plot is written: days are counted from the block's first day.

    Attributes:
        rng: the story's own random stream.
        city: the city it happens in.
        first_day: day number of the block's first day.
    """

    def __init__(self, city: City, rng: Rng, journeys: Journeys, story_id: str, first_day: int) -> None:
        self.city = city
        self.rng = rng
        self.first_day = first_day
        self.story_id = story_id
        self._journeys = journeys
        self._drawer = IncidentDrawer(city, rng)
        self.reports: list[tuple[Incident, Planned]] = []
        self._count = 0

    def incident(
        self,
        topic_name: str,
        day: float,
        severity: float,
        township: Township,
        *,
        community: str | None = None,
        respondent: Enterprise | Person | str | None = None,
        project: Project | None = None,
        people: int | None = None,
        amount_yuan: int | None = None,
        ties: tuple[Tie, ...] = (),
    ) -> Incident:
        """A dispute of the story."""
        self._count += 1
        incident = self._drawer.draw(
            f"{self.story_id}/{self._count:03d}",
            topic(topic_name),
            self.first_day + round(day),
            min(3.99, max(0.0, severity)),
            township=township,
            community=community,
            respondent=respondent,
            project=project,
            people=people,
            amount_yuan=amount_yuan,
            story_id=self.story_id,
        )
        incident.ties = ties
        return incident

    def report(self, incident: Incident, event_type: str, day: float, step: float = 0.0) -> None:
        """A report of the dispute by the office of an event type."""
        repeat = sum(i is incident and p.event_type == event_type for i, p in self.reports)
        self.reports.append(
            (incident, self._journeys.report(event_type, incident.county, self.first_day + round(day), step, repeat))
        )

    def days(self, count: int, first: float, last: float, rise: float = 1.0) -> list[float]:
        """Days of ``count`` things between two days, in order; ``rise`` above 1 crowds them towards the end."""
        return sorted(first + (last - first) * self.rng.random() ** (1 / rise) for _ in range(count))

    def severity(self, low: float, high: float) -> float:
        """A severity between two values."""
        return low + (high - low) * self.rng.random()


Plot = Callable[[Stage], StoryTruth]


def plant(city: City, block: int, journeys_for: Callable[[Rng], Journeys], plots: dict[str, Plot]) -> list[Story]:
    """The stories of one block of 90 days, each from its own stream, so that one plot can change without the others."""
    stories: list[Story] = []
    for name, plot in plots.items():
        rng = stream(city.seed, f"story/{block}/{name}")
        stage = Stage(city, rng, journeys_for(rng), f"{name}-{block + 1}", block * BLOCK_DAYS)
        stories.append(Story(plot(stage), stage.reports))
    return stories


def story_truth(
    stage: Stage,
    kind: str,
    warnings: tuple[str, ...],
    category: str,
    note: str,
    *,
    entity: Enterprise | None = None,
    project: Project | None = None,
    benign: bool = False,
) -> StoryTruth:
    """Truth of the story as far as it is known before its events are published."""
    places = [incident.township for incident, _ in stage.reports]
    return StoryTruth(
        id=stage.story_id,
        kind=kind,
        warnings=warnings,
        counties=tuple(dict.fromkeys(p.county for p in places)),
        townships=tuple(dict.fromkeys(p.code for p in places)),
        category=category,
        entity=entity.name if entity else None,
        entity_uscc=entity.uscc if entity else None,
        project_id=project.id if project else None,
        benign=benign,
        note=note,
    )
