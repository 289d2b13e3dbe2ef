"""Facts of systemic risk (系统)."""

from datetime import date

import msgspec

from schemas.domain_events.fact import Fact
from schemas.reasons import Reason


class ExposureStep(msgspec.Struct, frozen=True, omit_defaults=True):
    """A relation on a path: kind, keys of its two ends (``enterprise:token``, ``project:…`` …), the disputes that state it (at most ten)."""

    kind: str
    start: str
    end: str
    dispute_ids: tuple[str, ...]
    amount_fen: int = 0


class ExposurePath(msgspec.Struct, frozen=True):
    """How trouble reaches an entity, as officials read it and step by step."""

    text: str
    steps: tuple[ExposureStep, ...]


class ExposureFound(Fact, frozen=True, tag="ExposureFound"):
    """A systemic risk was found, or one that was found before has grown; the figures are those of all that is known.

    Attributes:
        finding_id: stays the same while it grows.
        kind: ``contagion`` along relations, several ``sectors`` hit, or very many ``creditors``.
        day: the city day it was found on.
        group: keys of the entities under one control.
        entities: keys of the group and of those reached.
        size: entities reached, sectors hit, or the mark that the creditors passed.
        dispute_ids: what it rests on (at most 200).
        alert_id: the alert of the group.
    """

    finding_id: str
    kind: str
    level: int
    day: date
    name: str
    county: str
    category: str
    group: tuple[str, ...]
    entities: tuple[str, ...]
    size: int
    reasons: tuple[Reason, ...]
    dispute_ids: tuple[str, ...]
    alert_id: str
    paths: tuple[ExposurePath, ...] = ()
    sectors: tuple[str, ...] = ()
