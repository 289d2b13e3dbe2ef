"""WATCH: assessed and rejected messages into the event store, one SQL transaction a batch.

At-least-once in, exactly-once in effect: every accepted message has an event stream of its own, and a message whose
stream exists is a no-op. Kafka is acknowledged only after the commit, by the caller.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from infra.inbox import Item, read_message, stream_of
from infra.intake import Incoming
from infra.store.event_log import append, append_after, chain_head, known_streams, read_events, write_transaction
from infra.store.name_index import HeldNames
from infra.store.projection import save
from infra.store.rows import pipelined, upsert_rows
from infra.store.slices import (
    load_counties,
    load_deadlines,
    load_for_disputes,
    load_plan_versions,
    load_requests,
    load_surveillance,
)
from infra.store.tables import consumed_offsets, reads
from infra.store.windows import Windows
from risk_model.deadlines.intake import deadline_ids
from risk_model.decide import decide_identified
from risk_model.folding import record
from risk_model.ledger.intake import request_ids
from risk_model.linking.identifying import Identified
from risk_model.local_time import local_day
from risk_model.rules import Rules
from risk_model.state import State
from risk_model.surveillance.closing import tick
from schemas.assessed import Assessed
from schemas.domain_events import PolicyAdopted, Recorded, RecordExtended


class Outcome(NamedTuple):
    """What a batch came to: new disputes, messages already known, new quarantined messages, events appended."""

    accepted: int
    known: int
    quarantined: int
    events: int


class Loaded(NamedTuple):
    """New messages of a batch and the state they are decided on.

    Attributes:
        fresh: messages without a stream yet, in their order.
        state: slices that deciding needs.
        subjects: of each dispute among them, whom it is about.
    """

    fresh: list[Item]
    state: State
    subjects: list[Identified]


class Watch:
    """Applies batches of records to the event store."""

    def __init__(self, engine: Engine, rules: Rules, rejected_topic: str) -> None:
        self._engine = engine
        self._rules = rules
        self._rejected_topic = rejected_topic
        self._windows = Windows(rules.policy.trend.years)
        self._names = HeldNames()

    def adopt_policy(self, now: datetime, adopted_by: str) -> None:
        """Record that this policy is in force, unless the log already says so."""
        policy = self._rules.policy
        with write_transaction(self._engine) as connection:
            adopted = read_events(connection, types=("PolicyAdopted",), limit=100_000)
            last = adopted[-1].recorded if adopted else None
            if last is None or getattr(last.event, "sha256", "") != policy.sha256:
                event = PolicyAdopted(policy.version, policy.sha256, adopted_by)
                append(connection, [Recorded("policy", (last.version if last else 0) + 1, event)], now)

    def apply(self, records: Sequence[Incoming], now: datetime) -> Outcome:
        """Decide on and store a batch in one transaction.

        Raises:
            sqlalchemy.exc.DBAPIError: the database is away; nothing was stored, call again with the same records.
        """
        if not records:
            return Outcome(0, 0, 0, 0)
        read = self.read(records, now)
        with self._transaction() as connection:
            loaded = self.load(connection, read)
            recorded = self.decide(loaded)
            self.store(connection, loaded, recorded, records, now)
        accepted = sum(isinstance(item, Assessed) for item in loaded.fresh)
        return Outcome(accepted, len(records) - len(loaded.fresh), len(loaded.fresh) - accepted, len(recorded))

    def read(self, records: Sequence[Incoming], now: datetime) -> dict[str, Item]:
        """What the records say, by its stream; of two the same the first."""
        read: dict[str, Item] = {}
        for message in records:
            item = read_message(message, self._rejected_topic, now)
            read.setdefault(stream_of(item), item)
        return read

    def load(self, connection: Connection, read: Mapping[str, Item]) -> Loaded:
        """What of a batch is new, and the state that deciding on it needs; within a write transaction."""
        known = known_streams(connection, list(read))
        fresh = [item for stream, item in read.items() if stream not in known]
        disputes = [item for item in fresh if isinstance(item, Assessed)]
        if not fresh:
            return Loaded(fresh, State(), [])
        state, coming = State(), _days_coming(disputes)
        load_counties(connection, reads, state, coming)
        if not self._windows.agree(state, coming):
            self.forget()
        subjects = load_for_disputes(connection, reads, state, disputes, self._names, self._rules)
        policy = self._rules.policy
        running = {i for d in disputes for i in deadline_ids(d, policy.deadlines_of(d.type))}
        load_deadlines(connection, reads, state, running)
        asked = {i for d in disputes for i in request_ids(d, policy.deadlines_of(d.type))}
        load_requests(connection, reads, state, asked)
        self._windows.attach(connection, reads, state, coming)
        return Loaded(fresh, state, subjects)

    def decide(self, loaded: Loaded) -> list[Recorded]:
        """Decide on new messages in their order, so that the log is the same however messages were cut into batches."""
        recorded: list[Recorded] = []
        about = iter(loaded.subjects)
        for item in loaded.fresh:
            if isinstance(item, Assessed):
                recorded += decide_identified(loaded.state, next(about), self._rules)
            else:
                recorded.append(record(loaded.state, stream_of(item), item))
        return recorded

    def store(
        self,
        connection: Connection,
        loaded: Loaded,
        recorded: Sequence[Recorded],
        records: Sequence[Incoming],
        now: datetime,
    ) -> None:
        """Write what was decided, and how far the records go, within the transaction that the state is of."""
        if recorded:
            last = chain_head(connection)
            with pipelined(connection):
                append_after(connection, last, recorded, now)
                save(connection, reads, loaded.state)
        _remember_offsets(connection, records)

    def forget(self) -> None:
        """Drop counts and names in memory: a batch that was counted was not stored."""
        self._windows.forget()
        self._names.forget()

    def tick(self, county: str, day: date, now: datetime) -> int:
        """Move the clock of a county on to a local day though nothing was reported; number of events appended."""
        with self._transaction() as connection:
            state = State()
            load_surveillance(connection, reads, state, {county})
            self._windows.attach(connection, reads, state, {county: (day, day)})
            load_plan_versions(connection, reads, state, state.alerts)
            recorded = tick(state, county, day, self._rules)
            append(connection, recorded, now)
            save(connection, reads, state)
        return len(recorded)

    def extend_record(self, county: str, since: date, said_by: str, now: datetime) -> None:
        """Record that a county's past has been brought in, complete since a day."""
        with self._transaction() as connection:
            state = State()
            load_surveillance(connection, reads, state, {county})
            append(connection, [record(state, f"clock-{county}", RecordExtended(county, since, said_by))], now)
            save(connection, reads, state)
        self.forget()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A write transaction; windows that counted what was not committed are forgotten."""
        try:
            with write_transaction(self._engine) as connection:
                yield connection
        except BaseException:
            self.forget()
            raise


def _days_coming(disputes: Sequence[Assessed]) -> dict[str, tuple[date, date]]:
    """By county, first and last day on which these were reported."""
    found: dict[str, tuple[date, date]] = {}
    for dispute in disputes:
        day = local_day(dispute.reported_at)
        first, last = found.get(dispute.place.county, (day, day))
        found[dispute.place.county] = (min(first, day), max(last, day))
    return found


def _remember_offsets(connection: Connection, records: Sequence[Incoming]) -> None:
    """Consumed offsets, in the same transaction: what the store has, whatever Kafka's committed offsets say."""
    following: dict[tuple[str, int], int] = {}
    for message in records:
        key = (message.topic, message.partition)
        following[key] = max(following.get(key, 0), message.offset + 1)
    rows = [
        {"topic": topic, "partition": partition, "next_offset": offset}
        for (topic, partition), offset in sorted(following.items())
    ]
    upsert_rows(connection, consumed_offsets, rows)
