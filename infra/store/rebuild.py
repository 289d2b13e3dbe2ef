"""Rebuild: fold the whole log into a second set of read models, compare, swap."""

import secrets
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection, Engine, MetaData, delete, insert, select

from infra.store.commitments import load_commitments
from infra.store.conferences import load_conferences
from infra.store.digest import exact_digest
from infra.store.event_log import StoredEvent, read_events, write_transaction
from infra.store.name_index import load_names
from infra.store.notices import load_messages
from infra.store.projection import save
from infra.store.rows import upsert_rows
from infra.store.slices import (
    load_alerts,
    load_cards,
    load_counties,
    load_families,
    load_lineages,
    load_plan_versions,
    load_proposals,
    load_quarantined,
    load_silences,
    load_trends,
)
from infra.store.tables import ReadTables, event_head, publications, read_tables, reads
from risk_model.alerts.status import AlertStep
from risk_model.conferences.entity import ConferenceStep
from risk_model.dispatch.wording import DispatchFact
from risk_model.folding import evolve
from risk_model.folding.names import name_keys
from risk_model.linking.identifying import pair_id
from risk_model.names.book import Lookups
from risk_model.state import CITY, State
from schemas.domain_events import (
    AlertEscalated,
    AlertRaised,
    BaselineLearnt,
    ClockTicked,
    DisputeAssessed,
    ExposureFound,
    JoinDecided,
    JoinProposed,
    MatterAbsorbed,
    MatterClosed,
    MatterDowngraded,
    MatterJoined,
    MatterOpened,
    MatterRegraded,
    MatterReleased,
    MatterReopened,
    MatterRevisited,
    MattersMerged,
    MatterSplit,
    MatterSplitOff,
    MergeUndone,
    NamesLearnt,
    NoticeDelayed,
    NoticeFailed,
    NoticeRetried,
    NoticeSent,
    PlanDrafted,
    QuarantineRetried,
    RecordExtended,
    RevisitReminded,
    SilenceLifted,
    SilenceSet,
    TrendCleared,
    TrendDetected,
    TrendRevised,
)

_OF_ONE_MATTER = (
    MatterOpened,
    MatterJoined,
    MatterRegraded,
    MatterAbsorbed,
    MatterReleased,
    MatterSplitOff,
    MatterDowngraded,
    MatterClosed,
    MatterRevisited,
    MatterReopened,
    RevisitReminded,
)

CHUNK = 2_000
MENDED = "mended"
"""Name under which ``publications`` has a new mark whenever a rebuild changed the read models: what was read before is outdated."""


def mended(connection: Connection) -> str | None:
    """Mark of the last rebuild that changed the read models; None when there was none."""
    found = connection.execute(select(publications.c.holder).where(publications.c.name == MENDED)).scalar()
    return None if found is None else str(found)


class Rebuilt(msgspec.Struct, frozen=True):
    """Outcome of a rebuild: events folded, and the exact digests of the read models before and after."""

    events: int
    before: str
    after: str

    @property
    def same(self) -> bool:
        """Whether the live read models were already what the log says."""
        return self.before == self.after


def rebuild(engine: Engine, progress: Callable[[int, int], None] | None = None) -> Rebuilt:
    """Fold the log anew and put the result in place of the live read models.

    The bulk is folded while writers go on; the last events are folded, compared and swapped under the write lock.
    """
    scratch = MetaData()
    shadow = read_tables("shadow_", scratch)
    scratch.drop_all(engine)
    scratch.create_all(engine)
    done = 0
    with engine.connect() as connection:
        total = int(connection.execute(select(event_head.c.seq)).scalar_one())
    while done < total:
        with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
            done = _fold_chunk(connection, shadow, done)
        if progress is not None:
            progress(done, total)
    with write_transaction(engine) as connection:
        last = -1
        while last != done:
            last, done = done, _fold_chunk(connection, shadow, done)
        outcome = Rebuilt(done, exact_digest(connection, reads), exact_digest(connection, shadow))
        for live, folded in zip(reads.all(), shadow.all(), strict=True):
            connection.execute(delete(live))
            connection.execute(insert(live).from_select([c.name for c in folded.c], select(folded)))
        if not outcome.same:
            mark = {"name": MENDED, "last_seq": done, "holder": secrets.token_hex(16), "lease_until_us": 0}
            upsert_rows(connection, publications, [mark])
    scratch.drop_all(engine)
    if progress is not None:
        progress(done, done)
    return outcome


