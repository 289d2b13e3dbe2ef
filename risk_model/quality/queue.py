"""Active learning: which recorded events a person should label first, because the model would learn most from them.

An event is worth asking about when the model may be wrong at a price (expected cost), when many others are like it (density, Settles and
Craven, 2008), and when nothing like it was labelled or asked already (greedy choice of far points, Sener and Savarese, 2018).
No chance is involved: the same events give the same queue.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from risk_model.quality.measures import field_bins
from risk_model.quality.observed import Observed
from risk_model.quality.thresholds import QueueTable
from risk_model.scoring.costs import Costs
from risk_model.scoring.doubts import Doubt
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.judgements import Judgements
from risk_model.text.columns import ColumnSelector
from risk_model.text.ngrams import NgramHasher
from schemas.levels import Level
from schemas.reasons import Reason

_NGRAMS, _BITS = (2, 3), 16


class Asked(msgspec.Struct, frozen=True):
    """An event to be labelled.

    Attributes:
        event_id: which.
        place: from 1, in the order of asking.
        score: what its label is worth beside the others, in [0, 1]; that of the first is not always 1.
        category: the model's category now; ``category_probability`` is its probability.
        level: the model's level now, before floors.
        alike: how many candidates are nearly like it.
        reasons: why it is asked, in Chinese.
    """

    event_id: str
    place: int
    score: float
    category: str
    category_probability: float
    level: int
    alike: int
    reasons: tuple[Reason, ...]


class Known(NamedTuple):
    """An event with a label: what new ones are compared with."""

    text: str
    fields: ScoringFields


class Uncertainty(NamedTuple):
    """What the model may get wrong, each of shape (n_events,).

    Attributes:
        category: chance that the category is wrong, in [0, 1].
        level: expected cost of the best level, relative to the greatest such cost there is, in [0, 1].
        unfamiliar: whether the model hardly knows the text.
    """

    category: NDArray[np.float64]
    level: NDArray[np.float64]
    unfamiliar: NDArray[np.bool_]

    def total(self, limits: QueueTable) -> NDArray[np.float64]:
        """Weighted sum."""
        return self.category + limits.level_weight * self.level + limits.unfamiliar * self.unfamiliar


def uncertainty(judged: Judgements, costs: Costs) -> Uncertainty:
    """Uncertainty of judgements.

    Args:
        judged: of a batch.
        costs: ``costs[true][graded]`` of a level, blue … red.
    """
    matrix = np.array(costs, dtype=np.float64)
    expected = (judged.level_probabilities @ matrix).min(axis=1)
    worst = max(worst_cost(matrix), np.finfo(float).tiny)
    return Uncertainty(
        1.0 - judged.category_probability,
        np.minimum(expected / worst, 1.0),
        np.asarray(judged.doubts & Doubt.UNFAMILIAR != 0, dtype=np.bool_),
    )


def worst_cost(costs: NDArray[np.float64]) -> float:
    """Greatest expected cost that the best level can have, whatever the probabilities: the value of a matrix game, by linear programming.

    Args:
        costs: shape (n_true, n_graded).
    """
    true, graded = costs.shape
    found = linprog(
        np.append(np.zeros(true), -1.0),
        A_ub=np.column_stack([-costs.T, np.ones(graded)]),
        b_ub=np.zeros(graded),
        A_eq=np.append(np.ones(true), 0.0)[None, :],
        b_eq=[1.0],
    )
    return float(-found.fun)


def choose(
    observed: Sequence[Observed],
    judged: Judgements,
    costs: Costs,
    labelled: Sequence[Known],
    size: int,
    limits: QueueTable,
) -> list[Asked]:
    """The events to ask about, best first.

    Args:
        observed: candidates without a label, without junk.
        judged: what the model says of them, in the same order.
        costs: see ``uncertainty``.
        labelled: what has a label already.
        size: how many to ask about at most.
        limits: ``[model.queue]``.
    """
    if not observed or size < 1:
        return []
    points = _points([Known(o.text, o.fields) for o in observed] + list(labelled), limits.field_share)
    mine, theirs = points[: len(observed)], points[len(observed) :]
    doubt = uncertainty(judged, costs)
    density = np.asarray(mine @ np.asarray(mine.mean(axis=0)).ravel()).ravel()
    density = np.maximum(density, 0.0) / max(float(density.max()), np.finfo(float).tiny)
    value = doubt.total(limits) * density**limits.density_power
    nearest = _nearest(mine, theirs)
    order = np.lexsort(
        ([o.event_id for o in observed], -value)
    )  # equal values: by id, so that the order of input is no matter
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    names = judged.category_names()
    highest = max(float(value.max()), np.finfo(float).tiny)
    chosen: list[Asked] = []
    free = np.ones(len(observed), dtype=np.bool_)
    while len(chosen) < min(size, len(observed)):
        worth = np.where(free, value * (1.0 - np.minimum(nearest, 1.0)), -1.0)
        far = free & (nearest <= limits.nearest)
        worth = np.where(far, worth, -1.0) if far.any() else worth
        best = np.flatnonzero(worth == worth.max())
        row = int(best[np.argmin(rank[best])])
        likeness = np.asarray((mine @ mine[row].T).todense()).ravel()
        alike = int((likeness >= limits.nearest).sum()) - 1
        chosen.append(
            Asked(
                observed[row].event_id,
                len(chosen) + 1,
                round(float(worth[row]) / highest, 4),
                names[row],
                round(float(judged.category_probability[row]), 4),
                int(judged.level[row]),
                alike,
                _reasons(doubt, judged, row, names[row], alike),
            )
        )
        free[row] = False
        nearest = np.maximum(nearest, likeness)
    return chosen


def _points(events: Sequence[Known], field_share: float) -> sparse.csr_matrix:
    """Events as points of length 1: character n-grams by inverse document frequency, and the bins of the fields."""
    hashed = NgramHasher(ngram_range=_NGRAMS, bits=_BITS, norm=None).transform([event.text for event in events])
    hashed.data = np.log1p(hashed.data)
    text = ColumnSelector(max_columns=hashed.shape[1]).fit_transform(hashed) if hashed.nnz else hashed
    lengths = np.sqrt(np.asarray(text.multiply(text).sum(axis=1)).ravel())
    text = sparse.diags(np.sqrt(1.0 - field_share) / np.maximum(lengths, np.finfo(np.float32).tiny)) @ text
    bins = [binned.weights for binned in field_bins([event.fields for event in events]).values()]
    fields = sparse.hstack(bins) * np.sqrt(field_share / len(bins))
    return sparse.csr_matrix(sparse.hstack([text, fields]))


def _nearest(mine: sparse.csr_matrix, theirs: sparse.csr_matrix, rows: int = 256) -> NDArray[np.float64]:
    """Greatest likeness of each candidate to any labelled text, 0 when there is none."""
    result = np.zeros(mine.shape[0])
    for start in range(0, theirs.shape[0], rows):
        part = (mine @ theirs[start : start + rows].T).max(axis=1)
        result = np.maximum(result, np.asarray(part.todense()).ravel())
    return result


def _reasons(doubt: Uncertainty, judged: Judgements, row: int, name: str, alike: int) -> tuple[Reason, ...]:
    """Why an event is asked, the weightiest first."""
    said = []
    if doubt.category[row] > 0:
        text = f"类别拿不准：判为{name}，错的概率约 {doubt.category[row]:.0%}"
        said.append((float(doubt.category[row]), Reason("queue.category", text, "model")))
    if doubt.level[row] > 0:
        shares = judged.level_probabilities[row].tolist()
        text = "等级拿不准：" + "、".join(f"{level.zh} {share:.0%}" for level, share in zip(Level, shares, strict=True))
        said.append((float(doubt.level[row]), Reason("queue.level", text, "model")))
    said.sort(key=lambda item: -item[0])
    reasons = [reason for _, reason in said]
    if doubt.unfamiliar[row]:
        reasons.insert(0, Reason("queue.unfamiliar", "文字与训练数据差别较大", "model"))
    if alike:
        reasons.append(Reason("queue.alike", f"另有 {alike} 件与它相近，标一件可以带一批", "detector"))
    return tuple(reasons)
