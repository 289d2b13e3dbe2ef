"""People and money of matters, as counted by claims, against the truth of a simulated city; beside the largest report and the plain sum.

Truth of a matter: the truth file says which events report the same dispute; of each dispute the largest that its reports state (people: or name)
counts once. What nobody states nobody can count. Only matters of several events are compared.

    python -m benchmarks.matter_figures [--seed 31] [--days 60] [--per-day 140]
"""

import argparse
import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.city_run import arrivals
from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.simulate import DEFAULT_START, Simulation
from infra.simulation.truth import EventTruth
from risk_model.decide import decide_assessed
from risk_model.matters.level_rules import head
from risk_model.state import State
from schemas.assessed import Assessed

CLOSE = 1.3  # a figure within this factor of the truth is close


class Compared(NamedTuple):
    """A matter: what is true, what is counted, the largest report, the sum of all reports, disputes behind it."""

    true: int
    counted: int
    largest: int
    summed: int
    disputes: int


def main() -> int:
    """Run a city and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--per-day", type=float, default=140.0)
    given = parser.parse_args()
    rules, state = load_rules(load_settings()), State()
    behind: dict[str, list[tuple[Assessed, EventTruth]]] = defaultdict(list)
    for arrival in arrivals(Simulation(given.seed, given.days, DEFAULT_START, given.per_day)):
        decide_assessed(state, arrival.dispute, rules)
        filed = state.filed[arrival.dispute.dispute_id].matter_id
        state.forget_changes()
        if filed is not None:
            behind[head(state, filed).matter_id].append((arrival.dispute, arrival.truth))
    several = {matter_id: events for matter_id, events in behind.items() if len(events) > 1}
    people = [_compared(state.matters[m].people, e, _people) for m, e in several.items()]
    money = [_compared(state.matters[m].amount_fen, e, lambda d: d.amount_fen or 0) for m, e in several.items()]
    console = Console(width=120)
    console.print(f"seed {given.seed}, {given.days} days, {len(several):,} matters of several events")
    for name, found in (("人数 people", people), ("金额 money", money)):
        stated = [one for one in found if one.largest > 0 and one.true > 0]
        for title, chosen in (
            (name, stated),
            (f"{name}，一起纠纷 one dispute", [one for one in stated if one.disputes == 1]),
            (f"{name}，多起纠纷 several disputes", [one for one in stated if one.disputes > 1]),
            (f"{name}，最大的一成 the largest tenth", sorted(stated, key=lambda one: -one.true)[: len(stated) // 10]),
        ):
            console.print(_table(title, chosen))
    return 0


def _people(dispute: Assessed) -> int:
    """People that a report speaks of: as it states, or the claimants it names."""
    named = {party.name for party in dispute.parties if party.kind == "person" and party.role == "claimant"}
    return dispute.people_involved or len(named)


def _compared(
    counted: int,
    events: Sequence[tuple[Assessed, EventTruth]],
    said: Callable[[Assessed], int],
) -> Compared:
    disputes: dict[str, int] = defaultdict(int)
    for dispute, truth in events:
        disputes[truth.incident_id] = max(disputes[truth.incident_id], said(dispute))
    reports = [said(dispute) for dispute, _ in events]
    return Compared(sum(disputes.values()), counted, max(reports), sum(reports), len(disputes))


def _table(title: str, found: Sequence[Compared]) -> Table:
    shown = Table(
        "方法 method",
        "中位比 median ratio",
        "相近 close",
        "过高 too high",
        "过低 too low",
        title=f"{title}: {len(found):,}",
    )
    if not found:
        return shown
    for name, of in (
        ("按诉求 by claims", lambda one: one.counted),
        ("最大一次 largest report", lambda one: one.largest),
        ("逐次相加 sum of reports", lambda one: one.summed),
    ):
        ratios = [of(one) / one.true for one in found]
        close = sum(abs(math.log(max(ratio, 1e-9))) <= math.log(CLOSE) for ratio in ratios)
        high = sum(ratio > CLOSE for ratio in ratios)
        shares = (f"{part / len(found):.1%}" for part in (close, high, len(found) - close - high))
        shown.add_row(name, f"{statistics.median(ratios):.2f}", *shares)
    return shown


if __name__ == "__main__":
    raise SystemExit(main())
