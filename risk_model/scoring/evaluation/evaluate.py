"""Judge examples and measure, with bootstrap intervals."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_model.scoring.evaluation.alerting import budget_measures
from risk_model.scoring.evaluation.bootstrap import Measured
from risk_model.scoring.evaluation.calibration import reliability
from risk_model.scoring.evaluation.judged import Floats, Judged, judge, stated_costs
from risk_model.scoring.evaluation.measures import category_shares, level_shares, part_measures, whole_measures
from risk_model.scoring.evaluation.result import ClassMeasure, Confused, Evaluation, Slice
from risk_model.scoring.evaluation.settings import EvaluationSettings
from risk_model.scoring.evaluation.slices import parts
from risk_model.scoring.evaluation.tally import SumTable, tally
from risk_model.scoring.examples import ExamplesRefused, LabelledExample
from risk_model.scoring.runtime import RiskModel
from schemas.levels import Level

SHOWN_CONFUSIONS = 20
SHARES = ("precision", "recall", "f1")
PLAIN = (
    *("category_macro_f1", "category_accuracy", "category_ece", "category_brier"),
    *("level_macro_f1", "level_accuracy", "level_within_one", "level_mean_distance", "level_cost", "constant_cost"),
    *("level_ece", "level_brier", "orange_recall", "orange_precision", "red_recall", "orange_ece", "orange_brier"),
    "needs_person",
)
"""Measures that are a field of ``Evaluation`` by themselves."""
BY_SLICE = (
    *("category_macro_f1", "category_accuracy", "category_bias"),
    *("level_accuracy", "level_cost", "orange_recall", "orange_precision", "orange_bias"),
)
"""Measures that are a field of ``Slice``."""


def evaluate(
    model: RiskModel, examples: Sequence[LabelledExample], settings: EvaluationSettings | None = None
) -> Evaluation:
    """Judge examples and compare; an example without the label of a head counts for the other only.

    Raises:
        ExamplesRefused: there are none, or none has a label of a head of the model.
    """
    settings = settings or EvaluationSettings()
    if not examples:
        raise ExamplesRefused("没有可供评估的样本 / no examples to evaluate on")
    judged, costs = judge(model, examples), stated_costs(model.margins)
    if not judged.has_category.any() and not judged.has_level.any():
        raise ExamplesRefused(
            "样本没有模型能判断的标签：模型没有学过等级（或类别），而样本只有这一种标注；请换用有另一种标注的文件 "
            "/ no example has a label of what the model judges: use a file with the labels it has learnt"
        )
    whole, slim = tally(judged, costs, whole=True), tally(judged, costs, whole=False)
    slices = [
        _Part(dimension, value, rows, slim.part(rows))
        for dimension, found in parts(examples, settings.text_lengths, settings.most_slices).items()
        for value, rows in found
    ]

    def measure(weights: Floats) -> dict[str, Floats]:
        return _measures(judged, costs, whole, slices, weights)

    measured = Measured.of(measure, judged.rows, settings.resamples, settings.confidence, settings.seed)
    return _evaluation(judged, costs, slices, measured, settings)


class _Part(NamedTuple):
    """A slice and the sums it is measured by."""

    dimension: str
    value: str
    rows: NDArray[np.int64]
    table: SumTable


def _measures(
    judged: Judged,
    costs: Floats,
    whole: SumTable,
    slices: Sequence[_Part],
    weights: Floats,
) -> dict[str, Floats]:
    """Every measure under its name, of weighted rows."""
    sums = whole.sums(weights)
    found = whole_measures(sums, costs)
    for head, names, shares in (
        ("category", judged.names, category_shares(sums)),
        ("level", tuple(level.code for level in Level), level_shares(sums)),
    ):
        for number, name in enumerate(names):
            found |= {f"{head}/{name}/{share}": getattr(shares, share)[:, number] for share in SHARES}
    for number, part in enumerate(slices):
        values = part_measures(part.table.sums(weights[part.rows]))
        found |= {f"slice/{number}/{name}": values[name] for name in BY_SLICE}
    return found


def _evaluation(
    judged: Judged,
    costs: Floats,
    slices: Sequence[_Part],
    measured: Measured,
    settings: EvaluationSettings,
) -> Evaluation:
    has_category, has_level, confidence = judged.has_category, judged.has_level, settings.confidence
    confusion = np.zeros((len(Level), len(Level)), dtype=np.int64)
    np.add.at(confusion, (judged.level[has_level] - 1, judged.level_judged[has_level] - 1), 1)
    sizes = np.bincount(judged.category[has_category], minlength=len(judged.names)).tolist()
    categories = _classes("category", judged.names, sizes, measured)
    probabilities, level = judged.level_probabilities[has_level], judged.level[has_level]
    intervals = {name: measured.interval(name) for name in PLAIN}
    return Evaluation(
        **{name: measured.value(name) for name in PLAIN},  # type: ignore[arg-type]
        rows=judged.rows,
        category_f1={each.name: each.f1.value for each in categories},
        confusion=confusion.tolist(),
        category_rows=int(has_category.sum()),
        level_rows=int(has_level.sum()),
        costs=tuple(tuple(row) for row in costs.tolist()),
        category_classes=categories,
        level_classes=_classes("level", [each.code for each in Level], confusion.sum(axis=1).tolist(), measured),
        category_confusions=_confusions(judged),
        budgets=budget_measures(judged, settings),
        category_reliability=reliability(
            judged.category_probability[has_category], judged.category_right[has_category], confidence
        ),
        level_reliability=reliability(probabilities.max(axis=1), probabilities.argmax(axis=1) + 1 == level, confidence),
        orange_reliability=reliability(judged.orange_probability[has_level], level >= Level.ORANGE, confidence),
        intervals={name: found for name, found in intervals.items() if found is not None},
        slices=tuple(_slice(number, part, judged, measured) for number, part in enumerate(slices)),
        resamples=settings.resamples,
        confidence=confidence,
        seed=settings.seed,
    )


def _classes(head: str, names: Sequence[str], sizes: Sequence[int], measured: Measured) -> tuple[ClassMeasure, ...]:
    """Each class that occurs."""
    return tuple(
        ClassMeasure(
            name=name,
            rows=size,
            precision=measured.estimate(f"{head}/{name}/precision"),
            recall=measured.sure(f"{head}/{name}/recall", size),
            f1=measured.sure(f"{head}/{name}/f1"),
        )
        for name, size in zip(names, sizes, strict=True)
        if size
    )


def _confusions(judged: Judged) -> tuple[Confused, ...]:
    """Most frequent wrong pairs."""
    wrong = judged.has_category & ~judged.category_right
    pairs = Counter(zip(judged.category[wrong].tolist(), judged.category_judged[wrong].tolist(), strict=True))
    order = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN_CONFUSIONS]
    return tuple(Confused(judged.names[true], judged.names[graded], count) for (true, graded), count in order)


def _slice(number: int, part: _Part, judged: Judged, measured: Measured) -> Slice:
    known, graded = int(judged.has_category[part.rows].sum()), int(judged.has_level[part.rows].sum())
    grave = int((judged.level[part.rows] >= Level.ORANGE).sum())
    among = {"category_accuracy": known, "level_accuracy": graded, "orange_recall": grave}
    return Slice(
        dimension=part.dimension,
        value=part.value,
        rows=len(part.rows),
        category_rows=known,
        level_rows=graded,
        grave=grave,
        **{name: measured.estimate(f"slice/{number}/{name}", among.get(name, 0)) for name in BY_SLICE},
    )
