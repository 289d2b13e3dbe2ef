"""Scores: hand-counted, their intervals, and every alarm of R on part of benchmark A."""

import numpy as np
import pytest

from benchmarks import scorecard
from risk_model.trends.farrington_flexible import RECOMMENDED
from risk_model.trends.scoring import Outbreaks, Tally, detection, difference, false_alarm, ratio
from tests.unit.trends.surveillance import DETECTORS

ALARMS = np.array([[1, 0, 1, 1, 0, 0], [0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0]], dtype=bool)
OUTBREAKS = Outbreaks(np.array([1, 2, 5]), np.array([2, 4, 5]))


def test_tally() -> None:
    """One found in its second week, two missed."""
    tally = Tally.of(ALARMS, OUTBREAKS)
    assert tally.false_alarms.tolist() == [2, 1, 0]
    assert tally.quiet_weeks.tolist() == [4, 3, 5]
    assert tally.true_alarms.tolist() == [1, 0, 0]
    assert tally.outbreak_weeks.tolist() == [2, 3, 1]
    assert tally.detected.tolist() == [1, 0, 0]
    assert tally.at_once.tolist() == [0, 0, 0]
    np.testing.assert_array_equal(tally.delay, [1, np.nan, np.nan])
    assert tally.false_positive_rate.value == pytest.approx(3 / 12)
    assert tally.probability_of_detection.value == pytest.approx(1 / 3)
    assert tally.predictive_value.value == pytest.approx(1 / 4)
    assert tally.mean_delay.value == 1
    assert tally.select(np.array([False, True, True])).probability_of_detection.value == 0
    assert np.isnan(tally.select(np.array([False, True, True])).mean_delay.value)


def test_interval_of_a_proportion() -> None:
    """With one week a series it is that of the binomial law; series that repeat themselves do not narrow it."""
    detected = np.array([1.0] * 30 + [0.0] * 70)
    one = ratio(detected, np.ones(100))
    assert (one.high - one.low) / 2 == pytest.approx(1.96 * (0.3 * 0.7 / 99) ** 0.5, rel=1e-3)
    clustered = ratio(detected * 10, np.full(100, 10.0))
    assert (clustered.low, clustered.high) == pytest.approx((one.low, one.high))


def test_paired_difference() -> None:
    """A detector minus itself is nothing, with certainty; otherwise the difference of the figures."""
    tally = Tally.of(ALARMS, OUTBREAKS)
    other = Tally.of(np.zeros_like(ALARMS), OUTBREAKS)
    same = difference(tally, tally, detection)
    assert (same.value, same.low, same.high) == (0, 0, 0)
    assert difference(tally, other, false_alarm).value == pytest.approx(3 / 12)


@pytest.mark.skipif(
    not (DETECTORS / "benchmark_A").is_dir(),
    reason=f"模拟数据不在 benchmark A is not at {DETECTORS} (FUYUAN_REAL_DATA)",
)
def test_part_of_the_scorecard(monkeypatch) -> None:
    """On four replicates of each scenario all nine methods give R's alarms, and the recommended setting beats Noufaily's."""
    monkeypatch.setattr(scorecard, "FOLDER", DETECTORS / "benchmark_A")
    bench = scorecard.load(replicates=4)
    assert len(bench.counts) == 168
    for name, alarms in scorecard.reproduced(bench).items():
        np.testing.assert_array_equal(alarms, bench.r_alarms[scorecard.R_COLUMNS[name]], err_msg=name)
    ours = Tally.of(scorecard.flexible(bench, RECOMMENDED), bench.outbreaks)
    theirs = Tally.of(bench.r_alarms["n_a05"], bench.outbreaks)
    assert difference(ours, theirs, detection).value > 0
    assert difference(ours, theirs, false_alarm).value < 0
