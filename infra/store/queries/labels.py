"""Labels officials gave: pages by filter, those of some events, and the events they were given to."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

import msgspec
from sqlalchemy import Connection, String, cast, func, select

from infra.store.event_log import IN_CHUNK, micros, moment
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.rows import among
from infra.store.tables import events, reads
from schemas.assessed import Assessed
from schemas.domain_events import DisputeAssessed, LabelGiven, decode_event

READ_AT_ONCE = 1_000


class LabelFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which labels: None is any. ``since`` (inclusive) and ``until`` (exclusive) bound the time they were given."""

    category: str | None = None
    level: int | None = None
    given_by: str | None = None
    alert_id: str | None = None
    dispute_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class ListedLabel(msgspec.Struct, frozen=True):
    """A label, its version on the event's stream, and what the system itself had judged (level after floors)."""

    label: LabelGiven
    version: int
    title: str
    judged_category: str
    judged_level: int


class LabelledDispute(msgspec.Struct, frozen=True):
    """A dispute event as it was recorded, and its labels, oldest first."""

    dispute: Assessed
    labels: tuple[LabelGiven, ...]


def label_page(connection: Connection, wanted: LabelFilter, after: Position | None, limit: int) -> Page[ListedLabel]:
    """Labels by the time they were given, newest first."""
    t, d = reads.labels, reads.disputes
    query = select(t, d.c.title, d.c.category.label("judged_category"), d.c.level.label("judged_level")).join(
        d, d.c.dispute_id == t.c.dispute_id
    )
    for name in ("category", "level", "given_by", "alert_id", "dispute_id"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(t.c[name] == value)
    if wanted.since is not None:
        query = query.where(t.c.given_us >= micros(wanted.since))
    if wanted.until is not None:
        query = query.where(t.c.given_us < micros(wanted.until))
    key = t.c.dispute_id + "-" + cast(t.c.version, String)  # one moment may bring labels of many events
    rows = connection.execute(newest_first(query, t.c.given_us, key, after, limit)).all()
    page = page_of(rows, limit, lambda row: Position(row.given_us, f"{row.dispute_id}-{row.version}"))
    items = [
        ListedLabel(_label(row), row.version, row.title, row.judged_category, row.judged_level) for row in page.items
    ]
    return Page(items, page.following)


def labels_of(connection: Connection, dispute_ids: Collection[str]) -> dict[str, list[LabelGiven]]:
    """Labels of these events, oldest first, by event; events without labels are left out."""
    t = reads.labels
    query = select(t).where(among(connection, t.c.dispute_id, dispute_ids)).order_by(t.c.dispute_id, t.c.version)
    found: dict[str, list[LabelGiven]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.dispute_id].append(_label(row))
    return dict(found)


def dispute_versions(connection: Connection, dispute_ids: Collection[str]) -> dict[str, int]:
    """Versions of the streams of these events."""
    streams = [f"dispute-{dispute_id}" for dispute_id in dispute_ids]
    query = (
        select(events.c.stream_id, func.max(events.c.version))
        .where(among(connection, events.c.stream_id, streams))
        .group_by(events.c.stream_id)
    )
    return {stream.removeprefix("dispute-"): version for stream, version in connection.execute(query)}


def labelled_disputes(connection: Connection, since: datetime | None = None) -> Iterator[LabelledDispute]:
    """Every event with labels that occurred at ``since`` or later, in the order of (time of occurrence, id)."""
    t, d = reads.labels, reads.disputes
    query = select(d.c.dispute_id).where(d.c.dispute_id.in_(select(t.c.dispute_id)))
    if since is not None:
        query = query.where(d.c.occurred_us >= micros(since))
    ids = list(connection.execute(query.order_by(d.c.occurred_us, d.c.dispute_id)).scalars())
    for start in range(0, len(ids), READ_AT_ONCE):
        part = ids[start : start + READ_AT_ONCE]
        labels, disputes = labels_of(connection, part), _disputes(connection, part)
        for dispute_id in part:
            yield LabelledDispute(disputes[dispute_id], tuple(labels[dispute_id]))


def _disputes(connection: Connection, dispute_ids: Collection[str]) -> dict[str, Assessed]:
    streams = [f"dispute-{dispute_id}" for dispute_id in dispute_ids]
    assert len(streams) <= IN_CHUNK
    query = select(events.c.data).where(among(connection, events.c.stream_id, streams), events.c.version == 1)
    found = {}
    for data in connection.execute(query).scalars():
        event = decode_event(bytes(data))
        assert isinstance(event, DisputeAssessed), "the first event of a dispute's stream says that it was assessed"
        found[event.dispute.dispute_id] = event.dispute
    return found


def _label(row: object) -> LabelGiven:
    t = row
    return LabelGiven(t.dispute_id, t.given_by, moment(t.given_us), t.reason, t.category, t.level, t.alert_id)
