"""Costs of wrong levels and the cuts that follow from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_model.scoring.costs import checked_costs, level_cuts, step_costs
from risk_model.scoring.ordinal import level_probabilities

THRESHOLDS = np.array([-1.0, 1.5, 4.0])
LEVELS = (1, 2, 3, 4)


def test_step_costs() -> None:
    """Missed steps add up, too high costs 1 a step."""
    assert step_costs((1.5, 3, 6)) == ((0, 1, 2, 3), (1.5, 0, 1, 2), (4.5, 3, 0, 1), (10.5, 9, 6, 0))


def test_equal_costs_cut_at_the_median() -> None:
    """With 1 for every step the best level is the median: the thresholds themselves."""
    assert level_cuts(THRESHOLDS, LEVELS, step_costs((1, 1, 1))) == pytest.approx(THRESHOLDS)


def test_each_cut_moves_by_the_logarithm_of_its_cost() -> None:
    """The missed_cost / (missed_cost + 1) quantile of an ordered logit is a shift, boundary by boundary."""
    cuts = level_cuts(THRESHOLDS, LEVELS, step_costs((1.5, 3, 6)))
    assert cuts == pytest.approx(THRESHOLDS - np.log([1.5, 3, 6]))


def test_levels_not_learnt_are_left_out() -> None:
    """A model without orange has the costs of the others."""
    cuts = level_cuts(THRESHOLDS[:2], (1, 2, 4), step_costs((1, 3, 6)))
    assert cuts == pytest.approx([-1.0, 1.5 - np.log(9 / 2)])  # two steps at once: 3 + 6 missed against 2 too high
    assert level_cuts(np.zeros(0), (), step_costs((1, 1, 1))).size == 0


@given(st.tuples(*[st.floats(0.5, 20)] * 3), st.lists(st.floats(-8, 8), min_size=1, max_size=20))
def test_the_level_between_cuts_is_the_cheapest(missed: tuple[float, float, float], scores: list[float]) -> None:
    """No other level has a lower expected cost."""
    costs = step_costs(missed)
    graded = (np.array(scores)[:, None] > level_cuts(THRESHOLDS, LEVELS, costs)).sum(axis=1)
    expected = level_probabilities(np.array(scores), THRESHOLDS) @ checked_costs(costs)
    assert expected[np.arange(len(scores)), graded] == pytest.approx(expected.min(axis=1), abs=1e-9)


@pytest.mark.parametrize(
    ("costs", "message"),
    [
        (((0, 1), (1, 0)), "4 rows"),
        (((1, 1, 2, 3), (1, 0, 1, 2), (2, 1, 0, 1), (3, 2, 1, 0)), "0 where the grade is right"),
        (((0, 2, 1, 3), (1, 0, 1, 2), (2, 1, 0, 1), (3, 2, 1, 0)), "true blue"),
        (((0, 1, 2, 3), (1, 0, 1, 2), (5, 4, 0, 1), (5, 4, 2, 0)), "the graver the truth"),
        (((0, 1, 2, float("nan")), (1, 0, 1, 2), (2, 1, 0, 1), (3, 2, 1, 0)), "finite"),
    ],
)
def test_meaningless_costs_are_refused(costs: tuple[tuple[float, ...], ...], message: str) -> None:
    """Wrong shape, cost of being right, distance that pays, truth that pays."""
    with pytest.raises(ValueError, match=message):
        checked_costs(costs)
