"""Planted stories of the simulated city: days to the first right warning, and false warnings, beside naive rules on the same counts.

Each seed is run twice, with stories and without, through the real judgement in memory; which warning is right is decided by the rule of
``benchmarks.planted``. With ``--years`` the city runs for nearly four years at a lower rate and only the last six months are judged, so that
weeks are compared with those of earlier years. Seeds 1 to 10 are left for tuning. ``--write`` puts the tables into docs/early_warning.md.

    python -m benchmarks.stories [--seeds 3] [--days 90] [--years] [--write]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.city_counts import WeeklyCounts
from benchmarks.city_run import CityRun, Setting, run_city
from benchmarks.naive_rules import Fires, Outcome, by_half, fixed, one_limit, outcome
from benchmarks.planted import KINDS, LEAST, Verdict
from benchmarks.workbench import write_section
from infra.simulation.simulate import DEFAULT_START
from infra.simulation.truth import StoryTruth

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "early_warning.md"
FIRST_SEED = 11
YEARS_START, YEARS_DAYS, YEARS_JUDGED_FROM, YEARS_PER_DAY = date(2022, 1, 1), 1350, 1170, 50.0
USUAL = 10  # events a week
STORIES = {
    "developer_failing": "问题楼盘",
    "wage_arrears_cluster": "集中欠薪",
    "land_acquisition": "征地争议",
    "fund_raising": "非法集资",
    "neighbours_feud": "邻里积怨",
    "rain_burst": "暴雨积水",
    "quota_junk": "凑数上报",
}
TRENDS = tuple(name for name in KINDS.values() if name != "事项")


class Method(NamedTuple):
    """A way to warn: false warnings a county-month with and without stories, and the first right day of each story."""

    name: str
    false_with: float
    false_without: float
    first_right: dict[tuple[int, str], date]


def run_all(settings: Sequence[Setting]) -> list[CityRun]:
    """All runs, in two processes, progress shown."""
    runs: dict[Setting, CityRun] = {}
    begin = time.perf_counter()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(run_city, setting): setting for setting in settings}
        for done in as_completed(waiting):
            run = runs[waiting[done]] = done.result()
            print(
                f"{len(runs)}/{len(settings)} seed {run.setting.seed}"
                f" {'stories' if run.setting.with_stories else 'quiet'}: {run.events:,} events, {time.perf_counter() - begin:.0f} s",
                file=sys.stderr,
                flush=True,
            )
    return [runs[setting] for setting in settings]


def by_verdicts(name: str, runs: Sequence[CityRun], of: Callable[[CityRun], Sequence[Verdict]]) -> Method:
    """A method whose signals were judged one by one."""
    first: dict[tuple[int, str], date] = {}
    for run in runs:
        for verdict in of(run):
            if verdict.right and verdict.story in {story.id for story in run.stories}:
                key = (run.setting.seed, verdict.story or "")
                first[key] = min(first.get(key, date.max), verdict.signal.seen)
    with_, without = (rate([(false_warnings(run, of(run)), run) for run in part]) for part in parts(runs))
    return Method(name, with_, without, first)


def parts(runs: Sequence[CityRun]) -> tuple[list[CityRun], list[CityRun]]:
    """Runs with stories, and without."""
    return [run for run in runs if run.setting.with_stories], [run for run in runs if not run.setting.with_stories]


def false_warnings(run: CityRun, verdicts: Sequence[Verdict]) -> int:
    """Warnings none of whose signals a story explains that may lead to a warning."""
    junk = {story.id for story in run.stories if not story.warnings}
    every = {verdict.signal.warning_id for verdict in verdicts}
    explained = {v.signal.warning_id for v in verdicts if v.story is not None and v.story not in junk}
    return len(every - explained)


def rate(counted: Sequence[tuple[int, CityRun]]) -> float:
    """Warnings a county-month."""
    months = sum(run.county_months for _, run in counted)
    return sum(number for number, _ in counted) / months if months else float("nan")


def by_rule(name: str, runs: Sequence[CityRun], rule: Callable[[WeeklyCounts], Fires]) -> Method:
    """A naive rule on weekly counts."""
    found: list[tuple[CityRun, Outcome]] = [(r, outcome(rule(r.weekly), r.weekly, r.stories)) for r in runs]
    first = {(run.setting.seed, story): day for run, out in found for story, day in out.first_right.items()}
    with_, without = (
        rate([(out.false_warnings, run) for run, out in found if run.setting.with_stories is planted])
        for planted in (True, False)
    )
    return Method(name, with_, without, first)


def tuned(
    name: str, runs: Sequence[CityRun], rule: Callable[[WeeklyCounts, int], Fires], limits: Sequence[int], most: float
) -> Method:
    """The most sensitive of a family of rules with at most so many false warnings on quiet runs; ``limits`` from keen to dull."""
    quiet = parts(runs)[1]
    low, high = 0, len(limits) - 1
    while low < high:
        middle = (low + high) // 2
        if by_rule("", quiet, lambda w, limit=limits[middle]: rule(w, limit)).false_without <= most:
            high = middle
        else:
            low = middle + 1
    return by_rule(name.format(limits[low]), runs, lambda w: rule(w, limits[low]))


def own_limits(runs: Sequence[CityRun]) -> Callable[[WeeklyCounts, int], Fires]:
    """For each series its own number: the mean week of all quiet runs (the rule is told it) and so many tenths of its square root more."""
    mean = np.concatenate([run.weekly.week for run in parts(runs)[1]], axis=1).mean(axis=1)

    def rule(_: WeeklyCounts, tenths: int) -> Fires:
        limits: NDArray[np.float64] = np.maximum(mean + tenths / 10 * np.sqrt(mean), LEAST)
        return fixed(limits)

    return rule


def methods(runs: Sequence[CityRun]) -> list[Method]:
    """The system, and the naive rules: at usual numbers, and at the system's own rate of false warnings."""
    ours = by_verdicts(
        "本系统（苗头、趋势、区域、系统）", runs, lambda run: [v for v in run.verdicts if v.signal.kind in TRENDS]
    )
    numbers = range(3, 400)
    return [
        ours,
        by_verdicts("EARS C2（以前的版本）", runs, lambda run: run.ears),
        by_rule(f"周环比 +50 %，至少 {USUAL} 件", runs, lambda _: by_half(USUAL)),
        by_rule(f"每周 {USUAL} 件（县区 {3 * USUAL} 件）", runs, lambda w: fixed(one_limit(w, USUAL))),
        tuned("周环比 +50 %，至少 {} 件*", runs, lambda _, n: by_half(n), numbers, ours.false_without),
        tuned("每周 {} 件（县区三倍）*", runs, lambda w, n: fixed(one_limit(w, n)), numbers, ours.false_without),
        tuned("各序列自己的定数*", runs, own_limits(runs), range(10, 150), ours.false_without),
    ]  # fmt: skip