def _fold_chunk(connection: Connection, tables: ReadTables, after: int) -> int:
    """Fold the next chunk of the log into ``tables``; seq of its last event."""
    stored = read_events(connection, after, CHUNK)
    if not stored:
        return after
    state = _slices(connection, tables, stored)
    for item in stored:
        evolve(state, item.recorded)
    save(connection, tables, state)
    return stored[-1].seq


def _slices(connection: Connection, tables: ReadTables, stored: Sequence[StoredEvent]) -> State:
    """State the fold of these events starts from: the matters, alerts, trends and counties they name."""
    state = State()
    matters, alerts, trends, counties, quarantined = set[str](), set[str](), set[str](), set[str](), set[str]()
    cards, silences = set[str](), set[str]()
    families, proposals, keys, known = set[str](), set[str](), set[str](), set[str]()
    for item in stored:
        event = item.recorded.event
        if isinstance(event, ExposureFound):
            alerts.add(event.alert_id)
        elif isinstance(event, _OF_ONE_MATTER):
            matters.add(event.matter_id)
        elif isinstance(event, (MattersMerged, MergeUndone)):
            families.update((event.into_id, event.from_id))
            proposals.add(pair_id(event.into_id, event.from_id))
        elif isinstance(event, MatterSplit):
            families.add(event.matter_id)
        elif isinstance(event, (AlertRaised, AlertEscalated, AlertStep, PlanDrafted)):
            alerts.add(event.alert_id)
            counties.update([event.county] if isinstance(event, AlertRaised) else [])
        elif isinstance(event, DispatchFact):
            cards.add(event.alert_id)
        elif isinstance(event, (SilenceSet, SilenceLifted)):
            silences.add(event.silence_id)
        elif isinstance(event, (TrendDetected, TrendRevised, TrendCleared)):
            trends.add(event.trend_id)
            counties.update([event.region[:6], CITY] if isinstance(event, TrendDetected) else [])
        elif isinstance(event, DisputeAssessed):
            counties.add(event.dispute.place.county)
        elif isinstance(event, NamesLearnt):
            keys |= name_keys(event)
            known.update(learnt.target for learnt in event.names)
        elif isinstance(event, (JoinProposed, JoinDecided)):
            proposals.add(event.proposal_id)
        elif isinstance(event, ClockTicked):
            counties.add(event.place)
        elif isinstance(event, (BaselineLearnt, RecordExtended)):
            counties.add(event.county)
        elif isinstance(event, QuarantineRetried):
            quarantined.add(event.quarantine_id)
    load_trends(connection, tables, state, trends)
    alerts |= {e.alert_id for e in _trend_events(stored) if e.alert_id}
    counties |= {CITY, *(trend.region[:6] for trend in state.trends.values())}
    load_families(connection, tables, state, families)
    load_lineages(connection, tables, state, matters)
    load_alerts(connection, tables, state, alerts | {t.alert_id for t in state.trends.values() if t.alert_id})
    load_cards(connection, tables, state, cards)
    load_silences(connection, tables, state, silences)
    load_plan_versions(connection, tables, state, alerts)
    load_counties(connection, tables, state, counties)
    load_quarantined(connection, tables, state, quarantined)
    load_proposals(connection, tables, state, proposals)
    state.names = load_names(connection, tables, [Lookups(tuple(keys), ())], known)
    load_commitments(connection, tables, state, [item.recorded.event for item in stored])
    events = [item.recorded.event for item in stored]
    tried = (NoticeSent, NoticeDelayed, NoticeFailed, NoticeRetried)
    load_messages(connection, tables, state, {event.message_id for event in events if isinstance(event, tried)})
    held = {event.conference_id for event in events if isinstance(event, ConferenceStep)}
    load_conferences(connection, tables, state, held)
    return state


def _trend_events(stored: Sequence[StoredEvent]) -> list[TrendDetected | TrendRevised]:
    events = (item.recorded.event for item in stored)
    return [event for event in events if isinstance(event, (TrendDetected, TrendRevised))]
