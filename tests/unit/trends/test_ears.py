"""EARS C1, C2, C3: hand-worked table, laws, and R's bounds and alarms at every point of 122 series."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from risk_model.trends import ears
from risk_model.trends.ears import EarsSettings, c1, c2, c2_upper, c3, moving_baseline
from tests.unit.trends.surveillance import assert_same, needs_r_outputs, outputs, series

Z = norm.ppf(0.975)
WEEK = [1, 2, 3, 4, 5, 6, 7]  # mean 4, sd sqrt(28 / 6)
SD = (28 / 6) ** 0.5
SERIES = arrays(np.int64, (4, 30), elements=st.integers(0, 40))
VARIANTS = {
    "b14": {"baseline": 14},
    "b28": {"baseline": 28},
    "a05": {"alpha": 0.05},
    "a01": {"alpha": 0.01},
    "s1": {"min_sd": 1.0},
    "b14a01s05": {"baseline": 14, "alpha": 0.01, "min_sd": 0.5},
}


def r_c3(counts, settings=ears.C3):
    """C3 as R has it."""
    return c3(counts, settings, r_compatible=True)


@pytest.mark.parametrize(
    ("method", "counts", "expected", "upper"),
    [
        (c1, [*WEEK, 9], 4.0, 4 + norm.ppf(0.999) * SD),
        (c2, [*WEEK, 50, 60, 9], 4.0, 4 + norm.ppf(0.999) * SD),  # two guard days do not count
        (c1, [3] * 7 + [4], 3.0, 3.0),  # sd 0: any more is an alarm
    ],
)
def test_table(method, counts, expected, upper) -> None:
    """Expected count and bound of the last day."""
    bounds = method(np.array([counts]))
    assert bounds.expected[0, -1] == pytest.approx(expected)
    assert bounds.upper[0, -1] == pytest.approx(upper)


def test_c3_counts_today() -> None:
    """C3 alarms on the day itself when it alone exceeds by more than 1 + z; R's does not."""
    counts = np.array([[*WEEK * 3, 4, 4, 60]])
    assert c3(counts).alarms(counts)[0, -1]
    assert not r_c3(counts).alarms(counts)[0, -1]
    flat = np.array([[2, 6] * 8 + [4, 4, 4]])
    mean, sd = moving_baseline(flat, 7, 2)
    assert c3(flat).upper[0, -1] == pytest.approx(mean[0, -1] + sd[0, -1] * (1 + Z))


def test_c3_of_a_constant_baseline_is_never_missing() -> None:
    """No variation: as many as ever is no excess, one more is one without limit for three days."""
    counts = np.array([[0] * 12 + [1, 0, 0, 0, 0]])
    bounds = c3(counts)
    assert not np.isnan(bounds.upper[0, 11:]).any()
    assert bounds.alarms(counts)[0].nonzero()[0].tolist() == [12]
    assert bounds.upper[0, 11:15].tolist() == [0, 0, 0, 0]
    assert np.isnan(r_c3(counts).upper[0, 11:15]).all()


def test_too_short_a_history_says_nothing() -> None:
    """NaN bounds are no alarms."""
    counts = np.full((2, 7), 5)
    for method in (c1, c2, c3):
        bounds = method(counts)
        assert np.isnan(bounds.upper).all()
        assert not bounds.alarms(counts).any()


@pytest.mark.parametrize(
    "settings", [{"alpha": 0.0}, {"alpha": 0.6}, {"alpha": 0.1, "baseline": 1}, {"alpha": 0.1, "min_sd": -1}]
)
def test_impossible_settings_are_refused(settings) -> None:
    """At construction."""
    with pytest.raises(ValueError, match=r"收到"):
        EarsSettings(**settings)


@pytest.mark.parametrize("counts", [np.zeros(5, int), np.zeros((2, 5)), np.full((1, 5), -1)])
def test_counts_must_be_a_matrix_of_whole_numbers(counts) -> None:
    """Shape, type and sign are checked."""
    with pytest.raises(ValueError, match=r"收到"):
        c1(counts)


@given(SERIES)
def test_scalar_and_array_c2_agree(counts) -> None:
    """The stream's own C2 is the array's."""
    bounds = c2(counts, EarsSettings(alpha=0.001, min_sd=0.5))
    mean, upper = c2_upper(counts[1, 5:12].tolist(), float(norm.ppf(0.999)), 0.5)
    assert bounds.expected[1, 14] == pytest.approx(mean)
    assert bounds.upper[1, 14] == pytest.approx(upper)


@given(SERIES, st.integers(1, 20), st.permutations(range(4)))
def test_laws(counts, more, order) -> None:
    """One more case never ends an alarm; a batch is its rows, in any order."""
    for method in (c1, c2, c3):
        bounds = method(counts)
        raised = counts.copy()
        raised[:, -1] += more
        assert np.all(method(raised).alarms(raised)[:, -1] >= bounds.alarms(counts)[:, -1])
        np.testing.assert_array_equal(method(counts[order]).upper, bounds.upper[order])
        np.testing.assert_array_equal(method(counts[2:3]).upper, bounds.upper[2:3])


@needs_r_outputs
def test_every_series_of_r() -> None:
    """Means, deviations, bounds and alarms of earsC's defaults."""
    tables, alarms, c3_rows = outputs("ears_default"), 0, 0
    for (name,), table in tables.items():
        counts = table["y"].astype(int)[None]
        for column, guard in (("C1", 0), ("C2", 2)):
            mean, sd = moving_baseline(counts, 7, guard)
            assert_same(mean[0], table[f"{column}_mean"], 1e-7, f"{name} {column} mean")
            assert_same(sd[0], table[f"{column}_sd"], 1e-7, f"{name} {column} sd")
        for column, method in (("C1", c1), ("C2", c2), ("C3", r_c3)):
            bounds, theirs = method(counts), table[f"{column}_alarm"]
            assert_same(bounds.upper[0], table[f"{column}_ub"], 1e-7, f"{name} {column}")
            given_ = ~np.isnan(theirs)
            assert_same(bounds.alarms(counts)[0][given_], theirs[given_], 0, f"{name} {column} alarms")
            alarms += int(bounds.alarms(counts).sum())
        c3_rows += int((~np.isnan(table["C3_ub"])).sum())
    assert (len(tables), c3_rows) == (122, 36_729 - 12_537)
    assert alarms > 3_000


@needs_r_outputs
def test_every_variant_of_r() -> None:
    """Baselines of 14 and 28 days, other alphas, least standard deviations."""
    tables = outputs("ears_variants", "variant")
    for (name, variant), table in tables.items():
        counts = series(name).counts
        for column, method, usual in (("C1", c1, ears.C1), ("C2", c2, ears.C2), ("C3", r_c3, ears.C3)):
            settings = EarsSettings(**{"alpha": usual.alpha, **VARIANTS[variant]})
            bounds = method(counts, settings)
            assert_same(bounds.upper[0, table.times], table[f"{column}_ub"], 1e-7, f"{name} {variant} {column}")
            theirs = table[f"{column}_alarm"]
            known = ~np.isnan(theirs)
            assert_same(
                bounds.alarms(counts)[0, table.times][known], theirs[known], 0, f"{name} {variant} {column} alarms"
            )
    assert {variant for _, variant in tables} == set(VARIANTS)
