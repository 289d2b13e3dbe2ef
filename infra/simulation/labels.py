"""Labelled examples for training the risk model, made from a simulation's truth."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson

from infra.simulation.record import SimRecord
from risk_model.entities import Sighting
from risk_model.history import earlier
from risk_model.linking.keys import link_keys
from risk_model.local_time import local_day
from risk_model.scoring.fields import FieldEncoder
from schemas.assessed import AssessedParty, History, Project

HISTORY_DAYS = FieldEncoder().history_days


class Labeller:
    """Makes training examples of records, in the order they are reported; remembers what each subject's earlier reports were."""

    def __init__(self) -> None:
        self._subjects: dict[str, list[Sighting]] = {}

    def label(self, record: SimRecord) -> dict[str, Any] | None:
        """Training example of a good, first-time record; None for a malformed one or a re-send.

        ``text`` is title + 。 + narrative as sent, personal data and all, ``names`` the persons named as parties; ``level`` carries 5 %
        noise, ``category`` is exact; ``earlier_events`` and ``earlier_sources`` are what WATCH would know of the subject.
        """
        truth = record.truth
        if truth.malformed is not None or truth.duplicate_of is not None:
            return None
        data = orjson.loads(record.value)["data"]
        title, narrative = data["title"], data["narrative"]
        known = self._history(record, data)
        return {
            "text": f"{title}。{narrative}" if title else narrative,
            "event_type": truth.event_type,
            "people_involved": data["people_involved"],
            "amount_fen": data["amount_fen"] if "amount_fen" in data else _fen(data["amount_yuan"]),
            "repeat_count": data["repeat_count"],
            "earlier_events": known.events if known else None,
            "earlier_sources": known.sources if known else None,
            "category": truth.category,
            "level": truth.level,
            "occurred_at": data["occurred_at"],
            "source": truth.source,
            "county": truth.county,
            "names": [party["name"] for party in data["parties"] if party["kind"] == "person"],
        }

    def _history(self, record: SimRecord, data: dict[str, Any]) -> History | None:
        """Earlier reports of the subject, joined by the keys that WATCH joins by (references apart)."""
        truth = record.truth
        parties = tuple(AssessedParty(p["role"], p["kind"], p["name"], p.get("uscc")) for p in data["parties"])
        project = data.get("project")
        held = Project(project.get("id"), project.get("name")) if project else None
        keys = link_keys(truth.event_type, truth.county, parties, held, data.get("case_number"))
        if not keys:
            return None
        own = keys[:1] if keys[0].startswith("uscc:") else tuple(key for key in keys if key in self._subjects)[:1]
        sightings = self._subjects[own[0]] if own and own[0] in self._subjects else []
        for key in keys:
            self._subjects.setdefault(key, sightings)
        day = local_day(datetime.fromisoformat(data["occurred_at"])).toordinal()
        known = earlier(sightings, truth.county, day, HISTORY_DAYS)
        sightings.append(Sighting(day, truth.event_id, truth.source, "", truth.county))
        return known


def labelled(records: Iterable[SimRecord]) -> Iterator[dict[str, Any]]:
    """Training examples of records, in their order; those that have none are left out."""
    labeller = Labeller()
    return (line for record in records if (line := labeller.label(record)) is not None)


def _fen(yuan: int | None) -> int | None:
    """Fen of an amount as schema version 1 states it."""
    return None if yuan is None else yuan * 100
