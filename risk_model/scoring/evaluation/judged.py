"""Examples beside what the model says of them, as arrays."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_model.local_time import local_day
from risk_model.scoring.doubts import Margins
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.runtime import RiskModel
from schemas.levels import Level

BATCH = 500

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Judged(NamedTuple):
    """One row an example; a row without the label of a head (or when the model lacks the head) has -1 / 0 there.

    Attributes:
        names: categories that occur as a label or as a judgement, sorted.
        category, category_judged: indices into names; -1 where there is no label.
        category_probability: stated probability of the judged category.
        level, level_judged: 1..4; 0 where there is no label.
        level_probabilities: shape (n, 4).
        level_score: the order in which officials would look.
        needs_person: marked doubtful.
        day: local day of the event, a proleptic ordinal; -1 where its time is not known.
    """

    names: tuple[str, ...]
    category: Ints
    category_judged: Ints
    category_probability: Floats
    level: Ints
    level_judged: Ints
    level_probabilities: Floats
    level_score: Floats
    needs_person: NDArray[np.bool_]
    day: Ints

    @property
    def rows(self) -> int:
        """Number of examples."""
        return len(self.day)

    @property
    def has_category(self) -> NDArray[np.bool_]:
        """Whether there is a category label."""
        return np.asarray(self.category >= 0)

    @property
    def has_level(self) -> NDArray[np.bool_]:
        """Whether there is a level label."""
        return np.asarray(self.level > 0)

    @property
    def category_right(self) -> NDArray[np.bool_]:
        """Whether the judged category is the labelled one."""
        return np.asarray(self.category == self.category_judged)

    @property
    def week(self) -> Ints:
        """Number of the local week, from Monday."""
        return (self.day - 1) // 7  # day 1 was a Monday

    @property
    def orange_probability(self) -> Floats:
        """Stated probability of orange or red."""
        return np.asarray(self.level_probabilities[:, Level.ORANGE - 1 :].sum(axis=1))


def judge(model: RiskModel, examples: Sequence[LabelledExample]) -> Judged:
    """Let the model judge the examples in batches."""
    batches = [examples[start : start + BATCH] for start in range(0, len(examples), BATCH)]
    found = [model.assess([e.text for e in batch], [e.fields for e in batch]) for batch in batches]
    has_category, has_level = model.has_category, model.has_level
    graded = [name for judgements in found for name in judgements.category_names()] if has_category else []
    labels = [example.category if has_category else None for example in examples]
    names = tuple(sorted({*graded, *(label for label in labels if label is not None)}))
    index = {name: number for number, name in enumerate(names)}
    level = [example.level if has_level and example.level is not None else 0 for example in examples]
    return Judged(
        names=names,
        category=np.array([-1 if label is None else index[label] for label in labels], dtype=np.int64),
        category_judged=np.array([index[name] for name in graded] or [-1] * len(examples), dtype=np.int64),
        category_probability=np.concatenate([j.category_probability for j in found]),
        level=np.array(level, dtype=np.int64),
        level_judged=np.concatenate([j.level for j in found]),
        level_probabilities=np.concatenate([j.level_probabilities for j in found]),
        level_score=np.concatenate([j.level_score for j in found]),
        needs_person=np.concatenate([j.needs_person for j in found]),
        day=np.array(
            [-1 if e.occurred_at is None else local_day(e.occurred_at).toordinal() for e in examples], dtype=np.int64
        ),
    )


def stated_costs(margins: Margins) -> Floats:
    """Cost matrix the model grades by, rows true, columns graded, shape (4, 4)."""
    return np.asarray(margins.costs, dtype=np.float64)
