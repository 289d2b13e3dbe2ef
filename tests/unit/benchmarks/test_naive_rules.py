"""Naive rules: what they fire on, how signals become warnings, and what is counted as false."""

from datetime import date, timedelta

import numpy as np

from benchmarks.city_counts import WeeklyCounts
from benchmarks.naive_rules import EarsAlone, Merging, by_half, fixed, one_limit, outcome
from infra.simulation.truth import StoryTruth
from tests.disputes import NOW, assessed

FIRST = date(2025, 9, 1)
SERIES = (("379001", "物业"), ("379001001", "物业"), ("379002", "物业"))


def sheet(week: list[list[int]], of_story: list[list[int]] | None = None) -> WeeklyCounts:
    """Counts of the three series over some days."""
    counts = np.array(week, dtype=np.int32)
    parts = np.array([of_story], dtype=np.int32) if of_story else np.zeros((0, *counts.shape), dtype=np.int32)
    return WeeklyCounts(SERIES, FIRST, counts, np.full_like(counts, 8), ("s",) if of_story else (), parts)


def test_rules() -> None:
    """Half as many again, and at least so many; a fixed number, three times as large for a county."""
    week, before = np.array([[9, 10, 14, 15]]), np.array([[4, 6, 10, 10]])
    assert by_half(10)(week, before).tolist() == [[False, True, False, True]]
    limits = one_limit(sheet([[0], [0], [0]]), 10)
    assert limits.tolist() == [30, 10, 30]
    assert fixed(limits)(np.array([[29, 30], [9, 10], [40, 2]]), before).tolist() == [
        [False, True],
        [False, True],
        [True, False],
    ]


def test_merging() -> None:
    """A township's signal and its county's within a week are one warning; another county's, or a later one, is not."""
    merging = Merging()
    first = merging.warning("379001001", "物业", FIRST)
    assert merging.warning("379001", "物业", FIRST + timedelta(6)) == first
    assert merging.warning("379001001", "物业", FIRST + timedelta(12)) == first
    assert merging.warning("379002", "物业", FIRST) != first
    assert merging.warning("379001", "合同", FIRST) != first
    assert merging.warning("379001001", "物业", FIRST + timedelta(19)) != first


def test_outcome() -> None:
    """A story's signal is right and no false warning; one that would have come without it is false."""
    story = StoryTruth("s", "s", ("苗头",), ("379001",), ("379001001",), "物业", None, None, None, False, "")
    week = [[5, 5, 5, 5], [2, 11, 12, 2], [31, 2, 2, 2]]
    part = [[0, 0, 0, 0], [0, 6, 7, 0], [0, 0, 0, 0]]
    limits = one_limit(sheet(week), 10)
    found = outcome(fixed(limits), sheet(week, part), (story,))
    assert found.false_warnings == 1
    assert found.first_right == {"s": FIRST + timedelta(2)}  # the midnight after the second day
    assert outcome(fixed(limits), sheet(week), ()).false_warnings == 2


def test_ears_alone() -> None:
    """Ten reports on a day after two quiet weeks, once, on the tenth."""
    ears, seen = EarsAlone(), []
    for day in range(15):
        for number in range(12 if day == 14 else 1):
            at = NOW + timedelta(days=day, minutes=number)
            dispute = assessed(100 * day + number, category="物业", at=at)
            seen += [(day, number, s.observed) for s in ears.take(dispute, at.date())]
    assert seen == [(14, 9, 10)]
