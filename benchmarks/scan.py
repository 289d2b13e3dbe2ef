"""The space-time scan: 300 regions × 90 days with 999 replicates, and how the cost grows.

A made-up map (uniform places, uneven populations, cases by chance alone), scanned prospectively over circles of up to half the
population and windows of up to ``--longest`` days. Each run is one process on one core; the 999 replicates are also split over two
processes, which the numbering of replicates allows. Beside it, on fewer replicates, the plainest array code: every ratio of every
cylinder of every replicate. Memory is the peak of the process above what it had before.

    python -m benchmarks.scan [--rounds 3] [--regions 300] [--days 90] [--longest 45] [--cases 8000] [--replicates 999]
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from risk_model.trends.scan import (
    Model,
    MonteCarlo,
    Windows,
    Zones,
    cartesian,
    circles,
    permutation,
    poisson,
    prospective,
    retrospective,
    scan,
)
from risk_model.trends.scan.maxima import Sweep

SEED, TARGET_SECONDS = 11, 5.0
console = Console(width=130)


class Setting(NamedTuple):
    """One map and how it is scanned."""

    regions: int
    days: int
    longest: int
    cases: int
    replicates: int
    model: str = "poisson"
    direction: str = "prospective"


class Cost(NamedTuple):
    """Of one run: seconds by the clock and of the processor, MiB above the start, cylinders."""

    seconds: float
    cpu_seconds: float
    mebibytes: float
    cylinders: int
    maxima: float


def build(setting: Setting) -> tuple[Model, Zones]:
    """A map where nothing happens."""
    chance = np.random.default_rng(SEED)
    at, people = chance.random((setting.regions, 2)) * 100, chance.integers(2_000, 90_000, setting.regions)
    cells = np.repeat(people / people.sum() / setting.days, setting.days)
    counts = chance.multinomial(setting.cases, cells).reshape(setting.regions, setting.days)
    weights = people if setting.model == "poisson" else counts.sum(axis=1)
    model = poisson(counts, people) if setting.model == "poisson" else permutation(counts)
    return model, circles(tuple(f"R{i:04}" for i in range(setting.regions)), cartesian(at), weights)


def _windows(setting: Setting) -> Windows:
    return (prospective if setting.direction == "prospective" else retrospective)(setting.days, setting.longest)


def whole(setting: Setting) -> Cost:
    """Zones, clusters and p-values, as a user would call them, in this process."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin, cpu = time.perf_counter(), time.process_time()
    model, zones = build(setting)
    windows = _windows(setting)
    found = scan(model, zones, windows, rule="per_center", monte_carlo=MonteCarlo(SEED, setting.replicates))
    seconds, used = time.perf_counter() - begin, time.process_time() - cpu
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return Cost(seconds, used, peak, len(zones) * len(windows), float(found.null_maxima.sum()))


def plain(setting: Setting) -> Cost:
    """Every ratio of every cylinder, replicate by replicate: what the sweep saves."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    model, zones = build(setting)
    windows = _windows(setting)
    expected = zones.totals(windows.totals(model.expected))
    begin, cpu, total = time.perf_counter(), time.process_time(), 0.0
    for counts in model.null.draw(SEED, range(setting.replicates), windows.since):
        observed = zones.totals(windows.totals_since(counts.astype(np.float64)))
        ratio = model.likelihood.ratio(observed, expected)
        total += float(ratio[observed >= 2].max(initial=0.0))
    seconds, used = time.perf_counter() - begin, time.process_time() - cpu
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return Cost(seconds, used, peak, len(zones) * len(windows), total)


def _share(setting: Setting, numbers: range) -> float:
    model, zones = build(setting)
    return float(Sweep(model, zones, _windows(setting), least_cases=2).maxima(SEED, numbers).sum())


def alone(measured: Callable[[Setting], Cost], setting: Setting) -> Cost:
    """In a fresh process, so that memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, setting).result()


