"""What is usual: shares of regions, and how sure they are; counts as they were known."""

from datetime import date

import numpy as np
import pytest

from risk_model.surveillance.regional.arrivals import Arrivals
from risk_model.surveillance.regional.usual import Usual, learn_usual

DAY = date(2026, 1, 10)


@pytest.mark.parametrize(
    ("own", "activity", "prior_cases", "shares"),
    [
        ([0, 0], [99, 299], 10.0, [0.25, 0.75]),  # nothing of its own: the shares of all cases
        ([30, 10], [0, 0], 1e-9, [0.75, 0.25]),
        ([10, 10], [99, 299], 20.0, [0.375, 0.625]),  # half each
        ([0, 40], [0, 0], 40.0, [0.25, 0.75]),
    ],
)
def test_shares_lean_on_those_of_all_cases(
    own: list[int], activity: list[int], prior_cases: float, shares: list[float]
) -> None:
    """As many cases of its own as the prior is worth weigh as much as it."""
    history = np.array(own)[:, None]
    usual = learn_usual(history, np.array(activity), 7, prior_cases, 1.2)
    assert usual.shares == pytest.approx(shares, abs=1e-6)
    assert usual.cases == pytest.approx(sum(own) + prior_cases)
    assert usual.clumping == 1.2  # one block tells nothing of clumps


def test_clumping_is_learnt_from_blocks_and_past_bursts_do_not_make_bursts_usual() -> None:
    """Poisson counts give about 1, clumps of three about 3; one burst of 200 changes little."""
    rng = np.random.default_rng(2)
    single = rng.poisson(0.5, (60, 112))
    clumps = 3 * rng.poisson(0.5 / 3, (60, 112))
    assert learn_usual(single, single.sum(1), 28, 40, 1.0).clumping == pytest.approx(1.0, abs=0.15)
    assert learn_usual(clumps, clumps.sum(1), 28, 40, 1.0).clumping == pytest.approx(2.6, abs=0.5)
    burst = single.copy()
    burst[3, 40:50] += 20
    assert learn_usual(burst, burst.sum(1), 28, 40, 1.0).clumping < 1.35


def test_certainty_is_that_of_learning_and_of_clumps() -> None:
    """Variance of a share's cases: 1/cases from learning, (clumping − 1)/window from clumps; shapes are in proportion to shares."""
    usual = Usual(np.array([0.2, 0.8]), 100.0, 1.5)
    assert usual.certainty(50) == pytest.approx(np.array([0.2, 0.8]) / (0.01 + 0.01))
    assert Usual(usual.shares, 100.0, 1.0).certainty(50).sum() == pytest.approx(100)


def test_counts_are_those_known_by_the_end_of_the_day() -> None:
    """Later days, later knowledge, and townships that do not take part are left out."""
    rows = [
        # region, category, days back, known days back, cases
        (0, 0, 0, 0, 2),
        (0, 0, 0, -1, 5),  # known a day later
        (1, 0, 1, 0, 3),
        (1, 1, 2, 2, 1),
        (2, 0, 0, 0, 7),  # takes no part
        (0, 0, 3, 0, 9),  # too early
        (0, 0, -1, -1, 9),  # too late
    ]
    ordinal = DAY.toordinal()
    region, category, day, known, cases = np.array(rows, dtype=np.int64).T
    arrivals = Arrivals(("甲", "乙", "丙"), ("一", "二"), region, category, ordinal - day, ordinal - known, cases)
    assert arrivals.as_of(DAY, 3, ("乙", "甲", "丁")).tolist() == [
        [[0, 3, 0], [0, 0, 2], [0, 0, 0]],
        [[1, 0, 0], [0, 0, 0], [0, 0, 0]],
    ]
