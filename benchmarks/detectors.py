"""Detectors on many series: Farrington Flexible beside R's surveillance, 100,000 series in a week on two cores, EARS, and how cost grows.

Series are simulated negative binomial counts with dispersion 1.5: ``mixed`` ones with log-normal levels (median 1.6 a week), ``sparse`` ones with
a mean of 0.22 (four weeks in five without a case). Figures of one core are the least processor time of some rounds, with one BLAS thread
(other work on the machine would count in wall time); those of two cores are wall and processor time. R's own time is that of ../shared/data/detectors/timings.csv, measured on another machine of two shared cores.

    python -m benchmarks.detectors [--rounds 3] [--series 100000] [--only one|two|ears|growth]
"""

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.memory import peak_mb
from benchmarks.workbench import SEED, console, show, two_cores
from risk_model.trends.ears import c1, c2, c3
from risk_model.trends.farrington import FarringtonSettings, farrington
from risk_model.trends.farrington_flexible import FlexibleSettings, farrington_flexible
from risk_model.trends.weekly import Season

Counts = NDArray[np.int64]
R_MICROSECONDS = 9_845.0  # a series-week of farringtonFlexible with the same settings, 20 series x 49 weeks
TARGET_TIMES_R = 200.0
TARGET_SECONDS, TARGET_EARS_SECONDS = 10.0, 0.1
DISPERSION, SPARSE_MEAN = 1.5, 0.22
DAYS = 14
FIRST_C2_DAY = 9  # seven days of baseline, two guard days
PARTS = ("one", "two", "ears", "growth")
SHARED: dict[str, Counts] = {}  # inherited by the two processes


def simulated(n_series: int, n_time: int, *, sparse: bool = False) -> Counts:
    """Counts of shape (n_series, n_time)."""
    rng = np.random.default_rng(SEED)
    level = np.full(n_series, SPARSE_MEAN) if sparse else np.exp(rng.normal(0.5, 1.2, n_series))
    return rng.negative_binomial(level[:, None] / (DISPERSION - 1), 1 / DISPERSION, (n_series, n_time))


def least(work: Callable[[], object], rounds: int) -> float:
    """Least processor time of some rounds, in seconds."""
    spans = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        spans.append(time.process_time() - begin)
    return min(spans)


def one_core(rounds: int, n_series: int = 10_000) -> None:
    """One week of many series, beside R."""
    rows = []
    for name, sparse, settings in (
        ("Noufaily，混合 mixed", False, FlexibleSettings()),
        ("Noufaily，稀疏 sparse", True, FlexibleSettings()),
        ("muan，混合 mixed", False, FlexibleSettings(threshold="muan")),
        ("谐波 2 harmonics，混合 mixed", False, FlexibleSettings(Season(blocks=1, harmonics=2))),
    ):
        week = FlexibleSettings().season.history
        counts = simulated(n_series, week + 1, sparse=sparse)
        micros = least(lambda c=counts, s=settings, w=week: farrington_flexible(c, [w], s), rounds) / n_series * 1e6
        rows.append((name, f"{micros:,.1f}", f"{1e6 / micros:,.0f}", f"{R_MICROSECONDS / micros:,.0f}×"))
    counts, original = simulated(n_series, 264), FarringtonSettings()
    micros = least(lambda: farrington(counts, [263], original), rounds) / n_series * 1e6
    rows.append(("Farrington 1996，混合 mixed", f"{micros:,.1f}", f"{1e6 / micros:,.0f}", ""))
    columns = ("方法 method", "µs/序列周 a series-week", "序列周/秒 a second", "R 的倍数 times R")
    show(f"一核 one core，{n_series:,} 条序列 series；目标 target {TARGET_TIMES_R:g}×", columns, rows)


def _half(part: int) -> tuple[float, float]:
    os.sched_setaffinity(0, {two_cores()[part]})
    counts = SHARED["counts"]
    with threadpool_limits(1):
        begin = time.process_time()
        farrington_flexible(counts[part::2], [counts.shape[1] - 1])
    return time.process_time() - begin, peak_mb(os.getpid())


