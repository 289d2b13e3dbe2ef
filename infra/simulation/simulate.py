"""The simulation itself: day by day, disputes arise and their reports go out in the order they are made."""

import heapq
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from infra.simulation.agencies import DAY_SECONDS, ReportingHabits
from infra.simulation.casebook import Casebook
from infra.simulation.chance import Rng, Weighted, poisson, stream
from infra.simulation.city import City
from infra.simulation.enterprises import Enterprise
from infra.simulation.incidents import Incident, IncidentDrawer, draw_people, draw_severity
from infra.simulation.journeys import Journeys, Planned
from infra.simulation.mishaps import Mishaps
from infra.simulation.plots_enterprise import failing_developer, fund_raising, wage_cluster
from infra.simulation.plots_place import land_acquisition, neighbours_feud, quota_junk, rain_burst
from infra.simulation.record import SimRecord
from infra.simulation.relations import RelationDrawer
from infra.simulation.rendering import Renderer, encode
from infra.simulation.seasons import day_factor, leisure_factor, season
from infra.simulation.stories import BLOCK_DAYS, Plot, plant
from infra.simulation.topics import topics
from infra.simulation.truth import EventTruth, StoryTruth
from risk_model.local_time import SHANGHAI

DEFAULT_START = date(2025, 9, 1)
_WARM_UP_DAYS = 110
_REPORTS_PER_INCIDENT = 1.44  # with the seasons and weekends of a year; tests/unit/simulation checks the rate it gives
_DISPERSION = 25.0  # shape of the daily gamma factor: everyday counts vary more than Poisson
_PLOTS: dict[str, Plot] = {
    "developer": failing_developer,
    "wages": wage_cluster,
    "land": land_acquisition,
    "funds": fund_raising,
    "junk": quota_junk,
    "feud": neighbours_feud,
    "rain": rain_burst,
}


