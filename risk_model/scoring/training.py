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
from risk_model.scoring.pipeline import PipelineSettings, as_table, build_pipeline
from risk_model.scoring.runtime import RiskModel

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
        evaluated: the pipeline that was evaluated, to which the part held out is new; None: it is ``pipeline``.
    """

    pipeline: Pipeline
    settings: PipelineSettings
    margins: Margins
    seed: int
    evaluation: Evaluation
    train_rows: int
    test_rows: int
    split: str = "time"
    refit: bool = False
    evaluated: Pipeline | None = None

    def risk_model(self, version: str) -> RiskModel:
        """Run-time model of this pipeline."""
        return RiskModel.from_pipeline(self.pipeline, self.margins, version)

    def evaluated_model(self, version: str) -> RiskModel:
        """Run-time model of the pipeline that was evaluated."""
        return RiskModel.from_pipeline(self.evaluated or self.pipeline, self.margins, version)


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
        settings: shape of the pipeline.
        margins: when a judgement is doubtful; ``coverage`` is replaced by the measured one.
        test_share: share of the latest examples kept for evaluation.
        step: told the name of each step as it begins.
        split_by: see ``split_examples``.
        refit: fit once more, on all examples, after the evaluation: what was held out is the newest there is to learn from. The
            measures then are of the same settings fitted on less, and rather too low than too high.

    Raises:
        ExamplesRefused: too few examples, categories or levels.
    """
    settings, margins = settings or PipelineSettings(), margins or Margins()
    learn, judge, split = split_examples(examples, test_share, seed, split_by)
    for name, values in (("类别 categories", {e.category for e in learn}), ("等级 levels", {e.level for e in learn})):
        if len(values) < 2:
            raise ExamplesRefused(f"训练部分至少需要两个{name}，只有 {sorted(map(str, values))}")
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
    return FittedModel(pipeline, settings, margins, seed, evaluation, len(learn), len(judge), split, refit, evaluated)


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
        head.coef_ = half_precision(head.coef_)
    return pipeline


def half_precision(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same weights with 11 significant bits; they compress to a quarter and calculate as before."""
    return weights.astype(np.float16).astype(np.float64)
