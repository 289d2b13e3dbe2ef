"""Fatigue: what officials are told in a simulated year with the dispatch of alerts, beside the same alerts told one by one as they are raised.

The city runs through the real judgement in memory; each fact about an alert goes through the real dispatch at the time it was recorded (virtual
clock), and time passes hourly. An official handles what was told within ``HANDLED_DAYS`` and closes it with all that stands under it: as right when
it is about a planted story, else as a false alarm. Which alert is about which story: the rule of ``benchmarks.planted``; it stands for "acted on".
A second measure needs no story: whether the events behind an alert are truly (by the simulator's label) at least of the alert's level.

    python -m benchmarks.fatigue [--seed 21] [--days 365] [--per-day 200] [--write]
"""

import argparse
import statistics
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from benchmarks.city_run import Arrival, arrivals
from benchmarks.memory_watch import MemoryWatch
from benchmarks.planted import Planted
from benchmarks.stories import STORIES
from benchmarks.workbench import write_section
from infra.cli.demo_dispatch import weekly
from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.simulate import DEFAULT_START, Simulation
from infra.simulation.truth import StoryTruth
from risk_model.alerts.status import CLOSED
from risk_model.dispatch.deciding import CLOSED_NOW, GROWN, Cause, decide, pass_time
from risk_model.dispatch.desk import COUNTS, Desk
from risk_model.dispatch.entities import GROUPED
from risk_model.dispatch.evidence import Evidence, of_counts, of_matter, of_regional, of_systemic
from risk_model.dispatch.holding import ESCALATED, RAISED, REOPENED
from risk_model.folding import record
from risk_model.local_time import SHANGHAI
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import (
    AlertClosed,
    AlertEscalated,
    AlertGrouped,
    AlertHeld,
    AlertRaised,
    AlertReleased,
    AlertReopened,
    ExposureFound,
    Recorded,
    TrendDetected,
    TrendRevised,
)
from schemas.levels import Level

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "alerts.md"
HANDLED_DAYS = 14
_LOOK = timedelta(hours=1)


@dataclass
class Message:
    """One thing an official reads: an alert at a time."""

    at: datetime
    owner: str
    alert_id: str
    level: int
    digest: str | None = None