def two_processes(n_series: int) -> None:
    """All series of one week on two cores; time and memory."""
    SHARED["counts"] = simulated(n_series, FlexibleSettings().season.history + 1)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
        begin = time.perf_counter()
        answers = list(pool.map(_half, (0, 1)))
        seconds = time.perf_counter() - begin
    counts = SHARED.pop("counts")
    busy = " + ".join(f"{used:.2f}" for used, _ in answers)
    peaks = " + ".join(f"{peak:,.0f}" for _, peak in answers)
    row = (f"{n_series:,}", f"{seconds:,.2f}", busy, f"{counts.nbytes / 1e6:,.0f}", peaks)
    columns = ("序列 series", "秒 wall s", "处理器秒 CPU s", "计数 counts MB", "峰值 peak MB，含计数 with counts")
    show(f"两核一周 one week on two cores；目标 target < {TARGET_SECONDS:g} s", columns, [row])


def ears(rounds: int, n_series: int) -> None:
    """One day of many daily series."""
    counts = simulated(n_series, DAYS)
    rows = [
        (method.__name__.upper(), f"{least(lambda m=method: m(counts), rounds) * 1e3:,.1f}") for method in (c1, c2, c3)
    ]
    show(
        f"EARS，{n_series:,} 条序列 series × {DAYS} 天 days；目标 target < {TARGET_EARS_SECONDS * 1e3:g} ms",
        ("方法 method", "ms"),
        rows,
    )


def growth(rounds: int) -> None:
    """Cost against number of series and length of history."""
    rows = []
    for n_series in (1, 10, 100, 1_000, 10_000):
        counts = simulated(n_series, 264)
        seconds = least(lambda c=counts: farrington_flexible(c, [263]), rounds)
        rows.append(
            (f"{n_series:,} 条 series，5 年 years", f"{seconds * 1e3:,.1f}", f"{seconds / n_series * 1e6:,.1f}")
        )
    for years in (3, 5, 8, 12):
        settings = FlexibleSettings(Season(years=years))
        counts = simulated(5_000, settings.season.history + 1)
        seconds = least(lambda c=counts, s=settings: farrington_flexible(c, [s.season.history], s), rounds)
        rows.append((f"5,000 条 series，{years} 年 years", f"{seconds * 1e3:,.1f}", f"{seconds / 5_000 * 1e6:,.1f}"))
    show("增长 growth，Farrington Flexible", ("规模 size", "ms", "µs/序列周 a series-week"), rows)
    rows = []
    for n_series in (1_000, 10_000, 100_000):
        for n_days in (DAYS, 28, 112):
            counts = simulated(n_series, n_days)
            seconds = least(lambda c=counts: c2(c), rounds)
            judged = n_series * (n_days - FIRST_C2_DAY)
            rows.append(
                (
                    f"{n_series:,} 条 series × {n_days} 天 days",
                    f"{seconds * 1e3:,.1f}",
                    f"{seconds / judged * 1e9:,.0f}",
                )
            )
    show("增长 growth，EARS C2，所有的天 every day", ("规模 size", "ms", "ns/序列天 a series-day"), rows)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--series", type=int, default=100_000)
    parser.add_argument("--only", choices=PARTS)
    options = parser.parse_args()
    chosen = (options.only,) if options.only else PARTS
    if "two" in chosen:  # first, while no BLAS threads exist that a fork could not take along
        two_processes(options.series)
    os.sched_setaffinity(0, {two_cores()[0]})
    with threadpool_limits(1):
        if "one" in chosen:
            one_core(options.rounds)
        if "ears" in chosen:
            ears(options.rounds, options.series)
        if "growth" in chosen:
            growth(options.rounds)
    console.print(f"R：{R_MICROSECONDS:,.0f} µs/序列周 a series-week（timings.csv）")


if __name__ == "__main__":
    main()
