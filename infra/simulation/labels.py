"""Labelled examples for training the risk model, made from a simulation's truth."""

from typing import Any

import orjson

from infra.simulation.record import SimRecord


def labelled(record: SimRecord) -> dict[str, Any] | None:
    """Training example of a good, first-time record; None for a malformed one or a re-send.

    ``text`` is title + 。 + narrative as sent, personal data and all, ``names`` the persons named as parties; ``level`` carries 5 % noise, ``category`` is exact.
    """
    truth = record.truth
    if truth.malformed is not None or truth.duplicate_of is not None:
        return None
    data = orjson.loads(record.value)["data"]
    title, narrative = data["title"], data["narrative"]
    return {
        "text": f"{title}。{narrative}" if title else narrative,
        "event_type": truth.event_type,
        "people_involved": data["people_involved"],
        "amount_fen": data["amount_fen"] if "amount_fen" in data else _fen(data["amount_yuan"]),
        "repeat_count": data["repeat_count"],
        "category": truth.category,
        "level": truth.level,
        "occurred_at": data["occurred_at"],
        "source": truth.source,
        "county": truth.county,
        "names": [party["name"] for party in data["parties"] if party["kind"] == "person"],
    }


def _fen(yuan: int | None) -> int | None:
    """Fen of an amount as schema version 1 states it."""
    return None if yuan is None else yuan * 100
