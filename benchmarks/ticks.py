"""What watching costs on the stream: judging one event, a day and a week of all series of a county, learning what is usual, comparing with years.

Series are made up (a county of townships and communities, negative binomial counts, most of them sparse). Least processor time of some rounds, one core, one
BLAS thread. The scan for regional clusters is measured by ``benchmarks.scan``, the whole of WATCH by ``benchmarks.watch``.

    python -m benchmarks.ticks [--rounds 5]
"""

import argparse
import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.detectors import least
from benchmarks.workbench import SEED, show, two_cores
from infra.rules import load_rules
from infra.settings import load_settings
from risk_model.surveillance.judging import judge, judge_one, judge_years
from risk_model.surveillance.learning import learn
from risk_model.surveillance.profile import Profile
from risk_model.surveillance.settings import TrendTable
from schemas.taxonomy import CATEGORIES

FIRST, COUNTY, CALLS = date(2022, 1, 1), "379001", 200
Key = tuple[str, str]


class Watched(NamedTuple):
    """A county's series: their keys, counts of shape (n_series, n_days), the first day."""

    keys: list[Key]
    counts: NDArray[np.int32]
    first: date

    @property
    def last(self) -> date:
        """The last day."""
        return self.first + timedelta(self.counts.shape[1] - 1)


def county(n_series: int, n_days: int) -> Watched:
    """Categories in the county, its townships, then communities, as many as are asked for; rates fall with the level."""
    regions = [COUNTY, *(f"{COUNTY}{number:03d}" for number in range(1, 16))]
    regions += [f"{township}/{number}社区" for number in range(60) for township in regions[1:16]]
    keys = [(region, f"category:{category}") for region in regions for category in CATEGORIES][:n_series]
    rng = np.random.default_rng(SEED)
    level = np.array([1.5 if len(r) == 6 else 0.12 if len(r) == 9 else 0.015 for r, _ in keys])
    mean = level * np.exp(rng.normal(0, 0.5, len(keys)))
    counts = rng.negative_binomial(mean[:, None] / 0.3, 1 / 1.3, (len(keys), n_days))
    return Watched(keys, counts.astype(np.int32), FIRST)


def day_and_week(watched: Watched, table: TrendTable, rounds: int) -> tuple[str, ...]:
    """Cost of one tick, in ms, and of one event, in µs."""
    keys, counts, first = watched.keys, watched.counts, watched.first
    last = counts.shape[1] - 1
    profile: Profile = learn(keys, counts, first, None, table)
    rows = np.arange(len(keys))
    ends = np.full(len(keys), last)

    def judged(span: int) -> Callable[[], object]:
        return lambda: judge(keys, counts, first, rows, ends, span, watched.last, profile, table)

    quiet = counts[0].copy()
    quiet[-1] = max(table.min_count, int(np.median(quiet)))
    loud = counts[0].copy()
    loud[-1] = 60

    def events(series: NDArray[np.int32]) -> Callable[[], object]:
        return lambda: [judge_one(series, keys[0], first, last, watched.last, profile, table) for _ in range(CALLS)]

    return (
        f"{len(keys):,} × {counts.shape[1]}",
        f"{least(lambda: learn(keys, counts, first, None, table, profile), rounds) * 1e3:,.0f}",
        f"{least(judged(1), rounds) * 1e3:,.1f}",
        f"{least(judged(7), rounds) * 1e3:,.1f}",
        f"{least(events(quiet), rounds) / CALLS * 1e6:,.0f}",
        f"{least(events(loud), rounds) / CALLS * 1e6:,.0f}",
    )


def years(n_series: int, n_years: int, table: TrendTable, rounds: int) -> tuple[str, ...]:
    """Cost of comparing the trailing week with earlier years, in ms."""
    watched = county(n_series, n_years * 366 + 60)
    counts, first, keys = watched.counts, watched.first, watched.keys
    profile = learn(keys, counts[:, -112:], watched.last - timedelta(111), None, table)
    rows = np.arange(n_series)
    last = counts.shape[1] - 1
    seconds = least(lambda: judge_years(keys, counts, first, rows, last, watched.last, profile, table), rounds)
    return (f"{n_series:,} × {n_years} 年 years", f"{seconds * 1e3:,.1f}", f"{seconds / n_series * 1e6:,.0f}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    table = load_rules(load_settings()).policy.trend
    os.sched_setaffinity(0, {two_cores()[0]})
    with threadpool_limits(1):
        sizes = ((100, 112), (500, 112), (2_000, 112), (10_000, 112), (2_000, 56), (2_000, 365))
        show(
            "一个县 a county",
            ("序列 series × 天 days", "学习 learn ms", "判一天 a day ms", "判七天 a week ms", "一件 an event µs", "有异常时 unusual µs"),
            [day_and_week(county(*size), table, rounds) for size in sizes],
        )  # fmt: skip
        show(
            "与往年比 years",
            ("序列 series", "ms", "µs 一条 a series"),
            [years(n, y, table, rounds) for n, y in ((30, 4), (300, 4), (1_000, 4), (300, 3), (300, 5))],
        )


if __name__ == "__main__":
    main()
