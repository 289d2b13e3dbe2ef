"""Profiles of counties whose truth is known; p-values that keep their promise when nothing happens."""

from datetime import date, timedelta

import msgspec
import numpy as np
import pytest

from risk_model.surveillance.budget import alpha, exceedances
from risk_model.surveillance.calendar import DayKind
from risk_model.surveillance.judging import judge
from risk_model.surveillance.learning import learn
from risk_model.surveillance.peers import LEVELS, group_of, root_of
from risk_model.surveillance.profile import P_GRID, Profile
from risk_model.surveillance.sampling import MOST, stride
from risk_model.trends.thresholds import mid_p
from tests.unit.surveillance.counties import COUNTY, FACTORS, FIRST, TABLE, county, day


def test_peers() -> None:
    """Groups by level of region and depth of measure; a subclass has the days of its class."""
    assert group_of("379001", "category:合同") == "county.category"
    assert group_of("379001003", "subject:城市管理") == "township.class"
    assert group_of("379001003/大桥社区", "subject:城市管理/噪声") == "community.subclass"
    assert root_of("subject:城市管理/噪声") == "subject:城市管理"
    assert root_of("category:合同") == "category:合同"


def test_truth_is_found() -> None:
    """Days, delays, rates and shares of 16 weeks of 60 events a day."""
    made = county(1, per_day=60.0, delays=(0.5, 0.3, 0.2))
    learnt = made.learnt()
    assert learnt.day == FIRST + timedelta(days=111)
    for kind in (DayKind.AFTER_WEEKEND, DayKind.WEEKEND):
        assert learnt.factors[""][kind] == pytest.approx(FACTORS[kind], rel=0.08)
    assert learnt.completeness[""] == pytest.approx((0.5, 0.8, 1.0), abs=0.03)
    rates = [learnt.rates[f"category:{n}"] for n in range(8)]
    assert rates[7] / rates[0] == pytest.approx(10, rel=0.3)
    assert learnt.shares[f"{COUNTY}006"] == pytest.approx(6 / 21, rel=0.1)
    assert learnt.groups["township.category"].shape > 10  # regions and measures multiply here: what is usual says all
    assert learnt.groups["county.category"].day < 1.4


def test_dispersion_is_found() -> None:
    """Negative binomial counts of small mean, variance twice the mean."""
    learnt = county(2, per_day=30.0, dispersion=2.0).learnt()
    assert learnt.groups["township.category"].day == pytest.approx(2.0, rel=0.2)
    assert county(2, per_day=30.0).learnt().groups["township.category"].day < 1.2


@pytest.mark.parametrize(("per_day", "span"), [(3.0, 1), (12.0, 1), (120.0, 1), (12.0, 7)])
def test_p_values_are_honest(per_day: float, span: int) -> None:
    """When nothing happens, as many counts of a class of means reach a p-value as it says, sparse ones too."""
    reached, promised = np.zeros(len(P_GRID)), np.zeros(len(P_GRID))
    for seed in range(4):
        made = county(seed, 240, per_day)
        known = made.learnt(112)
        for end in range(113, 240, span):
            rows = np.arange(len(made.keys))
            found = judge(made.keys, made.counts, FIRST, rows, np.full(len(rows), end), span, date.max, known, TABLE)
            seen = made.counts[:, end - span + 1 : end + 1].sum(axis=1)
            p = mid_p(seen.astype(float), found.expected, found.dispersion)
            reached += (p[:, None] <= np.array(P_GRID)).sum(axis=0)
            promised += exceedances(found.expected, found.dispersion, np.ones((1, len(rows))), 1)[0]
    for at, p_value in enumerate(P_GRID[:3]):
        noise = 4 * np.sqrt(promised[at] * (3 if span == 7 else 1.5))
        assert abs(reached[at] - promised[at]) < noise + 0.25 * promised[at], (p_value, reached[at], promised[at])


def test_budget_is_kept() -> None:
    """Signals of single days, over two years of a county where nothing happens, are within what the policy allows them."""
    signals = days = 0
    for seed in range(3):
        made = county(seed, 350, 40.0, townships=10)
        known = None
        rows = np.arange(len(made.keys))
        for end in range(112, 350):
            if known is None or end % 28 == 0:
                known = made.learnt(end, known)
            found = judge(made.keys, made.counts, FIRST, rows, np.full(len(rows), end), 1, date.max, known, TABLE)
            signals += int((made.counts[:, end] > found.upper).sum())
            days += 1
    allowed = TABLE.budget.alerts * TABLE.budget.daily_share / TABLE.budget.window_days * days
    assert 0 < signals < 1.3 * allowed


