"""Training: labelled examples in, a fitted model out. Pure and deterministic: same examples, same weights."""

import warnings
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from risk_model.scoring.doubts import Margins
from risk_model.scoring.evaluation import Evaluation, evaluate
from risk_model.scoring.examples import ExamplesRefused, LabelledExample, SplitBy, split_examples
from risk_model.scoring.heads import TwoHeads
from risk_model.scoring.pipeline import PipelineSettings, as_table, build_pipeline, settings_for
from risk_model.scoring.runtime import RiskModel
from schemas.levels import Level

UNFAMILIAR_SHARE = 0.005  # the coverage that all but so many of the texts not learnt from reach, times the slack,
UNFAMILIAR_SLACK = 0.9  # is what a text must reach to count as familiar

Step = Callable[[str], None]


class FittedModel(msgspec.Struct, frozen=True):
    """A trained model and how it was made.

    Attributes:
        pipeline: fitted scikit-learn pipeline; its weights have float16 precision, so that the artifact is small.
        settings, margins, seed: what it was made with; ``margins.coverage`` was measured.
        evaluation: on the part held out, by the pipeline fitted on the other part.
        train_rows, test_rows: sizes of the two parts.
        split: how they were told apart, ``time`` or ``random``.
        refit: whether the pipeline was fitted once more, on both parts, after it was evaluated.
        evaluated: the pipeline that was evaluated: it did not learn from ``held_out``.
        held_out: the part it was evaluated on.
    """

    pipeline: Pipeline
    settings: PipelineSettings
    margins: Margins
    seed: int
    evaluation: Evaluation
    train_rows: int
    test_rows: int
    split: str
    refit: bool
    evaluated: Pipeline
    held_out: tuple[LabelledExample, ...]

    def risk_model(self, version: str) -> RiskModel:
        """Run-time model of this pipeline."""
        return RiskModel.from_pipeline(self.pipeline, self.margins, version)

    def evaluated_model(self, version: str) -> RiskModel:
        """Run-time model that has not seen ``held_out``."""
        return RiskModel.from_pipeline(self.evaluated, self.margins, version)


def train(
    examples: Sequence[LabelledExample],
    seed: int,
    settings: PipelineSettings | None = None,
    margins: Margins | None = None,
    test_share: float = 0.2,
    step: Step = lambda _: None,
    split_by: SplitBy = "auto",
    refit: bool = False,
) -> FittedModel:
    """Fit on one part of the examples and evaluate on the other.

    Args:
        examples: labelled events, in any order.
        seed: recorded, and given to every part that draws; today's solvers draw nothing.
        settings: shape of the pipeline, by default ``settings_for`` the labels there are.
        margins: when a judgement is doubtful; ``coverage`` is replaced by the measured one.
        test_share: share of the latest examples kept for evaluation.
        step: told the name of each step as it begins.
        split_by: see ``split_examples``.
        refit: fit once more, on all examples, after the evaluation: what was held out is the newest there is to learn from. The
            measures then are of the same settings fitted on less, and rather too low than too high.

    Raises:
        ExamplesRefused: too few examples, no labels, or only one category or level.
    """
    settings = settings or settings_for(any(e.level is not None for e in examples))
    margins = margins or Margins()
    learn, judge, split = split_examples(examples, test_share, seed, split_by)
    check_labels(learn)
    step("拟合 fitting")
    pipeline = fit_pipeline(learn, settings, seed)
    step("测量 measuring")
    known = RiskModel.from_pipeline(pipeline, margins, "training").coverage([e.text for e in judge if e.text])
    coverage = UNFAMILIAR_SLACK * float(np.quantile(known, UNFAMILIAR_SHARE)) if known.size else 0.0
    margins = msgspec.structs.replace(margins, coverage=round(coverage, 4))
    step("评估 evaluating")
    evaluation = evaluate(RiskModel.from_pipeline(pipeline, margins, "training"), judge)
    evaluated = pipeline
    if refit:
        step("用全部样本拟合 fitting all")
        pipeline = fit_pipeline([*learn, *judge], settings, seed)
    sizes = (len(learn), len(judge))
    return FittedModel(pipeline, settings, margins, seed, evaluation, *sizes, split, refit, evaluated, tuple(judge))


def check_labels(examples: Sequence[LabelledExample]) -> None:
    """Refuse examples that no head can learn from; a head without any label is simply left out.

    Raises:
        ExamplesRefused: nothing is labelled, or all labels of one kind are the same.
    """
    categories = {e.category for e in examples if e.category is not None}
    levels = {Level(e.level).zh for e in examples if e.level is not None}
    if not categories and not levels:
        raise ExamplesRefused("训练部分没有任何类别或等级标注 / no example to learn from has a category or a level")
    for zh, en, found in (("类别", "categories", categories), ("等级", "levels", levels)):
        if len(found) == 1:
            (only,) = found
            raise ExamplesRefused(
                f"训练部分至少需要两种{zh}，只有“{only}”；请补充其他{zh}的标注 / "
                f"at least two {en} are needed to learn from, got {only} alone: label others too"
            )


def fit_pipeline(examples: Sequence[LabelledExample], settings: PipelineSettings, seed: int) -> Pipeline:
    """Pipeline fitted on all given examples, weights at float16 precision."""
    pipeline = build_pipeline(settings)
    heads = pipeline.named_steps["heads"]
    assert isinstance(heads, TwoHeads)
    heads.set_params(random_state=seed)
    table = as_table([e.text for e in examples], [e.fields for e in examples])
    targets = np.empty((len(examples), 2), dtype=object)
    targets[:, 0] = [e.category for e in examples]
    targets[:, 1] = [e.level for e in examples]
    with warnings.catch_warnings(), threadpool_limits(1):  # the order of sums must not depend on the machine's cores
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # the cap on iterations is a choice, judged by the evaluation
        pipeline.fit(table, targets)
    for head in (heads.category_, heads.level_):
        if head is not None:
            head.coef_ = half_precision(head.coef_)
    return pipeline


def half_precision(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same weights with 11 significant bits; they compress to a quarter and calculate as before."""
    return weights.astype(np.float16).astype(np.float64)
