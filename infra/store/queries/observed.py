"""Recorded dispute events as the checks of the model's input need them: as assessed, with matter and first label."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, literal, select

from infra.store.event_log import micros, moment
from infra.store.tables import events, reads
from schemas.assessed import Assessed
from schemas.domain_events import DisputeAssessed, decode_event

_ROWS_AT_ONCE = 2_000


class RecordedDispute(NamedTuple):
    """A recorded event, the matter it was filed in, and when it was first labelled (UTC)."""

    record: Assessed
    matter_id: str | None
    labelled_at: datetime | None


def recorded_disputes(connection: Connection, since: datetime, until: datetime) -> Iterator[RecordedDispute]:
    """Events reported within ``[since, until)``, oldest first, equal times by id."""
    d, t = reads.disputes, reads.labels
    first = select(t.c.dispute_id, func.min(t.c.given_us).label("given_us")).group_by(t.c.dispute_id).subquery()
    query = (
        select(events.c.data, d.c.matter_id, first.c.given_us)
        .select_from(d)
        .join(events, and_(events.c.stream_id == literal("dispute-") + d.c.dispute_id, events.c.version == 1))
        .outerjoin(first, first.c.dispute_id == d.c.dispute_id)
        .where(d.c.reported_us >= micros(since), d.c.reported_us < micros(until))
        .order_by(d.c.reported_us, d.c.dispute_id)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for data, matter_id, given_us in connection.execute(query):
        event = decode_event(bytes(data))
        assert isinstance(event, DisputeAssessed)
        yield RecordedDispute(event.dispute, matter_id, None if given_us is None else moment(given_us))
