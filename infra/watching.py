"""WATCH: assessed and rejected messages into the event store, one SQL transaction a batch.

At-least-once in, exactly-once in effect: every accepted message has an event stream of its own, and a message whose
stream exists is a no-op. Kafka is acknowledged only after the commit, by the caller.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import postgresql, sqlite

from infra.intake import Incoming
from infra.store.event_log import append, known_streams, read_events, write_transaction
from infra.store.projection import save
from infra.store.slices import load_for_disputes
from infra.store.tables import consumed_offsets, reads
from risk_model.decide import decide_assessed
from risk_model.rules import Rules
from schemas.assessed import Assessed, Origin, decode_assessed
from schemas.domain_events import DisputeQuarantined, PolicyAdopted, Recorded
from schemas.errors import FieldError, field_error
from schemas.identifiers import derived_id

_reasons = msgspec.json.Decoder(tuple[FieldError, ...])


class Outcome(NamedTuple):
    """What a batch came to: new disputes, messages already known, new quarantined messages, events appended."""

    accepted: int
    known: int
    quarantined: int
    events: int


class Watch:
    """Applies batches of records to the event store."""

    def __init__(self, engine: Engine, rules: Rules, rejected_topic: str) -> None:
        self._engine = engine
        self._rules = rules
        self._rejected_topic = rejected_topic

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
        disputes: dict[str, Assessed] = {}
        quarantined: dict[str, DisputeQuarantined] = {}
        for record in records:
            item = self._read(record, now)
            if isinstance(item, Assessed):
                disputes.setdefault(item.dispute_id, item)
            else:
                quarantined.setdefault(item.quarantine_id, item)
        with write_transaction(self._engine) as connection:
            known = known_streams(
                connection, [f"dispute-{d}" for d in disputes] + [f"quarantine-{q}" for q in quarantined]
            )
            fresh = [d for key, d in disputes.items() if f"dispute-{key}" not in known]
            rejected = [q for key, q in quarantined.items() if f"quarantine-{key}" not in known]
            events = self._decide(connection, fresh, rejected, now)
            _remember_offsets(connection, records)
        return Outcome(len(fresh), len(records) - len(fresh) - len(rejected), len(rejected), events)

    def _decide(
        self, connection: Connection, fresh: list[Assessed], rejected: list[DisputeQuarantined], now: datetime
    ) -> int:
        if not fresh and not rejected:
            return 0
        state = load_for_disputes(connection, reads, fresh, self._rules)
        recorded: list[Recorded] = []
        for dispute in fresh:
            recorded += decide_assessed(state, dispute, self._rules)
        for item in rejected:
            recorded.append(state.record(f"quarantine-{item.quarantine_id}", item))
        append(connection, recorded, now)
        save(connection, reads, state)
        return len(recorded)

    def _read(self, record: Incoming, now: datetime) -> Assessed | DisputeQuarantined:
        if record.topic == self._rejected_topic:
            return _quarantined(record)
        try:
            return decode_assessed(record.value)
        except (msgspec.ValidationError, msgspec.DecodeError) as bad:
            error = field_error(
                "not_assessed",
                "$",
                str(bad),
                "ASSESS 的输出",
                "a record that ASSESS wrote",
                "只有 ASSESS 可以写入该主题",
                "only ASSESS may write to this topic",
            )
            return _set_aside(record, (error,), Origin(record.topic, record.partition, record.offset), now)


def _quarantined(record: Incoming) -> DisputeQuarantined:
    """Index entry of a rejected message, from its headers (written by ASSESS or the importer)."""
    headers = dict(record.headers)
    reasons = _reasons.decode(headers["reasons"])
    where = headers["origin"].decode()
    topic, partition, offset = (where, "0", "0") if where.startswith("import:") else where.rsplit("/", 2)
    row = headers.get("import_row")
    import_id = headers["import_id"].decode() if "import_id" in headers else None
    origin = Origin(topic, int(partition), int(offset), import_id, int(row) if row is not None else None)
    return _set_aside(record, reasons, origin, datetime.fromisoformat(headers["rejected_at"].decode()))


def _set_aside(record: Incoming, reasons: tuple[FieldError, ...], origin: Origin, at: datetime) -> DisputeQuarantined:
    return DisputeQuarantined(
        quarantine_id=derived_id("quarantine", origin.topic, str(origin.partition), str(origin.offset)),
        quarantined_at=at,
        origin=origin,
        reasons=reasons,
        size_bytes=len(record.value),
        sha256=hashlib.sha256(record.value).hexdigest(),
        rejected_topic=record.topic,
        rejected_partition=record.partition,
        rejected_offset=record.offset,
    )


def _remember_offsets(connection: Connection, records: Sequence[Incoming]) -> None:
    """Consumed offsets, in the same transaction: what the store has, whatever Kafka's committed offsets say."""
    following: dict[tuple[str, int], int] = {}
    for record in records:
        key = (record.topic, record.partition)
        following[key] = max(following.get(key, 0), record.offset + 1)
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(consumed_offsets)
    rows = [
        {"topic": topic, "partition": partition, "next_offset": offset}
        for (topic, partition), offset in sorted(following.items())
    ]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["topic", "partition"], set_={"next_offset": statement.excluded.next_offset}
        ),
        rows,
    )
