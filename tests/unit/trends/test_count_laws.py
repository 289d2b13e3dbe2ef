"""Tails and quantiles against scipy's own, and mid-p bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from risk_model.trends.count_laws import cumulative, quantile, tail, tails_from
from risk_model.trends.thresholds import delta_limit, mid_p, mid_p_limit

MEANS = st.lists(st.floats(0.01, 5_000), min_size=1, max_size=8)


def law(mean: float, dispersion: float):
    """The same law of scipy."""
    return poisson(mean) if dispersion == 1 else nbinom(mean / (dispersion - 1), 1 / dispersion)


@given(MEANS, st.sampled_from([1.0, 1.2, 3.0, 40.0]), st.sampled_from([0.5, 0.95, 0.99, 0.999]))
def test_quantiles_and_tails_are_those_of_scipy(means, dispersion, probability) -> None:
    """Poisson at dispersion 1, negative binomial above."""
    mean, spread = np.array(means), np.full(len(means), dispersion)
    found = quantile(probability, mean, spread)
    laws = [law(m, dispersion) for m in means]
    assert found.tolist() == [one.ppf(probability) for one in laws]
    np.testing.assert_allclose(
        tail(found, mean, spread), [one.sf(q - 1) for one, q in zip(laws, found, strict=True)], rtol=1e-8
    )
    np.testing.assert_allclose(
        cumulative(found, mean, spread), [one.cdf(q) for one, q in zip(laws, found, strict=True)], rtol=1e-8
    )


@given(
    st.lists(st.floats(1e-9, 12), min_size=1, max_size=8),
    st.sampled_from([1.0, 1.001, 1.2, 3.0, 40.0]),
    st.sampled_from([0, 1, 4, 28]),
)
def test_tails_of_consecutive_counts(means, dispersion, first) -> None:
    """The same as one by one, small ones too."""
    mean, spread = np.array(means), np.full(len(means), dispersion)
    single = [tail(np.full(len(means), float(count)), mean, spread) for count in range(first, first + 25)]
    np.testing.assert_allclose(tails_from(first, 24, mean, spread), np.array(single).T, rtol=1e-8, atol=1e-300)


def test_edges() -> None:
    """Below zero, no mean, means beyond whole numbers."""
    one = np.ones(1)
    assert cumulative(-one, one, one).tolist() == [0.0]
    assert tail(0 * one, one, one).tolist() == [1.0]
    assert np.isnan(quantile(0.95, np.array([np.nan, np.inf]), np.ones(2))).all()
    assert quantile(0.95, np.array([1e-16, 1e300]), np.array([1.5, 1.5])) == pytest.approx([0.0, 1e300])


@given(MEANS, st.sampled_from([1.0, 1.5, 6.0]), st.sampled_from([0.2, 0.05, 0.036, 0.001]), st.integers(0, 60))
def test_mid_p_bound_is_where_mid_p_passes_alpha(means, dispersion, alpha, count) -> None:
    """A count above the bound has a mid-p below alpha, one at or below it has not."""
    mean, spread = np.array(means), np.full(len(means), dispersion)
    bound = mid_p_limit(mean, spread, np.full(len(means), float(count)), alpha)
    np.testing.assert_array_equal(count > bound.upper, bound.p_value < alpha)
    assert np.all(mid_p(bound.upper, mean, spread) >= alpha)
    assert np.all(mid_p(bound.upper + 1, mean, spread) < alpha)


@pytest.mark.parametrize(
    ("mean", "sd", "dispersion", "power", "alpha", "upper"),
    [
        # Poisson of mean 100 untransformed: 100 + 1.6449 * 10
        (100.0, 0.0, 1.0, 1.0, 0.05, 100 + 1.6448536 * 10),
        # the forecast's own error adds its variance: 64 + 36 + 44
        (64.0, 44**0.5, 100 / 64, 1.0, 0.05, 64 + 1.6448536 * 12),
        # square root: sd of sqrt(Y) is half the root of the dispersion
        (100.0, 0.0, 4.0, 0.5, 0.05, (10 + 1.6448536) ** 2),
        (27.0, 0.0, 1.0, 2 / 3, 0.5, 27.0),
    ],
)
def test_delta_table(mean, sd, dispersion, power, alpha, upper) -> None:
    """Bounds worked by hand."""
    one = np.ones(1)
    found = delta_limit(mean * one, sd * one, dispersion * one, mean * one, alpha, power)
    assert found.upper[0] == pytest.approx(upper, rel=1e-6)
    assert found.p_value[0] == pytest.approx(0.5)