class Simulation:
    """One run of the city. Iterate ``records()`` once; ``stories`` is complete afterwards.

    Args:
        seed: everything follows from it.
        days: calendar days of reports.
        start: first day.
        per_day: mean number of good everyday events a day, over the year and without stories.
        malformed, duplicates: shares of all records that are broken, and that repeat an earlier one byte for byte.
        with_stories: whether stories are planted.
    """

    def __init__(
        self,
        seed: int,
        days: int = 90,
        start: date = DEFAULT_START,
        per_day: float = 200.0,
        *,
        malformed: float = 0.02,
        duplicates: float = 0.03,
        with_stories: bool = True,
    ) -> None:
        if days < 1 or per_day < 0 or not 0 <= malformed + duplicates < 0.9 or min(malformed, duplicates) < 0:
            raise ValueError(
                f"got days={days}, per_day={per_day}, malformed={malformed}, duplicates={duplicates}; expected days >= 1, per_day >= 0 and shares that add to less than 0.9"
            )
        self.city = City(seed)
        self.days = days
        self._per_day = per_day
        self._start = start
        self._mishaps = Mishaps(seed, malformed, duplicates)
        self._habits = ReportingHabits(start)
        rng = stream(seed, "incidents")
        self._rng = rng
        self._drawer = IncidentDrawer(self.city, rng)
        self._journeys = Journeys(rng, self._habits)
        casebook = Casebook(self.city.geography.counties)
        relations = RelationDrawer(self.city, stream(seed, "relations"))
        self._renderer = Renderer(start, stream(seed, "texts"), casebook, relations)
        self._midnight = datetime(start.year, start.month, start.day, tzinfo=SHANGHAI).astimezone(UTC)
        self._queue: list[tuple[int, int, tuple[Incident, Planned] | SimRecord]] = []
        self._sequence = 0
        self._published = 0
        self._incidents = 0
        self.stories: list[StoryTruth] = []
        self._story_of: dict[str, StoryTruth] = {}
        self._with_stories = with_stories

    def records(self) -> Iterator[SimRecord]:
        """All records in the order they are reported."""
        for day in range(-_WARM_UP_DAYS, self.days):
            if self._with_stories and day >= 0 and day % BLOCK_DAYS == 0:
                self._plant(day // BLOCK_DAYS)
            self._arise(day)
            yield from self._release((day + 1) * DAY_SECONDS)

    def _plant(self, block: int) -> None:
        for story in plant(self.city, block, self._story_journeys, _PLOTS):
            self.stories.append(story.truth)
            self._story_of[story.truth.id] = story.truth
            for incident, planned in story.reports:
                self._push(planned.due, (incident, planned))

    def _story_journeys(self, rng: Rng) -> Journeys:
        return Journeys(rng, self._habits)

    def _arise(self, day: int) -> None:
        """Disputes that begin on a day; those whose reports all lie before the start are only counted."""
        rng, on, kinds = self._rng, self._habits.date(day), topics()
        weights = [t.weight * season(t.season, on) * leisure_factor(t.category, on) for t in kinds]
        mean = self._per_day / _REPORTS_PER_INCIDENT * sum(weights) / sum(t.weight for t in kinds) * day_factor(on)
        table = Weighted(kinds, weights)
        for _ in range(poisson(rng, mean * rng.gammavariate(_DISPERSION, 1 / _DISPERSION))):
            topic = table.draw(rng)
            severity = draw_severity(rng, topic.risk)
            people = draw_people(rng, topic, severity)
            township = self.city.geography.draw(rng, topic.setting)
            planned = self._journeys.plan(topic, township.county, day, severity, people)
            self._incidents += 1
            if all(p.due < 0 for p in planned):
                continue
            incident = self._drawer.draw(
                f"I{self._incidents:07d}", topic, day, severity, township=township, people=people
            )
            for report in planned:
                if report.due >= 0:
                    self._push(report.due, (incident, report))
                elif report.event_type == "gov.repeat_petition":
                    incident.repeats += 1

    def _push(self, due: int, item: "tuple[Incident, Planned] | SimRecord") -> None:
        self._sequence += 1
        heapq.heappush(self._queue, (due, self._sequence, item))

    def _release(self, until: int) -> Iterator[SimRecord]:
        while self._queue and self._queue[0][0] < until:
            due, _, item = heapq.heappop(self._queue)
            yield self._numbered(item) if isinstance(item, SimRecord) else self._rendered(due, *item)

    def _numbered(self, record: SimRecord) -> SimRecord:
        """A re-send or malformed record, given its place in the stream."""
        numbered = replace(record, truth=replace(record.truth, index=self._published))
        self._published += 1
        return numbered

    def _rendered(self, due: int, incident: Incident, planned: Planned) -> SimRecord:
        source, identity, event, level = self._renderer.render(incident, planned)
        respondent = incident.respondent
        truth = EventTruth(
            index=self._published,
            source=source,
            event_id=identity,
            event_type=planned.event_type,
            county=incident.county,
            township=incident.township.code,
            incident_id=incident.id,
            incident_people=incident.people,
            project_id=incident.project.id if incident.project else None,
            respondent_uscc=respondent.uscc if isinstance(respondent, Enterprise) else None,
            story_id=incident.story_id,
            category=incident.topic.category,
            level=level,
        )
        self._published += 1
        record = SimRecord(incident.county.encode(), encode(event), self._midnight + timedelta(seconds=due), truth)
        self._follow_story(truth, due)
        for late in self._mishaps.after(record, event):
            self._push(due + late.wait_seconds, late.record)
        return record

    def _follow_story(self, truth: EventTruth, due: int) -> None:
        story = self._story_of.get(truth.story_id) if truth.story_id else None
        if story is not None:
            story.event_ids.append((truth.source, truth.event_id))
            story.last_day = self._habits.date(due // DAY_SECONDS)
            story.first_day = story.first_day or story.last_day


def simulate(
    seed: int,
    days: int = 90,
    start: date = DEFAULT_START,
    per_day: float = 200.0,
    *,
    malformed: float = 0.02,
    duplicates: float = 0.03,
    with_stories: bool = True,
) -> Iterator[SimRecord]:
    """Records of one run in report order; see ``Simulation``."""
    return Simulation(
        seed, days, start, per_day, malformed=malformed, duplicates=duplicates, with_stories=with_stories
    ).records()
