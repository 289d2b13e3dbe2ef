"""Measures as functions of sums, for many resamples at once: every array has shape (n_resamples,) or (n_resamples, n_classes)."""

from typing import NamedTuple

import numpy as np

from risk_model.scoring.evaluation.judged import Floats
from schemas.levels import Level

LEVELS = len(Level)
ORANGE = Level.ORANGE - 1


class ClassShares(NamedTuple):
    """Precision, recall and F1 by class; NaN where there is nothing to divide by."""

    precision: Floats
    recall: Floats
    f1: Floats

    def macro_f1(self) -> Floats:
        """Mean F1 over the classes that occur."""
        occurs = ~np.isnan(self.recall)
        return ratio(np.where(occurs, np.nan_to_num(self.f1), 0).sum(axis=1), occurs.sum(axis=1))


def ratio(part: Floats, whole: Floats) -> Floats:
    """``part / whole``, NaN where the whole is 0."""
    result = np.full(np.broadcast_shapes(np.shape(part), np.shape(whole)), np.nan)
    np.divide(part, whole, out=result, where=np.asarray(whole) > 0)
    return result


def class_shares(true: Floats, judged: Floats, hit: Floats) -> ClassShares:
    """Shares by class of the sums of true, judged and rightly judged rows."""
    return ClassShares(ratio(hit, judged), ratio(hit, true), ratio(2 * hit, true + judged))


def category_shares(sums: dict[str, Floats]) -> ClassShares:
    """Shares of each category."""
    return class_shares(sums["category_true"], sums["category_judged"], sums["category_hit"])


def confusions(sums: dict[str, Floats]) -> Floats:
    """Level confusion, shape (n_resamples, 4 true, 4 graded)."""
    return sums["confusion"].reshape(-1, LEVELS, LEVELS)


def level_shares(sums: dict[str, Floats]) -> ClassShares:
    """Shares of each level, blue … red."""
    cells = confusions(sums)
    return class_shares(cells.sum(axis=2), cells.sum(axis=1), np.diagonal(cells, axis1=1, axis2=2))


def part_measures(sums: dict[str, Floats]) -> dict[str, Floats]:
    """Measures that are taken of the whole set and of each slice."""
    known = sums["category_true"].sum(axis=1)
    hit = sums["category_hit"].sum(axis=1)
    cells = confusions(sums)
    graded = cells.sum(axis=(1, 2))
    grave, called = cells[:, ORANGE:].sum(axis=(1, 2)), cells[:, :, ORANGE:].sum(axis=(1, 2))
    both = cells[:, ORANGE:, ORANGE:].sum(axis=(1, 2))
    return {
        "category_macro_f1": category_shares(sums).macro_f1(),
        "category_accuracy": ratio(hit, known),
        "category_bias": ratio(sums["category_stated"][:, 0] - hit, known),
        "level_accuracy": ratio(np.trace(cells, axis1=1, axis2=2), graded),
        "level_cost": ratio(sums["cost"][:, 0], graded),
        "orange_recall": ratio(both, grave),
        "orange_precision": ratio(both, called),
        "orange_bias": ratio(sums["orange_stated"][:, 0] - grave, graded),
    }


def whole_measures(sums: dict[str, Floats], costs: Floats) -> dict[str, Floats]:
    """All measures of the whole set."""
    cells = confusions(sums)
    graded = cells.sum(axis=(1, 2))
    known = sums["category_true"].sum(axis=1)
    true, judged = np.indices((LEVELS, LEVELS))
    distance = np.abs(true - judged)
    red = Level.RED - 1
    constant = np.einsum("rt,tg->rg", cells.sum(axis=2), costs).min(axis=1)
    found = part_measures(sums) | {
        "level_macro_f1": level_shares(sums).macro_f1(),
        "level_within_one": ratio((cells * (distance <= 1)).sum(axis=(1, 2)), graded),
        "level_mean_distance": ratio((cells * distance).sum(axis=(1, 2)), graded),
        "constant_cost": ratio(constant, graded),
        "red_recall": ratio(cells[:, red, red], cells[:, red].sum(axis=1)),
        "level_brier": ratio(sums["level_brier"][:, 0], graded),
        "needs_person": ratio(sums["needs_person"][:, 0], sums["rows"][:, 0]),
    }
    for name, rows in (("category", known), ("level", graded), ("orange", graded)):
        found[f"{name}_ece"] = ratio(np.abs(sums[f"{name}_gap"]).sum(axis=1), rows)
        if name != "level":
            found[f"{name}_brier"] = ratio(sums[f"{name}_square"][:, 0], rows)
    return found
