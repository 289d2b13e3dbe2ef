"""CUSUM: hand-worked sums, laws, and R's algo.cusum at every row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from risk_model.trends.cusum import STANDARDISED, CusumSettings, cusum
from risk_model.trends.in_control import constant_mean, seasonal_mean
from tests.unit.trends.surveillance import assert_same, needs_r_outputs, outputs, series

SERIES = arrays(np.int64, (3, 20), elements=st.integers(0, 30))


@pytest.mark.parametrize(
    ("settings", "counts", "statistic", "upper"),
    [
        # mean 4: z = (x - 4) / 2, less k = 0.5
        (CusumSettings(0.5, 2.0, "standard"), [4, 7, 7, 7, 1], [0, 1, 2, 3, 1], [9, 9, 7, 5, 3]),
        (CusumSettings(0.5, 2.0, "standard", restart=True), [4, 7, 7, 7, 1], [0, 1, 2, 1, 0], [9, 9, 7, 9, 7]),
        # rossi, mean 4: z = (x - 12 + 4 sqrt(x)) / 4: 9 gives 2.25, 4 gives 0
        (CusumSettings(0.25, 2.0, "rossi"), [9, 4, 9], [2, 1.75, 3.75], [9, (17**0.5 - 2) ** 2, (18**0.5 - 2) ** 2]),
        # anscombe, mean 8: z = 1.5 (x^(2/3) - 4) / sqrt(2): 27 gives 7.5 / sqrt(2)
        (CusumSettings(1.0, 50.0, "anscombe"), [27], [7.5 / 2**0.5 - 1], [(4 + 51 * 2**0.5 / 1.5) ** 1.5]),
    ],
)
def test_table(settings, counts, statistic, upper) -> None:
    """Sums and bounds."""
    mean = 8.0 if settings.transformation == "anscombe" else 4.0
    found = cusum(np.array([counts]), np.array([[mean]]), settings)
    np.testing.assert_allclose(found.statistic[0], statistic, rtol=1e-9)
    np.testing.assert_allclose(found.upper[0], upper, rtol=1e-6)
    assert found.alarms[0].tolist() == [value >= settings.decision for value in statistic]


def test_impossible_arguments_are_refused() -> None:
    """Constants, transformation, means."""
    for wrong in ({"reference": 0.0}, {"decision": -1.0}, {"transformation": "log"}):
        with pytest.raises(ValueError, match=r"收到"):
            CusumSettings(**wrong)
    with pytest.raises(ValueError, match=r"受控均值须为正"):
        cusum(np.zeros((1, 3), int), np.zeros((1, 1)))
    with pytest.raises(ValueError, match=r"learnt"):
        constant_mean(np.zeros((1, 3), int), 4)


@given(SERIES, st.sampled_from(sorted(STANDARDISED)), st.integers(1, 9), st.permutations(range(3)))
def test_laws(counts, transformation, more, order) -> None:
    """One more case never ends an alarm; an alarm is a count at its bound or above; a batch is its rows."""
    settings = CusumSettings(transformation=transformation)
    found = cusum(counts, np.array([[3.0]]), settings)
    raised = counts.copy()
    raised[:, -1] += more
    assert np.all(cusum(raised, np.array([[3.0]]), settings).alarms >= found.alarms)
    clear = np.abs(found.statistic - settings.decision) > 1e-9
    np.testing.assert_array_equal((counts >= found.upper)[clear], found.alarms[clear])
    np.testing.assert_array_equal(cusum(counts[order], np.array([[3.0]]), settings).statistic, found.statistic[order])


@needs_r_outputs
def test_every_row_of_r() -> None:
    """In-control means, sums, bounds and alarms of five variants of algo.cusum."""
    tables = outputs("cusum", "variant")
    for (name, variant), table in tables.items():
        known, begin = series(name), table.times[0]
        transformation, mean = variant.split("_")
        learnt = (
            constant_mean(known.counts, begin)
            if mean == "mean"
            else seasonal_mean(known.counts, begin, known.periods)[:, : len(table)]
        )
        settings = CusumSettings(transformation=transformation, r_quirks=True)
        found = cusum(known.counts[:, table.times], learnt, settings)
        assert_same(np.broadcast_to(learnt[0], len(table)), table["m"], 1e-7, f"{name} {variant} mean")
        assert_same(found.statistic[0], table["cusum"], 1e-7, f"{name} {variant} statistic", least=1e-3)
        assert_same(found.upper[0], table["ub"], 1e-7, f"{name} {variant} bound", least=1e-3)
        assert_same(found.alarms[0], table["alarm"], 0, f"{name} {variant} alarm")
    assert sum(map(len, tables.values())) == 23_735
