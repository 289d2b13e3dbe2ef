"""Conferences in the read models."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection

from infra.store.rows import rows_among, upsert_rows
from infra.store.tables import ReadTables
from risk_model.conferences.entity import Conference
from risk_model.state import State

_json = msgspec.json.Encoder()
_conference = msgspec.json.Decoder(Conference)


def save_conferences(connection: Connection, tables: ReadTables, state: State) -> None:
    """Store what the fold changed."""
    touched = [state.conferences[key] for key in sorted(state.touched_conferences)]
    rows = [
        {
            "conference_id": conference.conference_id,
            "held_day": conference.held_on.toordinal(),
            "status": conference.status,
            "version": conference.version,
            "state": _json.encode(conference),
        }
        for conference in touched
    ]
    upsert_rows(connection, tables.conferences, rows)


def load_conferences(connection: Connection, tables: ReadTables, state: State, conference_ids: Iterable[str]) -> None:
    """Conferences by id, with their stream versions."""
    for (data,) in rows_among(connection, tables.conferences, "conference_id", sorted(set(conference_ids)), "state"):
        conference = _conference.decode(data)
        state.conferences[conference.conference_id] = conference
        state.versions[f"conference-{conference.conference_id}"] = conference.version
