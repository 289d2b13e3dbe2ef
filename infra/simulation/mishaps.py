"""What goes wrong on the way: records sent twice and records sent broken, each from its own random stream."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from infra.simulation.agencies import DAY_SECONDS
from infra.simulation.chance import Rng, stream
from infra.simulation.defects import draw_defect, spoil
from infra.simulation.record import SimRecord
from infra.simulation.truth import EventTruth
from schemas.dispute import SCHEMA_VERSION

_NO_IDENTITY = frozenset({"not_json", "not_object", "truncated"})


@dataclass(frozen=True, slots=True)
class Late:
    """A record to be sent some seconds after the one it comes from."""

    wait_seconds: int
    record: SimRecord


class Mishaps:
    """Draws re-sends and malformed records beside good ones; good records do not depend on either.

    Args:
        seed: of the simulation.
        malformed, duplicates: shares of all records.
    """

    def __init__(self, seed: int, malformed: float, duplicates: float) -> None:
        good = 1 - malformed - duplicates
        self._defect_chance, self._resend_chance = malformed / good, duplicates / good
        self._defects, self._resends = stream(seed, "defects"), stream(seed, "resends")

    def after(self, record: SimRecord, event: dict[str, Any]) -> Iterator[Late]:
        """What else is sent because of a good record."""
        if self._resends.random() < self._resend_chance:
            wait = _resend_wait(self._resends)
            truth = replace(record.truth, duplicate_of=record.truth.index)
            yield Late(wait, replace(record, due=record.due + timedelta(seconds=wait), truth=truth))
        if self._defects.random() < self._defect_chance and event["schemaversion"] == SCHEMA_VERSION:
            yield self._broken(record, event)

    def _broken(self, record: SimRecord, event: dict[str, Any]) -> Late:
        """A malformed record beside the good one: the same place and minute, but an event of its own."""
        rng, good = self._defects, record.truth
        defect = draw_defect(rng)
        wait = 1 + int(50 * rng.random())
        known = defect.name not in _NO_IDENTITY
        truth = EventTruth(
            index=-1,
            source=good.source if known else "",
            event_id=f"{good.event_id}-{defect.name}" if known else "",
            event_type=good.event_type,
            county=good.county,
            township=good.township,
            incident_id="",
            incident_people=0,
            project_id=None,
            respondent_uscc=None,
            story_id=None,
            category=None,
            level=None,
            malformed=defect.name,
            reason=defect.reason,
        )
        key = record.key if known or rng.random() < 0.5 else None
        return Late(wait, SimRecord(key, spoil(defect, event, rng), record.due + timedelta(seconds=wait), truth))


def _resend_wait(rng: Rng) -> int:
    """Seconds: at once after a timeout, later the same day, or with a re-export one to three days later."""
    draw = rng.random()
    if draw < 0.45:
        return round(5 + 60 * draw)
    if draw < 0.8:
        return round(60 + 40_000 * (draw - 0.45))
    return round(DAY_SECONDS * (1 + 10 * (draw - 0.8)))
