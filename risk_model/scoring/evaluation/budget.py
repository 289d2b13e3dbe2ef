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
        start: for each place in the order, the place where its period begins.
        most: events looked at in each period.
        grave, red: whether each is truly orange or red, and red, 1.0 or 0.0.
    """

    order: Ints
    start: Ints
    most: float
    grave: Floats
    red: Floats


class BudgetSums(NamedTuple):
    """Weighted rows, each of shape (n_resamples,): looked at, and truly orange or red (``grave``) and red of those and of all."""

    looked: Floats
    grave_found: Floats
    red_found: Floats
    grave: Floats
    red: Floats

    @property
    def measures(self) -> dict[str, Floats]:
        """Recalls and precision, NaN where there is nothing to find."""
        return {
            "grave_recall": ratio(self.grave_found, self.grave),
            "red_recall": ratio(self.red_found, self.red),
            "precision": ratio(self.grave_found, self.looked),
        }

    @property
    def ceiling(self) -> Floats:
        """Grave recall of the best order there could be (for one period; an upper bound for several)."""
        return ratio(np.minimum(self.looked, self.grave), self.grave)


def ranking(judged: Judged, budget: Budget) -> Ranking:
    """Order in which the budget is spent; equal scores keep the order of the examples."""
    rows = np.flatnonzero(judged.has_level)
    periods = {"all": np.zeros(judged.rows, dtype=np.int64), "day": judged.day, "week": judged.week}[budget.period][
        rows
    ]
    order = np.lexsort((-judged.level_score[rows], periods))
    _, first, inverse = np.unique(periods[order], return_index=True, return_inverse=True)
    most = math.ceil(round(budget.amount * len(rows), 6)) if budget.period == "all" else budget.amount
    level = judged.level[rows[order]]
    grave, red = (level >= Level.ORANGE).astype(np.float64), (level >= Level.RED).astype(np.float64)
    return Ranking(rows[order], first[inverse], most, grave, red)


def budget_sums(ranked: Ranking, weights: Floats) -> BudgetSums:
    """Spend the budget on weighted rows: a row drawn twice costs two.

    Args:
        ranked: the order.
        weights: how often each row counts, shape (n_rows, n_resamples).
    """
    drawn = weights[ranked.order]
    before = np.cumsum(drawn, axis=0) - drawn
    before -= before[ranked.start]
    looked = np.clip(ranked.most - before, 0, drawn)
    return BudgetSums(
        looked.sum(axis=0), ranked.grave @ looked, ranked.red @ looked, ranked.grave @ drawn, ranked.red @ drawn
    )
