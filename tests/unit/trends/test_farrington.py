"""Farrington without R: hand-made cases, reference weeks, designs, fits against a plain solver, laws."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import xlogy

from risk_model.trends.farrington import FarringtonSettings, farrington
from risk_model.trends.farrington_flexible import FlexibleSettings, farrington_flexible
from risk_model.trends.loglinear import Response, fit
from risk_model.trends.reference import anchors_by_date, anchors_by_index, reference_points
from risk_model.trends.weekly import ROWS, Season, groups

SMALL = Season(years=3, half_width=2, periods=12, blocks=4, skipped=3)
THRESHOLDS = ("nb_plugin", "muan", "delta", "mid_p")


def weekly_series(n_series: int, n_time: int, seed: int, level: float = 5.0) -> np.ndarray:
    """Overdispersed counts."""
    return np.random.default_rng(seed).negative_binomial(level / 0.5, 1 / 1.5, (n_series, n_time))


@pytest.mark.parametrize(
    ("now", "years", "half_width", "blocks", "skipped", "positions", "levels"),
    [
        (25, 2, 1, 1, 1, [0, 1, 2, 12, 13, 14], [0] * 6),  # windows alone
        # all between: gaps of 9 into 2 blocks, the longer first; the last block is the window's
        (25, 2, 1, 3, 0, list(range(25)), [2, 2, 2, 0, 0, 0, 0, 0, 1, 1, 1, 1] * 2 + [2]),
        (25, 2, 1, 3, 5, list(range(20)), ([2, 2, 2, 0, 0, 0, 0, 0, 1, 1, 1, 1] * 2)[:20]),
    ],
)
def test_reference_points(now, years, half_width, blocks, skipped, positions, levels) -> None:
    """Windows and blocks of a year of twelve."""
    reference = reference_points(anchors_by_index(now, years, 12), half_width, blocks, skipped)
    assert reference.positions.tolist() == positions
    assert reference.levels.tolist() == levels


@pytest.mark.parametrize(
    ("today", "back"),
    [
        (
            date(2024, 3, 4),
            [date(2022, 3, 7), date(2023, 3, 6)],
        ),  # Mondays; 4 March 2023 was a Saturday, 4 March 2022 a Friday
        (date(2021, 1, 4), [date(2019, 1, 7), date(2020, 1, 6)]),  # over a year of 53 weeks
    ],
)
def test_calendar_anchors_are_the_nearest_same_weekday(today, back) -> None:
    """A year back, moved by at most three days."""
    weeks = [date(2018, 1, 1) + timedelta(weeks=k) for k in range(400)]
    anchors = anchors_by_date(weeks, weeks.index(today), 2)
    assert [weeks[anchor] for anchor in anchors] == [*back, today]


def test_leap_day_and_missing_dates() -> None:
    """29 February has 1 March as its day a year back; a date the series lacks is an error."""
    days = [date(2023, 3, 1), date(2024, 2, 29)]
    assert anchors_by_date(days, 1, 1).tolist() == [0, 1]
    with pytest.raises(ValueError, match=r"没有参照日期 2022-03-01"):
        anchors_by_date(days, 1, 2)


@pytest.mark.parametrize(
    ("anchors", "half_width", "message"),
    [([2, 14], 3, r"历史不足"), ([10, 14, 18], 2, r"参照窗口重叠")],
)
def test_impossible_windows_are_refused(anchors, half_width, message) -> None:
    """Before the series, or overlapping."""
    with pytest.raises(ValueError, match=message):
        reference_points(np.array(anchors), half_width, 1, 0)


@pytest.mark.parametrize(
    "wrong",
    [{"alpha": 0.0}, {"alpha": 0.7}, {"power": 0.0}, {"least_cases_periods": 0}],
)
def test_impossible_settings_are_refused(wrong) -> None:
    """At construction."""
    with pytest.raises(ValueError, match=r"收到"):
        FlexibleSettings(**wrong)
    for season in ({"years": 0}, {"blocks": 10, "harmonics": 1}):
        with pytest.raises(ValueError, match=r"years|blocks"):
            Season(**season)


def test_no_seasonality_and_no_trend_is_the_mean() -> None:
    """Worked by hand: reference counts 3 and 5 in turn have mean 4 and Pearson dispersion below 1, so the bound is Poisson's."""
    counts = np.array([[3, 5] * 30])
    season = Season(years=4, half_width=2, periods=13, blocks=1, skipped=2)
    for alpha, upper in ((0.05, 8.0), (0.01, 9.0)):  # Poisson(4): P(Y <= 7) = .949, P(Y <= 8) = .979, P(Y <= 9) = .992
        found = farrington_flexible(counts, [58], FlexibleSettings(season, alpha, trend_p=0.0, residual_limit=None))
        assert found.expected[0, 0] == pytest.approx(4.0)
        assert found.dispersion[0, 0] == 1.0
        assert found.upper[0, 0] == upper
        assert np.isnan(found.trend[0, 0])


