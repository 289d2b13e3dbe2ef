"""What the model says of a batch of dispute events."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_model.scoring.doubts import Doubt

DIGITS = 4  # of recorded probabilities


class Judgement(NamedTuple):
    """What the model says of one event.

    Attributes:
        category: name, empty when the model has no category head.
        category_probability, level_probability: of what it says, in [0, 1].
        shown_category_probability, shown_level_probabilities: as they are recorded, rounded to ``DIGITS``; levels blue … red.
        level: 1..4; 0 when the model has no level head.
        needs_person: whether any doubt is marked.
    """

    category: str
    category_probability: float
    shown_category_probability: float
    level: int
    level_probability: float
    shown_level_probabilities: tuple[float, ...]
    needs_person: bool


class Judgements(NamedTuple):
    """Judgements of a batch, one row an event; every array has shape (n_events, …).

    Attributes:
        categories: names that ``category`` indexes.
        category: index of the most probable category, int64; -1 when the model has no category head.
        category_probability: its probability, in [0, 1], float64.
        level: ``Level`` value 1..4 before any policy floor, int64; 0 when the model has no level head.
        level_probabilities: order blue, yellow, orange, red; shape (n_events, 4), float64.
        level_score: the linear score behind the level, log-odds, float64.
        doubts: ``Doubt`` marks, uint8.
    """

    categories: tuple[str, ...]
    category: NDArray[np.int64]
    category_probability: NDArray[np.float64]
    level: NDArray[np.int64]
    level_probabilities: NDArray[np.float64]
    level_score: NDArray[np.float64]
    doubts: NDArray[np.uint8]

    @property
    def needs_person(self) -> NDArray[np.bool_]:
        """Whether any doubt is marked, shape (n_events,)."""
        return np.asarray(self.doubts != 0, dtype=np.bool_)

    def category_names(self) -> list[str]:
        """Name of the category of each event; empty when the model has no category head."""
        return [self.categories[index] if index >= 0 else "" for index in self.category.tolist()]

    def each(self) -> list[Judgement]:
        """The rows one by one, rounded together; the model has a level head."""
        levels = self.level.tolist()
        return list(
            map(
                Judgement,
                self.category_names(),
                self.category_probability.tolist(),
                self.category_probability.round(DIGITS).tolist(),
                levels,
                self.level_probabilities[np.arange(len(levels)), self.level - 1].tolist(),
                map(tuple, self.level_probabilities.round(DIGITS).tolist()),
                self.needs_person.tolist(),
            )
        )

    def doubts_of(self, row: int) -> Doubt:
        """Marks of one event."""
        return Doubt(int(self.doubts[row]))
