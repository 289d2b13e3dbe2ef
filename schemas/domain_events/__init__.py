"""The facts of the event store: frozen, past tense, each with a stable type name. State is a fold of these."""

import msgspec

from schemas.domain_events.alerts import (
    AlertAcknowledged,
    AlertAnswered,
    AlertClosed,
    AlertEscalated,
    AlertOverdue,
    AlertRaised,
    AlertReopened,
    AlertTakenInHand,
)
from schemas.domain_events.conferences import (
    AgendaItem,
    AgendaItemAdded,
    AgendaItemClosed,
    ConferenceCalled,
    ConferenceDecided,
    ConferenceMinuted,
)
from schemas.domain_events.deadlines import (
    DeadlineCount,
    DeadlineEnded,
    DeadlineExtended,
    DeadlineLapsed,
    DeadlineRecounted,
    DeadlineResumed,
    DeadlineStarted,
    DeadlineSuspended,
    DeadlineWarned,
)
from schemas.domain_events.dispatch import (
    AlertAbsorbed,
    AlertGrouped,
    AlertHeld,
    AlertReleased,
    AlertReturned,
    SilenceLifted,
    SilenceSet,
)
from schemas.domain_events.duties import (
    DutyAccepted,
    DutyAcknowledged,
    DutyAnswered,
    DutyAssigned,
    DutySentBack,
    DutyWithdrawn,
)
from schemas.domain_events.exposure import ExposureFound, ExposurePath, ExposureStep
from schemas.domain_events.intake import DisputeAssessed, DisputeQuarantined, PolicyAdopted, QuarantineRetried
from schemas.domain_events.matters import (
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
    RevisitReminded,
    Sighted,
)
from schemas.domain_events.models import ChallengerNamed, LabelGiven, ModelPromoted
from schemas.domain_events.names import JoinDecided, JoinProposed, NameLearnt, NamesLearnt, NamesUnited
from schemas.domain_events.notices import (
    NoticeBundled,
    NoticeDelayed,
    NoticeDue,
    NoticeFailed,
    NoticeRetried,
    NoticeSent,
)
from schemas.domain_events.plan_dispatch import PlanHeld, PlanReleased
from schemas.domain_events.plans import (
    PlanAdopted,
    PlanDrafted,
    PlanDropped,
    PlannedMeasure,
    PlanReopened,
    PlanRevised,
    PlanSentBack,
    PlanSigned,
)
from schemas.domain_events.requests import (
    RequestAnswered,
    RequestMade,
    RequestReceived,
    RequestSentBack,
    RequestSettled,
    RequestWithdrawn,
)
from schemas.domain_events.surveillance import (
    BaselineLearnt,
    ClockTicked,
    RecordExtended,
    TrendCleared,
    TrendDetected,
    TrendRevised,
)
from schemas.earlier_events import lifted

__all__ = [
    "EVENT_SCHEMA_VERSION",
    "AgendaItem",
    "AgendaItemAdded",
    "AgendaItemClosed",
    "AlertAbsorbed",
    "AlertAcknowledged",
    "AlertAnswered",
    "AlertClosed",
    "AlertEscalated",
    "AlertGrouped",
    "AlertHeld",
    "AlertOverdue",
    "AlertRaised",
    "AlertReleased",
    "AlertReopened",
    "AlertReturned",
    "AlertTakenInHand",
    "BaselineLearnt",
    "ChallengerNamed",
    "ClockTicked",
    "ConferenceCalled",
    "ConferenceDecided",
    "ConferenceMinuted",
    "DeadlineCount",
    "DeadlineEnded",
    "DeadlineExtended",
    "DeadlineLapsed",
    "DeadlineRecounted",
    "DeadlineResumed",
    "DeadlineStarted",
    "DeadlineSuspended",
    "DeadlineWarned",
    "DisputeAssessed",
    "DisputeQuarantined",
    "DomainEvent",
    "DutyAccepted",
    "DutyAcknowledged",
    "DutyAnswered",
    "DutyAssigned",
    "DutySentBack",
    "DutyWithdrawn",
    "ExposureFound",
    "ExposurePath",
    "ExposureStep",
    "JoinDecided",
    "JoinProposed",
    "LabelGiven",
    "MatterAbsorbed",
    "MatterClosed",
    "MatterDowngraded",
    "MatterJoined",
    "MatterOpened",
    "MatterRegraded",
    "MatterReleased",
    "MatterReopened",
    "MatterRevisited",
    "MatterSplit",
    "MatterSplitOff",
    "MattersMerged",
    "MergeUndone",
    "ModelPromoted",
    "NameLearnt",
    "NamesLearnt",
    "NamesUnited",
    "NoticeBundled",
    "NoticeDelayed",
    "NoticeDue",
    "NoticeFailed",
    "NoticeRetried",
    "NoticeSent",
    "PlanAdopted",
    "PlanDrafted",
    "PlanDropped",
    "PlanHeld",
    "PlanReleased",
    "PlanReopened",
    "PlanRevised",
    "PlanSentBack",
    "PlanSigned",
    "PlannedMeasure",
    "PolicyAdopted",
    "QuarantineRetried",
    "RecordExtended",
    "Recorded",
    "RequestAnswered",
    "RequestMade",
    "RequestReceived",
    "RequestSentBack",
    "RequestSettled",
    "RequestWithdrawn",
    "RevisitReminded",
    "Sighted",
    "SilenceLifted",
    "SilenceSet",
    "TrendCleared",
    "TrendDetected",
    "TrendRevised",
    "decode_event",
    "encode_event",
    "type_name",
]

EVENT_SCHEMA_VERSION = 1

DomainEvent = (
    PolicyAdopted
    | DisputeAssessed
    | DisputeQuarantined
    | QuarantineRetried
    | NamesLearnt
    | NamesUnited
    | JoinProposed
    | JoinDecided
    | MatterOpened
    | MatterJoined
    | MatterRegraded
    | MattersMerged
    | MatterAbsorbed
    | MergeUndone
    | MatterReleased
    | MatterSplit
    | MatterSplitOff
    | MatterDowngraded
    | MatterClosed
    | MatterRevisited
    | MatterReopened
    | RevisitReminded
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
    | AlertGrouped
    | AlertAbsorbed
    | AlertReturned
    | AlertHeld
    | AlertReleased
    | PlanHeld
    | PlanReleased
    | SilenceSet
    | SilenceLifted
    | PlanDrafted
    | PlanAdopted
    | PlanDropped
    | PlanReopened
    | PlanRevised
    | PlanSentBack
    | PlanSigned
    | DutyAccepted
    | DutyAcknowledged
    | DutyAnswered
    | DutyAssigned
    | DutySentBack
    | DutyWithdrawn
    | RequestAnswered
    | RequestMade
    | RequestReceived
    | RequestSentBack
    | RequestSettled
    | RequestWithdrawn
    | DeadlineEnded
    | DeadlineExtended
    | DeadlineLapsed
    | DeadlineRecounted
    | DeadlineResumed
    | DeadlineStarted
    | DeadlineSuspended
    | DeadlineWarned
    | LabelGiven
    | ModelPromoted
    | ChallengerNamed
    | NoticeDue
    | NoticeBundled
    | NoticeSent
    | NoticeDelayed
    | NoticeFailed
    | NoticeRetried
    | ConferenceCalled
    | AgendaItemAdded
    | ConferenceDecided
    | AgendaItemClosed
    | ConferenceMinuted
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