def test_silent_series_change_little() -> None:
    """A region and a measure that never had an event leave the rest as it was."""
    made = county(4, per_day=20.0)
    nothing = np.zeros((1, made.counts.shape[1]), dtype=np.int64)
    with_it = learn([*made.keys, (f"{COUNTY}009", "category:0")], np.vstack([made.counts, nothing]), FIRST, None, TABLE)
    without = learn(made.keys, made.counts, FIRST, None, TABLE)
    assert with_it.rates == without.rates
    for name in ("day", "week", "shape"):
        mine, theirs = (getattr(p.groups["township.category"], name) for p in (with_it, without))
        assert mine == pytest.approx(theirs, rel=0.15)
    for level in LEVELS:
        assert with_it.alpha_day[level] == pytest.approx(without.alpha_day[level], rel=0.25)


def test_rare_days_are_remembered() -> None:
    """The first day after the May holiday of one lesson is known to a lesson whose record no longer holds it."""
    made = county(5, 300, 60.0)
    back = (date(2026, 5, 6) - FIRST).days
    burst = made._replace(counts=made.counts.copy())
    burst.counts[:, back] *= 3
    learnt = burst.learnt(112)
    rise = learnt.factors[""][DayKind.RETURN_LONG]
    assert rise > 2.0
    late = 112 + 80
    kept = learn(burst.keys, burst.counts[:, 80:late], day(80), None, TABLE, learnt)
    assert kept.factors[""][DayKind.RETURN_LONG] == pytest.approx(rise, rel=0.02)
    forgot = learn(burst.keys, burst.counts[:, 80:late], day(80), None, TABLE)
    assert forgot.factors[""][DayKind.RETURN_LONG] == pytest.approx(1 + 3 * 0.8, rel=0.3)  # from the Mondays alone


def test_a_stored_profile_is_the_same() -> None:
    """Through JSON and back: equal, in the same order, and it judges the same; a few kilobytes."""
    learnt = county(6).learnt()
    stored = msgspec.json.encode(learnt)
    back = msgspec.json.decode(stored, type=Profile)
    assert back == learnt
    assert msgspec.json.encode(back) == stored
    assert len(stored) < 12_000
    made = county(7)
    rows, ends = np.arange(20), np.full(20, 111)
    for mine, theirs in zip(
        judge(made.keys, made.counts, FIRST, rows, ends, 1, date.max, learnt, TABLE),
        judge(made.keys, made.counts, FIRST, rows, ends, 1, date.max, back, TABLE),
        strict=True,
    ):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("days", [1, 8, 15, 40])
def test_short_records(days: int) -> None:
    """A lesson from any record; one without events keeps the policy's values."""
    made = county(8, days, 5.0)
    assert made.learnt().n_series >= 8
    silent = learn(made.keys, made.counts * 0, FIRST, None, TABLE)
    assert silent.day is None
    assert silent.factors[""] == TABLE.day_factors.by_kind


def test_shapes_that_do_not_fit_are_refused() -> None:
    """The message says what was got."""
    with pytest.raises(ValueError, match="keys 有 1 项"):
        learn([(COUNTY, "category:甲")], np.zeros((2, 9), dtype=int), FIRST, None, TABLE)


def test_exceedances_by_hand() -> None:
    """Poisson of mean 0.05: two events have mid-p 0.00062 and probability 0.00121; three 0.00001 and 0.00002."""
    found = exceedances(np.array([0.05]), np.array([1.0]), np.array([[1.0], [3.0]]), 1)
    assert found[0, 2] == pytest.approx(0.0012091, rel=1e-3)  # at 0.001 two are a signal
    assert found[0, 3] == pytest.approx(0.0000201, rel=1e-2)  # at 0.0001 three
    assert found[1] == pytest.approx(3 * found[0])
    large = exceedances(np.array([500.0]), np.array([2.0]), np.ones((1, 1)), 4)[0]
    assert large == pytest.approx(P_GRID)


def test_alpha_spends_the_budget() -> None:
    """Between the points of the grid, and never above the greatest."""
    chances = np.array([10 * p for p in P_GRID])
    assert alpha(chances, 0.02, 0.5) == pytest.approx(0.002, rel=1e-3)
    assert alpha(chances, 0.02, 0.001) == 0.001


def test_recurrence_agrees_with_the_budget() -> None:
    """A p-value at alpha comes back as often as the budget says; a smaller one later."""
    learnt = county(9, per_day=60.0).learnt()
    a_day = TABLE.budget.alerts * TABLE.budget.daily_share / TABLE.budget.window_days
    level_alpha = learnt.alpha_day["county"]
    if level_alpha < TABLE.greatest_alpha:
        assert learnt.recurrence_days(level_alpha, COUNTY, 1) == pytest.approx(1 / a_day, rel=0.02)
    days = [learnt.recurrence_days(p, COUNTY, 1) for p in (1e-2, 1e-4, 1e-9, 1e-12, 1e-40)]
    assert days == sorted(days)
    assert days[3] > 500 * days[2]


@pytest.mark.parametrize(("size", "period"), [(100, 10), (3000, 10), (9000, 77), (4096, 64)])
def test_samples_see_every_measure(size: int, period: int) -> None:
    """At most so many, and not always the same measures."""
    chosen = range(0, size, stride(size, period))
    assert len(chosen) <= MOST
    assert len({n % period for n in chosen}) == period
