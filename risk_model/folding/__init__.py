"""State as a fold of events: each kind of event changes the state in one function, found by its type.

Live, rebuild and back-test fold by the same functions.
"""

from collections.abc import Callable
from typing import Any, get_args

from risk_model.alerts.status import AlertStep
from risk_model.conferences.entity import ConferenceStep
from risk_model.deadlines.entity import DeadlineStep
from risk_model.duties.entity import DutyStep
from risk_model.folding.alerts import escalate, handle, raise_alert
from risk_model.folding.commitments import (
    assign_duty,
    draft_plan,
    make_request,
    step_duty,
    step_plan,
    step_request,
)
from risk_model.folding.conferences import call_conference, step_conference
from risk_model.folding.counties import extend_record, learn_baseline, tick_clock
from risk_model.folding.deadlines import end_deadline, start_deadline, step_deadline
from risk_model.folding.dispatch import (
    absorb_alert,
    group_alert,
    hold_alert,
    hold_plan,
    lift_silence,
    release_alert,
    release_plan,
    return_alert,
    set_silence,
)
from risk_model.folding.disputes import assess
from risk_model.folding.matters import join, open_matter, regrade
from risk_model.folding.merging import absorb, merge, release, split, split_off, undo
from risk_model.folding.names import learn, propose, settle_proposal, unite_names
from risk_model.folding.notices import attempt_message, bundle_notices, owe_notice, retry_message
from risk_model.folding.settling import close, downgrade, remind, reopen, revisit
from risk_model.folding.trends import find_exposure, follow_trend
from risk_model.ledger.entity import RequestStep
from risk_model.plans.entity import PlanStep
from risk_model.state import State
from schemas.domain_events import (
    AlertAbsorbed,
    AlertEscalated,
    AlertGrouped,
    AlertHeld,
    AlertRaised,
    AlertReleased,
    AlertReturned,
    BaselineLearnt,
    ChallengerNamed,
    ClockTicked,
    ConferenceCalled,
    DeadlineEnded,
    DeadlineStarted,
    DisputeAssessed,
    DisputeQuarantined,
    DomainEvent,
    DutyAssigned,
    ExposureFound,
    JoinDecided,
    JoinProposed,
    LabelGiven,
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
    ModelPromoted,
    NamesLearnt,
    NamesUnited,
    NoticeBundled,
    NoticeDelayed,
    NoticeDue,
    NoticeFailed,
    NoticeRetried,
    NoticeSent,
    PlanDrafted,
    PlanHeld,
    PlanReleased,
    PolicyAdopted,
    QuarantineRetried,
    Recorded,
    RecordExtended,
    RequestMade,
    RevisitReminded,
    SilenceLifted,
    SilenceSet,
    TrendCleared,
    TrendDetected,
    TrendRevised,
)

Fold = Callable[[State, Any, int], None]


def _quarantine(state: State, event: DisputeQuarantined, _: int) -> None:
    state.quarantined[event.quarantine_id] = event
    state.new_quarantined.append(event)


def _promote(state: State, event: ModelPromoted, _: int) -> None:
    state.champion = event


def _challenge(state: State, event: ChallengerNamed, _: int) -> None:
    state.challenger = event


FOLDS: dict[type, Fold] = {
    DisputeAssessed: assess,
    DisputeQuarantined: _quarantine,
    QuarantineRetried: lambda state, event, _: state.retried.append(event),
    PolicyAdopted: lambda state, event, _: state.policies.append(event),
    NamesLearnt: learn,
    NamesUnited: unite_names,
    JoinProposed: propose,
    JoinDecided: settle_proposal,
    MatterOpened: open_matter,
    MatterJoined: join,
    MatterRegraded: regrade,
    MattersMerged: merge,
    MatterAbsorbed: absorb,
    MergeUndone: undo,
    MatterReleased: release,
    MatterSplit: split,
    MatterSplitOff: split_off,
    MatterDowngraded: downgrade,
    MatterClosed: close,
    MatterRevisited: revisit,
    MatterReopened: reopen,
    RevisitReminded: remind,
    AlertRaised: raise_alert,
    AlertEscalated: escalate,
    **dict.fromkeys(get_args(AlertStep), handle),
    AlertGrouped: group_alert,
    AlertAbsorbed: absorb_alert,
    AlertReturned: return_alert,
    AlertHeld: hold_alert,
    AlertReleased: release_alert,
    PlanHeld: hold_plan,
    PlanReleased: release_plan,
    SilenceSet: set_silence,
    SilenceLifted: lift_silence,
    TrendDetected: follow_trend,
    TrendRevised: follow_trend,
    TrendCleared: follow_trend,
    ClockTicked: tick_clock,
    BaselineLearnt: learn_baseline,
    RecordExtended: extend_record,
    ExposureFound: find_exposure,
    PlanDrafted: draft_plan,
    **dict.fromkeys(get_args(PlanStep), step_plan),
    DutyAssigned: assign_duty,
    **dict.fromkeys(get_args(DutyStep), step_duty),
    RequestMade: make_request,
    **dict.fromkeys(get_args(RequestStep), step_request),
    DeadlineStarted: start_deadline,
    DeadlineEnded: end_deadline,
    **dict.fromkeys(get_args(DeadlineStep), step_deadline),
    LabelGiven: lambda state, event, version: state.new_labels.append((version, event)),
    ModelPromoted: _promote,
    ChallengerNamed: _challenge,
    NoticeDue: owe_notice,
    NoticeBundled: bundle_notices,
    NoticeSent: attempt_message,
    NoticeDelayed: attempt_message,
    NoticeFailed: attempt_message,
    NoticeRetried: retry_message,
    ConferenceCalled: call_conference,
    **dict.fromkeys(get_args(ConferenceStep), step_conference),
}


def evolve(state: State, recorded: Recorded) -> None:
    """Apply one event to the state.

    Raises:
        TypeError: an event this release does not know; nothing is ever skipped.
    """
    fold = FOLDS.get(type(recorded.event))
    if fold is None:
        name = type(recorded.event).__name__
        raise TypeError(f"未知事件 {name}，本版本无法折叠 / unknown event {name}: upgrade before folding this store")
    state.versions[recorded.stream_id] = recorded.version
    fold(state, recorded.event, recorded.version)


def record(state: State, stream_id: str, event: DomainEvent) -> Recorded:
    """Apply a decided event and give it its place in its stream."""
    recorded = Recorded(stream_id, state.versions.get(stream_id, 0) + 1, event)
    evolve(state, recorded)
    return recorded
