"""Why a judgement should be looked at by a person."""

from enum import IntFlag

import msgspec

from risk_model.scoring.costs import Costs, checked_costs, step_costs


class Doubt(IntFlag):
    """Marks of a judgement; 0 means none. Any mark means "needs a person"."""

    NONE = 0
    CATEGORY_TIE = 1
    LEVEL_TIE = 2
    UNFAMILIAR = 4

    @property
    def zh(self) -> tuple[str, ...]:
        """Chinese sentences for officials, one a mark."""
        return tuple(text for mark, text in _ZH.items() if mark in self)


_ZH = {
    Doubt.CATEGORY_TIE: "两个类别难分高下，请人工确认类别",
    Doubt.LEVEL_TIE: "评分接近等级分界，请人工确认等级",
    Doubt.UNFAMILIAR: "文字与训练数据差别较大，模型判断仅供参考",
}


class Margins(msgspec.Struct, frozen=True):
    """When a judgement is doubtful; kept in the model's manifest.

    Attributes:
        category: least lead of the first category over the second, a probability difference.
        level: least distance of the score from a level cut, log-odds.
        coverage: least share of a text's n-grams that the model knows.
        costs: ``costs[true][graded]`` of a level, blue … red; the level of least expected cost is graded. The policy states them
            (``[model] missed_costs``); without one every error of one step costs alike.
    """

    category: float = 0.15
    level: float = 0.25
    coverage: float = 0.0
    costs: Costs = step_costs((1.0, 1.0, 1.0))

    def __post_init__(self) -> None:
        """Refuse margins without meaning."""
        if not (0 <= self.category <= 1 and self.level >= 0 and 0 <= self.coverage <= 1):
            raise ValueError(f"margins out of range: {self}")
        checked_costs(self.costs)
