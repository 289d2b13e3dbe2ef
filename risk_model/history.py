"""What was known of an event's subject as of its moment, and what that adds to the event's level.

ASSESS has no memory and WATCH has no model. The level score is linear, so ASSESS states what history would weigh
(``Lift``) and WATCH, which knows the matter, adds it: the same sum as if one model had seen everything. Only reports of the
event's own county count, because only a county's own order is fixed (ADR 0002); and no weight is below 0, so history
never hides what the text says.
"""

from collections.abc import Sequence
from math import log10

import msgspec

from risk_model.entities import Matter, Sighting
from risk_model.local_time import local_day
from schemas.assessed import Assessed, History, Lift
from schemas.levels import Level
from schemas.reasons import Reason


def history_columns(events: float, sources: float) -> tuple[float, float]:
    """The two numbers the model sees of a history: decades of earlier events and of their sources."""
    return log10(1.0 + events), log10(1.0 + sources)


def earlier(sightings: Sequence[Sighting], county: str, day: int, window_days: int) -> History:
    """History within the window that ends with ``day`` (a proleptic ordinal), of one county."""
    near = [s for s in sightings if s.county == county and 0 <= day - s.day < window_days]
    return History(len(near), len({s.source for s in near}), window_days)


def with_history(dispute: Assessed, matter: Matter | None) -> Assessed:
    """The record with its history weighed; as it is when there is nothing to weigh or it was weighed before.

    The challenger's word is weighed in the same way, so that both models are compared with what they would have known.

    Args:
        dispute: a record as ASSESS wrote it.
        matter: the matter it is about to join, without it; None when it opens one.
    """
    dispute = _with_shadow(dispute, matter)
    if dispute.lift is None:
        return dispute
    known, added, level = _weighed(dispute.lift, dispute, matter)
    if level <= dispute.level:
        return msgspec.structs.replace(dispute, lift=None, history=known)
    text = (
        f"同一主体此前 {known.window_days} 天在本县区已有 {known.sources} 个来源 {known.events} 件，"
        f"风险评分升高 {added:.2f}，达到{Level(level).zh}级"
    )
    reasons = (*dispute.reasons, Reason("model.history", text, "model", weight=round(added, 4)))
    return msgspec.structs.replace(dispute, lift=None, history=known, level=level, reasons=reasons)


def _with_shadow(dispute: Assessed, matter: Matter | None) -> Assessed:
    shadow = dispute.shadow
    if shadow is None or shadow.lift is None:
        return dispute
    _, _, level = _weighed(shadow.lift, dispute, matter)
    lifted = level if level > shadow.level else None
    return msgspec.structs.replace(dispute, shadow=msgspec.structs.replace(shadow, lift=None, lifted=lifted))


def _weighed(lift: Lift, dispute: Assessed, matter: Matter | None) -> tuple[History, float, int]:
    """The history a lift asks for, what it adds to the score, and the level this leads to (0: below every cut)."""
    day = local_day(dispute.occurred_at).toordinal()
    known = earlier(matter.recent if matter else (), dispute.place.county, day, lift.window_days)
    added = sum(w * c for w, c in zip(lift.weights, history_columns(known.events, known.sources), strict=True))
    return known, added, max((level for level, cut in lift.cuts if lift.score + added > cut), default=0)
