"""How long officials take to say what an event should have been, and how many events they say it of."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from risk_model.quality.drift import DriftFinding
from risk_model.quality.profile import EVERYTHING
from risk_model.quality.thresholds import DriftTable
from schemas.reasons import Reason

_DAY = 86_400.0
_HALF = 0.5


class Answered(msgspec.Struct, frozen=True):
    """An event that could be labelled: its source, when it was reported, when first labelled (None: not yet)."""

    source: str
    reported_at: datetime
    labelled_at: datetime | None


class LabelDelay(msgspec.Struct, frozen=True):
    """Labels of one source, or of all.

    Attributes:
        events, labels: numbers.
        share: labelled events over all, in [0, 1].
        median_days: median delay of those labelled; None without labels.
        eventual_share: share labelled by the longest delay seen, Kaplan-Meier: events too young for an answer count only as long
            as they were waiting, so that a new month does not look neglected.
    """

    events: int
    labels: int
    share: float
    median_days: float | None
    eventual_share: float


def label_delays(answered: Sequence[Answered], now: datetime) -> dict[str, LabelDelay]:
    """Delay by source, ``EVERYTHING`` first.

    Args:
        answered: events of the window.
        now: until when unlabelled events have been waiting.
    """
    by_source: dict[str, list[Answered]] = defaultdict(list)
    for one in answered:
        by_source[one.source].append(one)
    groups = [(EVERYTHING, list(answered)), *sorted(by_source.items())]
    return {name: _delay(group, now) for name, group in groups if group}


def _delay(group: Sequence[Answered], now: datetime) -> LabelDelay:
    done = np.array([one.labelled_at is not None for one in group])
    until = [(one.labelled_at or now) - one.reported_at for one in group]
    days = np.array([max(span.total_seconds(), 0.0) / _DAY for span in until])
    labels = int(done.sum())
    median = round(float(np.quantile(days[done], _HALF)), 2) if labels else None
    return LabelDelay(len(group), labels, round(labels / len(group), 4), median, round(1 - kaplan_meier(days, done), 4))


def kaplan_meier(days: NDArray[np.float64], done: NDArray[np.bool_]) -> float:
    """Share still without an answer after the longest delay seen (Kaplan and Meier, 1958).

    Args:
        days: time to the answer, or time waited so far; shape (n_events,).
        done: whether there was an answer.
    """
    if not done.any():
        return 1.0
    times, answers = np.unique(days[done], return_counts=True)
    waiting = len(days) - np.searchsorted(np.sort(days), times, side="left")
    return float(np.prod(1.0 - answers / waiting))


def delay_findings(delays: dict[str, LabelDelay], limits: DriftTable) -> list[DriftFinding]:
    """Late labels of any source, and too few labels overall."""
    found = []
    for source, delay in delays.items():
        where = f"{source} 的" if source else "全部来源的"
        if delay.labels >= limits.label_min and (delay.median_days or 0.0) > limits.label_delay_days:
            text = f"{where}标注偏晚：从上报到标注的中位数为 {delay.median_days:.1f} 天，超过 {limits.label_delay_days:g} 天（{delay.labels} 件）"
            found.append(DriftFinding(source, "label_delay", "warn", Reason("drift.label_delay", text, "detector")))
    total = delays.get(EVERYTHING)
    if total is not None and total.events >= limits.min_events and total.eventual_share < limits.label_share:
        text = f"标注太少：{total.events} 件中有 {total.labels} 件，估计最终也只到 {total.eventual_share:.1%}，低于 {limits.label_share:.1%}，模型无从校准"
        found.append(DriftFinding(EVERYTHING, "label_share", "warn", Reason("drift.label_share", text, "detector")))
    return found
