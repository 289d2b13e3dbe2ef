"""The short baseline on cities where nothing happens: are p-values what they say, is the alert budget kept, what does it cost.

Cities are ``infra.simulation`` without stories: everyday trouble with seasons, holidays, days that are busy as a whole, and late reports, counted in every
county by true category and the hotline's own classes, as WATCH counts them. Every count is judged as it was known at the end of its day.

``--delays together`` shows what one completeness for all measures costs.

    python -m benchmarks.surveillance [--seeds 7] [--days 240] [--only null|speed] [--judged-from 60] [--delays apart|together]
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.workbench import console, show
from infra.rules import load_rules
from infra.settings import Settings
from infra.simulation.simulate import DEFAULT_START, Simulation
from risk_model.local_time import local_day
from risk_model.series import COUNTED_DEPTH, SUBJECT
from risk_model.state import WINDOW_DAYS
from risk_model.surveillance.budget import exceedances
from risk_model.surveillance.judging import WEEK, judge, judge_one, judge_years
from risk_model.surveillance.learning import learn
from risk_model.surveillance.peers import LEVELS, Key, level_of
from risk_model.surveillance.profile import P_GRID, Profile
from risk_model.surveillance.settings import TrendTable
from risk_model.surveillance.window import CountWindow

CLASSES = (0.0, 0.01, 0.1, 1.0, 10.0, np.inf)  # of expected counts
SHOWN = (1, 2, 3)  # places in P_GRID: 0.01, 0.001, 0.0001
SPANS = (1, WEEK)
LATEST = 14  # a day is judged again as long as it is so young
YEARS, YEARS_SERIES = 5, 300


class Report(NamedTuple):
    """An event as counting sees it; days are proleptic ordinals."""

    regions: tuple[str, ...]
    measures: tuple[str, ...]
    day: int
    known_on: int


class Null(NamedTuple):
    """What a county without stories showed.

    Attributes:
        reached, promised: counts at each p-value by span and class of expected counts, and how many there should be.
        signals: new signals by span and level.
        dates: new signals of single days by the day.
        judged_days: days judged.
    """

    reached: np.ndarray
    promised: np.ndarray
    signals: Counter[tuple[int, str]]
    dates: Counter[date]
    judged_days: int


def reports_of(seed: int, days: int) -> dict[str, list[Report]]:
    """Reports of each county in the order they become known."""
    found: dict[str, list[Report]] = defaultdict(list)
    city = Simulation(seed, days, malformed=0.0, duplicates=0.0, with_stories=False)
    for record in city.records():
        data, truth = json.loads(record.value)["data"], record.truth
        place = data["region"]
        community = place.get("community_name") if isinstance(place, dict) else None
        regions = (truth.county, truth.township) if truth.township else (truth.county,)
        path = (data.get("subject") or {}).get("path", [])
        classes = ["subject:" + "/".join(path[:depth]) for depth in range(1, min(len(path), COUNTED_DEPTH) + 1)]
        found[truth.county].append(
            Report(
                (*regions, f"{regions[-1]}/{community}") if community else regions,
                (f"category:{truth.category}", *classes),
                local_day(datetime.fromisoformat(data["occurred_at"])).toordinal(),
                local_day(record.due).toordinal(),
            )
        )
    return found


def follow(reports: list[Report], days: int, judged_from: int, table: TrendTable, *, together: bool) -> Null:
    """Count a county's reports, close its days, learn every week and judge."""
    start = DEFAULT_START.toordinal()
    window = CountWindow(WINDOW_DAYS)
    window.begin = start
    shape = (len(SPANS), len(CLASSES) - 1, len(P_GRID))
    null = Null(np.zeros(shape), np.zeros(shape), Counter(), Counter(), days - judged_from)
    known: Profile | None = None
    weeks: dict[int, int] = {}
    told: set[tuple[int, int]] = set()
    for day, fresh in by_day(reports, start, days):
        changed = set()
        for report in fresh:
            window.add(report.regions, report.measures, report.day)
            window.arrived(report.measures[0], report.day, day)
            if len(report.measures) > 1:
                window.arrived(SUBJECT, report.day, day)
            if day - report.day <= LATEST:
                changed |= {(window.row(region, m), report.day) for region in report.regions for m in report.measures}
        counts = window.matrix(day)
        first = date.fromordinal(day - counts.shape[1] + 1)
        if day - start >= table.min_history_days and (day - start) % table.learn_days == 0:
            triangles = window.triangles(day)
            delays = {"": triangles[""]} if together else triangles
            known = learn(window.keys, counts, first, delays, table, known)
        if known is None or day - start < judged_from:
            continue
        calibrate(null, window.keys, counts, first, known, table)
        cells = sorted(
            (row, at - first.toordinal()) for row, at in changed if row is not None and at >= first.toordinal()
        )
        today = date.fromordinal(day)
        if cells:
            rows, ends = map(np.array, zip(*cells, strict=True))
            found = judge(window.keys, counts, first, rows, ends, 1, today, known, table)
            for n in np.flatnonzero(counts[rows, ends] > found.upper):
                cell = int(rows[n]), int(ends[n]) + first.toordinal()
                if cell not in told:
                    told.add(cell)
                    null.signals[1, level_of(window.keys[cell[0]][0])] += 1
                    null.dates[date.fromordinal(cell[1])] += 1
        end = counts.shape[1] - 1
        rows = np.arange(len(counts))
        found = judge(window.keys, counts, first, rows, np.full(len(rows), end), WEEK, today, known, table)
        for row in np.flatnonzero(counts[:, -WEEK:].sum(axis=1) > found.upper).tolist():
            if day - weeks.get(row, 0) > WEEK:
                null.signals[WEEK, level_of(window.keys[row][0])] += 1
            weeks[row] = day
    return null