@dataclass
class Office:
    """The dispatch, and officials who handle what they are told.

    Attributes:
        told: what the dispatch told.
        bare: what would have been told without it: each alert raised, escalated or opened again.
        stages: why alerts were held, how often.
    """

    watch: MemoryWatch
    rules: Rules
    desk: Desk = field(default_factory=lambda: Desk(State()))
    disputes: dict[str, Assessed] = field(default_factory=dict)
    story_of: dict[str, str] = field(default_factory=dict)
    told: list[Message] = field(default_factory=list)
    bare: list[Message] = field(default_factory=list)
    stages: Counter[str] = field(default_factory=Counter)
    _named: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _due: list[tuple[datetime, str]] = field(default_factory=list)
    _looked: datetime | None = None

    def hear(self, recorded: list[Recorded], at: datetime) -> None:
        """Facts about alerts, as they are recorded; ``at`` is now."""
        for item in recorded:
            event = item.event
            if isinstance(event, AlertRaised | AlertEscalated | AlertReopened):
                alert = self.watch.state.alerts[event.alert_id]
                self._named[event.alert_id] += event.dispute_ids
                self.bare.append(Message(at, alert.owner, event.alert_id, alert.level))
        for alert_id, what in _causes(recorded).items():
            self._decide(alert_id, what, at)

    def wait(self, at: datetime) -> None:
        """Time passes: what the dispatch does of itself, and what officials close."""
        while self._due and self._due[0][0] <= at:
            due, alert_id = self._due.pop(0)
            self._close(alert_id, due)
        if self._looked is None or at - self._looked >= _LOOK:
            self._looked = at
            self._take(pass_time(self.desk, at, self.rules.policy.dispatch))

    def _decide(self, alert_id: str, what: str, at: datetime) -> None:
        alert = self.watch.state.alerts[alert_id]
        self.desk.state.alerts[alert_id] = alert
        new = alert_id not in self.desk.state.cards
        cause = Cause(RAISED if new else what, alert_id, self._evidence(alert_id))
        self._take(decide(self.desk, cause, at, self.rules.policy.dispatch))

    def _take(self, recorded: list[Recorded]) -> None:
        for item in recorded:
            event = item.event
            if isinstance(event, AlertReleased):
                self.told.append(Message(event.not_before, event.owner, event.alert_id, event.level, event.digest))
                self._due.append((event.not_before + timedelta(HANDLED_DAYS), event.alert_id))
            elif isinstance(event, AlertHeld):
                self.stages[event.stage] += 1
            elif not isinstance(event, AlertGrouped) or event.group_id != event.alert_id:
                self.stages[type(event).__name__] += 1
        self._due.sort()

    def _close(self, alert_id: str, at: datetime) -> None:
        """An official closes an alert and what stands under it."""
        alert = self.desk.state.alerts.get(alert_id)
        if alert is None or alert.status == CLOSED:
            return
        group = [one for one in self.desk.find("group", alert_id) if self.desk.card(one).stage == GROUPED]
        for one in [*self.desk.find("under", alert_id), *group, alert_id]:
            right = alert_id in self.story_of
            outcome = "true" if right else "false_alarm"
            closed = AlertClosed(one, outcome, "责任人", at, "已处理")
            record(self.watch.state, f"alert-{one}", closed)
            self._take(decide(self.desk, Cause(CLOSED_NOW, one), at, self.rules.policy.dispatch))

    def _evidence(self, alert_id: str) -> Evidence:
        state = self.watch.state
        alert = state.alerts[alert_id]
        share = self.rules.policy.dispatch.group_share
        if alert.matter_id is not None:
            behind = [self.disputes[one] for one in self._named[alert_id]]
            card = self.desk.state.cards.get(alert_id)
            return of_matter(alert, state.matters[alert.matter_id], behind, known=card.keys if card else ())
        if alert.kind == "systemic":
            found = [e for e in state.exposures.values() if e.alert_id == alert_id]
            behind = [self.disputes[one] for e in found for one in e.dispute_ids if one in self.disputes]
            return of_systemic(found, behind)
        trends = [trend for trend in state.trends.values() if trend.alert_id == alert_id]
        if alert.kind not in COUNTS:
            return of_regional(alert, trends)
        ids = dict.fromkeys(one for trend in trends for one in trend.dispute_ids)
        filed = {one: f.matter_id for one in ids if (f := state.filed.get(one)) is not None and f.matter_id}
        return of_counts(trends, [self.disputes[one] for one in ids if one in self.disputes], filed, share)


def _causes(recorded: list[Recorded]) -> dict[str, str]:
    """What was said of each alert, the gravest of it."""
    found: dict[str, str] = {}
    for item in recorded:
        event = item.event
        if isinstance(event, AlertReopened):
            found[event.alert_id] = REOPENED
        elif isinstance(event, AlertRaised | AlertEscalated):
            found.setdefault(event.alert_id, ESCALATED)
        elif isinstance(event, TrendDetected | TrendRevised | ExposureFound) and event.alert_id:
            found.setdefault(event.alert_id, GROWN)
    return found


@dataclass
class Year:
    """A run: what was told and what is true."""

    office: Office
    stories: list[StoryTruth]
    levels: dict[str, int]
    weeks: float
    events: int


def run(seed: int, days: int, per_day: float, rules: Rules) -> Year:
    """Run the city once."""
    simulation = Simulation(seed, days, per_day=per_day)
    watch, planted = MemoryWatch(rules), Planted()
    office = Office(watch, rules)
    truly: dict[str, int] = {}
    today, events = DEFAULT_START, 0

    def note(signals, at: datetime) -> None:  # type: ignore[no-untyped-def]
        for signal in signals:
            verdict = planted.judge(signal)
            if verdict.story is not None and not planted.stories[verdict.story].benign and not signal.held:
                office.story_of.setdefault(signal.warning_id, verdict.story)
        office.hear(watch.recorded, at)

    for arrival in arrivals(simulation):
        while today < arrival.known:
            today += timedelta(1)
            midnight = datetime.combine(today, time(), SHANGHAI)
            office.wait(midnight)
            note(watch.midnight(today), midnight)
        planted.plant(simulation.stories)
        _take_note(arrival, planted, office, truly)
        at = arrival.dispute.reported_at
        office.wait(at)
        note(watch.take(arrival.dispute, today), at)
        events += 1
    office.wait(datetime.combine(today + timedelta(8), time(12), SHANGHAI))
    return Year(office, [s for s in simulation.stories if s.first_day], _levels(office, truly), days / 7, events)