def delays(method: Method, runs: Sequence[CityRun], kind: str) -> tuple[list[int], int]:
    """Days to the first right warning of each story of a kind that was found, and how many there were."""
    stories: list[tuple[int, StoryTruth]] = [
        (run.setting.seed, story) for run in runs for story in run.stories if story.kind == kind
    ]
    found = [
        (method.first_right[seed, story.id] - story.first_day).days
        for seed, story in stories
        if story.first_day and (seed, story.id) in method.first_right
    ]
    return found, len(stories)


def cell(found: Sequence[int], planted: int) -> str:
    """Median days and how many were found."""
    return f"{statistics.median(found):g}（{len(found)}/{planted}）" if found else f"—（0/{planted}）"


def tables(runs: Sequence[CityRun]) -> str:
    """Markdown of both tables."""
    ours = [
        by_verdicts(kind, runs, lambda run, kind=kind: [v for v in run.verdicts if v.signal.kind == kind])
        for kind in (*TRENDS, "事项")
    ]
    compared = methods(runs)
    lines = ["| 故事 | 任一种 | " + " | ".join(m.name for m in ours) + " |", "|---" * (len(ours) + 2) + "|"]
    kinds = [kind for kind in STORIES if kind != "quota_junk"]
    for kind in kinds:
        row = [cell(*delays(method, runs, kind)) for method in (compared[0], *ours)]
        lines.append(f"| {STORIES[kind]} | " + " | ".join(row) + " |")
    lines += ["", "| 方法 | 误报（有故事） | 误报（无故事） | " + " | ".join(STORIES[k] for k in kinds) + " |"]
    lines.append("|---" * (len(kinds) + 3) + "|")
    for method in compared:
        row = [cell(*delays(method, runs, kind)) for kind in kinds]
        lines.append(
            f"| {method.name} | {method.false_with:.2f} | {method.false_without:.2f} | " + " | ".join(row) + " |"
        )
    return "\n".join(lines)


def short_settings(seeds: int, days: int) -> list[Setting]:
    """Every seed with stories and without."""
    return [
        Setting(seed, days, DEFAULT_START, 200.0, planted)
        for seed in range(FIRST_SEED, FIRST_SEED + seeds)
        for planted in (True, False)
    ]


def years_settings(seeds: int) -> list[Setting]:
    """Nearly four years, the last six months judged."""
    return [
        Setting(seed, YEARS_DAYS, YEARS_START, YEARS_PER_DAY, planted, YEARS_JUDGED_FROM)
        for seed in range(FIRST_SEED, FIRST_SEED + seeds)
        for planted in (True, False)
    ]


def report(name: str, runs: Sequence[CityRun], command: str) -> str:
    """One section: how it was run, and its tables."""
    one = runs[0].setting
    seeds = sorted({run.setting.seed for run in runs})
    events = sum(run.events for run in runs) / len(runs)
    held = sum(len({v.signal.warning_id for v in run.held}) for run in runs)
    judged = f"，只评第 {one.judged_from + 1} 天起" if one.judged_from else "，没有先前的记录（冷启动）"
    return (
        f"{name}：种子 {seeds[0]}{f'–{seeds[-1]}' if len(seeds) > 1 else ''}，{one.start} 起 {one.days} 天{judged}，平均 {events:,.0f} 件；每个种子有故事、无故事各一次。"
        f"额度压下、只作记录的异常平均每次 {held / len(runs):.0f} 条。`{command}`\n\n{tables(runs)}"
    )


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--years", action="store_true", help="近四年、每天较少 nearly four years, fewer a day")
    parser.add_argument("--write", action="store_true", help="写入 write into docs/early_warning.md")
    options = parser.parse_args()
    if options.years:
        name, settings = "stories of years", years_settings(options.seeds)
        command = f"python -m benchmarks.stories --years --seeds {options.seeds}"
    else:
        name, settings = "stories", short_settings(options.seeds, options.days)
        command = f"python -m benchmarks.stories --seeds {options.seeds} --days {options.days}"
    text = report("近四年" if options.years else "头三个月", run_all(settings), command)
    print(text)
    if options.write:
        write_section(DOCUMENT, name, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
