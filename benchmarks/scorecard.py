"""Scorecard of the detectors on simulated outbreaks (benchmark A, in the manner of Noufaily et al. 2013), beside R's surveillance.

First R's own alarms are reproduced, method by method; then detection (POD), false positive rate (FPR), predictive value (PPV) and delay of each
method stand beside R's Farrington Flexible, with 95 % intervals over series; then the recommended setting is compared pair by pair, and
its alpha is chosen anew on four fifths of the replicates and judged on the fifth left out; the same with the true law of the counts in place of the
fitted one shows what better fitting (pooling over series, say) could still gain. Data: FUYUAN_REAL_DATA/detectors/benchmark_A.

    python -m benchmarks.scorecard [--replicates 20]
"""

import argparse
import csv
import gzip
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from risk_model.trends import ears
from risk_model.trends.count_laws import tail
from risk_model.trends.cusum import cusum
from risk_model.trends.farrington import farrington
from risk_model.trends.farrington_flexible import RECOMMENDED, FlexibleSettings, farrington_flexible
from risk_model.trends.in_control import seasonal_mean
from risk_model.trends.scoring import Estimate, Outbreaks, Tally, detection, difference, false_alarm
from risk_model.trends.weekly import Season

FOLDER = Path(os.environ.get("FUYUAN_REAL_DATA", "../shared/data")) / "detectors" / "benchmark_A"
FIRST_WEEK, SIZES, CLUSTERS, FOLDS = 576, (2, 3, 5, 10), range(1, 8), 5
R_DEFAULT = FlexibleSettings(Season(blocks=1, skipped=3), threshold="delta", trend_p=0.05, r_quirks=True)
NOUFAILY = FlexibleSettings()
R_COLUMNS = {
    "ff_noufaily_a05": "n_a05", "ff_noufaily_a01": "n_a01", "ff_default_a05": "d_a05", "ff_default_a01": "d_a01",
    "farrington_a05": "f_a05", "ears_C1": "C1", "ears_C2": "C2", "ears_C3": "C3", "cusum_rossi_glm": "cu",
}  # fmt: skip
Alarms = NDArray[np.bool_]
_LEAST_MEAN = 1e-6
console = Console(width=150)


