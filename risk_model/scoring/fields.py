"""Structured fields of a dispute event as numbers beside its text."""

import math
from collections.abc import Sequence
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from risk_model.history import history_columns
from risk_model.local_time import local_day
from schemas.assessed import Assessed
from schemas.dispute import Dispute
from schemas.event_types import PREFIX

COURT = "court."
FEN_PER_YUAN = 100
FIELDS = 8
HISTORY = 2  # the last columns; only the level learns from them


class ScoringFields(msgspec.Struct, frozen=True):
    """What the model sees of an event besides its text.

    Attributes:
        event_type: name without prefix, e.g. ``gov.petition``.
        people_involved: head count, None when not known.
        amount_fen: amount at stake in fen, None when not known.
        repeat_count: earlier complaints about the same, 0 when none.
        county: code of the county, empty when not known.
        month: month of the year in China, 1 to 12; 0 when not known.
        earlier_events, earlier_sources: what had been reported of the subject before (``risk_model.history``); None where it
            is not known or there is no subject: ASSESS never knows it, and WATCH weighs it.
    """

    event_type: str
    people_involved: int | None = None
    amount_fen: int | None = None
    repeat_count: int = 0
    county: str = ""
    month: int = 0
    earlier_events: int | None = None
    earlier_sources: int | None = None


def reported_fields(dispute: Dispute) -> ScoringFields:
    """Fields of an event as it is reported, when nothing of its history is known."""
    data = dispute.data
    return ScoringFields(
        dispute.type.removeprefix(PREFIX),
        data.people_involved,
        data.amount_fen,
        data.repeat_count,
        data.region.county,
        local_day(data.occurred_at).month,
    )


def fields_of(record: Assessed) -> ScoringFields:
    """Fields of a recorded event, its history with them."""
    known = record.history
    return ScoringFields(
        record.type,
        record.people_involved,
        record.amount_fen,
        record.repeat_count,
        record.place.county,
        local_day(record.occurred_at).month,
        known.events if known else None,
        known.sources if known else None,
    )


class Ramp(msgspec.Struct, frozen=True):
    """One numeric column: 0 up to ``start``, then growing with the logarithm of ``value / start``."""

    field: str
    start: float

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        """Column of a field's values (NaN where not known), in decades above the start."""
        above = np.log10(np.fmax(values, self.start) / self.start)  # fmax passes over NaN
        return above.astype(np.float32)


PEOPLE, AMOUNT, REPEATS = "people_involved", "amount_fen", "repeat_count"
NUMERIC_FIELDS = (PEOPLE, AMOUNT, REPEATS)


def numeric_columns(numbers: Sequence[NDArray[np.float64]], ramps: Sequence[Ramp]) -> list[NDArray[np.float32]]:
    """Numeric columns in their fixed order: people known, amount known, then every ramp.

    Args:
        numbers: values of ``NUMERIC_FIELDS``, each of shape (n_rows,), NaN where not known.
        ramps: the ramps, in order.
    """
    by_field = dict(zip(NUMERIC_FIELDS, numbers, strict=True))
    by_field[REPEATS] = by_field[REPEATS] + 1  # none counts as 1, so that the first repeat has a logarithm above 0
    columns = [(~np.isnan(by_field[name])).astype(np.float32) for name in (PEOPLE, AMOUNT)]
    return columns + [ramp.apply(by_field[ramp.field]) for ramp in ramps]


def number_arrays(fields: Sequence[ScoringFields]) -> list[NDArray[np.float64]]:
    """Values of ``NUMERIC_FIELDS`` of a batch, NaN where not known."""
    size, nan = len(fields), math.nan
    return [
        np.fromiter((nan if f.people_involved is None else f.people_involved for f in fields), np.float64, size),
        np.fromiter((nan if f.amount_fen is None else f.amount_fen for f in fields), np.float64, size),
        np.fromiter((f.repeat_count for f in fields), np.float64, size),
    ]


class FieldEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """One-hot event type, side, county and month, logarithmic ramps of people, amount and repeats, and two columns of history.

    X is an object array of shape (n_samples, 8): event type, people, amount in fen, repeats, county, month, earlier events, earlier
    sources; None (or "", 0) where not known. A number out of range of its meaning (negative) is a ValueError.

    Args:
        people_starts: head counts where a ramp begins.
        amount_starts_fen: amounts where a ramp begins.
        repeat_starts: numbers of repeats where a ramp begins (counted as repeats + 1).
        history_days: days that the history columns look back; a statement about X, nothing is calculated with it.

    Attributes:
        event_types_, counties_, months_: those seen in training, sorted; another one is all zeros.
    """

    def __init__(
        self,
        people_starts: tuple[float, ...] = (1.0, 10.0, 50.0),
        amount_starts_fen: tuple[float, ...] = (100_000.0, 10_000_000.0, 1_000_000_000.0),
        repeat_starts: tuple[float, ...] = (1.0, 3.0),
        history_days: int = 90,
    ) -> None:
        self.people_starts = people_starts
        self.amount_starts_fen = amount_starts_fen
        self.repeat_starts = repeat_starts
        self.history_days = history_days

    @property
    def ramps(self) -> tuple[Ramp, ...]:
        """Ramps in the order of their columns; repeats are counted from 1 so that the logarithm exists."""
        return (
            *(Ramp(PEOPLE, start) for start in self.people_starts),
            *(Ramp(AMOUNT, start) for start in self.amount_starts_fen),
            *(Ramp(REPEATS, start) for start in self.repeat_starts),
        )

    def fit(self, X: NDArray[Any], y: object = None) -> Self:  # noqa: N803, ARG002
        """Learn the event types, counties and months."""
        rows = _rows(X)
        self.event_types_ = np.array(sorted({str(row[0]) for row in rows}), dtype=np.str_)
        self.counties_ = np.array(sorted({str(row[4]) for row in rows} - {""}), dtype=np.str_)
        self.months_ = np.array(sorted({int(row[5]) for row in rows} - {0}), dtype=np.int64)
        self.n_features_in_ = FIELDS
        return self

    def transform(self, X: NDArray[Any]) -> NDArray[np.float32]:  # noqa: N803
        """Encoded fields, float32 of shape (n_samples, n_event_types + 1 + n_counties + n_months + n_numeric + 2)."""
        check_is_fitted(self)
        rows = _rows(X)
        types = [str(row[0]) for row in rows]
        court = np.array([name.startswith(COURT) for name in types], dtype=np.float32)
        numbers = [
            np.array([math.nan if row[i] is None else row[i] for row in rows], dtype=np.float64) for i in (1, 2, 3)
        ]
        return np.column_stack(
            [
                _onehot(np.array(types, dtype=np.str_), self.event_types_),
                court,
                _onehot(np.array([str(row[4]) for row in rows], dtype=np.str_), self.counties_),
                _onehot(np.array([int(row[5]) for row in rows], dtype=np.int64), self.months_),
                *numeric_columns(numbers, self.ramps),
                np.array([history_columns(row[6] or 0, row[7] or 0) for row in rows], np.float32).reshape(-1, HISTORY),
            ]
        )

    def __sklearn_tags__(self) -> Tags:
        """Input is a table of mixed objects."""
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.input_tags.categorical = True
        tags.no_validation = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _onehot(values: NDArray[Any], known: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(values[:, None] == known[None, :], dtype=np.float32)


def _rows(X: NDArray[Any]) -> NDArray[Any]:  # noqa: N803
    rows = np.asarray(X, dtype=object)
    if rows.ndim != 2 or rows.shape[1] != FIELDS:
        raise ValueError(
            f"expected {FIELDS} columns (event_type, people_involved, amount_fen, repeat_count, county, month, earlier_events, "
            f"earlier_sources), got shape {rows.shape}"
        )
    for index, row in enumerate(rows):
        for value in (*row[1:4], *row[5:]):
            if value is not None and not value >= 0:
                raise ValueError(f"row {index}: numbers must be None or >= 0, got {value!r}")
    return rows
