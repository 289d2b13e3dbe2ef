"""The pooled short baseline: value tables by hand, and its laws."""

from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_model.surveillance.judging import judge, judge_one, judge_years
from risk_model.surveillance.profile import Profile, default_profile
from risk_model.surveillance.usual import Spread
from risk_model.trends.thresholds import mid_p
from tests.unit.surveillance.counties import COUNTY, TABLE, county

FIRST = date(2031, 3, 3)  # a Monday of a year without published holidays
KEY = (COUNTY, "category:甲")
LATE = date(2031, 12, 31)
PLAIN = Spread(shape=1.0, day=1.0, week=1.0, uneven_day=0.0, uneven_week=0.0)


def profile(
    spread: Spread = PLAIN, rate: float = 0.1, factors: tuple[float, ...] = (1.0,) * 10, **changes: object
) -> Profile:
    """A profile of one measure with the same spread everywhere."""
    start = default_profile(TABLE)
    groups = dict.fromkeys(start.groups, spread)
    given = {"groups": groups, "rates": {KEY[1]: rate}, "factors": {"": factors}, **changes}
    return msgspec.structs.replace(start, **given)


@dataclass(frozen=True)
class Case:
    """A count on the last day after a baseline of 28 days and two days of guard."""

    baseline: dict[int, int]
    expected: float
    dispersion: float
    known: Profile


@pytest.mark.parametrize(
    "case",
    [
        # nothing seen: shape 1 in 10 days of exposure, and 28 without: 1/38
        Case({}, 1 / 38, 1 + 1 / 38, profile()),
        Case({3: 1, 9: 2}, 4 / 38, 1 + 1 / 38, profile()),
        # guard days do not count
        Case({28: 50, 29: 50}, 1 / 38, 1 + 1 / 38, profile()),
        # a rate known for sure stands for itself
        Case({}, 0.1 * 1000 / (1000 + 2.8), 1 + 1 / 10_028, profile(msgspec.structs.replace(PLAIN, shape=1000.0))),
        # dispersion of small counts, and of large ones
        Case(
            {5: 1},
            2 / 38,
            1.5 + 1 / 38 + 0.1 * 2 / 38,
            profile(msgspec.structs.replace(PLAIN, day=1.5, uneven_day=0.1)),
        ),
        # half of a day's events is known at its end: the baseline is complete
        Case({5: 1}, 0.5 * 2 / 38, 1 + 0.5 / 38, profile(completeness={"": (0.5, 1.0)})),
    ],
    ids=["silent", "three", "guard", "prior", "dispersion", "late"],
)
def test_day_by_hand(case: Case) -> None:
    """Mean and variance over mean as docs/detectors.md has them, on a day like all others."""
    counts = np.zeros((1, 31), dtype=np.int64)
    for day, n in case.baseline.items():
        counts[0, day] = n
    counts[0, 30] = 5
    found = judge([KEY], counts, FIRST, [0], [30], 1, FIRST + timedelta(days=30), case.known, TABLE)
    assert found.expected[0] == pytest.approx(case.expected)
    assert found.dispersion[0] == pytest.approx(case.dispersion)
    assert found.p_value[0] == pytest.approx(mid_p(np.array([5.0]), found.expected, found.dispersion)[0])


def test_kinds_of_day() -> None:
    """A Sunday is compared with what Sundays hold: 20 working days of 1, 8 of a half, and 3 events."""
    factors = (1.0, 1.0, 0.5, *(1.0,) * 7)
    counts = np.zeros((1, 35), dtype=np.int64)
    counts[0, 4] = counts[0, 13] = counts[0, 20] = 1
    found = judge([KEY], counts, FIRST, [0, 0], [34, 32], 1, LATE, profile(factors=factors), TABLE)
    assert found.expected.tolist() == pytest.approx([0.5 * 4 / (10 + 24), 4 / (10 + 24)])


def test_week_by_hand() -> None:
    """Eight weeks of one event a day, seven days of guard: a week of seven, held up a little by the prior."""
    counts = np.ones((1, 70), dtype=np.int64)
    found = judge([KEY], counts, FIRST, [0], [69], 7, LATE, profile(), TABLE)
    assert found.expected[0] == pytest.approx(7 * 57 / 66)
    assert found.dispersion[0] == pytest.approx(1 + 7 / 66)


def test_a_past_burst_does_not_hide_the_next() -> None:
    """Sixty events on one day of the baseline count as two: ten on one day are still a signal."""
    counts = np.zeros((1, 31), dtype=np.int64)
    counts[0, 10], counts[0, 30] = 60, 10
    burst = judge([KEY], counts, FIRST, [0], [30], 1, LATE, profile(), TABLE)
    assert burst.expected[0] == pytest.approx(3 / 38, rel=0.35)
    assert counts[0, 30] > burst.upper[0]


def test_without_a_profile() -> None:
    """A county that has learnt nothing is judged by the policy's own values, cautiously."""
    counts = np.zeros((1, 31), dtype=np.int64)
    counts[0, 30] = 30
    found = judge([KEY], counts, FIRST, [0], [30], 1, LATE, None, TABLE)
    assert counts[0, 30] > found.upper[0] >= TABLE.min_count - 1


