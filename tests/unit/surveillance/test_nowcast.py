"""Completeness by delay and what counts will come to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from risk_model.surveillance.nowcast import completeness, nowcast


def test_complete_triangle_gives_shares() -> None:
    """Ten days of 6 at once, 3 a day later, 1 after that: 0.6, 0.9, 1; only days old enough say anything."""
    triangle = np.tile([6, 3, 1], (10, 1))
    assert completeness(triangle) == pytest.approx([0.6, 0.9, 1.0])
    assert completeness(triangle[-3:]) == pytest.approx([0.6, 0.9, 1.0])


def test_what_cannot_be_known_yet_is_not_a_zero() -> None:
    """Yesterday's late reports are still to come: the same shares whether or not they are in the triangle."""
    triangle = np.tile([6, 3, 1], (10, 1))
    cut = triangle * (np.arange(10)[::-1, None] >= np.arange(3))
    assert completeness(cut) == pytest.approx(completeness(triangle))


@pytest.mark.parametrize(
    ("prior_events", "first"),
    [
        (0.0, 1.0),
        (20.0, 0.75),
        (1e9, 0.5),
    ],  # 20 events all at once beside 20 events of a prior that has half of them a day late
)
def test_prior(prior_events: float, first: float) -> None:
    """Few events are weighed against a prior."""
    triangle = np.array([[20, 0], [0, 0]])
    assert completeness(triangle, np.array([0.5, 1.0]), prior_events)[0] == pytest.approx(first)


def test_nothing_known() -> None:
    """Without events the prior stands; without a prior everything is known at once."""
    assert completeness(np.zeros((5, 3), dtype=int)).tolist() == [1.0, 1.0, 1.0]
    assert completeness(np.zeros((5, 3), dtype=int), np.array([0.2, 0.7, 1.0]), 5.0) == pytest.approx([0.2, 0.7, 1.0])


@given(arrays(np.int64, (12, 5), elements=st.integers(0, 30)))
def test_shares_rise_to_one(triangle) -> None:
    """Whatever comes when."""
    shares = completeness(triangle)
    assert np.all(np.diff(shares) >= -1e-12)
    assert shares[-1] == 1.0
    assert np.all((shares >= 0) & (shares <= 1))


def test_nowcast() -> None:
    """Half known doubles; all known is certain; the interval covers what comes."""
    found = nowcast(np.array([10, 10]), np.array([0.5, 1.0]))
    assert found.expected.tolist() == [20.0, 10.0]
    assert (found.lower[1], found.upper[1]) == (10.0, 10.0)
    assert 12 <= found.lower[0] < 20 < found.upper[0] <= 34
    rng = np.random.default_rng(1)
    truth = rng.poisson(20, 4000)
    known = rng.binomial(truth, 0.6)
    wide = nowcast(known, np.full(4000, 0.6))
    assert 0.93 < np.mean((wide.lower <= truth) & (truth <= wide.upper)) < 0.985


@pytest.mark.parametrize("share", [0.0, 1.1])
def test_shares_out_of_range_are_refused(share: float) -> None:
    """A share of nothing says nothing."""
    with pytest.raises(ValueError, match="完整率"):
        nowcast(np.array([1]), np.array([share]))
