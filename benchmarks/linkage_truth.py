"""Events of a simulated city with their truth, and pairs of them that are put together: what linkage is measured by."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations, islice
from typing import NamedTuple

from benchmarks.workbench import batches, build_intake
from infra import clock
from infra.intake import Incoming
from infra.settings import load_settings
from infra.simulation.city import City
from infra.simulation.simulate import Simulation
from infra.simulation.truth import EventTruth
from schemas.assessed import Assessed, decode_assessed
from schemas.identifiers import dispute_id

Pairs = set[tuple[int, int]]


class Report(NamedTuple):
    """An event as WATCH receives it, its truth, and the development its project belongs to."""

    event: Assessed
    truth: EventTruth
    development: str | None


def city_reports(count: int, seed: int, days: int, per_day: float) -> list[Report]:
    """Good, distinct reports of a simulated city through the real intake, with their truth."""
    city = Simulation(seed, days, per_day=per_day, malformed=0.0, duplicates=0.0)
    records = list(islice(city.records(), count))
    truth = {dispute_id(r.truth.source, r.truth.event_id): r.truth for r in records}
    developers = {project.id: project.developer.uscc for project in City(seed).projects}
    intake = build_intake(load_settings())
    incoming = [Incoming("reported", 0, i, record.value) for i, record in enumerate(records)]
    events = [decode_assessed(m.value) for batch in batches(incoming) for m in intake.process(batch, clock.now())]
    return [Report(e, truth[e.dispute_id], developers.get(truth[e.dispute_id].project_id or "")) for e in events]


def pairs(keys: Iterable[Hashable | None]) -> Pairs:
    """Pairs of positions with the same key."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        if key is not None:
            groups[key].append(number)
    return {pair for group in groups.values() for pair in combinations(group, 2)}


def referred_pairs(reports: Sequence[Report]) -> Pairs:
    """Pairs of which one event refers to the other."""
    numbers = {report.event.dispute_id: n for n, report in enumerate(reports)}
    return {
        (min(n, numbers[r]), max(n, numbers[r]))
        for n, report in enumerate(reports)
        for r in report.event.references
        if r in numbers
    }


def measured(said: Pairs, true: Pairs) -> tuple[str, str, str]:
    """Number of true pairs, precision, recall."""
    right = len(said & true)
    return f"{len(true):,}", f"{right / max(1, len(said)):.4f}", f"{right / max(1, len(true)):.4f}"
