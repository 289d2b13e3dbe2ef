"""The facts of the event store: frozen, past tense, each with a stable type name. State is a fold of these."""

from datetime import date, datetime
from typing import Any

import msgspec

from schemas.assessed import Assessed, Origin
from schemas.earlier_events import lifted
from schemas.errors import FieldError
from schemas.reasons import Reason

EVENT_SCHEMA_VERSION = 1


class _Event(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type"):
    pass


class PolicyAdopted(_Event, frozen=True, tag="PolicyAdopted"):
    """A policy came into force; every later decision names its version."""

    version: str
    sha256: str
    adopted_by: str


class DisputeAssessed(_Event, frozen=True, tag="DisputeAssessed"):
    """A dispute event was accepted: checked, masked and judged."""

    dispute: Assessed


class DisputeQuarantined(_Event, frozen=True, tag="DisputeQuarantined"):
    """A message broke the contract and was set aside; its original bytes stay on the rejected topic."""

    quarantine_id: str
    quarantined_at: datetime
    origin: Origin
    reasons: tuple[FieldError, ...]
    size_bytes: int
    sha256: str
    rejected_topic: str
    rejected_partition: int
    rejected_offset: int


class QuarantineRetried(_Event, frozen=True, tag="QuarantineRetried"):
    """A person sent quarantined bytes (as they were, or corrected) through intake again."""

    quarantine_id: str
    retried_by: str
    retried_at: datetime


class Sighted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a matter takes over from a dispute event it joins. ``occurred_at`` is UTC, ``amount_fen`` in fen."""

    dispute_id: str
    occurred_at: datetime
    source: str
    side: str
    county: str
    people_involved: int = 0
    amount_fen: int = 0


class MatterOpened(_Event, frozen=True, tag="MatterOpened"):
    """A file (一事一档) was opened by its first dispute event."""

    matter_id: str
    title: str
    category: str
    county: str
    level: int
    reasons: tuple[Reason, ...]
    sighted: Sighted
    keys: tuple[str, ...]


class MatterJoined(_Event, frozen=True, tag="MatterJoined"):
    """A later dispute event was joined to a matter, by the evidence named."""

    matter_id: str
    sighted: Sighted
    evidence: Reason
    keys: tuple[str, ...] = ()


class MatterRegraded(_Event, frozen=True, tag="MatterRegraded"):
    """A matter's level changed."""

    matter_id: str
    level_before: int
    level_after: int
    reasons: tuple[Reason, ...]
    dispute_ids: tuple[str, ...]


class ClockTicked(_Event, frozen=True, tag="ClockTicked"):
    """The clock of a county (or of the city) came to a local day: all days before it are closed.

    Attributes:
        place: county code, or ``city``.
        day: the day that begins.
    """

    place: str
    day: date


class BaselineLearnt(_Event, frozen=True, tag="BaselineLearnt"):
    """What is usual in a county was learnt anew from its own closed days; later counts are judged by it.

    Attributes:
        profile: see ``risk_model.surveillance.profile.Profile``.
    """

    county: str
    day: date
    profile: dict[str, Any]


class RecordExtended(_Event, frozen=True, tag="RecordExtended"):
    """The past of a county was brought in: its record is complete since an earlier day, and detectors may rest on it.

    Without this the record begins on the day of the first report: what happened before it came in late, and in part only.
    """

    county: str
    since: date
    said_by: str


class TrendDetected(_Event, frozen=True, tag="TrendDetected"):
    """A count rose above what its history explains: an episode begins.

    Attributes:
        kind: ``emerging`` (苗头), ``trending`` (趋势) or ``regional`` (区域).
        region: region key (``county``, ``township`` or ``township/community``); the first of ``regions`` where there are several.
        measure: ``category:…`` or ``subject:…``.
        day, period_days: last day of the period judged and its length.
        method: detector, as documented in docs/detectors.md.
        observed, expected, upper: counts of the period; ``upper`` is the largest still usual.
        p_value: probability of such a count when nothing is unusual.
        recurrence_days: how often a signal as rare would come by chance from all that is watched, days between two.
        history: earlier counts, oldest first, one a period.
        alert_id: the alert this trend belongs to; None while the alert budget holds it back.
        held: why there is no alert, empty when there is one.
        dispute_ids: events counted in the period (at most 200, the newest).
        regions: all regions of a cluster.
    """

    trend_id: str
    kind: str
    region: str
    measure: str
    day: date
    period_days: int
    method: str
    observed: int
    expected: float
    upper: float
    p_value: float
    recurrence_days: float
    history: tuple[int, ...]
    alert_id: str | None
    dispute_ids: tuple[str, ...]
    held: str = ""
    regions: tuple[str, ...] = ()


class TrendRevised(_Event, frozen=True, tag="TrendRevised"):
    """An episode's figures changed: it went on, grew, or late reports changed a day; no second alarm.

    Attributes:
        day: last day of the period these figures are of.
        why: ``continued`` (a later period is above its bound too), ``late_reports`` (a closed period changed), ``grew``.
        kind: what the episode is now, ``emerging`` may have become ``trending``.
        alert_id: its alert, when it has none yet and is grave enough now.
        dispute_ids: events counted in the period (at most 200, the newest).
    """

    trend_id: str
    day: date
    why: str
    kind: str
    observed: int
    expected: float
    upper: float
    p_value: float
    recurrence_days: float
    alert_id: str | None
    dispute_ids: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


class TrendCleared(_Event, frozen=True, tag="TrendCleared"):
    """An episode ended: its counts have been usual again for some days.

    Attributes:
        day: the last closed day.
        observed, expected, upper: of the period that ends with it.
    """

    trend_id: str
    day: date
    observed: int
    expected: float
    upper: float
    reason: Reason


class ExposureStep(msgspec.Struct, frozen=True, omit_defaults=True):
    """A relation on a path: kind, keys of its two ends (``enterprise:token``, ``project:…`` …), the disputes that state it (at most ten)."""

    kind: str
    start: str
    end: str
    dispute_ids: tuple[str, ...]
    amount_fen: int = 0


class ExposurePath(msgspec.Struct, frozen=True):
    """How trouble reaches an entity, as officials read it and step by step."""

    text: str
    steps: tuple[ExposureStep, ...]


class ExposureFound(_Event, frozen=True, tag="ExposureFound"):
    """A systemic risk was found, or one that was found before has grown; the figures are those of all that is known.

    Attributes:
        finding_id: stays the same while it grows.
        kind: ``contagion`` along relations, several ``sectors`` hit, or very many ``creditors``.
        day: the city day it was found on.
        group: keys of the entities under one control.
        entities: keys of the group and of those reached.
        size: entities reached, sectors hit, or the mark that the creditors passed.
        dispute_ids: what it rests on (at most 200).
        alert_id: the alert of the group.
    """

    finding_id: str
    kind: str
    level: int
    day: date
    name: str
    county: str
    category: str
    group: tuple[str, ...]
    entities: tuple[str, ...]
    size: int
    reasons: tuple[Reason, ...]
    dispute_ids: tuple[str, ...]
    alert_id: str
    paths: tuple[ExposurePath, ...] = ()
    sectors: tuple[str, ...] = ()


class AlertRaised(_Event, frozen=True, tag="AlertRaised"):
    """Officials are to look at a matter or trend.

    Attributes:
        kind: ``matter`` (a grave matter), ``emerging`` (苗头), ``trending`` (趋势), ``regional`` (区域) or ``systemic`` (系统).
        occurred_at: time of the event that gave the reason.
        beyond_budget: whether it is too rare for the alert budget to hold or to count.
    """

    alert_id: str
    kind: str
    level: int
    title: str
    category: str
    county: str
    region: str
    owner: str
    reasons: tuple[Reason, ...]
    dispute_ids: tuple[str, ...]
    policy_version: str
    occurred_at: datetime
    matter_id: str | None = None
    measure: str | None = None
    day: date | None = None
    beyond_budget: bool = False


class AlertEscalated(_Event, frozen=True, tag="AlertEscalated"):
    """An alert's level rose, and with it its owner."""

    alert_id: str
    level_before: int
    level_after: int
    owner: str
    reasons: tuple[Reason, ...]
    dispute_ids: tuple[str, ...]


class AlertAcknowledged(_Event, frozen=True, tag="AlertAcknowledged"):
    """An official has seen an alert (签收); its time limit no longer runs."""

    alert_id: str
    by: str
    at: datetime
    reason: str = ""


class AlertTakenInHand(_Event, frozen=True, tag="AlertTakenInHand"):
    """An official works on an alert (办理), or takes it over from another."""

    alert_id: str
    by: str
    at: datetime
    reason: str = ""


class AlertAnswered(_Event, frozen=True, tag="AlertAnswered"):
    """An official said what was found and done (反馈); ``reason`` is the answer."""

    alert_id: str
    by: str
    at: datetime
    reason: str


class AlertClosed(_Event, frozen=True, tag="AlertClosed"):
    """An official closed an alert (办结) and said whether it was right.

    Attributes:
        outcome: ``true`` (属实), ``false_alarm`` (误报) or ``duplicate`` (重复).
        duplicate_of: the alert that this one repeats, for ``duplicate``.
    """

    alert_id: str
    outcome: str
    by: str
    at: datetime
    reason: str
    duplicate_of: str | None = None


class AlertReopened(_Event, frozen=True, tag="AlertReopened"):
    """A closed alert is to be looked at again: an official said so, or something grave happened after it was closed.

    Attributes:
        by, at: the official and when; empty and None when the machine did it.
        reason: why, a sentence.
        reasons, dispute_ids: what the machine goes by.
    """

    alert_id: str
    by: str
    at: datetime | None
    reason: str
    reasons: tuple[Reason, ...] = ()
    dispute_ids: tuple[str, ...] = ()


class AlertOverdue(_Event, frozen=True, tag="AlertOverdue"):
    """Nobody acknowledged an alert within the limit of its level: the next leader answers for it now.

    Attributes:
        clock, clock_name: code and name of the limit.
        due_at: when it lapsed.
        at: when this step of the chain fell due.
        step: place in the chain, 0 at the lapse itself.
        owner: who answers for the alert from now on.
        told: who else is told, may be empty.
        final: whether the chain ends here.
    """

    alert_id: str
    level: int
    clock: str
    clock_name: str
    due_at: datetime
    at: datetime
    step: int
    owner: str
    told: str
    final: bool


class PlannedMeasure(msgspec.Struct, frozen=True, omit_defaults=True):
    """One measure of a plan: what, who leads and supports, on which legal basis, by when.

    Attributes:
        due_days: days from the signing of the plan.
        clock: code of the deadline that governs it.
        deadline: both in words.
    """

    text: str
    lead: str
    support: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    due_days: int | None = None
    clock: str | None = None
    deadline: str = ""


class PlanDrafted(_Event, frozen=True, tag="PlanDrafted"):
    """A response plan (处置方案) was drafted from playbooks; a draft until a named official signs it.

    Attributes:
        playbooks: ids of the playbooks merged.
        facts: what is known, a sentence each.
        findings: what it was judged to be and why, a sentence each; plans drafted by earlier releases have them among the facts.
        owner: who answers for the alert.
        issuer: the office that signs.
    """

    plan_id: str
    alert_id: str
    title: str
    level: int
    county: str
    playbooks: tuple[str, ...]
    facts: tuple[str, ...]
    measures: tuple[PlannedMeasure, ...]
    policy_version: str
    matter_id: str | None = None
    findings: tuple[str, ...] = ()
    owner: str = ""
    issuer: str = ""


class LabelGiven(_Event, frozen=True, tag="LabelGiven"):
    """An official said what a dispute event's category or level should have been; the model learns from it.

    Attributes:
        category, level: the right ones; None where the official said nothing of it, never both.
        given_by: who, as the caller named.
        alert_id: the alert the official was handling, if it was one.
    """

    dispute_id: str
    given_by: str
    given_at: datetime
    reason: str
    category: str | None = None
    level: int | None = None
    alert_id: str | None = None


class ModelPromoted(_Event, frozen=True, tag="ModelPromoted"):
    """A model became the one that judges; running workers switch to it.

    Attributes:
        version, sha256: the artifact, as its manifest names it.
        previous: version of the model that judged before, None for the first.
        metrics: measures of the new model on the data of the promotion gate.
        failed: codes of the gate's checks it did not pass.
        override_reason: why it was promoted all the same; not empty when ``failed`` is not.
        rollback: whether this returns to an earlier champion.
    """

    version: str
    sha256: str
    previous: str | None
    promoted_by: str
    promoted_at: datetime
    reason: str
    metrics: dict[str, float] = {}
    failed: tuple[str, ...] = ()
    override_reason: str = ""
    rollback: bool = False


class ChallengerNamed(_Event, frozen=True, tag="ChallengerNamed"):
    """A model judges the same events in the shadow of the champion, for comparison; ``version`` None ends that."""

    version: str | None
    sha256: str | None
    named_by: str
    named_at: datetime
    reason: str


DomainEvent = (
    PolicyAdopted
    | DisputeAssessed
    | DisputeQuarantined
    | QuarantineRetried
    | MatterOpened
    | MatterJoined
    | MatterRegraded
    | ClockTicked
    | BaselineLearnt
    | RecordExtended
    | TrendDetected
    | TrendRevised
    | TrendCleared
    | ExposureFound
    | AlertRaised
    | AlertEscalated
    | AlertAcknowledged
    | AlertTakenInHand
    | AlertAnswered
    | AlertClosed
    | AlertReopened
    | AlertOverdue
    | PlanDrafted
    | LabelGiven
    | ModelPromoted
    | ChallengerNamed
)


class Recorded(msgspec.Struct, frozen=True):
    """A domain event with its place in its stream: ``version`` counts from 1 within ``stream_id``."""

    stream_id: str
    version: int
    event: DomainEvent


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder: msgspec.json.Decoder[DomainEvent] = msgspec.json.Decoder(DomainEvent)


def encode_event(event: DomainEvent) -> bytes:
    """Canonical JSON bytes of a domain event (these are hashed into the chain)."""
    return _encoder.encode(event)


def decode_event(data: bytes | str) -> DomainEvent:
    """Domain event from its stored JSON, lifted where it is of an earlier shape.

    Raises:
        msgspec.ValidationError: unknown type or shape; an unknown fact is never skipped.
    """
    try:
        return _decoder.decode(data)
    except msgspec.ValidationError:
        earlier = lifted(msgspec.json.decode(data))
        if earlier is None:
            raise
        return _decoder.decode(msgspec.json.encode(earlier))


def type_name(event: DomainEvent) -> str:
    """Stable type name of an event."""
    return str(event.__struct_config__.tag)
