"""What officials find who can look only at so many events: recall and precision of the highest-scored."""

import math
import re
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from risk_model.scoring.evaluation.judged import Floats, Ints, Judged
from risk_model.scoring.evaluation.measures import ratio
from schemas.levels import Level

Period = Literal["all", "day", "week"]
_WRITTEN = re.compile(r"(?P<share>\d+(?:\.\d+)?)\s*%|(?P<count>\d+)\s*/\s*(?P<period>day|week|天|周)")
_PERIODS: dict[str, Period] = {"day": "day", "week": "week", "天": "day", "周": "week"}


class Budget(msgspec.Struct, frozen=True):
    """How many of the highest-scored events are looked at.

    Attributes:
        amount: share of all events, within (0, 1], when ``period`` is all; else events of each day or week, at least 1.
        period: all, or each local day or week (Monday to Sunday) by itself.
    """

    amount: float
    period: Period = "all"

    def __post_init__(self) -> None:
        """Refuse an amount without meaning."""
        fits = 0 < self.amount <= 1 if self.period == "all" else self.amount >= 1 and self.amount == int(self.amount)
        if not fits:
            raise ValueError(
                f"预警预算应为 (0, 100%] 的占比或每天、每周的正整数件数，实为 {self.amount} {self.period} / "
                f"a budget is a share within (0, 1] or a whole number a day or week, got {self.amount} {self.period}"
            )

    @classmethod
    def parse(cls, written: str) -> "Budget":
        """Budget of ``2%``, ``20/day``, ``20/天``, ``100/week`` or ``100/周``; ValueError shows the forms."""
        match = _WRITTEN.fullmatch(written.strip())
        if match is None:
            raise ValueError(
                f"看不懂的预警预算 {written!r}，应写作 2%、20/day 或 100/week / cannot read the budget, write 2%, 20/day or 100/week"
            )
        if match["share"]:
            return cls(float(match["share"]) / 100)
        return cls(int(match["count"]), _PERIODS[match["period"]])

    def __str__(self) -> str:
        """As ``parse`` reads it."""
        return f"{self.amount * 100:g}%" if self.period == "all" else f"{self.amount:g}/{self.period}"


class Ranking(NamedTuple):
    """Rows with a level label, by period and within it the highest score first.

    Attributes:
        order: row numbers.
        period: number of the period at each place of the order, from 0.
        most: events looked at in each period.
        grave, red: whether each is truly orange or red, and red, 1.0 or 0.0.
    """

    order: Ints
    period: Ints
    most: float
    grave: Floats
    red: Floats


class BudgetSums(NamedTuple):
    """Weighted rows, each of shape (n_resamples,): looked at, and truly orange or red (``grave``) and red of those and of all.

    Attributes:
        looked, grave_found, red_found: among the rows looked at.
        grave, red: among all rows.
        reachable: grave rows that the best order there could be would find.
    """

    looked: Floats
    grave_found: Floats
    red_found: Floats
    grave: Floats
    red: Floats
    reachable: Floats

    @property
    def measures(self) -> dict[str, Floats]:
        """Recalls, precision and the highest possible recall; NaN where there is nothing to find."""
        return {
            "grave_recall": ratio(self.grave_found, self.grave),
            "red_recall": ratio(self.red_found, self.red),
            "precision": ratio(self.grave_found, self.looked),
            "ceiling": ratio(self.reachable, self.grave),
        }


def ranking(judged: Judged, budget: Budget) -> Ranking:
    """Order in which the budget is spent; equal scores keep the order of the examples.

    Rows without a level label have no place in it, nor, for a budget by day or week, those whose time is not known.
    """
    rows = np.flatnonzero(judged.has_level if budget.period == "all" else judged.has_level & (judged.day >= 0))
    by_period = {"all": np.zeros(judged.rows, dtype=np.int64), "day": judged.day, "week": judged.week}
    periods = by_period[budget.period][rows]
    order = np.lexsort((-judged.level_score[rows], periods))
    _, number = np.unique(periods[order], return_inverse=True)
    most = math.ceil(round(budget.amount * len(rows), 6)) if budget.period == "all" else budget.amount
    level = judged.level[rows[order]]
    grave, red = (level >= Level.ORANGE).astype(np.float64), (level >= Level.RED).astype(np.float64)
    return Ranking(rows[order], number, most, grave, red)


def period_sums(ranked: Ranking) -> Floats:
    """What is found in each period, shape (n_periods, 6): the columns of ``BudgetSums``."""
    count = int(ranked.period.max()) + 1
    first = np.searchsorted(ranked.period, np.arange(count))
    looked = (np.arange(len(ranked.period)) - first[ranked.period] < ranked.most).astype(np.float64)
    columns = (looked, looked * ranked.grave, looked * ranked.red, ranked.grave, ranked.red)
    sums = [np.bincount(ranked.period, weights=column, minlength=count) for column in columns]
    return np.column_stack([*sums, np.minimum(sums[0], sums[3])])


def spend_by_period(sums: Floats, weights: Floats) -> BudgetSums:
    """Budget of weighted periods.

    Args:
        sums: of each period, shape (n_periods, 6).
        weights: how often each period counts, shape (n_periods, n_resamples).
    """
    return BudgetSums(*(sums.T @ weights))


def spend_on_rows(ranked: Ranking, weights: Floats) -> BudgetSums:
    """One budget for everything, spent on weighted rows: a row drawn twice costs two.

    Args:
        ranked: the order, of one period.
        weights: how often each row counts, shape (n_rows, n_resamples).
    """
    drawn = weights[ranked.order]
    looked = np.clip(ranked.most - (np.cumsum(drawn, axis=0) - drawn), 0, drawn)
    total, grave = looked.sum(axis=0), ranked.grave @ drawn
    return BudgetSums(
        total, ranked.grave @ looked, ranked.red @ looked, grave, ranked.red @ drawn, np.minimum(total, grave)
    )
