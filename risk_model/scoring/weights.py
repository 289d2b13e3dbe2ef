"""The arrays the hot path needs, taken out of a fitted pipeline once, when it is loaded."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from risk_model.scoring.costs import Costs, level_cuts
from risk_model.scoring.fields import COURT, HISTORY, FieldEncoder, Ramp
from risk_model.scoring.heads import TwoHeads
from risk_model.text.columns import ColumnSelector
from risk_model.text.ngrams import NgramHasher

Floats32 = NDArray[np.float32]


class Weights(NamedTuple):
    """Linear weights of both heads; the last output column is the level score, those before it are the categories.

    Attributes:
        orders: lengths of n-grams.
        bits: buckets are numbered below ``2**bits``.
        lead_weight: see ``NgramHasher.lead_weight``.
        row_of_bucket: row of ``ngrams`` of each bucket, 0 for n-grams that were not kept; shape (2**bits + 1,), uint16.
        ngrams: weights of n-grams, idf included; shape (n_kept + 1, n_outputs); row 0 is zero.
        row_of_type: row of ``types`` of each known event type.
        types: weights of event types, side included; rows 0 and 1 are unknown types of government and court.
        row_of_county: row of ``counties`` of each known county.
        counties: weights of counties; row 0, all zeros, is an unknown one.
        months: weights of months, shape (13, n_outputs); 0 where a month was not seen, row 0 is an unknown one.
        ramps: numeric columns after the two "known" flags.
        numbers: weights of numeric columns, shape (2 + n_ramps, n_outputs).
        history: weights of the two columns of history in the level score, none below 0; ``history_days`` is how far they look back.
        intercepts: shape (n_outputs,); the level's is 0, its thresholds are apart.
        categories: names of the categories; none when the model has no category head.
        levels: level values seen in training, ascending; none when the model has no level head (its score is then 0).
        thresholds: rising, shape (n_levels - 1,), float64.
    """

    orders: tuple[int, ...]
    bits: int
    lead_weight: float
    row_of_bucket: NDArray[np.uint16]
    ngrams: Floats32
    row_of_type: dict[str, int]
    types: Floats32
    row_of_county: dict[str, int]
    counties: Floats32
    months: Floats32
    ramps: tuple[Ramp, ...]
    numbers: Floats32
    history: tuple[float, float]
    history_days: int
    intercepts: Floats32
    categories: tuple[str, ...]
    levels: tuple[int, ...]
    thresholds: NDArray[np.float64]

    def type_row(self, event_type: str) -> int:
        """Row of ``types`` for an event type, known or not."""
        return self.row_of_type.get(event_type, 1 if event_type.startswith(COURT) else 0)

    def level_cuts(self, costs: Costs) -> NDArray[np.float64]:
        """Scores above which the next level has the least expected cost, see ``costs.level_cuts``."""
        return level_cuts(self.thresholds, self.levels, costs)


def extract_weights(pipeline: Pipeline) -> Weights:
    """Weights of a fitted pipeline of ``build_pipeline``.

    Raises:
        ValueError: the pipeline's hasher is not normalised by length, which the hot path relies on.
    """
    features, heads = pipeline.named_steps["features"], pipeline.named_steps["heads"]
    text, encoder = features.named_transformers_["text"], features.named_transformers_["fields"]
    hasher, selector = text.named_steps["hash"], text.named_steps["select"]
    assert isinstance(hasher, NgramHasher)
    assert isinstance(selector, ColumnSelector)
    assert isinstance(encoder, FieldEncoder)
    assert isinstance(heads, TwoHeads)
    if hasher.norm != "length":
        raise ValueError(f"the run time needs norm='length', the pipeline has {hasher.norm!r}")
    coefficients, intercepts = _outputs(heads)
    kept, types = len(selector.columns_), len(encoder.event_types_)
    ngrams = np.zeros((kept + 1, len(coefficients)), dtype=np.float32)
    ngrams[1:] = (coefficients[:, :kept] * selector.weights_).T
    row_of_bucket = np.zeros((1 << hasher.bits) + 1, dtype=np.uint16)
    row_of_bucket[selector.columns_] = np.arange(1, kept + 1, dtype=np.uint16)
    court = coefficients[:, kept + types]
    known = coefficients[:, kept : kept + types].T
    sides = np.array([[name.startswith(COURT)] for name in encoder.event_types_.tolist()], dtype=np.float64)
    type_rows = np.vstack([np.zeros_like(court), court, known + sides * court])
    place = kept + types + 1
    season = place + len(encoder.counties_)
    numbers = season + len(encoder.months_)
    months = np.zeros((13, len(coefficients)), dtype=np.float32)
    months[encoder.months_] = coefficients[:, season:numbers].T
    by_history = coefficients[-1, -HISTORY:].tolist()
    return Weights(
        orders=hasher.orders,
        bits=hasher.bits,
        lead_weight=float(hasher.lead_weight),
        row_of_bucket=row_of_bucket,
        ngrams=ngrams,
        row_of_type={name: row for row, name in enumerate(encoder.event_types_.tolist(), start=2)},
        types=type_rows.astype(np.float32),
        row_of_county={name: row for row, name in enumerate(encoder.counties_.tolist(), start=1)},
        counties=np.vstack([np.zeros_like(court), coefficients[:, place:season].T]).astype(np.float32),
        months=months,
        ramps=encoder.ramps,
        numbers=np.ascontiguousarray(coefficients[:, numbers:-HISTORY].T, dtype=np.float32),
        history=(by_history[0], by_history[1]),
        history_days=encoder.history_days,
        intercepts=intercepts.astype(np.float32),
        categories=tuple(str(name) for name in heads.classes_[0]),
        levels=tuple(int(level) for level in heads.classes_[1]),
        thresholds=np.zeros(0) if heads.level_ is None else np.asarray(heads.level_.thresholds_, dtype=np.float64),
    )


def _outputs(heads: TwoHeads) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients (n_outputs, n_features) and intercepts (n_outputs,): a row a category, then the level's."""
    rows, intercepts = [], []
    if heads.category_ is not None:
        own = _category_rows(heads.category_.coef_)
        rows.append(np.pad(own, ((0, 0), (0, heads.level_only))))
        intercepts.append(_category_rows(heads.category_.intercept_[:, None])[:, 0] + heads.category_.offset_)
    level = np.zeros(heads.n_features_in_) if heads.level_ is None else heads.level_.coef_
    return np.vstack([*rows, level[None, :]]), np.concatenate([*intercepts, [0.0]])


def _category_rows(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """One row a class; two classes are stored as one row, which speaks against the first as it speaks for the second."""
    return np.vstack([-rows, rows]) if len(rows) == 1 else rows
