"""PSI and what it is by chance: hand-worked values, calibration on draws, and what clusters and rare bins do to it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from risk_model.quality.stability import SMOOTHING, Spread, Stability, dispersion, single_event, stability

INDEPENDENT = Spread(1.0, 1.0, 0.0)
ONE_PERIOD = (1.0, 1.0)


def compared(before: list[float], now: list[float], spread: Spread = INDEPENDENT, least: float = 5.0) -> Stability:
    """Stability of two lists of counts."""
    return stability(np.array(before, float), np.array(now, float), spread, ONE_PERIOD, least)


def test_psi_by_hand() -> None:
    """Two bins: the sum over both of (p - q) ln(p / q), each count smoothed."""
    found = compared([100, 100], [30, 70])
    q, p = 0.5, (30 + SMOOTHING) / (100 + 2 * SMOOTHING)
    assert found.psi == pytest.approx((p - q) * math.log(p / q) + (q - p) * math.log((1 - p) / (1 - q)))
    assert found.noise == pytest.approx(1 / 200 + 1 / 100)
    assert found.excess == pytest.approx(found.psi - found.noise)


def test_chance_is_calibrated() -> None:
    """Draws of one distribution: the mean is the noise, and p-values below 5 % come in about 5 % of the draws."""
    chance = np.random.default_rng(1)
    shares = np.array([0.4, 0.3, 0.2, 0.1])
    found = [
        stability(
            chance.multinomial(2_000, shares) * 1.0, chance.multinomial(500, shares) * 1.0, INDEPENDENT, ONE_PERIOD, 5
        )
        for _ in range(2_000)
    ]
    assert np.mean([f.psi for f in found]) == pytest.approx(found[0].noise, rel=0.1)
    assert 0.035 < np.mean([f.p_value < 0.05 for f in found]) < 0.065


def test_variation_between_periods_is_no_surprise() -> None:
    """The same gap says less where periods always differed, and where single events are clumped."""
    gap = ([500, 500], [220, 280])
    plain = compared(*gap)
    assert compared(*gap, Spread(1.0, 1.0, 0.01)).p_value > plain.p_value
    assert compared(*gap, Spread(4.0, 1.0, 0.0)).p_value > plain.p_value


def test_rare_bins_are_merged_but_a_new_one_is_seen() -> None:
    """Five rare bins count as one; events of a kind never seen before are not lost among them."""
    found = compared([900, 90, 2, 2, 2, 2, 2], [90, 9, 1, 0, 0, 0, 0])
    assert found.merged.tolist() == [False, False, True, True, True, True, True]
    assert found.p_value > 0.05
    assert compared([900, 100, 0], [60, 10, 30]).p_value < 1e-9


def test_one_bin_says_nothing() -> None:
    """No distribution, no difference."""
    assert compared([10], [20]).p_value == 1.0


def test_empty_samples_are_refused() -> None:
    """With what was got."""
    with pytest.raises(ValueError, match=r"0\.0"):
        compared([0, 0], [1, 2])


@given(st.lists(st.integers(0, 500), min_size=2, max_size=8).filter(lambda counts: sum(counts) > 0))
def test_equal_samples_have_no_psi(counts: list[int]) -> None:
    """Whatever they are."""
    found = compared(counts, counts)
    assert found.psi == pytest.approx(0.0, abs=1e-12)
    assert found.excess == 0.0


def test_dispersion_of_independent_draws_is_one() -> None:
    """X² over its degrees of freedom; of doubled events it is two."""
    table = np.random.default_rng(2).multinomial(4_000, [0.4, 0.3, 0.2, 0.1], 400).astype(float)
    x2, freedom, size = dispersion(table)
    assert (freedom, size) == (399 * 3, 4_000)
    assert x2 / freedom == pytest.approx(1.0, abs=0.1)
    doubled, freedom, _ = dispersion(table * 2)
    assert doubled / freedom == pytest.approx(2.0, abs=0.2)


def test_events_in_one_bin_have_phi_and_rho_of_one() -> None:
    """And those whose weights always move together have one degree of freedom, however many bins there are."""
    one_each = sparse.csr_matrix(np.eye(4)[[0, 1, 1, 2, 3, 3, 3]])
    assert single_event(one_each) == pytest.approx((1.0, 1.0))
    halves = np.repeat([[0.4, 0.4, 0.1, 0.1], [0.1, 0.1, 0.4, 0.4]], 50, axis=0)
    phi, rho = single_event(sparse.csr_matrix(halves))
    assert rho == pytest.approx(1 / 3)
    assert phi == pytest.approx(4 * 0.15**2 / 0.25 / 3)


def test_spread_events_are_calibrated_too() -> None:
    """Texts made of few phrases: their hashed pairs move together, and p-values below 1 % still come in about 1 % of the draws."""
    chance = np.random.default_rng(3)
    phrases = chance.dirichlet(np.full(60, 0.3), 8)

    def texts(count: int) -> np.ndarray:
        return (phrases[chance.integers(0, 8, count)] + phrases[chance.integers(0, 8, count)]) / 2

    phi, rho = single_event(sparse.csr_matrix(texts(3_000)))
    spread = Spread(phi, rho, 0.0)
    found = [stability(texts(400).sum(axis=0), texts(100).sum(axis=0), spread, ONE_PERIOD, 1) for _ in range(600)]
    assert np.mean([f.p_value < 0.01 for f in found]) < 0.03
    assert np.mean([f.p_value < 0.2 for f in found]) > 0.1
