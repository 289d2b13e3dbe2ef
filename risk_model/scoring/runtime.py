"""The model at run time: batches in, judgements out, without scikit-learn in the hot path."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import log_expit
from sklearn.pipeline import Pipeline

from risk_model.scoring.account import LevelAccount, account_reasons, level_accounts
from risk_model.scoring.doubts import Doubt, Margins
from risk_model.scoring.fields import ScoringFields, number_arrays, numeric_columns
from risk_model.scoring.judgements import Judgements
from risk_model.scoring.ordinal import level_probabilities
from risk_model.scoring.weights import Weights, extract_weights
from risk_model.text.ngrams import ngram_buckets, ngram_totals, occurrence_weights, row_scales
from risk_model.text.symbols import symbols
from schemas.assessed import Lift
from schemas.levels import Level
from schemas.reasons import Reason

SLICE_CHARACTERS = (
    200_000  # bounds the memory of one call (about 10 MB); rows are independent, so slices change nothing
)


class _Scores(NamedTuple):
    """Linear outputs (n_rows, n_outputs) and the share of known n-grams (n_rows,)."""

    outputs: NDArray[np.float32]
    coverage: NDArray[np.float64]


class RiskModel:
    """Category and level of dispute events. Pure and thread-safe; single and batch results are identical bit for bit.

    Args:
        weights: arrays of the fitted pipeline.
        margins: when a judgement is doubtful, and the cost of a missed level.
        version: id of the artifact, named by every assessment.
    """

    def __init__(self, weights: Weights, margins: Margins, version: str) -> None:
        self.weights = weights
        self.margins = margins
        self.version = version
        self._cuts = weights.level_cuts(margins.costs)

    @classmethod
    def from_pipeline(cls, pipeline: Pipeline, margins: Margins, version: str) -> Self:
        """Model of a fitted pipeline."""
        return cls(extract_weights(pipeline), margins, version)

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the categories, in the order of ``Judgements.category``."""
        return self.weights.categories

    @property
    def has_category(self) -> bool:
        """Whether the model was trained on categories."""
        return bool(self.weights.categories)

    @property
    def has_level(self) -> bool:
        """Whether the model was trained on levels."""
        return bool(self.weights.levels)

    @property
    def level_cuts(self) -> tuple[tuple[int, float], ...]:
        """(level, score above which it begins), rising."""
        return tuple(zip(self.weights.levels[1:], self._cuts.tolist(), strict=True))

    def lifts(self, judged: Judgements) -> list[Lift | None]:
        """What history would weigh in each event's level; None where it cannot raise it."""
        weights = self.weights
        if not self.has_level or not any(weights.history):
            return [None] * len(judged.level)
        cuts, top = self.level_cuts, weights.levels[-1]
        return [
            None if level == top else Lift(score, cuts, weights.history, weights.history_days)
            for level, score in zip(judged.level.tolist(), judged.level_score.round(4).tolist(), strict=True)
        ]

    def assess(self, texts: Sequence[str], fields: Sequence[ScoringFields]) -> Judgements:
        """Judge a batch.

        Args:
            texts: masked text of each event (``text.lead.scoring_text``); may be empty.
            fields: structured fields of each event, as many as texts.

        Raises:
            ValueError: texts and fields differ in number.
        """
        if len(texts) != len(fields):
            raise ValueError(f"got {len(texts)} texts and {len(fields)} fields")
        parts = [self._text_scores(texts[part]) for part in _slices(texts)]
        outputs = (
            np.concatenate([part.outputs for part in parts])
            if parts
            else np.zeros((0, len(self.weights.intercepts)), np.float32)
        )
        coverage = np.concatenate([part.coverage for part in parts]) if parts else np.zeros(0)
        outputs += self._field_scores(fields)
        return self._judge(outputs.astype(np.float64), coverage)

    def coverage(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Share of each text's n-grams that the model knows, in [0, 1]; 0 for an empty text."""
        return np.concatenate([self._text_scores(texts[part]).coverage for part in _slices(texts)] or [np.zeros(0)])

    def level_account(self, text: str, fields: ScoringFields) -> LevelAccount:
        """Everything that made the level score of one event, adding up to it.

        Raises:
            ValueError: the model has no level head.
        """
        return self._accounts([text], [fields])[0]

    def explain_level(self, text: str, fields: ScoringFields, top: int = 5) -> list[Reason]:
        """The ``top`` strongest contributions to the level, then all others and the base: the weights add up to the score above the cut."""
        return self.explain_levels([text], [fields], top)[0]

    def explain_levels(self, texts: Sequence[str], fields: Sequence[ScoringFields], top: int = 5) -> list[list[Reason]]:
        """``explain_level`` of each event of a batch."""
        return [account_reasons(account, top) for account in self._accounts(texts, fields)]

    def _accounts(self, texts: Sequence[str], fields: Sequence[ScoringFields]) -> list[LevelAccount]:
        if not self.has_level:
            raise ValueError(
                f"模型 {self.version} 没有等级部分，没有等级可说明 / this model has no level head, so no level to explain"
            )
        return level_accounts(self.weights, self._cuts, texts, fields)

    def _text_scores(self, texts: Sequence[str]) -> _Scores:
        weights = self.weights
        codes, bounds = symbols(texts)
        order_count = len(weights.orders)
        rows = np.take(weights.row_of_bucket, ngram_buckets(codes, bounds, weights.orders, weights.bits).ravel())
        kept = np.flatnonzero(rows)
        indptr = np.searchsorted(kept, bounds * order_count)
        indices = np.take(rows, kept).astype(np.int32)
        by_character, totals = occurrence_weights(texts, bounds, weights.orders, weights.lead_weight)
        data = np.ones(indices.size, np.float32) if by_character is None else np.take(by_character, kept // order_count)
        counts = sparse.csr_matrix((data, indices, indptr), shape=(len(texts), len(weights.ngrams)), copy=False)
        outputs = (counts @ weights.ngrams) * row_scales(totals)[:, None]
        return _Scores(outputs, np.diff(indptr) / np.maximum(ngram_totals(bounds, weights.orders), 1))

    def _field_scores(self, fields: Sequence[ScoringFields]) -> NDArray[np.float32]:
        weights = self.weights
        types = np.fromiter((weights.type_row(f.event_type) for f in fields), np.int64, len(fields))
        counties = np.fromiter((weights.row_of_county.get(f.county, 0) for f in fields), np.int64, len(fields))
        months = np.fromiter((f.month for f in fields), np.int64, len(fields))
        scores = weights.types[types] + weights.intercepts
        scores += weights.counties[counties]
        scores += weights.months[months]
        for column, row in zip(numeric_columns(number_arrays(fields), weights.ramps), weights.numbers, strict=True):
            scores += column[:, None] * row  # element by element: BLAS would make a row depend on its batch
        return scores

    def _judge(self, outputs: NDArray[np.float64], coverage: NDArray[np.float64]) -> Judgements:
        score = outputs[:, -1]
        doubts = Doubt.UNFAMILIAR * (coverage < self.margins.coverage)
        category, probability = np.full(len(score), -1), np.zeros(len(score))
        if self.has_category:
            claims = log_expit(outputs[:, :-1])
            probabilities = np.exp(claims - claims.max(axis=1, keepdims=True, initial=-np.inf))
            probabilities /= probabilities.sum(axis=1, keepdims=True)
            category = probabilities.argmax(axis=1)
            leaders = np.sort(probabilities, axis=1)[:, -2:]
            probability = leaders[:, -1].copy()
            doubts = doubts | Doubt.CATEGORY_TIE * (leaders[:, -1] - leaders[:, 0] < self.margins.category)
        level, by_level = np.zeros(len(score), np.int64), np.zeros((len(score), len(Level)))
        if self.has_level:
            levels = np.array(self.weights.levels, dtype=np.int64)
            level = levels[(score[:, None] > self._cuts).sum(axis=1)]
            by_level[:, levels - 1] = level_probabilities(score, self.weights.thresholds)
            near = np.abs(score[:, None] - self._cuts).min(axis=1) < self.margins.level
            doubts = doubts | Doubt.LEVEL_TIE * near
        return Judgements(
            categories=self.weights.categories,
            category=category,
            category_probability=probability,
            level=level,
            level_probabilities=by_level,
            level_score=score.copy(),
            doubts=doubts.astype(np.uint8),
        )


def _slices(texts: Sequence[str]) -> Iterator[slice]:
    """Consecutive slices of at most ``SLICE_CHARACTERS`` characters (or of one longer text)."""
    start, size = 0, 0
    for position, text in enumerate(texts):
        if size and size + len(text) > SLICE_CHARACTERS:
            yield slice(start, position)
            start, size = position, 0
        size += len(text)
    if start < len(texts):
        yield slice(start, len(texts))