def test_least_count() -> None:
    """However rare, fewer than the policy's least count is no signal."""
    counts = np.zeros((1, 70), dtype=np.int64)
    rare = profile(rate=1e-5)
    assert judge([KEY], counts, FIRST, [0], [69], 1, LATE, rare, TABLE).upper[0] == TABLE.min_count - 1
    assert judge([KEY], counts, FIRST, [0], [69], 7, LATE, rare, TABLE).upper[0] == TABLE.week_min_count - 1


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=31, max_size=60), st.integers(0, 40), st.integers(0, 3))
def test_one_day_of_one_series_as_many(counts: list[int], last: int, delay: int) -> None:
    """One series and one day alone: None when it is no signal, else the same figures to the last bit."""
    row = np.array([*counts[:-1], last])
    end, known = len(row) - 1, profile(Spread(2.0, 1.2, 1.3, 0.05, 0.05), completeness={"": (0.6, 0.8, 1.0)})
    known_on = FIRST + timedelta(days=end + delay)
    batch = judge([KEY], row[None, :], FIRST, [0], [end], 1, known_on, known, TABLE)
    alone = judge_one(row, KEY, FIRST, end, known_on, known, TABLE)
    if last > batch.upper[0]:
        assert alone == tuple(float(part[0]) for part in batch)
    else:
        assert alone is None


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=70, max_size=70), st.sampled_from([1, 7]))
def test_monotone_in_the_last_count(counts: list[int], span: int) -> None:
    """One event more on the last day never makes it more usual, and changes neither what was expected nor the bound."""
    row = np.array([counts])
    more = row.copy()
    more[0, -1] += 1
    before, after = (judge([KEY], c, FIRST, [0], [69], span, LATE, profile(), TABLE) for c in (row, more))
    assert after.p_value[0] <= before.p_value[0]
    assert (after.expected[0], after.upper[0]) == (before.expected[0], before.upper[0])


MADE = county(5, 80)
LEARNT = MADE.learnt()


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_batches_do_not_matter(seed: int) -> None:
    """Cells judged together and one by one are the same, in any order."""
    rng = np.random.default_rng(seed)
    made, known = MADE, LEARNT
    counts = rng.poisson(0.7, made.counts.shape)
    rows, ends = rng.integers(0, len(counts), 20), rng.integers(0, 80, 20)
    whole = judge(made.keys, counts, made.first, rows, ends, 1, LATE, known, TABLE)
    for cell in range(20):
        one = judge(made.keys, counts, made.first, rows[[cell]], ends[[cell]], 1, LATE, known, TABLE)
        assert [part[cell] for part in whole] == [part[0] for part in one]


def test_late_reports_are_expected() -> None:
    """A day of which half is known is as usual with half its count as it is later with all of it."""
    known = profile(msgspec.structs.replace(PLAIN, shape=400.0), rate=40.0, completeness={"": (0.5, 0.75, 1.0)})
    counts = np.full((1, 31), 40)
    for delay, count in ((0, 20), (1, 30), (2, 40)):
        counts[0, 30] = count
        found = judge([KEY], counts, FIRST, [0], [30], 1, FIRST + timedelta(days=30 + delay), known, TABLE)
        assert found.expected[0] == pytest.approx(count, rel=0.02)
        assert 0.4 < found.p_value[0] < 0.6


def test_ends_outside_the_counts_are_refused() -> None:
    """The message says what was got."""
    with pytest.raises(ValueError, match="ends 应在 0 到 30"):
        judge([KEY], np.zeros((1, 31), dtype=int), FIRST, [0], [31], 1, LATE, None, TABLE)


def test_years_follow_season_and_exposure() -> None:
    """Four years with a season: expected as the same week of earlier years, in proportion to the exposure of the week; a burst is a signal."""
    days = 4 * 365 + 20
    first = date(2031, 1, 6)
    at = np.arange(days)
    rng = np.random.default_rng(3)
    counts = rng.poisson(4 + 3 * np.cos(2 * np.pi * at / 365.25), (2, days))
    keys = [KEY, (COUNTY, "category:乙")]
    end = days - 1
    counts[1, end - 3] += 60
    plain = profile()
    found = judge_years(keys, counts, first, [0, 1], end, LATE, plain, TABLE)
    assert found.expected == pytest.approx(7 * (4 + 3 * np.cos(2 * np.pi * (end - 3) / 365.25)), rel=0.15)
    weeks = counts[:, -7:].sum(axis=1)
    assert (weeks > found.upper).tolist() == [False, True]
    half = judge_years(
        keys,
        counts,
        first,
        [0, 1],
        end,
        first + timedelta(days=end),
        profile(completeness={"": (0.5,) * 7 + (1.0,)}),
        TABLE,
    )
    assert half.expected == pytest.approx(found.expected / 2, rel=0.02)


def test_sparse_years_are_left_to_the_short_baseline() -> None:
    """A series with an event a month has no season to fit."""
    days = 4 * 365 + 20
    counts = np.zeros((1, days), dtype=np.int64)
    counts[0, ::30] = 1
    counts[0, -1] = 7
    first, end = date(2031, 1, 6), days - 1
    years = judge_years([KEY], counts, first, [0], end, LATE, profile(), TABLE)
    short = judge([KEY], counts, first, [0], [end], 7, LATE, profile(), TABLE)
    assert [part[0] for part in years] == [part[0] for part in short]


def test_years_need_years() -> None:
    """The message says how many weeks there are."""
    with pytest.raises(ValueError, match="收到 100 周"):
        judge_years([KEY], np.zeros((1, 700), dtype=int), FIRST, [0], 699, LATE, profile(), TABLE)
