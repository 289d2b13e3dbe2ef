"""Drift: are present events still like those the model learnt from, overall and by agency."""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from risk_model.quality.measures import NAMES_ZH, WORDING
from risk_model.quality.profile import PERIODS, Profile, as_arrays
from risk_model.quality.stability import Stability, stability
from risk_model.quality.thresholds import DriftTable
from schemas.reasons import Reason

Verdict = Literal["alarm", "warn"]
SHORTEST_PERIODS = 0.1  # a sample of a few hours still varies like a tenth of a period, not without bound
_SHOWN_MOVES = 3


class Move(msgspec.Struct, frozen=True):
    """Share of a bin then and now, in [0, 1]."""

    label: str
    before: float
    now: float


class Comparison(msgspec.Struct, frozen=True):
    """One measure of one scope, compared.

    Attributes:
        scope: source, or empty for all together.
        measure: name of the measure.
        events_before, events: sizes of the two samples.
        psi: population stability index.
        noise: what chance and ordinary variation alone would give on average.
        p_value: chance of at least this without any change.
        verdict: None when nothing is to be said.
        moves: bins that moved most; none for hashed wording.
    """

    scope: str
    measure: str
    events_before: int
    events: int
    psi: float
    noise: float
    p_value: float
    verdict: Verdict | None
    moves: tuple[Move, ...] = ()


class DriftFinding(msgspec.Struct, frozen=True):
    """What an analyst is told.

    Attributes:
        scope: source, or empty for all together.
        measure: measure, or ``source`` for a source the reference does not know.
        verdict: how serious.
        reason: in Chinese, with the figures.
    """

    scope: str
    measure: str
    verdict: Verdict
    reason: Reason


class DriftReport(msgspec.Struct, frozen=True):
    """Everything compared, and what stands out (alarms first).

    Attributes:
        findings: what stands out.
        comparisons: all of them.
        unknown: sources without a reference, with their events.
        small: sources with too few events to be judged, with their events.
        chance: chance below which a single comparison stands out: ``false_alarm`` shared out over all.
    """

    findings: tuple[DriftFinding, ...]
    comparisons: tuple[Comparison, ...]
    unknown: dict[str, int]
    small: dict[str, int]
    chance: float


def compare(reference: Profile, current: Profile, limits: DriftTable) -> DriftReport:
    """Compare present events with the reference.

    Args:
        reference: profile of the training data.
        current: profile of present events, judged by the same model.
        limits: ``[model.drift]``.

    Raises:
        ValueError: the profiles are of different models.
    """
    if reference.model != current.model:
        raise ValueError(f"got profiles of two models, {reference.model} and {current.model}; expected one model")
    judged, unknown, small = _scopes(reference, current, limits)
    spans = current.period_seconds * PERIODS / reference.period_seconds
    periods = (float(PERIODS), max(spans, SHORTEST_PERIODS))
    pairs = [
        (scope, measure) for scope in judged for measure in NAMES_ZH if _filled(reference, current, scope, measure)
    ]
    chance = limits.false_alarm / max(len(pairs), 1)
    compared = tuple(_compared(reference, current, pair, periods, limits, chance) for pair in pairs)
    found = [_finding(c) for c in compared if c.verdict]
    found += [_unknown(scope, events) for scope, events in unknown.items()]
    found.sort(
        key=lambda f: (f.verdict != "alarm", f.scope, list(NAMES_ZH).index(f.measure) if f.measure in NAMES_ZH else -1)
    )
    return DriftReport(tuple(found), compared, unknown, small, chance)


def _scopes(
    reference: Profile, current: Profile, limits: DriftTable
) -> tuple[list[str], dict[str, int], dict[str, int]]:
    """Scopes to be judged, sources the reference does not know (well enough), sources with too few events."""
    judged: list[str] = []
    unknown: dict[str, int] = {}
    small: dict[str, int] = {}
    for name, scope in current.scopes.items():
        before = reference.scopes.get(name)
        if scope.rows < limits.min_events:
            small[name] = scope.rows
        elif before is None:
            unknown[name] = scope.rows
        elif before.rows < limits.min_events:
            small[name] = scope.rows
        else:
            judged.append(name)
    return judged, unknown, small


def _filled(reference: Profile, current: Profile, scope: str, measure: str) -> bool:
    return all(side.scopes[scope].counts.get(measure) for side in (reference, current))


def _compared(
    reference: Profile,
    current: Profile,
    pair: tuple[str, str],
    periods: tuple[float, float],
    limits: DriftTable,
    chance: float,
) -> Comparison:
    scope, measure = pair
    labels, before, now = as_arrays(reference.scopes[scope].counts[measure], current.scopes[scope].counts[measure])
    found = stability(before, now, reference.spread(scope, measure), periods, limits.min_expected)
    moves: tuple[Move, ...] = ()
    if measure != WORDING:
        shares = before / before.sum(), now / now.sum()
        order = np.argsort(-np.abs(shares[1] - shares[0]), kind="stable")[:_SHOWN_MOVES].tolist()
        moves = tuple(Move(labels[i], round(float(shares[0][i]), 4), round(float(shares[1][i]), 4)) for i in order)
    return Comparison(
        scope,
        measure,
        round(float(before.sum())),
        round(float(now.sum())),
        round(found.psi, 4),
        round(found.noise, 4),
        found.p_value,
        _verdict(measure, found, limits, chance),
        moves,
    )


def _verdict(measure: str, found: Stability, limits: DriftTable, chance: float) -> Verdict | None:
    """Both must hold: too large to be chance, and large enough to matter."""
    warn, alarm = (
        (limits.wording_warn, limits.wording_alarm) if measure == WORDING else (limits.psi_warn, limits.psi_alarm)
    )
    if found.p_value > chance or found.excess < warn:
        return None
    return "alarm" if found.excess >= alarm else "warn"


def _finding(c: Comparison) -> DriftFinding:
    where = f"{c.scope} 的" if c.scope else "全部来源的"
    what = NAMES_ZH[c.measure]
    moved = "，".join(f"“{m.label}”由 {m.before:.1%} 变为 {m.now:.1%}" for m in c.moves if m.before != m.now)
    text = f"{where}{what}与训练期不同：PSI {c.psi:.3f}（偶然和平常波动约 {c.noise:.3f}），{c.events} 件对 {c.events_before} 件"
    assert c.verdict is not None
    reason = Reason(f"drift.{c.measure}", f"{text}；{moved}" if moved else text, "detector")
    return DriftFinding(c.scope, c.measure, c.verdict, reason)


def _unknown(scope: str, events: int) -> DriftFinding:
    text = f"训练数据里没有来源 {scope}（现有 {events} 件），模型对它的表现没有依据，应标注一批后重新训练"
    return DriftFinding(scope, "source", "warn", Reason("drift.source", text, "detector"))


def worst(findings: Sequence[DriftFinding]) -> Verdict | None:
    """The most serious verdict, None when there is none."""
    verdicts = {finding.verdict for finding in findings}
    return "alarm" if "alarm" in verdicts else "warn" if verdicts else None
