"""The account of one level: every contribution to the score, exact because the model is linear."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from risk_model.scoring.fields import (
    AMOUNT,
    FEN_PER_YUAN,
    PEOPLE,
    REPEATS,
    ScoringFields,
    number_arrays,
    numeric_columns,
)
from risk_model.scoring.weights import Weights
from risk_model.text.ngrams import ngram_buckets, occurrence_weights, row_scales
from risk_model.text.symbols import symbols, visible
from schemas.event_types import type_zh
from schemas.levels import Level
from schemas.reasons import Reason

WAN_FEN = 10_000 * FEN_PER_YUAN
STRONG_SHARE = (
    0.3  # a character belongs to a quoted phrase when its weight is at least this share of the text's strongest
)
_STOPS = frozenset(" \t\r\n\u3000，。、；：！？,.;:!?（）()“”\"'《》〔〕【】")  # no phrase goes across these


class Part(NamedTuple):
    """One contribution: stable code, Chinese description, signed weight in log-odds."""

    code: str
    text: str
    weight: float


class LevelAccount(msgspec.Struct, frozen=True):
    """Parts that add up to the level score, and the cuts the score is compared with.

    Attributes:
        score: sum of all parts.
        parts: contributions of phrases and fields, strongest first.
        rest: contribution of all text not in a quoted phrase.
        cuts: scores above which the next level begins, rising.
        levels: level values between the cuts.
    """

    score: float
    parts: tuple[Part, ...]
    rest: float
    cuts: tuple[float, ...]
    levels: tuple[int, ...]

    @property
    def level(self) -> Level:
        """Level the score leads to."""
        return Level(self.levels[sum(self.score > cut for cut in self.cuts)])

    @property
    def cut(self) -> float:
        """The cut the score has passed, or the lowest one when it has passed none."""
        passed = [cut for cut in self.cuts if self.score > cut]
        return passed[-1] if passed else self.cuts[0]


def level_accounts(
    weights: Weights, cuts: NDArray[np.float64], texts: Sequence[str], fields: Sequence[ScoringFields]
) -> list[LevelAccount]:
    """Account of each event of a batch; the parts and the rest add up to the score the model computes (to float32 rounding).

    An event's account depends on nothing but the event.
    """
    shares = _character_weights(weights, texts)
    return [
        _account(weights, cuts, _phrase_parts(text, share), own)
        for text, share, own in zip(texts, shares, _field_parts(weights, fields), strict=True)
    ]


def _account(
    weights: Weights, cuts: NDArray[np.float64], phrases: tuple[list[Part], float], own: list[Part]
) -> LevelAccount:
    parts, rest = [*phrases[0], *own], phrases[1]
    parts.sort(key=lambda part: -abs(part.weight))
    return LevelAccount(
        score=float(sum([part.weight for part in parts]) + rest),
        parts=tuple(parts),
        rest=rest,
        cuts=tuple(cuts.tolist()),
        levels=weights.levels,
    )


def account_reasons(account: LevelAccount, top: int) -> list[Reason]:
    """The strongest parts as reasons, then the sum of the others and the base; weights add up to ``score - cut``."""
    shown, hidden = account.parts[:top], account.parts[top:]
    others = account.rest + sum(part.weight for part in hidden)
    reasons = [
        Reason(code=part.code, text=f"{part.text}，{_direction(part.weight)}", source="model", weight=part.weight)
        for part in shown
    ]
    reasons.append(
        Reason(code="model.others", text=f"其余文字和字段合计，{_direction(others)}", source="model", weight=others)
    )
    base = -account.cut
    reasons.append(
        Reason(code="model.base", text=f"模型的起点（{account.level.zh}级分界）", source="model", weight=base)
    )
    return reasons


def _direction(weight: float) -> str:
    return f"风险评分{'升高' if weight >= 0 else '降低'} {abs(weight):.2f}"


def _character_weights(weights: Weights, texts: Sequence[str]) -> list[NDArray[np.float64]]:
    """Contribution of each character of each text: every n-gram's is shared evenly among its characters."""
    codes, bounds = symbols(texts)
    rows = weights.row_of_bucket[ngram_buckets(codes, bounds, weights.orders, weights.bits)]
    counts, totals = occurrence_weights(texts, bounds, weights.orders, weights.lead_weight)
    scales = np.repeat(row_scales(totals).astype(np.float64), np.diff(bounds))
    by_start = weights.ngrams[rows, -1].astype(np.float64) * scales[:, None]
    if counts is not None:
        by_start *= counts[:, None]
    share = np.zeros(codes.size)
    for column, order in enumerate(weights.orders):
        # What would reach into the next text is no n-gram and weighs 0.
        part = by_start[:, column] / order
        for step in range(min(order, codes.size)):
            share[step:] += part[: codes.size - step]
    found = []
    for text, (start, stop) in zip(texts, pairwise(bounds.tolist()), strict=True):
        spread = np.zeros(len(text))
        spread[visible(text)] = share[start:stop]
        found.append(spread)
    return found