def _take_note(arrival: Arrival, planted: Planted, office: Office, truly: dict[str, int]) -> None:
    dispute, truth = arrival.dispute, arrival.truth
    office.disputes[dispute.dispute_id] = dispute
    truly[dispute.dispute_id] = truth.level or 1
    if truth.story_id:
        planted.count(dispute, dispute.occurred_at.astimezone(SHANGHAI).date(), truth.story_id, truth.category or "")


def _levels(office: Office, truly: dict[str, int]) -> dict[str, int]:
    """The gravest true level of the events behind each matter's alert."""
    state, found = office.watch.state, dict[str, int]()
    for alert in state.alerts.values():
        if alert.matter_id is not None:
            behind = state.matters[alert.matter_id].recent
            found[alert.alert_id] = max(truly.get(one.dispute_id, 1) for one in behind)
    return found


def report(year: Year) -> str:
    """Markdown: both ways side by side, and when each story was first told."""
    office = year.office
    ways = (
        ("逐条告知（无归组、吸收、额度）", office.bare),
        ("本系统", office.told),
        ("本系统，周报以外", [message for message in office.told if message.digest is None]),
    )
    lines = [
        "| | 告知（条） | 其中周报内 | 消息（周报一封算一条） | 县级包案领导每周 | 联席会议每周 | 属剧情的占 | 等级属实的占（事项） | 每个剧情的告知 |",
        "|---" * 9 + "|",
    ]
    story_count = len([s for s in year.stories if not s.benign])
    for name, told in ways:
        single = [m for m in told if m.digest is None]
        digests = {(m.owner, m.digest) for m in told if m.digest}
        grave = [m for m in told if m.alert_id in year.levels]
        right = sum(m.alert_id in office.story_of for m in told)
        true = sum(year.levels[m.alert_id] >= m.level for m in grave)
        lines.append(
            f"| {name} | {len(told):,} | {len(told) - len(single):,} | {len(single) + len(digests):,} |"
            f" {_weekly(single, Level.ORANGE, year.weeks)} | {_weekly(single, Level.RED, year.weeks)} |"
            f" {right / len(told):.1%} | {true / len(grave):.1%} | {right / story_count:.1f} |"
        )
    lines += ["", "| 剧情 | 逐条告知，第几天 | 本系统，第几天 |", "|---|---|---|"]
    for kind, title in STORIES.items():
        own = [s for s in year.stories if s.kind == kind and not s.benign]
        if own:
            lines.append(f"| {title} | " + " | ".join(_days(own, told, office) for _, told in ways[:2]) + " |")
    lines += ["", "暂不告知的（次）：" + "，".join(f"{name} {n}" for name, n in sorted(office.stages.items()))]
    return "\n".join(lines)


def _weekly(told: list[Message], level: int, weeks: float) -> str:
    """Mean number a week of an official who is told of a level, and the most in any week."""
    mean, most, owners = weekly(((m.owner, m.at) for m in told if m.level == level), weeks)
    return f"{mean:.1f}（最多 {most}）" if owners else "—"


def _days(stories: list[StoryTruth], told: list[Message], office: Office) -> str:
    """Median days to the first message about each story, and how many had one."""
    days = []
    for story in stories:
        firsts = [m.at for m in told if office.story_of.get(m.alert_id) == story.id]
        if firsts and story.first_day:
            days.append((min(firsts).astimezone(SHANGHAI).date() - story.first_day).days)
    median = f"{statistics.median(days):g}" if days else "—"
    return f"{median}（{len(days)}/{len(stories)}）"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--per-day", type=float, default=200.0)
    parser.add_argument("--write", action="store_true", help="写入 write into docs/alerts.md")
    options = parser.parse_args()
    year = run(options.seed, options.days, options.per_day, load_rules(load_settings()))
    command = f"python -m benchmarks.fatigue --seed {options.seed} --days {options.days} --per-day {options.per_day:g}"
    text = f"种子 {options.seed}，{options.days} 天，{year.events:,} 件：`{command}`\n\n{report(year)}"
    print(text)
    if options.write:
        write_section(DOCUMENT, "fatigue", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
