"""Likelihood ratio detectors: hand-worked ratios, laws, and R's glrnb at every row."""

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize_scalar
from scipy.stats import nbinom

from risk_model.trends.glr import GlrSettings, glr
from risk_model.trends.in_control import seasonal_mean
from tests.unit.trends.surveillance import assert_same, needs_r_outputs, outputs, series

VARIANTS = {
    "pois_intercept": GlrSettings(),
    "nb_intercept": GlrSettings(alpha=0.1),
    "pois_epi_theta": GlrSettings(kappa=log(1.5)),
}
SERIES = arrays(np.int64, (3, 12), elements=st.integers(0, 30))


@pytest.mark.parametrize(
    ("chosen", "counts", "statistic"),
    [
        # mean 2; 4 is twice that: 4 log 2 - 2; after it, both together (6 of 4) or the last alone (2 of 2)
        (GlrSettings(), [4, 2], [4 * log(2) - 2, 6 * log(1.5) - 2]),
        (GlrSettings(window=1), [4, 2], [4 * log(2) - 2, 0]),
        (GlrSettings(threshold=0.5), [4, 2], [4 * log(2) - 2, 0]),  # a new start after the alarm
        (GlrSettings(kappa=log(2)), [4, 2], [4 * log(2) - 2, 6 * log(2) - 4]),
        (GlrSettings(kappa=log(2), threshold=0.5), [4, 4], [4 * log(2) - 2] * 2),
        (GlrSettings(), [0, 1], [0, 0]),
    ],
)
def test_table(chosen, counts, statistic) -> None:
    """Statistics."""
    np.testing.assert_allclose(glr(np.array([counts]), np.array([[2.0]]), chosen).statistic[0], statistic, rtol=1e-9)


def test_negative_binomial_against_a_plain_search() -> None:
    """The best start and rise found one by one with scipy."""
    counts, mean, alpha = np.array([3, 1, 6, 9, 4, 12]), np.array([2.0, 2.5, 3.0, 3.5, 4.0, 4.0]), 0.2

    def log_likelihood(kappa: float, start: int) -> float:
        mu = mean[start:] * np.exp(kappa)
        return nbinom.logpmf(counts[start:], 1 / alpha, 1 / (1 + alpha * mu)).sum()

    best = max(
        -minimize_scalar(lambda kappa, k=k: -log_likelihood(kappa, k), bounds=(0, 5), method="bounded").fun
        - log_likelihood(0, k)
        for k in range(len(counts))
    )
    found = glr(counts[None], mean[None], GlrSettings(threshold=1e9, alpha=alpha))
    assert found.statistic[0, -1] == pytest.approx(best, rel=1e-6)


def test_impossible_arguments_are_refused() -> None:
    """Settings and means."""
    for wrong in ({"threshold": 0.0}, {"alpha": -0.1}, {"kappa": 0.0}, {"window": 0}):
        with pytest.raises(ValueError, match=r"收到"):
            GlrSettings(**wrong)
    with pytest.raises(ValueError, match=r"受控均值须为正"):
        glr(np.zeros((1, 3), int), np.zeros((1, 1)))


@settings(max_examples=40)
@given(SERIES, st.sampled_from(sorted(VARIANTS)), st.integers(1, 9), st.permutations(range(3)))
def test_laws(counts, variant, more, order) -> None:
    """One more case never lowers the last statistic; a batch is its rows, in any order."""
    mean = np.array([[4.0]])
    found = glr(counts, mean, VARIANTS[variant])
    raised = counts.copy()
    raised[:, -1] += more
    assert np.all(glr(raised, mean, VARIANTS[variant]).statistic[:, -1] >= found.statistic[:, -1] - 1e-9)
    shuffled = glr(counts[order], mean, VARIANTS[variant]).statistic
    np.testing.assert_allclose(shuffled, found.statistic[order], atol=1e-7)
    alone = glr(counts[1:2], mean, VARIANTS[variant]).statistic
    np.testing.assert_allclose(alone, found.statistic[1:2], atol=1e-7)


@needs_r_outputs
def test_every_row_of_r() -> None:
    """Statistics and alarms of glrnb; its Poisson in-control means too (the negative binomial ones are taken from R)."""
    tables = outputs("glrnb", "variant")
    for (name, variant), table in tables.items():
        known = series(name)
        if variant != "nb_intercept":
            learnt = seasonal_mean(known.counts, table.times[0], known.periods)[:, : len(table)]
            assert_same(learnt[0], table["mu0"], 1e-6, f"{name} {variant} mean")
        found = glr(known.counts[:, table.times], table["mu0"][None], VARIANTS[variant])
        assert_same(found.statistic[0], table["stat"], 1e-5, f"{name} {variant} statistic", least=1e-3)
        assert_same(found.alarms[0], table["alarm"], 0, f"{name} {variant} alarm")
    assert sum(map(len, tables.values())) == 3_432
