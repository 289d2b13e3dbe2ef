"""From dispute to reports: who hears of it first, what follows, and when each report is made (journeys.toml)."""

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

from infra.simulation.agencies import AGENCIES, DAY_SECONDS, ReportingHabits
from infra.simulation.chance import Rng, Weighted
from infra.simulation.topics import Topic

_FILE = Path(__file__).with_name("journeys.toml")
_MAX_REPORTS = 8


@dataclass(frozen=True, slots=True)
class Planned:
    """A report to come.

    Attributes:
        event_type: name without prefix.
        occurred, due: seconds since the start's midnight of the event and of the report.
        step: added to the incident's severity by then.
        repeat: how many reports of the same type came before it.
    """

    event_type: str
    occurred: int
    due: int
    step: float
    repeat: int


class Journeys:
    """Plans the reports of an incident."""

    def __init__(self, rng: Rng, habits: ReportingHabits) -> None:
        document = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        self._rng = rng
        self._habits = habits
        self._entries = {name: Weighted(list(table), list(table.values())) for name, table in document["entry"].items()}
        self._topic_entries: dict[str, Weighted[str]] = {}
        self._follow: dict[str, list[tuple[str, float, float, float]]] = {
            kind: [tuple(row) for row in rows] for kind, rows in document["follow"].items()
        }
        self._more: dict[tuple[str, str], list[tuple[str, float, float, float]]] = {}
        for rule in document["more"]:
            for category in rule["only"]:
                self._more.setdefault((rule["after"], category), []).append(tuple(rule["follow"]))

    def entry(self, topic: Topic) -> str:
        """Event type of the first report."""
        if topic.entry:
            return topic.entry
        if topic.entry_weights:
            known = self._topic_entries.get(topic.name)
            if known is None:
                known = self._topic_entries[topic.name] = Weighted(
                    list(topic.entry_weights), list(topic.entry_weights.values())
                )
            return known.draw(self._rng)
        return (self._entries.get(topic.category) or self._entries["default"]).draw(self._rng)

    def plan(self, topic: Topic, county: str, day: int, severity: float, people: int = 1) -> list[Planned]:
        """All reports of an incident that begins on a day, the first one first."""
        planned: list[Planned] = []
        self._add(planned, self.entry(topic), county, day, 0.0)
        grave = 0.7 + 0.3 * severity
        at = 0
        while at < len(planned) < _MAX_REPORTS:
            report = planned[at]
            at += 1
            rules = self._follow.get(report.event_type, [])
            for kind, probability, days, step in [*rules, *self._more.get((report.event_type, topic.category), ())]:
                if self._rng.random() < probability * (grave if kind.startswith("gov.") else 1.0):
                    wait = days * math.exp(0.6 * self._rng.gauss(0.0, 1.0))
                    if kind == "court.case_filed" and people >= 10 and self._rng.random() < 0.4:
                        kind = "court.group_litigation"  # noqa: PLW2901 - many claimants make it a group case
                    self._add(
                        planned, kind, county, report.occurred // DAY_SECONDS + max(0, round(wait)), report.step + step
                    )
        return planned

    def report(self, event_type: str, county: str, day: int, step: float = 0.0, repeat: int = 0) -> Planned:
        """One report of something that happens on a day."""
        agency = AGENCIES[event_type]
        occurred = self._habits.occurred(self._rng, agency, day)
        return Planned(event_type, occurred, self._habits.reported(self._rng, agency, county, occurred), step, repeat)

    def _add(self, planned: list[Planned], event_type: str, county: str, day: int, step: float) -> None:
        repeat = sum(p.event_type == event_type for p in planned)
        planned.append(self.report(event_type, county, day, step, repeat))
