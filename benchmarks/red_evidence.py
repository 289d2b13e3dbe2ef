"""Would other reports of a matter make its red surer? Reds by one event's probability, beside evidence added up over reports, at equal numbers.

The cities run through the real judgement and filing in memory. Every way of adding up gives each matter a score after each of its reports; a matter
is red from the first report that lifts its score above a cut. The cut of each way is set so that the same number of matters become red a week; then one
compares how many of them are truly red by then or within ``HANDLED_DAYS`` (right), and how many of all truly red matters were red by
``HANDLED_DAYS`` after their first truly red report (found). History, floors and rules of matters are left out; labels carry 5 % noise.

    python -m benchmarks.red_evidence [--seeds 21,11] [--days 120] [--per-day 200] [--write]
"""

import argparse
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.city_run import arrivals
from benchmarks.memory_watch import MemoryWatch
from benchmarks.workbench import write_section
from infra.demo_officials import HANDLED_DAYS
from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.simulate import Simulation
from risk_model.matters.level_rules import head
from risk_model.rules import Rules
from schemas.assessed import Assessed
from schemas.levels import Level

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "alerts.md"
A_WEEK = (4.0, 6.0, 8.0, 10.0, 12.0)
_NEAR = timedelta(90)
_WITHIN = timedelta(HANDLED_DAYS)
_LEAST = 0.02  # matters without any event of this probability never come near a cut


class Case(NamedTuple):
    """A matter's events in the order of their reports, and whether each is truly red."""

    events: list[Assessed]
    red: list[bool]


Score = Callable[[Assessed, Sequence[Assessed]], float]
"""Score of an event, given the earlier ones of its matter, at most 90 days older."""


def log_odds(probability: float) -> float:
    """Log-odds, bounded where the recorded digits end."""
    return math.log((probability + 1e-4) / (1 + 1e-4 - probability))


def alone(event: Assessed, _: Sequence[Assessed]) -> float:
    """What the model says of the event alone, as shipped."""
    return event.level_probabilities[3]


def any_of(event: Assessed, earlier: Sequence[Assessed]) -> float:
    """Probability that any report of the same category is red, if they were independent."""
    same = [one.level_probabilities[3] for one in earlier if one.category == event.category]
    return 1 - math.prod(1 - p for p in (*same, event.level_probabilities[3]))


def supported(event: Assessed, earlier: Sequence[Assessed]) -> float:
    """The event's log-odds, and three tenths of what the best other report of the same category has above 1:50."""
    best = max(
        (log_odds(one.level_probabilities[3]) for one in earlier if one.category == event.category), default=-9.0
    )
    return log_odds(event.level_probabilities[3]) + 0.3 * max(best - log_odds(0.02), 0.0)


def confirmed(event: Assessed, earlier: Sequence[Assessed]) -> float:
    """Log-odds of the graver of two reports, only where another source says at least orange with probability 0.3; else three units less."""
    others = [one for one in earlier if one.source != event.source]
    grave = [one for one in (event, *others) if sum(one.level_probabilities[2:]) >= 0.3]
    second = len({one.source for one in grave}) > 1
    return max(log_odds(one.level_probabilities[3]) for one in (event, *others)) - (0.0 if second else 3.0)


WAYS: dict[str, Score] = {
    "一件说了算（随附）": alone,
    "同类各件合计（任一为红）": any_of,
    "同类另一件加分": supported,
    "须有第二个来源": confirmed,
}


def cases(seed: int, days: int, per_day: float, rules: Rules) -> list[Case]:
    """Matters of a city that an event might make red, or that truly are."""
    watch, found = MemoryWatch(rules), dict[str, tuple[Assessed, bool]]()
    for arrival in arrivals(Simulation(seed, days, per_day=per_day)):
        watch.take(arrival.dispute, arrival.known)
        found[arrival.dispute.dispute_id] = (arrival.dispute, arrival.truth.level == Level.RED)
    state, of = watch.state, defaultdict[str, list[tuple[Assessed, bool]]](list)
    for dispute_id, event in found.items():
        filed = state.filed.get(dispute_id)
        of[head(state, filed.matter_id).matter_id if filed and filed.matter_id else dispute_id].append(event)
    every = [Case([event for event, _ in events], [red for _, red in events]) for events in of.values()]
    return [c for c in every if any(c.red) or max(e.level_probabilities[3] for e in c.events) >= _LEAST]


def risen(case: Case, score: Score) -> list[float]:
    """Highest score so far, after each report."""
    scores = []
    for number, event in enumerate(case.events):
        earlier = [one for one in case.events[:number] if abs(event.occurred_at - one.occurred_at) <= _NEAR]
        scores.append(score(event, earlier))
    return np.maximum.accumulate(scores).tolist()


def compare(of: Sequence[Case], score: Score, number: int) -> tuple[float, float]:
    """Shares of right among the ``number`` first matters, and of found among those truly red."""
    scores = [risen(case, score) for case in of]
    cut = sorted((one[-1] for one in scores), reverse=True)[number]
    right = found = 0
    for case, own in zip(of, scores, strict=True):
        truly = [event.reported_at for event, red in zip(case.events, case.red, strict=True) if red]
        if own[-1] <= cut or not truly:
            continue
        at = case.events[next(i for i, value in enumerate(own) if value > cut)].reported_at
        right += truly[0] <= at + _WITHIN
        found += at <= truly[0] + _WITHIN
    return right / number, found / sum(any(case.red) for case in of)


def report(of: Sequence[Case], weeks: float) -> str:
    """Markdown: right and found of each way, at equal numbers a week."""
    lines = ["| 每周几条红色 | " + " | ".join(WAYS) + " |", "|---" * (len(WAYS) + 1) + "|"]
    for a_week in A_WEEK:
        both = [compare(of, score, round(a_week * weeks)) for score in WAYS.values()]
        lines.append(
            f"| {a_week:g} | " + " | ".join(f"对 {right:.0%}，找到 {found:.0%}" for right, found in both) + " |"
        )
    return "\n".join(lines)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", default="21,11")
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--per-day", type=float, default=200.0)
    parser.add_argument("--write", action="store_true", help="写入 write into docs/alerts.md")
    given = parser.parse_args()
    rules, seeds = load_rules(load_settings()), [int(seed) for seed in given.seeds.split(",")]
    every = [case for seed in seeds for case in cases(seed, given.days, given.per_day, rules)]
    command = f"python -m benchmarks.red_evidence --seeds {given.seeds} --days {given.days} --per-day {given.per_day:g}"
    true = sum(any(case.red) for case in every)
    text = f"种子 {given.seeds}，各 {given.days} 天，真红的事项 {true} 件：`{command}`\n\n{report(every, len(seeds) * given.days / 7)}"
    print(text)
    if given.write:
        write_section(DOCUMENT, "red evidence", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
