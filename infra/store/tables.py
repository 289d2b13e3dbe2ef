"""Tables: the append-only event log, and read models that can be dropped and folded again.

Times are microseconds since the epoch, UTC (``*_us``); days are ISO text. ``state`` columns hold the fold's own JSON.
"""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_id", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String(40), nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    UniqueConstraint("stream_id", "version", name="uq_events_stream"),
)

event_head = Table(
    "event_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)

consumed_offsets = Table(
    "consumed_offsets",
    metadata,
    Column("topic", String(120), primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)

publications = Table(
    "publications",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    Column("holder", String(64)),
    Column("lease_until_us", BigInteger, nullable=False),
)


idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("request_sha256", LargeBinary(32), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Index("ix_idempotency_keys_created", "created_us"),
)


model_artifacts = Table(
    "model_artifacts",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    Column("model", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("reference", LargeBinary),
    Column("registered_by", String(100), nullable=False),
    Column("registered_us", BigInteger, nullable=False),
)
"""Signed model artifacts, so that every worker finds a promoted model without a shared folder. Not a read model."""


@dataclass(frozen=True)
class ReadTables:
    """One set of read models; a second set with a prefix is what a rebuild folds into."""

    disputes: Table
    matters: Table
    matter_keys: Table
    alerts: Table
    dispatches: Table
    silences: Table
    trends: Table
    plans: Table
    deadlines: Table
    duties: Table
    requests: Table
    daily_counts: Table
    arrivals: Table
    county_clocks: Table
    exposure_relations: Table
    exposure_troubles: Table
    exposures: Table
    quarantine: Table
    labels: Table
    model_roles: Table
    known_names: Table
    name_keys: Table
    learnt_names: Table
    proposals: Table
    notices: Table
    notice_messages: Table
    conferences: Table

    def all(self) -> tuple[Table, ...]:
        """Every read model."""
        return (
            self.disputes,
            self.matters,
            self.matter_keys,
            self.alerts,
            self.dispatches,
            self.silences,
            self.trends,
            self.plans,
            self.deadlines,
            self.duties,
            self.requests,
            self.daily_counts,
            self.arrivals,
            self.county_clocks,
            self.exposure_relations,
            self.exposure_troubles,
            self.exposures,
            self.quarantine,
            self.labels,
            self.model_roles,
            self.known_names,
            self.name_keys,
            self.learnt_names,
            self.proposals,
            self.notices,
            self.notice_messages,
            self.conferences,
        )


def read_tables(prefix: str = "", into: MetaData | None = None) -> ReadTables:
    """Read models named ``<prefix>disputes`` and so on, in ``into`` (default: the store's own metadata)."""
    target = metadata if into is None else into

    def table(name: str, *columns: Column[object] | Index, **options: bool) -> Table:
        return Table(prefix + name, target, *columns, **options)

    def index(name: str, *columns: str, only: str | None = None) -> Index:
        where = text(only) if only else None
        return Index(f"ix_{prefix}{name}", *columns, sqlite_where=where, postgresql_where=where)

    return ReadTables(
        disputes=table(
            "disputes",
            Column("dispute_id", String(32), primary_key=True),
            Column("matter_id", String(32)),
            Column("type", String(40), nullable=False),
            Column("side", String(5), nullable=False),
            Column("source", String(200), nullable=False),
            Column("county", String(6), nullable=False),
            Column("region", String(240), nullable=False),
            Column("category", String(20), nullable=False),
            Column("subject", Text, nullable=False),
            Column("level", Integer, nullable=False),
            Column("day", String(10), nullable=False),
            Column("occurred_us", BigInteger, nullable=False),
            Column("reported_us", BigInteger, nullable=False),
            Column("title", String(200), nullable=False),
            Column("import_id", String(200)),
            Column("import_row", BigInteger),
            index("disputes_matter", "matter_id"),
            index("disputes_county_day", "county", "day"),
            index("disputes_import", "import_id", only="import_id IS NOT NULL"),
        ),
        matters=table(
            "matters",
            Column("matter_id", String(32), primary_key=True),
            Column("title", String(400), nullable=False),
            Column("category", String(20), nullable=False),
            Column("county", String(6), nullable=False),
            Column("level", Integer, nullable=False),
            Column("events", Integer, nullable=False),
            Column("last_us", BigInteger, nullable=False),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            Column("status", String(10), nullable=False, server_default="open"),
            Column("merged_into", String(32)),
            Column("revisit_on", String(10)),
            index("matters_level", "level", "last_us"),
            index("matters_last", "last_us", "matter_id"),
            index("matters_merged", "merged_into"),
            index("matters_revisit", "revisit_on"),
        ),
        matter_keys=table(
            "matter_keys",
            Column("key", String(400), primary_key=True),
            Column("matter_id", String(32), nullable=False),
            index("matter_keys_matter", "matter_id"),
            sqlite_with_rowid=False,
        ),
        alerts=table(
            "alerts",
            Column("alert_id", String(32), primary_key=True),
            Column("kind", String(20), nullable=False),
            Column("level", Integer, nullable=False),
            Column("status", String(20), nullable=False),
            Column("category", String(20), nullable=False),
            Column("county", String(6), nullable=False),
            Column("matter_id", String(32)),
            Column("first_day", String(10)),
            Column("last_day", String(10)),
            Column("occurred_us", BigInteger, nullable=False),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            Column("outcome", String(20)),
            Column("asked", Integer),
            index("alerts_asked", "asked"),
            index("alerts_outcome", "outcome"),
            index("alerts_kind", "kind", "county", "last_day"),
            index("alerts_occurred", "occurred_us", "alert_id"),
        ),
        dispatches=table(
            "dispatches",
            Column("alert_id", String(32), primary_key=True),
            Column("stage", String(10), nullable=False),
            Column("group_id", String(32), nullable=False),
            Column("absorbed_by", String(32)),
            Column("plan_stage", String(10)),
            Column("newest_us", BigInteger, nullable=False),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("dispatches_stage", "stage", "alert_id"),
            index("dispatches_group", "group_id"),
            index("dispatches_absorbed", "absorbed_by"),
        ),
        silences=table(
            "silences",
            Column("silence_id", String(32), primary_key=True),
            Column("until_us", BigInteger, nullable=False),
            Column("lifted_us", BigInteger),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("silences_until", "until_us", "silence_id"),
        ),
        trends=table(
            "trends",
            Column("trend_id", String(32), primary_key=True),
            Column("alert_id", String(32)),
            Column("kind", String(20), nullable=False),
            Column("status", String(10), nullable=False),
            Column("county", String(6), nullable=False),
            Column("day", String(10), nullable=False),
            Column("day_number", Integer, nullable=False),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("trends_alert", "alert_id"),
            index("trends_county_day", "county", "day"),
            index("trends_day", "day_number", "trend_id"),
        ),
        plans=table(
            "plans",
            Column("plan_id", String(32), primary_key=True),
            Column("alert_id", String(32), nullable=False),
            Column("level", Integer, nullable=False),
            Column("county", String(6), nullable=False),
            Column("status", String(20), nullable=False),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            Column("handled", Integer, nullable=False),
            Column("redrafted", Integer, nullable=False),
            index("plans_alert", "alert_id"),
            index("plans_status", "status"),
        ),
        deadlines=table(
            "deadlines",
            Column("deadline_id", String(32), primary_key=True),
            Column("code", String(60), nullable=False),
            Column("about", String(20), nullable=False),
            Column("about_id", String(32), nullable=False),
            Column("county", String(6), nullable=False),
            Column("owing", String(200), nullable=False),
            Column("outcome", String(12)),
            Column("lapses_us", BigInteger),
            Column("next_us", BigInteger),
            Column("alert_id", String(32)),
            Column("matter_id", String(32)),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("deadlines_next", "next_us"),
            index("deadlines_lapses", "lapses_us", "deadline_id"),
            index("deadlines_about", "about_id"),
            index("deadlines_alert", "alert_id"),
            index("deadlines_matter", "matter_id"),
        ),
        duties=table(
            "duties",
            Column("duty_id", String(32), primary_key=True),
            Column("origin", String(20), nullable=False),
            Column("origin_id", String(32), nullable=False),
            Column("office", String(200), nullable=False),
            Column("county", String(6), nullable=False),
            Column("status", String(20), nullable=False),
            Column("assigned_us", BigInteger, nullable=False),
            Column("deadline_id", String(32)),
            Column("alert_id", String(32)),
            Column("matter_id", String(32)),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("duties_origin", "origin_id"),
            index("duties_alert", "alert_id"),
            index("duties_assigned", "assigned_us", "duty_id"),
        ),
        requests=table(
            "requests",
            Column("request_id", String(32), primary_key=True),
            Column("kind", String(20), nullable=False),
            Column("direction", String(24), nullable=False),
            Column("asker", String(200), nullable=False),
            Column("asked", String(200), nullable=False),
            Column("county", String(6), nullable=False),
            Column("status", String(20), nullable=False),
            Column("made_us", BigInteger),
            Column("deadline_id", String(32)),
            Column("alert_id", String(32)),
            Column("matter_id", String(32)),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("requests_made", "made_us", "request_id"),
        ),
        # the key begins with county and day: what a batch counts lies together, however large the table is
        daily_counts=table(
            "daily_counts",
            Column("county", String(6), primary_key=True),
            Column("day", String(10), primary_key=True),
            Column("region", String(240), primary_key=True),
            Column("measure", String(400), primary_key=True),
            Column("n", Integer, nullable=False),
            sqlite_with_rowid=False,
        ),
        arrivals=table(
            "arrivals",
            Column("county", String(6), primary_key=True),
            Column("day", String(10), primary_key=True),
            Column("known_on", String(10), primary_key=True),
            Column("region", String(9), primary_key=True),
            Column("measure", String(40), primary_key=True),
            Column("n", Integer, nullable=False),
            sqlite_with_rowid=False,
        ),
        county_clocks=table(
            "county_clocks",
            Column("county", String(6), primary_key=True),
            Column("day", String(10)),
            Column("first_day", String(10)),
            Column("counted", BigInteger, nullable=False),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
        ),
        exposure_relations=table(
            "exposure_relations",
            Column("known_on", String(10), primary_key=True),
            Column("dispute_id", String(32), primary_key=True),
            Column("number", Integer, primary_key=True, autoincrement=False),
            Column("day", String(10), nullable=False),
            Column("county", String(6), nullable=False),
            Column("kind", String(20), nullable=False),
            Column("start_kind", String(12), nullable=False),
            Column("start_code", String(200), nullable=False),
            Column("start_name", Text, nullable=False),
            Column("end_kind", String(12), nullable=False),
            Column("end_code", String(200), nullable=False),
            Column("end_name", Text, nullable=False),
            Column("amount_fen", BigInteger, nullable=False),
            sqlite_with_rowid=False,
        ),
        exposure_troubles=table(
            "exposure_troubles",
            Column("known_on", String(10), primary_key=True),
            Column("dispute_id", String(32), primary_key=True),
            Column("day", String(10), nullable=False),
            Column("county", String(6), nullable=False),
            Column("type", String(40), nullable=False),
            Column("category", String(20), nullable=False),
            Column("source", String(200), nullable=False),
            Column("level", Integer, nullable=False),
            Column("about_kind", String(12), nullable=False),
            Column("about_code", String(200), nullable=False),
            Column("about_name", Text, nullable=False),
            Column("project_code", String(200)),
            Column("project_name", Text),
            Column("people", Integer, nullable=False),
            Column("claimants", Text, nullable=False),
            sqlite_with_rowid=False,
        ),
        exposures=table(
            "exposures",
            Column("finding_id", String(32), primary_key=True),
            Column("alert_id", String(32), nullable=False),
            Column("kind", String(20), nullable=False),
            Column("level", Integer, nullable=False),
            Column("county", String(6), nullable=False),
            Column("day", String(10), nullable=False),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("exposures_alert", "alert_id"),
        ),
        quarantine=table(
            "quarantine",
            Column("quarantine_id", String(64), primary_key=True),
            Column("code", String(40), nullable=False),
            Column("import_id", String(200)),
            Column("import_row", BigInteger),
            Column("quarantined_us", BigInteger, nullable=False),
            Column("retried_us", BigInteger),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("quarantine_import", "import_id"),
            index("quarantine_at", "quarantined_us", "quarantine_id"),
        ),
        labels=table(
            "labels",
            Column("dispute_id", String(32), primary_key=True),
            Column("version", Integer, primary_key=True, autoincrement=False),
            Column("category", String(20)),
            Column("level", Integer),
            Column("given_by", String(100), nullable=False),
            Column("given_us", BigInteger, nullable=False),
            Column("alert_id", String(32)),
            Column("reason", Text, nullable=False),
            index("labels_given", "given_us", "dispute_id"),
        ),
        model_roles=table(
            "model_roles",
            Column("role", String(12), primary_key=True),
            Column("model", String(64)),
            Column("sha256", String(64)),
            Column("since_us", BigInteger, nullable=False),
        ),
        known_names=table(
            "known_names",
            Column("target", String(40), primary_key=True),
            Column("kind", String(12), nullable=False),
            Column("state", LargeBinary, nullable=False),
            Column("united", String(40)),
            index("known_names_united", "united"),
        ),
        name_keys=table(
            "name_keys",
            Column("key", String(80), primary_key=True),
            Column("target", String(40), primary_key=True),
            sqlite_with_rowid=False,  # the key is all there is
        ),
        learnt_names=table(
            "learnt_names",
            Column("target", String(40), primary_key=True),
            Column("dispute_id", String(32), primary_key=True),
            Column("day", String(10), nullable=False),
            Column("county", String(6), nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("learnt_names_day", "day"),
        ),
        proposals=table(
            "proposals",
            Column("proposal_id", String(32), primary_key=True),
            Column("matter_id", String(32), nullable=False),
            Column("other_id", String(32)),
            Column("dispute_id", String(32), nullable=False),
            Column("county", String(6), nullable=False),
            Column("status", String(10), nullable=False),
            Column("strength", Integer, nullable=False),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("proposals_matter", "matter_id"),
            index("proposals_other", "other_id"),
            index("proposals_status", "status", "strength", "proposal_id"),
        ),
        notices=table(
            "notices",
            Column("notice_id", String(32), primary_key=True),
            Column("message_id", String(32)),
            Column("recipient", String(200), nullable=False),
            Column("county", String(6), nullable=False),
            Column("channel", String(40), nullable=False),
            Column("about", String(80), nullable=False),
            Column("due_us", BigInteger, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("notices_message", "message_id"),
            index("notices_due", "due_us", "notice_id"),
            index("notices_about", "about"),
        ),
        notice_messages=table(
            "notice_messages",
            Column("message_id", String(32), primary_key=True),
            Column("recipient", String(200), nullable=False),
            Column("county", String(6), nullable=False),
            Column("channel", String(40), nullable=False),
            Column("status", String(10), nullable=False),
            Column("next_us", BigInteger),
            Column("made_us", BigInteger, nullable=False),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("notice_messages_next", "status", "next_us"),
            index("notice_messages_made", "made_us", "message_id"),
        ),
        conferences=table(
            "conferences",
            Column("conference_id", String(32), primary_key=True),
            Column("held_day", Integer, nullable=False),
            Column("status", String(20), nullable=False),
            Column("version", Integer, nullable=False),
            Column("state", LargeBinary, nullable=False),
            index("conferences_held", "held_day", "conference_id"),
        ),
    )


reads = read_tables()
