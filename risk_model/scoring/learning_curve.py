"""How much more labels would help: the model trained on growing parts of the data, always judged on the same held-out part."""

from collections.abc import Callable, Sequence

import numpy as np

from risk_model.scoring.doubts import Margins
from risk_model.scoring.evaluation import EvaluationSettings, LearningPoint, evaluate
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.pipeline import PipelineSettings
from risk_model.scoring.runtime import RiskModel
from risk_model.scoring.training import fit_pipeline

SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000)
FEWEST_CLASSES = 2


def learning_curve(
    learn: Sequence[LabelledExample],
    judge: Sequence[LabelledExample],
    seed: int,
    sizes: Sequence[int] = SIZES,
    settings: PipelineSettings | None = None,
    evaluation: EvaluationSettings | None = None,
    step: Callable[[int], None] = lambda _: None,
) -> tuple[LearningPoint, ...]:
    """Points of the curve, rising; the last is all that may be learnt from.

    Each size is a random part of the examples to learn from, and holds every smaller one.

    Args:
        learn: examples that may be learnt from.
        judge: examples every point is measured on.
        seed: of the order in which examples are taken.
        sizes: numbers of training examples; those beyond the data are left out, as are those without two classes of both heads.
        settings: shape of the pipeline.
        evaluation: of each point.
        step: told the size of each point as its training begins.
    """
    order = np.random.default_rng(seed).permutation(len(learn)).tolist()
    points = []
    for size in [*sorted(size for size in set(sizes) if size < len(learn)), len(learn)]:
        part = [learn[number] for number in sorted(order[:size])]
        if not _can_learn(part):
            continue
        step(size)
        pipeline = fit_pipeline(part, settings or PipelineSettings(), seed)
        found = evaluate(RiskModel.from_pipeline(pipeline, Margins(), "curve"), judge, evaluation)
        points.append(LearningPoint(size, found.estimate("category_macro_f1"), found.estimate("level_macro_f1")))
    return tuple(points)


def _can_learn(part: Sequence[LabelledExample]) -> bool:
    """Whether each head that has labels has two classes at least."""
    heads = ({e.category for e in part if e.category is not None}, {e.level for e in part if e.level is not None})
    return any(heads) and all(len(classes) >= FEWEST_CLASSES for classes in heads if classes)
