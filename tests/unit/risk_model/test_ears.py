"""EARS C2 against a table worked by hand, and against R's surveillance where its output is at hand."""

import csv
import gzip
from math import sqrt
from pathlib import Path

import pytest
from scipy.stats import norm

from risk_model.trends.ears import c2_upper
from tests.disputes import shared_data


@pytest.mark.parametrize(
    ("baseline", "sd_factor", "min_sd", "mean", "upper"),
    [
        # seven equal days: sd 0, the least sd decides
        ([0, 0, 0, 0, 0, 0, 0], 3.0, 0.5, 0.0, 1.5),
        ([4, 4, 4, 4, 4, 4, 4], 3.0, 0.5, 4.0, 5.5),
        ([4, 4, 4, 4, 4, 4, 4], 3.0, 0.0, 4.0, 4.0),
        # 1..7: mean 4, squares 9+4+1+0+1+4+9 = 28, 28/6
        ([1, 2, 3, 4, 5, 6, 7], 3.0, 0.5, 4.0, 4 + 3 * sqrt(28 / 6)),
        ([7, 6, 5, 4, 3, 2, 1], 2.0, 0.5, 4.0, 4 + 2 * sqrt(28 / 6)),
        # one burst of 14: mean 2, squares 144 + 6*4 = 168, 168/6 = 28
        ([0, 0, 0, 14, 0, 0, 0], 3.0, 0.5, 2.0, 2 + 3 * sqrt(28)),
        # two days: mean 3, squares 1+1, 2/1
        ([2, 4], 1.0, 0.0, 3.0, 3 + sqrt(2)),
    ],
)
def test_table(baseline: list[int], sd_factor: float, min_sd: float, mean: float, upper: float) -> None:
    """Mean and bound of hand-worked baselines."""
    assert c2_upper(baseline, sd_factor, min_sd) == pytest.approx((mean, upper), rel=1e-12)


@pytest.mark.parametrize("baseline", [[], [3]])
def test_too_short_a_baseline_is_refused(baseline: list[int]) -> None:
    """A standard deviation needs two days; the message says so in both languages."""
    with pytest.raises(ValueError, match=r"需要至少 2 天基线.*at least 2 days"):
        c2_upper(baseline, 3.0, 0.5)


def test_bound_rises_with_the_factor_and_the_least_sd() -> None:
    """More tolerance never alarms more."""
    baseline = [1, 0, 2, 1, 0, 3, 1]
    bounds = [c2_upper(baseline, factor, 0.5)[1] for factor in (1.0, 2.0, 3.0)]
    assert bounds == sorted(bounds)
    assert c2_upper(baseline, 3.0, 5.0)[1] > c2_upper(baseline, 3.0, 0.5)[1]


def _outputs() -> Path | None:
    folder = shared_data()
    path = folder / "detectors" / "outputs" / "ears_default.csv.gz" if folder else None
    return path if path and path.is_file() else None


OUTPUTS = _outputs()  # at import: settings in the environment are cleared while a test runs


@pytest.mark.skipif(
    OUTPUTS is None, reason="R's EARS outputs are not here: set FUYUAN_REAL_DATA to the shared data folder"
)
def test_bound_is_that_of_r_surveillance() -> None:
    """Mean, bound and alarm of earsC C2 (baseline 7, two guard days, alpha 0.001, minSigma 0) at every point of 122 series.

    R multiplies the standard deviation by qnorm(1 - alpha) where EARS says 3; the factor is an argument here.
    """
    assert OUTPUTS is not None
    factor = float(norm.ppf(0.999))
    with gzip.open(OUTPUTS, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    counts: dict[str, list[int]] = {}
    for row in rows:
        counts.setdefault(row["series"], []).append(int(row["y"]))
    compared = alarms = 0
    for row in rows:
        if not row["C2_ub"]:
            continue
        today = int(row["t"]) - 1
        series = counts[row["series"]]
        mean, upper = c2_upper(series[today - 9 : today - 2], factor, 0.0)
        assert mean == pytest.approx(float(row["C2_mean"]), rel=1e-7, abs=1e-7)
        assert upper == pytest.approx(float(row["C2_ub"]), rel=1e-7, abs=1e-7), row
        alarm = series[today] > upper and series[today] - upper > 1e-9 * max(1.0, upper)
        assert alarm == (row["C2_alarm"] == "1"), row
        compared += 1
        alarms += alarm
    assert len(counts) == 122
    assert compared > 30_000
    assert alarms > 1_000