def split(setting: Setting) -> tuple[float, float]:
    """Seconds of the replicates split over two processes already there, and the sum of the maxima."""
    half = setting.replicates // 2
    parts = [range(half), range(half, setting.replicates)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(partial(_share, setting), [range(1), range(1)]))
        begin = time.perf_counter()
        total = sum(pool.map(partial(_share, setting), parts))
        return time.perf_counter() - begin, total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.scan", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--regions", type=int, default=300)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--longest", type=int, default=45)
    parser.add_argument("--cases", type=int, default=8_000)
    parser.add_argument("--replicates", type=int, default=999)
    parser.add_argument("--only", choices=("goal", "growth", "plain", "long"), default=None)
    asked = parser.parse_args()
    base = Setting(asked.regions, asked.days, asked.longest, asked.cases, asked.replicates)
    if asked.only in (None, "goal"):
        goal(base, asked.rounds)
    if asked.only in (None, "growth"):
        growth(base)
    if asked.only in (None, "plain"):
        few = base._replace(replicates=min(20, base.replicates))
        slow, quick = alone(plain, few), alone(whole, base)
        each, ours = slow.seconds / few.replicates, quick.seconds / base.replicates
        console.print(
            f"逐个计算 every ratio: {each * 1e3:.0f} ms a replicate; 本方法 ours, everything: {ours * 1e3:.1f} ms; {each / ours:.0f} ×"
        )
    if asked.only == "long":
        rows([base._replace(direction="retrospective", replicates=99)])


def goal(base: Setting, rounds: int) -> None:
    """The size asked for, both models, one core and two."""
    table = Table(
        title=f"{base.regions} 区 × {base.days} 天，{base.replicates} 次重复，{base.cases} 例 cases (median of {rounds})"
    )
    for column in (
        "模型 model",
        "柱体 cylinders",
        "一核 one core s",
        "处理器 CPU s",
        "两核 two cores s*",
        "内存 MiB",
        "< 5 s",
    ):
        table.add_column(column, justify="right")
    for name in ("poisson", "permutation"):
        setting = base._replace(model=name)
        costs = [alone(whole, setting) for _ in range(rounds)]
        halves = [split(setting) for _ in range(rounds)]
        if any(abs(total - costs[0].maxima) > 1e-6 for _, total in halves):
            raise AssertionError("the split replicates are not those of the whole")
        seconds = statistics.median(cost.seconds for cost in costs)
        table.add_row(
            name, f"{costs[0].cylinders:,}", f"{seconds:.2f}", f"{statistics.median(c.cpu_seconds for c in costs):.2f}",
            f"{statistics.median(s for s, _ in halves):.2f}", f"{max(c.mebibytes for c in costs):.0f}",
            "✓" if seconds < TARGET_SECONDS else "✗",
        )  # fmt: skip
    console.print(table)
    console.print(
        "* 仅重复 the replicates alone, split over two processes; the other columns hold all: zones, clusters, p-values"
    )


def growth(base: Setting) -> None:
    """One thing at a time."""
    rows(
        [
            *(base._replace(regions=n) for n in (75, 150, 300, 600)),
            *(base._replace(replicates=n) for n in (99, 499, 1999)),
            *(base._replace(longest=n) for n in (7, 14, 30)),
            *(base._replace(days=n) for n in (60, 180, 365)),
            *(base._replace(cases=n) for n in (2_000, 40_000)),
        ]
    )


def rows(settings: list[Setting]) -> None:
    """A table of runs, one each."""
    table = Table(title="增长 growth (one core, one run each)")
    for column in (
        "区域 regions",
        "天 days",
        "最长 longest",
        "病例 cases",
        "重复 replicates",
        "柱体 cylinders",
        "秒 s",
        "处理器 CPU s",
        "内存 MiB",
    ):
        table.add_column(column, justify="right")
    for setting in settings:
        cost = alone(whole, setting)
        table.add_row(
            str(setting.regions), str(setting.days), str(setting.longest), f"{setting.cases:,}", str(setting.replicates),
            f"{cost.cylinders:,}", f"{cost.seconds:.2f}", f"{cost.cpu_seconds:.2f}", f"{cost.mebibytes:.0f}",
        )  # fmt: skip
    console.print(table)


if __name__ == "__main__":
    main()
