"""A simulated city through the real judgement in memory: simulation, ASSESS with the shipped model, every decision of WATCH; no Kafka, no SQL.

The virtual clock is the report time of the newest record. What an office with a spreadsheet would have had stands beside: the counts of seven days
as they were known each midnight, by region and category, and the stories' part in them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import NamedTuple

from benchmarks.city_counts import Sheet, WeeklyCounts
from benchmarks.memory_watch import MemoryWatch
from benchmarks.naive_rules import EarsAlone
from benchmarks.planted import Planted, Verdict
from benchmarks.workbench import build_intake
from infra.assessing import Intake
from infra.intake import Incoming
from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.simulate import Simulation
from infra.simulation.truth import EventTruth, StoryTruth
from risk_model.local_time import local_day
from risk_model.rules import Rules
from schemas.assessed import Assessed, decode_assessed

BATCH = 500


class Setting(NamedTuple):
    """One run: the city's seed, its days, events a day, whether stories are planted, and the day from which it is judged."""

    seed: int
    days: int
    start: date
    per_day: float
    with_stories: bool
    judged_from: int = 0


class Arrival(NamedTuple):
    """An accepted event and what is true about it; ``known`` is the local day of its report."""

    dispute: Assessed
    truth: EventTruth
    known: date


@dataclass(frozen=True)
class CityRun:
    """What came of one run.

    Attributes:
        setting: how it was run.
        counties: number of counties.
        stories: truth of the stories planted in the judged days.
        verdicts: every signal of the system in the judged days, judged.
        held: the same of those the alert budget held back.
        ears: the same of EARS C2 alone.
        weekly: counts for naive rules.
        events: accepted events.
    """

    setting: Setting
    counties: int
    stories: tuple[StoryTruth, ...]
    verdicts: tuple[Verdict, ...]
    held: tuple[Verdict, ...]
    ears: tuple[Verdict, ...]
    weekly: WeeklyCounts
    events: int

    @property
    def county_months(self) -> float:
        """Counties times judged days over thirty."""
        return self.counties * (self.setting.days - self.setting.judged_from) / 30


@cache
def _judgement() -> tuple[Intake, Rules]:
    settings = load_settings()
    return build_intake(settings), load_rules(settings)


def arrivals(simulation: Simulation) -> Iterator[Arrival]:
    """Accepted events of the city in report order, each once."""
    intake, _ = _judgement()
    seen: set[str] = set()
    records = simulation.records()
    while batch := list(islice(records, BATCH)):
        incoming = [Incoming("reported", 0, number, record.value) for number, record in enumerate(batch)]
        for message in intake.process(incoming, batch[-1].due):
            if not message.accepted:
                continue
            dispute = decode_assessed(message.value)
            if dispute.dispute_id not in seen:
                seen.add(dispute.dispute_id)
                record = batch[dispute.origin.offset]
                yield Arrival(dispute, record.truth, local_day(record.due))


def run_city(setting: Setting) -> CityRun:
    """Run the city once."""
    simulation = Simulation(
        setting.seed, setting.days, setting.start, setting.per_day, with_stories=setting.with_stories
    )
    planted = Planted()
    judged_from = setting.start + timedelta(setting.judged_from)
    watch = MemoryWatch(_judgement()[1], judged_from)
    geography, ears = simulation.city.geography, EarsAlone()
    sheet = Sheet(geography, setting.start, setting.days, setting.judged_from)
    verdicts: list[Verdict] = []
    by_ears: list[Verdict] = []
    today, events = setting.start, 0
    for arrival in arrivals(simulation):
        while today < arrival.known:
            sheet.close(today)
            today += timedelta(1)
            verdicts += [planted.judge(signal) for signal in watch.midnight(today)]
        events += 1
        planted.plant(simulation.stories)
        dispute, truth = arrival.dispute, arrival.truth
        sheet.count(dispute, truth.story_id)
        if truth.story_id:
            planted.count(dispute, local_day(dispute.occurred_at), truth.story_id, truth.category or "")
        verdicts += [planted.judge(signal) for signal in watch.take(dispute, today)]
        by_ears += [planted.judge(signal) for signal in ears.take(dispute, today)]
    sheet.close(today)
    own = [story for story in simulation.stories if story.first_day and story.first_day >= judged_from]
    return CityRun(
        setting,
        len(geography.counties),
        tuple(own),
        tuple(v for v in verdicts if v.signal.seen >= judged_from and not v.signal.held),
        tuple(v for v in verdicts if v.signal.seen >= judged_from and v.signal.held),
        tuple(verdict for verdict in by_ears if verdict.signal.seen >= judged_from),
        sheet.weekly(own),
        events,
    )