def by_day(reports: list[Report], start: int, days: int) -> Iterator[tuple[int, list[Report]]]:
    """The days, and what became known on each."""
    fresh: dict[int, list[Report]] = defaultdict(list)
    for report in reports:
        fresh[report.known_on].append(report)
    for day in range(start, start + days):
        yield day, fresh[day]


def calibrate(null: Null, keys: list[Key], counts: np.ndarray, first: date, known: Profile, table: TrendTable) -> None:
    """Add the counts of the last day, and of the week that ends with it once a week; zeros of series without an event too."""
    seen, regions = set(keys), [region for region in known.shares if region not in LEVELS]
    silent = [key for key in product(regions, known.rates) if key not in seen]
    keys, counts = [*keys, *silent], np.vstack([counts, np.zeros((len(silent), counts.shape[1]), dtype=counts.dtype)])
    end, rows = counts.shape[1] - 1, np.arange(len(keys))
    for place, span in enumerate(SPANS):
        today = first + timedelta(days=end)
        if today.toordinal() % span:
            continue
        found = judge(keys, counts, first, rows, np.full(len(rows), end), span, today, known, table)
        for number, (low, high) in enumerate(pairwise(CLASSES)):
            at = (found.expected >= low) & (found.expected < high)
            null.reached[place, number] += (found.p_value[at, None] <= np.array(P_GRID)).sum(axis=0)
            everything = np.ones((1, int(at.sum())))
            null.promised[place, number] += exceedances(found.expected[at], found.dispersion[at], everything, 1)[0]


def show_null(seeds: list[int], days: int, judged_from: int, table: TrendTable, *, together: bool) -> None:
    """Calibration and budget over all counties of the cities."""
    nulls = [
        follow(reports, days, judged_from, table, together=together)
        for seed in seeds
        for _, reports in sorted(reports_of(seed, days).items())
    ]
    reached, promised = (np.sum([getattr(null, name) for null in nulls], axis=0) for name in ("reached", "promised"))
    rows = []
    for place, span in enumerate(SPANS):
        for number, (low, high) in enumerate(pairwise(CLASSES)):
            cells = [f"{reached[place, number, p]:,.0f} / {promised[place, number, p]:,.1f}" for p in SHOWN]
            rows.append([f"{span} 天 d", f"{low:g}–{high:g}", *cells])
    names = ["期 period", "预计 expected", *(f"p ≤ {P_GRID[p]:g}" for p in SHOWN)]
    show("达到 p 值的计数 / 应有的 counts that reach a p-value / should", names, rows)
    months = sum(null.judged_days for null in nulls) / 30
    signals = sum((null.signals for null in nulls), Counter())
    shares = {1: table.budget.daily_share, WEEK: 1 - table.budget.daily_share}
    rows = [
        [
            f"{span} 天 d",
            *(f"{signals[span, level] / months:.2f}" for level in LEVELS),
            f"{sum(signals[span, level] for level in LEVELS) / months:.2f}",
            f"{table.budget.alerts * shares[span]:.1f}",
        ]
        for span in SPANS
    ]
    show(
        f"没有异常时的信号，每县区每月（{months:.0f} 县区月）signals a county a month when nothing happens",
        ["期 period", *LEVELS, "合计 all", "额度 budget"],
        rows,
    )
    dates = sum((null.dates for null in nulls), Counter()).most_common(5)
    console.print(
        "日信号最多的日子 days with most signals: " + "，".join(f"{day:%m-%d} {n}" for day, n in dates) + "\n"
    )


