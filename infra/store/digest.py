"""Digests of the read models: equal digests mean equal content, whatever the order of rows, partitions or batches."""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, func, select

from infra.store.tables import ReadTables
from risk_model.entities import Matter
from schemas.domain_events import DisputeQuarantined

_matter = msgspec.json.Decoder(Matter)
_quarantined = msgspec.json.Decoder(DisputeQuarantined)
_MODULUS = 1 << 256


def exact_digest(connection: Connection, tables: ReadTables) -> str:
    """Digest of every column of every read model; a rebuild must reproduce it."""
    return _combine(_table_digest(connection, tuple(table.c)) for table in tables.all())


def content_digest(connection: Connection, tables: ReadTables) -> str:
    """Digest over ids and states: what must be the same however often workers died and partitions changed hands.

    Left out is what the order of arrival between counties decides (titles, categories, home counties, reasons and stream
    versions of shared matters and their alerts) and texts that follow from what is digested. Of a matter that is part of another only
    counts of which: how grave it was by itself, and whether it had an alert before, depends on when the two were merged (ADR 0017).
    """
    t = tables
    standing = t.matters.c.merged_into.is_(None)
    parts_of = select(t.matters.c.matter_id).where(~standing)
    own = t.alerts.c.matter_id.is_(None) | t.alerts.c.matter_id.not_in(parts_of)
    others = select(t.alerts.c.alert_id).where(t.alerts.c.matter_id.in_(parts_of))
    chosen: tuple[tuple[Column[Any], ...], ...] = (
        (
            t.disputes.c.dispute_id,
            t.disputes.c.matter_id,
            t.disputes.c.category,
            t.disputes.c.level,
            t.disputes.c.day,
            t.disputes.c.region,
        ),
        tuple(t.matter_keys.c),
        (
            t.trends.c.trend_id,
            t.trends.c.alert_id,
            t.trends.c.kind,
            t.trends.c.status,
            t.trends.c.version,
            t.trends.c.state,
        ),
        (t.duties.c.duty_id, t.duties.c.origin_id, t.duties.c.office, t.duties.c.status),
        tuple(t.daily_counts.c),
        tuple(t.arrivals.c),
        tuple(t.county_clocks.c),
        tuple(t.exposure_relations.c),
        tuple(t.exposure_troubles.c),
        (t.exposures.c.finding_id, t.exposures.c.kind, t.exposures.c.level, t.exposures.c.day),
        (t.labels.c.dispute_id, t.labels.c.category, t.labels.c.level, t.labels.c.given_by),
    )
    parts = [_table_digest(connection, columns) for columns in chosen]
    m, a, p = t.matters.c, t.alerts.c, t.plans.c
    parts.append(_table_digest(connection, (m.matter_id, m.level, m.events, m.last_us, m.status), standing))
    parts.append(_table_digest(connection, (a.alert_id, a.kind, a.level, a.status, a.matter_id, a.last_day), own))
    parts.append(_table_digest(connection, (p.plan_id, p.alert_id, p.level, p.status), p.alert_id.not_in(others)))
    # An answer that came before what it answers leaves a trace of its own, until that comes; it may never come.
    d, r = t.deadlines.c, t.requests.c
    parts.append(_table_digest(connection, (d.deadline_id, d.code, d.about_id, d.outcome), d.code != ""))
    parts.append(_table_digest(connection, (r.request_id, r.kind, r.asked, r.status), r.kind != ""))
    return _combine([*parts, _matters_digest(connection, tables), _quarantine_digest(connection, tables)])


def table_counts(connection: Connection, tables: ReadTables) -> dict[str, int]:
    """Rows in each read model."""
    return {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in tables.all()
    }


def _table_digest(
    connection: Connection, columns: tuple[Column[Any], ...], where: ColumnElement[bool] | None = None
) -> int:
    total = 0
    query = select(*columns) if where is None else select(*columns).where(where)
    for row in connection.execute(query.execution_options(yield_per=5000)):
        total += _row_hash(bytes(v) if isinstance(v, (bytes, memoryview)) else v for v in row)
    return total % _MODULUS


def _matters_digest(connection: Connection, tables: ReadTables) -> int:
    """Over what standing matters hold, and of which matter each of the others is part."""
    total, parents = 0, dict[str, str]()
    for (data,) in connection.execute(select(tables.matters.c.state).execution_options(yield_per=2000)):
        m = _matter.decode(data)
        if m.merged_into is not None:
            parents[m.matter_id] = m.merged_into
            continue
        total += _row_hash(
            (m.matter_id, m.people, m.amount_fen, m.first_at, tuple(m.sources), tuple(m.counties), tuple(m.recent))
        )
    for part in parents:
        head = part
        while head in parents:
            head = parents[head]
        total += _row_hash((part, head))
    return total % _MODULUS


def _quarantine_digest(connection: Connection, tables: ReadTables) -> int:
    """Over the bytes and reasons of quarantined messages; their ids name offsets, which differ from run to run."""
    total = 0
    for (data,) in connection.execute(select(tables.quarantine.c.state)):
        item = _quarantined.decode(data)
        total += _row_hash((item.sha256, tuple(reason.code for reason in item.reasons)))
    return total % _MODULUS


def _row_hash(values: Iterable[object]) -> int:
    return int.from_bytes(hashlib.sha256(repr(tuple(values)).encode()).digest(), "big")


def _combine(parts: Iterable[int]) -> str:
    return hashlib.sha256(repr(list(parts)).encode()).hexdigest()
