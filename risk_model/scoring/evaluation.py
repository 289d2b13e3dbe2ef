"""How good a model is on examples it has not seen."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.judgements import Judgements
from risk_model.scoring.runtime import RiskModel
from schemas.levels import Level

BATCH = 500
ECE_BINS = 10


class Evaluation(msgspec.Struct, frozen=True):
    """Measures on a test set; shares are within [0, 1].

    Attributes:
        rows: examples judged; each measure is over those that have its label, and None when none has or the model lacks the head.
        category_macro_f1, level_macro_f1: mean F1 over the classes that occur.
        category_f1: F1 of each category that occurs in the test set.
        level_accuracy: share of exact levels.
        level_within_one: share of levels at most one off.
        level_mean_distance: mean distance in levels.
        orange_recall: of true orange or red, the share graded orange or red; None when there is none.
        orange_precision: of those graded orange or red, the share that is; None when none is graded so.
        red_recall: of true red, the share graded red; None when there is none.
        category_ece, level_ece: expected calibration error of the stated probability, ten equal bins.
        needs_person: share marked doubtful.
        confusion: rows true, columns graded, blue … red.
    """

    rows: int
    category_macro_f1: float | None
    level_macro_f1: float | None
    category_f1: dict[str, float]
    level_accuracy: float | None
    level_within_one: float | None
    level_mean_distance: float | None
    orange_recall: float | None
    orange_precision: float | None
    red_recall: float | None
    category_ece: float | None
    level_ece: float | None
    needs_person: float
    confusion: list[list[int]]


def evaluate(model: RiskModel, examples: Sequence[LabelledExample]) -> Evaluation:
    """Judge examples and compare.

    Raises:
        ValueError: there are no examples.
    """
    if not examples:
        raise ValueError("没有可供评估的样本 / no examples to evaluate on")
    batches = [examples[start : start + BATCH] for start in range(0, len(examples), BATCH)]
    judged = [model.assess([e.text for e in batch], [e.fields for e in batch]) for batch in batches]
    needs_person = np.concatenate([j.needs_person for j in judged])
    return Evaluation(
        rows=len(examples),
        **_category_measures(examples, judged),
        **_level_measures(examples, judged),
        needs_person=_rounded(float(needs_person.mean())),
    )


def _category_measures(examples: Sequence[LabelledExample], judged: Sequence[Judgements]) -> dict[str, Any]:
    labelled = np.array([e.category is not None for e in examples]) & bool(judged[0].categories)
    if not labelled.any():
        return {"category_macro_f1": None, "category_f1": {}, "category_ece": None}
    category = np.array([name for judgements in judged for name in judgements.category_names()])[labelled]
    probability = np.concatenate([j.category_probability for j in judged])[labelled]
    true = np.array([e.category for e in examples if e.category is not None])
    names = sorted(set(true.tolist()))
    by_name = f1_score(true, category, labels=names, average=None, zero_division=0)
    return {
        "category_macro_f1": _rounded(float(by_name.mean())),
        "category_f1": {name: _rounded(value) for name, value in zip(names, by_name.tolist(), strict=True)},
        "category_ece": _rounded(calibration_error(probability, category == true)),
    }


def _level_measures(examples: Sequence[LabelledExample], judged: Sequence[Judgements]) -> dict[str, Any]:
    level = np.concatenate([j.level for j in judged])
    labelled = np.array([e.level is not None for e in examples]) & (level > 0)
    confusion = np.zeros((len(Level), len(Level)), dtype=np.int64)
    if not labelled.any():
        shares = ("macro_f1", "accuracy", "within_one", "mean_distance", "ece")
        found: dict[str, Any] = {f"level_{name}": None for name in shares}
        found |= {"orange_recall": None, "orange_precision": None, "red_recall": None}
        return found | {"confusion": confusion.tolist()}
    level, true = level[labelled], np.array([e.level for e in examples if e.level is not None])
    probabilities = np.concatenate([j.level_probabilities for j in judged])[labelled]
    np.add.at(confusion, (true - 1, level - 1), 1)
    distance = np.abs(level - true)
    macro_f1 = f1_score(true, level, labels=np.unique(true), average="macro", zero_division=0)
    return {
        "level_macro_f1": _rounded(macro_f1),
        "level_accuracy": _rounded(float((distance == 0).mean())),
        "level_within_one": _rounded(float((distance <= 1).mean())),
        "level_mean_distance": _rounded(float(distance.mean())),
        "orange_recall": _share(level >= Level.ORANGE, true >= Level.ORANGE),
        "orange_precision": _share(true >= Level.ORANGE, level >= Level.ORANGE),
        "red_recall": _share(level >= Level.RED, true >= Level.RED),
        # of the most probable level: the graded one also weighs costs
        "level_ece": _rounded(calibration_error(probabilities.max(axis=1), probabilities.argmax(axis=1) + 1 == true)),
        "confusion": confusion.tolist(),
    }


def calibration_error(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error: mean gap between stated probability and share right, over ten equal bins, weighted by size."""
    bins = np.minimum((probability * ECE_BINS).astype(np.int64), ECE_BINS - 1)
    stated = np.bincount(bins, weights=probability, minlength=ECE_BINS)
    found = np.bincount(bins, weights=right.astype(np.float64), minlength=ECE_BINS)
    return float(np.abs(stated - found).sum() / max(len(probability), 1))


def _share(hit: NDArray[np.bool_], among: NDArray[np.bool_]) -> float | None:
    return _rounded(float(hit[among].mean())) if among.any() else None


def _rounded(value: float) -> float:
    return round(float(value), 4)