@dataclass(frozen=True)
class Benchmark:
    """Simulated series, one current outbreak each, and R's alarms.

    Args:
        counts: shape (n_series, n_weeks).
        outbreaks: in weeks from the first that is judged.
        size: outbreak size class k of each series.
        cluster: cluster of its scenario.
        replicate: its replicate.
        r_alarms: by R's column, shape (n_series, n_judged).
        true_mean, true_dispersion: of the law the counts were drawn from, shapes (n_series, n_judged) and (n_series,).
    """

    counts: NDArray[np.int64]
    outbreaks: Outbreaks
    size: NDArray[np.int64]
    cluster: NDArray[np.int64]
    replicate: NDArray[np.int64]
    r_alarms: dict[str, Alarms]
    true_mean: NDArray[np.float64]
    true_dispersion: NDArray[np.float64]

    @property
    def times(self) -> list[int]:
        """0-based weeks that are judged."""
        return list(range(FIRST_WEEK - 1, self.counts.shape[1]))

    @property
    def judged(self) -> NDArray[np.int64]:
        """Their counts."""
        return self.counts[:, FIRST_WEEK - 1 :]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(FOLDER / name, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def load(replicates: int) -> Benchmark:
    """The first replicates of every scenario."""
    rows = [row for row in _rows("counts.csv.gz") if int(row["rep"]) <= replicates]
    index = {(row["scenario"], row["rep"]): i for i, row in enumerate(rows)}
    weeks = [key for key in rows[0] if key.startswith("w")]
    counts = np.array([[int(row[week]) for week in weeks] for row in rows])
    with (FOLDER / "scenarios.csv").open(encoding="utf-8", newline="") as lines:
        scenarios = {row["scenario"]: row for row in csv.DictReader(lines)}
    drawn_from = [scenarios[row["scenario"]] for row in rows]
    size, first, last = (np.zeros(len(rows), dtype=np.int64) for _ in range(3))
    for row in _rows("outbreaks.csv.gz"):
        at = index.get((row["scenario"], row["rep"]))
        if at is not None and row["period"] == "current":
            size[at], first[at], last[at] = int(row["k"]), int(row["first_week"]), int(row["last_week"])
    r_alarms = {column: np.zeros((len(rows), len(weeks) - FIRST_WEEK + 1), dtype=bool) for column in R_COLUMNS.values()}
    for row in _rows("r_weekly.csv.gz"):
        at = index.get((row["scenario"], row["rep"]))
        if at is not None:
            for column, alarms in r_alarms.items():
                alarms[at, int(row["t"]) - FIRST_WEEK] = row[column] == "1"
    return Benchmark(
        counts,
        Outbreaks(first - FIRST_WEEK, last - FIRST_WEEK),
        size,
        np.array([int(scenario["cluster"]) for scenario in drawn_from]),
        np.array([int(row["rep"]) for row in rows]),
        r_alarms,
        np.array([_mean(scenario, len(weeks)) for scenario in drawn_from]),
        np.array([float(scenario["phi"]) for scenario in drawn_from]),
    )


def _mean(scenario: dict[str, str], n_weeks: int) -> NDArray[np.float64]:
    """Mean of each judged week of a scenario, without outbreaks."""
    weeks = np.arange(FIRST_WEEK, n_weeks + 1)
    log_mean = float(scenario["theta"]) + float(scenario["beta"]) * weeks
    for pair in range(1, int(scenario["m"]) + 1):
        angle = 2 * np.pi * pair * weeks / 52
        log_mean = log_mean + float(scenario["gamma1"]) * np.cos(angle) + float(scenario["gamma2"]) * np.sin(angle)
    return np.exp(log_mean)


def flexible(bench: Benchmark, settings: FlexibleSettings) -> Alarms:
    """Alarms of Farrington Flexible in the weeks judged."""
    return farrington_flexible(bench.counts, bench.times, settings).alarms(bench.judged)


def reproduced(bench: Benchmark) -> dict[str, Alarms]:
    """Our alarms of every method R was run with."""
    counts, begin = bench.counts, FIRST_WEEK - 1
    daily = {
        "ears_C1": ears.c1(counts),
        "ears_C2": ears.c2(counts),
        "ears_C3": ears.c3(counts, r_compatible=True),
    }
    return {
        "ff_noufaily_a05": flexible(bench, NOUFAILY),
        "ff_noufaily_a01": flexible(bench, replace(NOUFAILY, alpha=0.01)),
        "ff_default_a05": flexible(bench, R_DEFAULT),
        "ff_default_a01": flexible(bench, replace(R_DEFAULT, alpha=0.01)),
        "farrington_a05": farrington(counts, bench.times).alarms(bench.judged),
        **{name: bounds.alarms(counts)[:, begin:] for name, bounds in daily.items()},
        "cusum_rossi_glm": cusum(bench.judged, seasonal_mean(counts, begin, 52)).alarms,
    }


def cross_validated(bench: Benchmark, p_value: NDArray[np.float64]) -> Alarms:
    """Alarms with alpha chosen on the other folds so that their false positive rate is at most that of R's Noufaily settings there."""
    quiet, fold = ~bench.outbreaks.weeks(p_value.shape[1]), (bench.replicate - 1) // 4 % FOLDS
    alarms = np.zeros(p_value.shape, dtype=bool)
    for left_out in range(FOLDS):
        train, test = fold != left_out, fold == left_out
        if train.any():
            rate = bench.r_alarms["n_a05"][train][quiet[train]].mean()
            quiet_p = np.sort(p_value[train][quiet[train]])
            alarms[test] = p_value[test] < quiet_p[int(rate * quiet_p.size)]
    return alarms


def fitted_p(bench: Benchmark, settings: FlexibleSettings) -> NDArray[np.float64]:
    """P-values of Farrington Flexible; 2 where there are too few cases to judge."""
    found = farrington_flexible(bench.counts, bench.times, settings)
    return np.where(np.isnan(found.upper), 2.0, found.p_value)


def true_p(bench: Benchmark, settings: FlexibleSettings, *, mean: bool, dispersion: bool) -> NDArray[np.float64]:
    """Mid-p-values with the true mean or dispersion put in the place of the fitted one: what better fitting could still gain."""
    found, counts = farrington_flexible(bench.counts, bench.times, settings), bench.judged.astype(np.float64)
    law = (
        bench.true_mean if mean else np.maximum(np.nan_to_num(found.expected), _LEAST_MEAN),
        np.broadcast_to(bench.true_dispersion[:, None], counts.shape) if dispersion else found.dispersion,
    )
    return (tail(counts, *law) + tail(counts + 1, *law)) / 2


def percent(estimate: Estimate, digits: int = 1) -> str:
    """Per cent with half the width of its interval."""
    return f"{estimate.value * 100:.{digits}f} ±{(estimate.high - estimate.low) * 50:.{digits}f}"


def table(bench: Benchmark, methods: dict[str, Alarms]) -> Table:
    """One line a method."""
    shown = Table(
        "方法 method", "FPR %", "POD %", "首周 1st week %", "PPV %", "延迟 delay 周", *(f"k={k}" for k in SIZES)
    )
    for name, alarms in methods.items():
        tally = Tally.of(alarms, bench.outbreaks)
        delay = tally.mean_delay
        shown.add_row(
            name,
            percent(tally.false_positive_rate, 2),
            percent(tally.probability_of_detection),
            percent(tally.first_week_detection),
            percent(tally.predictive_value),
            f"{delay.value:.2f} ±{(delay.high - delay.low) / 2:.2f}",
            *(percent(tally.select(bench.size == k).probability_of_detection, 0) for k in SIZES),
        )
    return shown


def paired(bench: Benchmark, methods: dict[str, Alarms], reference: str) -> Table:
    """Differences to a reference, in points, paired by series."""
    shown = Table(f"减 minus {reference}", "FPR", "POD")
    base = Tally.of(methods[reference], bench.outbreaks)
    for name, alarms in methods.items():
        tally = Tally.of(alarms, bench.outbreaks)
        gaps = (difference(tally, base, false_alarm), difference(tally, base, detection))
        cells = (f"{gap.value * 100:+.2f} ({gap.low * 100:+.2f} … {gap.high * 100:+.2f})" for gap in gaps)
        if name != reference:
            shown.add_row(name, *cells)
    return shown


def by_cluster(bench: Benchmark, methods: dict[str, Alarms]) -> Table:
    """False positive rate and detection in each cluster of scenarios."""
    shown = Table("FPR % / POD %", *(str(cluster) for cluster in CLUSTERS))
    for name, alarms in methods.items():
        parts = [Tally.of(alarms, bench.outbreaks).select(bench.cluster == cluster) for cluster in CLUSTERS]
        rates = ((p.false_positive_rate.value * 100, p.probability_of_detection.value * 100) for p in parts)
        shown.add_row(name, *(f"{fpr:.1f} / {pod:.0f}" for fpr, pod in rates))
    return shown


def main() -> int:
    """Print the scorecard; 1 when an alarm of R is not reproduced."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--replicates", type=int, default=20, help="每个情景的重复次数 replicates of every scenario, at most 20"
    )
    options = parser.parse_args()
    if not FOLDER.is_dir():
        console.print(f"没有 {FOLDER}（FUYUAN_REAL_DATA） no such folder")
        return 0
    bench = load(options.replicates)
    ours = reproduced(bench)
    different = {name: int((alarms != bench.r_alarms[R_COLUMNS[name]]).sum()) for name, alarms in ours.items()}
    console.print(
        f"{len(bench.counts)} 条序列 series × {bench.judged.shape[1]} 周 weeks；与 R 不同的报警 alarms that differ from R's: {different}"
    )
    console.print(table(bench, {f"R {name}": bench.r_alarms[column] for name, column in R_COLUMNS.items()}))
    blocks = replace(RECOMMENDED, season=Season())
    methods = {
        "R ff_noufaily_a05": bench.r_alarms["n_a05"],
        f"推荐 RECOMMENDED alpha {RECOMMENDED.alpha:g}": flexible(bench, RECOMMENDED),
        "同，交叉验证 the same, alpha cross-validated": cross_validated(bench, fitted_p(bench, RECOMMENDED)),
        "十段 ten blocks, alpha cross-validated": cross_validated(bench, fitted_p(bench, blocks)),
        "真实均值、离散度 the true law": cross_validated(bench, true_p(bench, RECOMMENDED, mean=True, dispersion=True)),
        "真实均值 the true mean": cross_validated(bench, true_p(bench, RECOMMENDED, mean=True, dispersion=False)),
        "真实离散度 the true dispersion": cross_validated(
            bench, true_p(bench, RECOMMENDED, mean=False, dispersion=True)
        ),
        "C3（含当日 with the day itself）": ears.c3(bench.counts).alarms(bench.counts)[:, FIRST_WEEK - 1 :],
    }
    console.print(table(bench, methods))
    console.print(paired(bench, methods, "R ff_noufaily_a05"))
    console.print(by_cluster(bench, methods))
    return int(any(different.values()))


if __name__ == "__main__":
    sys.exit(main())