def _phrase_parts(text: str, share: NDArray[np.float64]) -> tuple[list[Part], float]:
    """Phrases of strong neighbouring characters of one sign, equal phrases summed, and the weight of all else."""
    if share.size == 0:
        return [], 0.0
    strength = np.abs(share)
    strong = np.flatnonzero((strength >= STRONG_SHARE * float(strength.max())) & (strength > 0)).tolist()
    weights = share.tolist()
    sums: dict[str, float] = {}
    runs = groupby(
        enumerate(position for position in strong if text[position] not in _STOPS),
        key=lambda found: (found[1] - found[0], weights[found[1]] > 0),
    )
    for _, run in runs:
        positions = [position for _, position in run]
        if len(positions) > 1:
            start, stop = positions[0], positions[-1] + 1
            phrase = text[start:stop]
            sums[phrase] = sums.get(phrase, 0.0) + sum(weights[start:stop])
    parts = [Part("model.text", f"文字“{phrase}”", weight) for phrase, weight in sums.items()]
    return parts, float(share.sum()) - sum(sums.values())


def _field_parts(weights: Weights, fields: Sequence[ScoringFields]) -> list[list[Part]]:
    """Contribution of each field of each event, its columns summed."""
    columns = [column.tolist() for column in numeric_columns(number_arrays(fields), weights.ramps)]
    names = [PEOPLE, AMOUNT, *(ramp.field for ramp in weights.ramps)]
    by_column = weights.numbers[:, -1].tolist()
    found: list[list[Part]] = []
    for row, own in enumerate(fields):
        sums = dict.fromkeys((PEOPLE, AMOUNT, REPEATS), 0.0)
        for name, column, weight in zip(names, columns, by_column, strict=True):
            sums[name] += column[row] * weight
        described = {
            PEOPLE: "" if own.people_involved is None else f"涉及 {own.people_involved} 人",
            AMOUNT: "" if own.amount_fen is None else f"涉及金额 {_amount(own.amount_fen)}",
            REPEATS: f"此前已反映 {own.repeat_count} 次" if own.repeat_count else "",
        }
        kind = float(weights.types[weights.type_row(own.event_type), -1])
        parts = [Part("model.event_type", f"事件类型“{type_zh(own.event_type)}”", kind)]
        parts += [Part(f"model.{name}", described[name], value) for name, value in sums.items() if value]
        place = float(weights.counties[weights.row_of_county.get(own.county, 0), -1])
        season = float(weights.months[own.month, -1])
        parts += [Part("model.county", "所在县区", place)] if place else []
        parts += [Part("model.month", f"{own.month} 月", season)] if season else []
        found.append(parts)
    return found


def _amount(amount_fen: int) -> str:
    return f"{amount_fen / WAN_FEN:,.1f} 万元" if amount_fen >= WAN_FEN else f"{amount_fen / FEN_PER_YUAN:,.0f} 元"
