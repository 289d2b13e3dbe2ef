"""Facts of matters (一事一档)."""

from datetime import datetime

import msgspec

from schemas.domain_events.fact import Fact
from schemas.reasons import Reason


class Sighted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a matter takes over from a dispute event it joins. ``occurred_at`` is UTC, ``amount_fen`` in fen."""

    dispute_id: str
    occurred_at: datetime
    source: str
    side: str
    county: str
    people_involved: int = 0
    amount_fen: int = 0


class MatterOpened(Fact, frozen=True, tag="MatterOpened"):
    """A file (一事一档) was opened by its first dispute event."""

    matter_id: str
    title: str
    category: str
    county: str
    level: int
    reasons: tuple[Reason, ...]
    sighted: Sighted
    keys: tuple[str, ...]


class MatterJoined(Fact, frozen=True, tag="MatterJoined"):
    """A later dispute event was joined to a matter, by the evidence named."""

    matter_id: str
    sighted: Sighted
    evidence: Reason
    keys: tuple[str, ...] = ()


class MatterRegraded(Fact, frozen=True, tag="MatterRegraded"):
    """A matter's level changed."""

    matter_id: str
    level_before: int
    level_after: int
    reasons: tuple[Reason, ...]
    dispute_ids: tuple[str, ...]
