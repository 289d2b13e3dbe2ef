"""P-values: rank, early stop, Gumbel; uniform where there is nothing to find."""

from math import exp, pi, sqrt

import numpy as np
import pytest
from scipy.stats import kstest

from risk_model.trends.scan import MonteCarlo, Zones, cartesian, circles, permutation, poisson, prospective, scan
from risk_model.trends.scan.maxima import Sweep
from risk_model.trends.scan.significance import Chance, chance, recurrence_interval

MAXIMA = np.array([3.0, 9.0, 1.0, 5.0, 7.0, 2.0, 5.0, 8.0, 0.0])


@pytest.mark.parametrize(
    ("enough", "ratio", "p_value"),
    [
        (None, 10.0, 1 / 10),
        (None, 5.0, 6 / 10),  # a replicate that equals it counts
        (None, 4.9999999999, 6 / 10),  # also where the last bits differ
        (None, 0.1, 9 / 10),
        (2, 7.5, 2 / 8),  # 9 and 8: the second exceedance is replicate 8
        (2, 5.0, 2 / 4),
        (1, 8.5, 1 / 2),
        (3, 8.0, 3 / 10),  # two only: the rank
    ],
)
def test_rank_and_early_stop(enough: int | None, ratio: float, p_value: float) -> None:
    """Nine replicates."""
    assert Chance(MonteCarlo(1, 9, enough=enough), MAXIMA).p_value(ratio) == pytest.approx(p_value)


def test_gumbel_by_moments() -> None:
    """Scale sd √6/π, mode mean - γ scale."""
    scale = MAXIMA.std(ddof=1) * sqrt(6) / pi
    mode = MAXIMA.mean() - np.euler_gamma * scale
    found = Chance(MonteCarlo(1, 99, gumbel=True), MAXIMA).p_value(30.0)
    assert found == pytest.approx(1 - exp(-exp(-(30.0 - mode) / scale)), rel=1e-9)
    assert 0 < Chance(MonteCarlo(1, 99, gumbel=True), MAXIMA).p_value(300.0) < 1e-20


@pytest.mark.parametrize(
    ("p_value", "every", "interval"),
    [(0.01, 1.0, 100.0), (0.01, 7.0, 700.0), (1.0, 1.0, 1.0), (0.0, 1.0, float("inf"))],
)
def test_recurrence_interval(p_value: float, every: float, interval: float) -> None:
    """Periods between false clusters of the kind."""
    assert recurrence_interval(p_value, every) == interval


@pytest.mark.parametrize(
    "asked",
    [
        {"replicates": 0},
        {"enough": 0},
        {"batch": 0},
        {"seed": -1},
        {"gumbel": True, "replicates": 20},
        {"gumbel": True, "enough": 10},
    ],
)
def test_plans_that_cannot_be_are_refused(asked: dict[str, int]) -> None:
    """Numbers below 1, and a Gumbel law from too little."""
    with pytest.raises(ValueError, match="at least"):
        MonteCarlo(**{"seed": 1, **asked})


def _small_map(seed: int = 3) -> tuple[Zones, np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    people = rng.integers(500, 1500, 9)
    return circles(tuple("abcdefghi"), cartesian(rng.random((9, 2))), people), people, rng


def test_an_early_stop_is_the_beginning_of_the_whole() -> None:
    """The replicates made are the first of the 999; where there is a real cluster all are made."""
    zones, people, rng = _small_map()
    counts = rng.poisson(2.0, (9, 12))
    model, windows = poisson(counts, people), prospective(12, 4)
    whole = scan(model, zones, windows, rule="per_center", monte_carlo=MonteCarlo(5))
    early = scan(model, zones, windows, rule="per_center", monte_carlo=MonteCarlo(5, enough=10))
    made = len(early.null_maxima)
    assert made < 200
    assert early.null_maxima.tolist() == whole.null_maxima[:made].tolist()
    assert (early.null_maxima >= early.clusters[0].log_likelihood_ratio).sum() == 10
    assert early.clusters[0].p_value == 10 / made
    assert "sequential" in early.method
    counts[2, -3:] += 12
    found = scan(poisson(counts, people), zones, windows, rule="per_center", monte_carlo=MonteCarlo(5, enough=10))
    assert len(found.null_maxima) == 999
    assert found.clusters[0].p_value == 0.001
    assert found.clusters[0].recurrence_interval == pytest.approx(1000)


@pytest.mark.parametrize("kind", ["poisson", "permutation"])
def test_p_values_are_uniform_where_there_is_nothing(kind: str) -> None:
    """250 data sets of the null hypothesis: the p-values keep to the diagonal (Kolmogorov-Smirnov), fixed seed."""
    zones, people, rng = _small_map()
    windows, found = prospective(10, 3), []
    for k in range(250):
        cells = rng.multinomial(150, np.repeat(people / people.sum() / 10, 10)).reshape(9, 10)
        model = poisson(cells, people) if kind == "poisson" else permutation(cells)
        result = scan(model, zones, windows, rule="all_zones", at_most=1, monte_carlo=MonteCarlo(k, 99))
        found.append(result.clusters[0].p_value if result.clusters else 1.0)
    assert kstest(found, "uniform").pvalue > 0.01
    assert 0.01 <= np.mean(np.array(found) <= 0.05) <= 0.09


def test_gumbel_agrees_with_many_replicates() -> None:
    """A p-value of about 0.003 from 999 maxima, beside the rank among 20,000."""
    zones, people, rng = _small_map()
    model = poisson(rng.poisson(2.0, (9, 12)), people)
    sweep = Sweep(model, zones, prospective(12, 4), least_cases=2)
    many = sweep.maxima(11, range(20_000))
    ratio = float(np.quantile(many, 0.997))
    gumbel = chance(sweep, MonteCarlo(12, 999, gumbel=True), ratio).p_value(ratio)
    assert 0.001 < gumbel < 0.009
