"""What of events is compared between then and now: each event is put into one bin of every measure."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from risk_model.quality.observed import Observed
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.runtime import RiskModel
from risk_model.text.ngrams import ngram_buckets
from risk_model.text.symbols import symbols
from schemas.levels import Level

WORDING = "wording"
WORDING_BITS = 7
_FEN_PER_YUAN, _WAN = 100, 10_000
_PEOPLE = (1, 3, 10, 50)
_AMOUNT_YUAN = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
_REPEATS = (1, 2, 3, 6)
_LENGTHS = (1, 20, 40, 80, 160, 320, 640)
_COVERAGE = (0.5, 0.7, 0.8, 0.9, 0.95)
_LOOKED_UP = 1_000  # events judged at a time

NAMES_ZH = {
    "event_type": "事件类型",
    "people": "涉及人数",
    "amount": "涉及金额",
    "repeats": "重复次数",
    "length": "文本长度",
    WORDING: "用字用词",
    "coverage": "模型认得的字词比例",
    "category": "模型所判类别",
    "level": "模型所判等级",
    "needs_person": "需人工确认",
}
OF_UNSEEN_TEXT = frozenset({"coverage", "needs_person"})
"""Measures that flatter the texts a model learnt from; their reference is the part it did not learn from."""

MISSING = "未填"


class Binned(NamedTuple):
    """Events in the bins of one measure.

    Attributes:
        labels: names of the bins, as an official reads them.
        weights: CSR of shape (n_events, n_bins); every row adds up to 1, or to 0 where the measure says nothing.
    """

    labels: tuple[str, ...]
    weights: sparse.csr_matrix


def measured(observed: Sequence[Observed], model: RiskModel) -> dict[str, Binned]:
    """Every measure of events, in the order of ``NAMES_ZH``; without the judgement of a head the model lacks."""
    texts, fields = [o.text for o in observed], [o.fields for o in observed]
    parts = [slice(start, start + _LOOKED_UP) for start in range(0, len(texts), _LOOKED_UP)]
    judged = [model.assess(texts[part], fields[part]) for part in parts]
    coverage = [value for part in parts for value in model.coverage(texts[part]).tolist()]
    found: dict[str, Sequence[str]] = {
        "length": _ranges([len(text) for text in texts], _LENGTHS, str),
        "coverage": _ranges(coverage, _COVERAGE, lambda value: f"{value:.0%}"),
        "needs_person": ["是" if doubt else "否" for part in judged for doubt in part.needs_person.tolist()],
    }
    if model.has_category:
        found["category"] = [name for part in judged for name in part.category_names()]
    if model.has_level:
        found["level"] = [Level(value).zh for part in judged for value in part.level.tolist()]
    binned = field_bins(fields) | {name: _one_each(labels) for name, labels in found.items()}
    binned[WORDING] = wording(texts)
    return {name: binned[name] for name in NAMES_ZH if name in binned}


def field_bins(fields: Sequence[ScoringFields]) -> dict[str, Binned]:
    """Event type, people, amount and repeats of events."""
    yuan = [None if f.amount_fen is None else f.amount_fen / _FEN_PER_YUAN for f in fields]
    return {
        "event_type": _one_each([f.event_type for f in fields]),
        "people": _one_each(_ranges([f.people_involved for f in fields], _PEOPLE, str)),
        "amount": _one_each(_ranges(yuan, _AMOUNT_YUAN, lambda value: f"{value / _WAN:g} 万")),
        "repeats": _one_each(_ranges([f.repeat_count for f in fields], _REPEATS, str)),
    }


def wording(texts: Sequence[str]) -> Binned:
    """Share of each text's character pairs that fall into each of ``2**WORDING_BITS`` hashed buckets."""
    width = 1 << WORDING_BITS
    codes, bounds = symbols(texts)
    buckets = ngram_buckets(codes, bounds, (2,), WORDING_BITS)[:, 0]
    rows = np.repeat(np.arange(len(texts)), np.diff(bounds))
    inside = buckets != width
    counts = sparse.csr_matrix(
        (np.ones(int(inside.sum())), (rows[inside], buckets[inside].astype(np.int64))), shape=(len(texts), width)
    )
    totals = np.asarray(counts.sum(axis=1)).ravel()
    scale = sparse.diags(1.0 / np.maximum(totals, 1.0))
    return Binned(tuple(f"{number:03d}" for number in range(width)), sparse.csr_matrix(scale @ counts))


def _one_each(labels: Sequence[str]) -> Binned:
    names, codes = np.unique(np.array(labels, dtype=np.str_), return_inverse=True)
    size = len(labels)
    weights = sparse.csr_matrix((np.ones(size), (np.arange(size), codes)), shape=(size, len(names)))
    return Binned(tuple(names.tolist()), weights)


def _ranges(values: Sequence[float | None], starts: Sequence[float], shown: Callable[[float], str]) -> list[str]:
    """Name of the range each value lies in, ``MISSING`` for None."""
    names = [f"<{shown(starts[0])}"]
    names += [f"{shown(low)}–{shown(high)}" for low, high in pairwise(starts)]
    names.append(f"≥{shown(starts[-1])}")
    numbers: NDArray[np.float64] = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    places = np.searchsorted(np.array(starts, dtype=np.float64), numbers, side="right")
    return [MISSING if np.isnan(n) else names[p] for n, p in zip(numbers.tolist(), places.tolist(), strict=True)]
