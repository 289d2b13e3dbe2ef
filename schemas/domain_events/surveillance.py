"""Facts of counts: clocks, what is usual, and trends (苗头, 趋势, 区域)."""

from datetime import date
from typing import Any

from schemas.domain_events.fact import Fact
from schemas.reasons import Reason


class ClockTicked(Fact, frozen=True, tag="ClockTicked"):
    """The clock of a county (or of the city) came to a local day: all days before it are closed.

    Attributes:
        place: county code, or ``city``.
        day: the day that begins.
    """

    place: str
    day: date


class BaselineLearnt(Fact, frozen=True, tag="BaselineLearnt"):
    """What is usual in a county was learnt anew from its own closed days; later counts are judged by it.

    Attributes:
        profile: see ``risk_model.surveillance.profile.Profile``.
    """

    county: str
    day: date
    profile: dict[str, Any]


class RecordExtended(Fact, frozen=True, tag="RecordExtended"):
    """The past of a county was brought in: its record is complete since an earlier day, and detectors may rest on it.

    Without this the record begins on the day of the first report: what happened before it came in late, and in part only.
    """

    county: str
    since: date
    said_by: str


class TrendDetected(Fact, frozen=True, tag="TrendDetected"):
    """A count rose above what its history explains: an episode begins.

    Attributes:
        kind: ``emerging`` (苗头), ``trending`` (趋势) or ``regional`` (区域).
        region: region key (``county``, ``township`` or ``township/community``); the first of ``regions`` where there are several.
        measure: ``category:…`` or ``subject:…``.
        day, period_days: last day of the period judged and its length.
        method: detector, as documented in docs/detectors.md.
        observed, expected, upper: counts of the period; ``upper`` is the largest still usual.
        p_value: probability of such a count when nothing is unusual.
        recurrence_days: how often a signal as rare would come by chance from all that is watched, days between two.
        history: earlier counts, oldest first, one a period.
        alert_id: the alert this trend belongs to; None while the alert budget holds it back.
        held: why there is no alert, empty when there is one.
        dispute_ids: events counted in the period (at most 200, the newest).
        regions: all regions of a cluster.
    """

    trend_id: str
    kind: str
    region: str
    measure: str
    day: date
    period_days: int
    method: str
    observed: int
    expected: float
    upper: float
    p_value: float
    recurrence_days: float
    history: tuple[int, ...]
    alert_id: str | None
    dispute_ids: tuple[str, ...]
    held: str = ""
    regions: tuple[str, ...] = ()


class TrendRevised(Fact, frozen=True, tag="TrendRevised"):
    """An episode's figures changed: it went on, grew, or late reports changed a day; no second alarm.

    Attributes:
        day: last day of the period these figures are of.
        why: ``continued`` (a later period is above its bound too), ``late_reports`` (a closed period changed), ``grew``.
        kind: what the episode is now, ``emerging`` may have become ``trending``.
        alert_id: its alert, when it has none yet and is grave enough now.
        dispute_ids: events counted in the period (at most 200, the newest).
    """

    trend_id: str
    day: date
    why: str
    kind: str
    observed: int
    expected: float
    upper: float
    p_value: float
    recurrence_days: float
    alert_id: str | None
    dispute_ids: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


class TrendCleared(Fact, frozen=True, tag="TrendCleared"):
    """An episode ended: its counts have been usual again for some days.

    Attributes:
        day: the last closed day.
        observed, expected, upper: of the period that ends with it.
    """

    trend_id: str
    day: date
    observed: int
    expected: float
    upper: float
    reason: Reason
