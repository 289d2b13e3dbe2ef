"""The scikit-learn pipeline: hashed n-grams and fields, side by side, under two heads."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

from risk_model.scoring.fields import FIELDS, HISTORY, FieldEncoder, ScoringFields
from risk_model.scoring.heads import TwoHeads
from risk_model.text.columns import ColumnSelector
from risk_model.text.ngrams import NgramHasher

TEXT_COLUMN = 0
FIELD_COLUMNS = list(range(1, 1 + FIELDS))
LEAD_WEIGHT = 3.0
MANY_BITS = 20


class PipelineSettings(msgspec.Struct, frozen=True):
    """Everything that shapes the model; written into the manifest.

    Attributes:
        ngram_low, ngram_high: shortest and longest n-gram.
        bits: n-grams are hashed to ``2**bits`` buckets before selection.
        lead_weight: see ``NgramHasher.lead_weight``.
        max_columns: n-grams kept at most (uint16 numbers them, so below 65,536).
        min_rows: an n-gram must occur in so many texts.
        idf_power, row_norm: see ``ColumnSelector``.
        category_c, level_c: inverse penalties.
        category_other_c: see ``HingeClassifier.other_c``.
        category_balance: see ``HingeClassifier.balance``.
        level_balance: see ``OrdinalLogit.balance``.
        max_iter: most iterations of the level head.
    """

    ngram_low: int = 1
    ngram_high: int = 2
    bits: int = 18
    lead_weight: float = 1.0
    max_columns: int = 32_768
    min_rows: int = 3
    idf_power: float = 1.5
    row_norm: float = 4.0
    category_c: float = 0.1
    category_other_c: tuple[float, ...] = (0.5,)
    category_balance: float = 0.5
    level_c: float = 0.2
    level_balance: float = 0.0
    max_iter: int = 60

    def __post_init__(self) -> None:
        """Refuse more columns than the run-time table can number."""
        if not 1 <= self.max_columns < 2**16:
            raise ValueError(f"max_columns must be within 1..65535, got {self.max_columns}")


def settings_for(has_levels: bool) -> PipelineSettings:
    """Default settings; where only categories are learnt, titles count three times, all classes equally, and buckets are many.

    The title says what a text is about (citizen messages: about 1 point of macro-F1), but grave words come anywhere: with heavier
    leads the level head loses (simulated city: average precision of red 0.24 against 0.30). Real texts have many more n-grams than
    the simulated city, so that fewer buckets would mix them.
    """
    if has_levels:
        return PipelineSettings()
    return PipelineSettings(lead_weight=LEAD_WEIGHT, category_balance=1.0, bits=MANY_BITS)


def build_pipeline(settings: PipelineSettings) -> Pipeline:
    """Unfitted pipeline over tables made by ``as_table``."""
    hasher = NgramHasher(
        ngram_range=(settings.ngram_low, settings.ngram_high), bits=settings.bits, lead_weight=settings.lead_weight
    )
    selector = ColumnSelector(
        max_columns=settings.max_columns,
        min_rows=settings.min_rows,
        idf_power=settings.idf_power,
        row_norm=settings.row_norm,
    )
    text = Pipeline([("hash", hasher), ("select", selector)])
    features = ColumnTransformer(
        [("text", text, TEXT_COLUMN), ("fields", FieldEncoder(), FIELD_COLUMNS)], sparse_threshold=1.0
    )
    heads = TwoHeads(
        category_c=settings.category_c,
        category_other_c=settings.category_other_c,
        category_balance=settings.category_balance,
        level_c=settings.level_c,
        level_balance=settings.level_balance,
        max_iter=settings.max_iter,
        level_only=HISTORY,
    )
    return Pipeline([("features", features), ("heads", heads)])


def as_table(texts: Sequence[str], fields: Sequence[ScoringFields]) -> NDArray[Any]:
    """Object array of shape (n_samples, 1 + FIELDS): text, then the fields in their order."""
    table = np.empty((len(texts), 1 + FIELDS), dtype=object)
    table[:, 0] = texts
    for row, field in enumerate(fields):
        table[row, 1:] = msgspec.structs.astuple(field)
    return table