def show_speed(table: TrendTable, rounds: int = 7) -> None:
    """Least processor time of some rounds."""
    rng = np.random.default_rng(1)
    regions = ["379001", *(f"3790010{n:02d}" for n in range(9)), *(f"3790010{n % 9:02d}/{n}" for n in range(90))]
    keys = [(region, f"category:{n}") for region in regions for n in range(20)]
    level = {"county": 3.0, "township": 0.35, "community": 0.03}
    counts = rng.poisson([[level[level_of(region)]] for region, _ in keys], (len(keys), WINDOW_DAYS)).astype(np.int32)
    first, end = DEFAULT_START, WINDOW_DAYS - 1
    today = first + timedelta(days=end)
    known = learn(keys, counts, first, None, table)
    rows, ends = np.arange(len(keys)), np.full(len(keys), end)
    series, key = np.full(WINDOW_DAYS, 4), keys[0]
    burst = series.copy()
    burst[-1] = 60
    many = rng.poisson(1.0, (YEARS_SERIES, 365 * YEARS + 30))
    year_keys = keys[:YEARS_SERIES]

    def ones() -> None:
        for n in range(1000):
            judge_one(series, key, first, end - n % 20, today, known, table)

    def bursts() -> None:
        for _ in range(1000):
            judge_one(burst, key, first, end, today, known, table)

    work: list[tuple[str, Callable[[], object], str]] = [
        (f"一课 learn，{len(keys):,} × {WINDOW_DAYS}", lambda: learn(keys, counts, first, None, table), ""),
        (f"judge 一日 a day，{len(keys):,}", lambda: judge(keys, counts, first, rows, ends, 1, today, known, table), "5 ms"),
        (f"judge 一周 a week，{len(keys):,}", lambda: judge(keys, counts, first, rows, ends, WEEK, today, known, table), "5 ms"),
        ("judge_one × 1000，平常 usual", ones, "10 ms"),
        ("judge_one × 1000，突增 bursts", bursts, ""),
        (
            f"judge_years，{YEARS_SERIES} × {YEARS} 年 years",
            lambda: judge_years(year_keys, many, first, range(YEARS_SERIES), many.shape[1] - 1, date.max, known, table),
            "15 ms",
        ),
    ]  # fmt: skip
    with threadpool_limits(1):
        spans = [[name, f"{least(run, rounds) * 1e3:.1f} ms", goal] for name, run, goal in work]
    show("处理器时间 processor time", ["工作 work", "最少 least", "目标 goal"], spans)


def least(work: Callable[[], object], rounds: int) -> float:
    """Least processor time of some rounds, in seconds."""
    spans = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        spans.append(time.process_time() - begin)
    return min(spans)


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", default="7", help="simulated cities, comma separated (%(default)s)")
    parser.add_argument("--days", type=int, default=240, help="days of each (%(default)s)")
    parser.add_argument("--only", choices=("null", "speed"))
    parser.add_argument(
        "--judged-from", type=int, default=60, help="days of record before the first judged day (%(default)s)"
    )
    parser.add_argument("--delays", choices=("apart", "together"), default="apart")
    given = parser.parse_args()
    table = load_rules(Settings(_env_file=None)).policy.trend
    if given.only != "null":
        show_speed(table)
    if given.only != "speed":
        console.print(f"种子 seeds {given.seeds}，{given.days} 天 days")
        show_null(
            [int(seed) for seed in given.seeds.split(",")],
            given.days,
            given.judged_from,
            table,
            together=given.delays == "together",
        )


if __name__ == "__main__":
    main()