def test_too_few_cases_have_no_bound() -> None:
    """Fewer than five cases in four weeks; the p-value is given all the same."""
    counts = weekly_series(2, 60, 3)
    counts[0, -4:], counts[1, -4:] = [0, 0, 0, 4], [0, 0, 0, 5]
    found = farrington_flexible(counts, [59], FlexibleSettings(SMALL))
    assert np.isnan(found.upper[:, 0]).tolist() == [True, False]
    assert not np.isnan(found.p_value).any()


def test_past_outbreaks_do_not_hide_a_new_one() -> None:
    """Reweighting takes an outbreak of last year out of the expectation."""
    counts = np.tile(np.array([4, 6, 5, 5]), 20)[None].copy()
    counts[0, 60] = 80
    one, two = (
        farrington_flexible(counts, [73], FlexibleSettings(SMALL, residual_limit=limit)).upper[0, 0]
        for limit in (None, 2.58)
    )
    assert two < one


def test_harmonics_follow_a_year() -> None:
    """Sine and cosine find a smooth season; the bound of the low month is lower than that of the high month."""
    t = np.arange(96)
    mean = np.exp(6 + np.cos(2 * np.pi * t / 12))
    counts = np.rint(mean).astype(int)[None]
    season = Season(years=4, half_width=1, periods=12, blocks=1, harmonics=1, skipped=3)
    found = farrington_flexible(counts, [84, 90], FlexibleSettings(season))
    assert found.expected[0] == pytest.approx(mean[[84, 90]], rel=0.02)
    assert found.upper[0, 1] < found.upper[0, 0]


def test_population_offset_models_rates() -> None:
    """A population that doubles with its cases is no rise."""
    population = np.where(np.arange(60) < 50, 100.0, 200.0)[None]
    counts = (population / 10).astype(int)
    settings_ = FlexibleSettings(Season(years=3, half_width=2, periods=12, blocks=1, skipped=9), trend_p=0.0)
    assert farrington_flexible(counts, [59], settings_).alarms(counts[:, [59]]).all()
    found = farrington_flexible(counts, [59], settings_, population=population)
    assert found.expected[0, 0] == pytest.approx(20.0)
    assert not found.alarms(counts[:, [59]]).any()
    with pytest.raises(ValueError, match=r"population 形状"):
        farrington_flexible(counts, [59], settings_, population=population[:, 1:])
    with pytest.raises(ValueError, match=r"人口须为正"):
        farrington_flexible(counts, [59], settings_, population=np.zeros_like(population))


