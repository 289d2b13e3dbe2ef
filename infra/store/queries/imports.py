"""What the store knows of an import: accepted, duplicate and quarantined rows. Reads in batches; SQLite and PostgreSQL."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from infra.store.event_log import IN_CHUNK
from infra.store.tables import reads
from schemas.domain_events import DisputeQuarantined
from schemas.errors import FieldError

_quarantined = msgspec.json.Decoder(DisputeQuarantined)
_FETCH = 5_000


class Place(NamedTuple):
    """Where a stored dispute came from: an import's row, or (None, None) for a feed."""

    import_id: str | None
    row: int | None


def counted(connection: Connection, import_id: str) -> tuple[int, int]:
    """(disputes, quarantined rows) of an import: cheap, to see whether anything moves."""
    disputes, quarantine = reads.disputes, reads.quarantine
    accepted = connection.execute(
        select(func.count()).select_from(disputes).where(disputes.c.import_id == import_id)
    ).scalar_one()
    set_aside = connection.execute(
        select(func.count(quarantine.c.import_row.distinct())).where(quarantine.c.import_id == import_id)
    ).scalar_one()
    return int(accepted), int(set_aside)


def accepted_rows(connection: Connection, import_id: str) -> Iterator[tuple[int, str]]:
    """(row, dispute id) of every dispute stored from an import; close it when not read to its end."""
    table = reads.disputes
    query = select(table.c.import_row, table.c.dispute_id).where(
        table.c.import_id == import_id, table.c.import_row.is_not(None)
    )
    with connection.execute(query.execution_options(yield_per=_FETCH)) as found:
        for row, dispute_id in found:
            yield int(row), dispute_id


def quarantined_rows(connection: Connection, import_id: str) -> Iterator[tuple[int, str]]:
    """(row, first reason's code) of an import's quarantined messages; a row sent twice may come twice."""
    table = reads.quarantine
    query = select(table.c.import_row, table.c.code).where(
        table.c.import_id == import_id, table.c.import_row.is_not(None)
    )
    with connection.execute(query.execution_options(yield_per=_FETCH)) as found:
        for row, code in found:
            yield int(row), code


def quarantine_reasons(connection: Connection, import_id: str) -> dict[int, tuple[FieldError, ...]]:
    """Row -> all its reasons, of an import's quarantined messages."""
    table = reads.quarantine
    query = select(table.c.import_row, table.c.state).where(
        table.c.import_id == import_id, table.c.import_row.is_not(None)
    )
    with connection.execute(query.execution_options(yield_per=_FETCH)) as found:
        return {int(row): _quarantined.decode(state).reasons for row, state in found}


def origins(connection: Connection, dispute_ids: Sequence[str]) -> dict[str, Place]:
    """Dispute id -> where the stored dispute came from, for those of these ids that are stored."""
    table = reads.disputes
    found: dict[str, Place] = {}
    for start in range(0, len(dispute_ids), IN_CHUNK):
        chunk = dispute_ids[start : start + IN_CHUNK]
        query = select(table.c.dispute_id, table.c.import_id, table.c.import_row).where(table.c.dispute_id.in_(chunk))
        for dispute_id, import_id, row in connection.execute(query):
            found[dispute_id] = Place(import_id, row)
    return found
