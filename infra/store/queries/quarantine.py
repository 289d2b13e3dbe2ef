"""The index of quarantined messages; their bytes stay on the rejected topic."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from infra.store.event_log import moment
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.tables import reads
from schemas.domain_events import DisputeQuarantined

_item = msgspec.json.Decoder(DisputeQuarantined)


class QuarantineFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which messages: None is any. ``retried`` False is what still waits for somebody."""

    code: str | None = None
    import_id: str | None = None
    retried: bool | None = None


class ListedQuarantine(msgspec.Struct, frozen=True):
    """A quarantined message and when it was last retried (UTC)."""

    item: DisputeQuarantined
    retried_at: datetime | None


def quarantine_page(
    connection: Connection, wanted: QuarantineFilter, after: Position | None, limit: int
) -> Page[ListedQuarantine]:
    """Quarantined messages, newest first."""
    q = reads.quarantine
    query = select(q.c.quarantine_id, q.c.quarantined_us, q.c.retried_us, q.c.state)
    if wanted.code is not None:
        query = query.where(q.c.code == wanted.code)
    if wanted.import_id is not None:
        query = query.where(q.c.import_id == wanted.import_id)
    if wanted.retried is not None:
        query = query.where(q.c.retried_us.is_not(None) if wanted.retried else q.c.retried_us.is_(None))
    rows = connection.execute(newest_first(query, q.c.quarantined_us, q.c.quarantine_id, after, limit)).all()
    page = page_of(rows, limit, lambda row: Position(row.quarantined_us, row.quarantine_id))
    items = [
        ListedQuarantine(_item.decode(bytes(row.state)), None if row.retried_us is None else moment(row.retried_us))
        for row in page.items
    ]
    return Page(items, page.following)