def test_no_series_and_no_times() -> None:
    """Nothing to judge is no error."""
    assert farrington_flexible(np.zeros((0, 60), int), [59], FlexibleSettings(SMALL)).upper.shape == (0, 1)
    assert farrington_flexible(weekly_series(2, 60, 1), [], FlexibleSettings(SMALL)).upper.shape == (2, 0)
    (group,) = groups([59], SMALL, None, trend=True)
    assert fit(Response.of(np.empty((0, group.design.points))), group.design).coefficients.shape == (
        group.design.size,
        0,
    )


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_fit_minimises_the_deviance(seed: int) -> None:
    """Coefficients and means against scipy's general minimiser, weighted and not."""
    rng = np.random.default_rng(seed)
    counts = weekly_series(3, 60, seed, level=8.0)
    (group,) = groups([59], SMALL, None, trend=True)
    reference = counts[:, 59 + group.lags].astype(float)
    prior = rng.uniform(0.2, 1.5, reference.shape)
    for weights in (None, prior):
        found = fit(Response.of(reference), group.design, weights)
        for row, y in enumerate(reference):
            omega = np.ones_like(y) if weights is None else weights[row]

            def half_deviance(beta, y=y, omega=omega):
                linear = beta @ group.design.columns
                return np.sum(omega * (xlogy(y, y) - y * linear - y + np.exp(linear)))

            best = minimize(half_deviance, found.coefficients[:, row] * 0.9, method="BFGS", options={"gtol": 1e-7}).fun
            assert half_deviance(found.coefficients[:, row]) == pytest.approx(best, rel=1e-6, abs=1e-6)


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(THRESHOLDS),
    st.floats(0.5, 20.0),
    st.integers(1, 30),
    st.permutations(range(5)),
)
@settings(max_examples=40, deadline=None)
def test_laws(seed, threshold, level, more, order) -> None:
    """One more case never ends an alarm (nor raises the p-value); a batch is its series, in any order, at any choice of times."""
    counts = weekly_series(5, 60, seed, level)
    chosen = FlexibleSettings(SMALL, threshold=threshold, trend_p=0.5)
    found = farrington_flexible(counts, [57, 59], chosen)
    raised = counts.copy()
    raised[:, -1] += more
    higher = farrington_flexible(raised, [59], chosen)
    assert np.all(higher.alarms(raised[:, [59]])[:, 0] >= found.alarms(counts[:, [57, 59]])[:, 1])
    assert np.all(higher.p_value[:, 0] <= found.p_value[:, 1] + 1e-12)
    np.testing.assert_allclose(higher.expected[:, 0], found.expected[:, 1], rtol=1e-9)  # today does not predict itself
    shuffled = farrington_flexible(counts[order], [57, 59], chosen)
    np.testing.assert_allclose(shuffled.upper, found.upper[order], rtol=1e-7)
    alone = farrington_flexible(counts[2:3], [59], chosen)
    np.testing.assert_allclose(alone.upper[0, 0], found.upper[2, 1], rtol=1e-7)


def test_many_series_go_in_parts() -> None:
    """More series-weeks than are fitted together give the same as one by one."""
    counts = weekly_series(ROWS // 2 + 7, 60, 1)
    found = farrington_flexible(counts, [57, 59], FlexibleSettings(SMALL))
    few = farrington_flexible(counts[-3:], [57, 59], FlexibleSettings(SMALL))
    np.testing.assert_allclose(found.upper[-3:], few.upper, rtol=1e-9)
    np.testing.assert_allclose(found.p_value[-3:], few.p_value, rtol=1e-9)


def test_silent_and_exploding_series() -> None:
    """All zeros, a single case, a first week that explains everything: finite answers, no warnings."""
    counts = np.zeros((4, 60), int)
    counts[1, 21] = 1
    counts[2, 59] = 9
    counts[3] = 2 ** np.minimum(np.arange(60) // 2, 20)
    for threshold in THRESHOLDS:
        found = farrington_flexible(counts, [59], FlexibleSettings(SMALL, threshold=threshold))
        assert np.isfinite(found.expected).all()
        assert np.isfinite(found.upper[2:3]).all() or threshold == "muan"
    assert farrington(counts, [59], FarringtonSettings(years=3, half_width=2, periods=12)).alarms(counts[:, [59]])[2, 0]
