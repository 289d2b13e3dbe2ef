"""Fatigue: what officials are told in a simulated year with the dispatch of alerts, beside the same alerts told one by one as they are raised.

The city runs through the real judgement in memory; each fact about an alert goes through the real dispatch at the time it was recorded (virtual
clock), and time passes hourly. An official handles what was told within ``HANDLED_DAYS`` and closes it with all that stands under it: as right when
it is about a planted story, else as a false alarm. Which alert is about which story: the rule of ``benchmarks.planted``; it stands for "acted on".
A second measure needs no story: whether a message about a matter was as grave as told (``benchmarks.told_rightly``); by what brought it to its
level, and beside it the grave cases that were not told.

    python -m benchmarks.fatigue [--seed 21] [--days 365] [--per-day 200] [--write]
"""

import argparse
import statistics
import sys
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from benchmarks.city_run import Arrival, arrivals
from benchmarks.memory_watch import MemoryWatch
from benchmarks.office import Message, Office
from benchmarks.planted import Planted
from benchmarks.stories import STORIES
from benchmarks.told_rightly import Labels, grounds_table, labels, missed_table, true_levels
from benchmarks.workbench import write_section
from infra.cli.demo_dispatch import weekly
from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.simulate import DEFAULT_START, Simulation
from infra.simulation.truth import StoryTruth
from risk_model.local_time import SHANGHAI
from risk_model.rules import Rules
from schemas.levels import Level

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "alerts.md"


@dataclass
class Year:
    """A run: what was told and what is true."""

    office: Office
    stories: list[StoryTruth]
    labels: Labels
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
    return Year(office, [s for s in simulation.stories if s.first_day], labels(office, truly), days / 7, events)


def _take_note(arrival: Arrival, planted: Planted, office: Office, truly: dict[str, int]) -> None:
    dispute, truth = arrival.dispute, arrival.truth
    office.disputes[dispute.dispute_id] = dispute
    truly[dispute.dispute_id] = truth.level or 1
    if truth.story_id:
        planted.count(dispute, dispute.occurred_at.astimezone(SHANGHAI).date(), truth.story_id, truth.category or "")


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
        grave = [m for m in told if m.matter_id]
        right = sum(m.alert_id in office.story_of for m in told)
        true = sum(level >= m.level for m, level in zip(grave, true_levels(grave, year.labels), strict=True))
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
    singly = [message for message in office.told if message.digest is None]
    lines += ["", *grounds_table(singly, year.labels, office.story_of), *missed_table(office.told, year.labels)]
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
