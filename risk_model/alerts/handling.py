"""Handling of alerts: what officials may do with one, and what the machine opens again. Pure decisions."""

from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from risk_model.alerts.routing import Routed
from risk_model.alerts.status import (
    CLOSED,
    DUPLICATE,
    FROM,
    OUTCOME_ZH,
    STATUS_ZH,
    STEP_ZH,
    TRUE,
    AlertStep,
    owed,
    possible,
)
from risk_model.entities import Alert
from risk_model.folding import record
from risk_model.refusals import LONGEST_NAME, LONGEST_REASON, Incomplete, NotAllowed, text_errors
from risk_model.state import State
from schemas.domain_events import (
    AlertAcknowledged,
    AlertAnswered,
    AlertClosed,
    AlertEscalated,
    AlertRaised,
    AlertReopened,
    AlertTakenInHand,
    Recorded,
)
from schemas.errors import FieldError, field_error
from schemas.levels import Level
from schemas.reasons import Reason

_EXPLAINED = ("answer", "close", "reopen")  # steps that say why

StepKind = Literal["acknowledge", "take_in_hand", "answer", "close", "reopen"]
Outcome = Literal["true", "false_alarm", "duplicate"]


class Lower(NamedTuple):
    """A level below an alert's own, and who owns it there."""

    level: int
    routed: Routed


class Step(msgspec.Struct, frozen=True):
    """What an official does with an alert.

    Attributes:
        by: the official.
        reason: why, or the answer; may be empty where the step says it all.
        outcome: for ``close``.
        duplicate_of: id of the alert that this one repeats, for ``close`` as a duplicate.
        despite: why it is closed as right though duties are open.
    """

    kind: StepKind
    by: str
    reason: str = ""
    outcome: Outcome | None = None
    duplicate_of: str | None = None
    despite: str = ""

    @property
    def key(self) -> str:
        """Key of the step in ``alert_status.FROM``."""
        return f"close.{self.outcome}" if self.kind == "close" else self.kind


def step_zh(key: str) -> str:
    """Name of a step, from its key."""
    kind, _, outcome = key.partition(".")
    return STEP_ZH[kind] + (f"（{OUTCOME_ZH[outcome]}）" if outcome else "")


def decide_step(alert: Alert, step: Step, original: Alert | None, now: datetime, open_duties: int = 0) -> AlertStep:
    """The fact that follows from a step.

    Args:
        alert: as it stands.
        step: what an official does.
        original: the alert named by ``step.duplicate_of``; None when there is none of this id.
        now: when, aware.
        open_duties: duties of its plan that are open.

    Raises:
        Incomplete: a field is missing or wrong.
        NotAllowed: the alert's status does not allow it, or it is to be closed as right while duties are open and nobody said why.
    """
    if errors := _wrong(alert, step, original):
        raise Incomplete(errors)
    allowed = alert.status in FROM[step.key] or (step.kind == "acknowledge" and owed(alert))
    if not allowed:
        raise _not_allowed(alert, step.key)
    if step.outcome == TRUE and open_duties and not step.despite.strip():
        raise NotAllowed(
            f"还有 {open_duties} 项任务没有销号，不能按属实办结；确需办结的，在 despite 中写明理由",
            f"{open_duties} duties are still open: the alert cannot be closed as right, unless despite says why",
            counts={"open_duties": open_duties},
        )
    said = (alert.alert_id, step.by, now, step.reason)
    if step.kind == "acknowledge":
        return AlertAcknowledged(*said)
    if step.kind == "take_in_hand":
        return AlertTakenInHand(*said)
    if step.kind == "answer":
        return AlertAnswered(*said)
    if step.kind == "close":
        return AlertClosed(
            alert.alert_id, step.outcome or "", step.by, now, step.reason, step.duplicate_of, step.despite
        )
    return AlertReopened(*said)


def step_of(event: AlertStep) -> Step | None:
    """The step that an event records; None when the machine did it."""
    if isinstance(event, AlertClosed):
        return Step("close", event.by, event.reason, event.outcome, event.duplicate_of, event.despite)  # type: ignore[arg-type]  # as decided
    if isinstance(event, AlertReopened):
        return Step("reopen", event.by, event.reason) if event.by else None
    kinds: dict[type, StepKind] = {
        AlertAcknowledged: "acknowledge",
        AlertTakenInHand: "take_in_hand",
        AlertAnswered: "answer",
    }
    kind = kinds.get(type(event))
    return None if kind is None else Step(kind, event.by, event.reason)  # type: ignore[union-attr]  # only officials' steps


def record_alert(state: State, event: AlertRaised | AlertEscalated) -> list[Recorded]:
    """Record that an alert was raised or escalated; one that was closed is opened again by its escalation."""
    recorded = [record(state, f"alert-{event.alert_id}", event)]
    if isinstance(event, AlertEscalated):
        rose = f"办结之后由{Level(event.level_before).zh}色升为{Level(event.level_after).zh}色"
        recorded += reopen(state, event.alert_id, rose, event.reasons, event.dispute_ids)
    return recorded


def reopen(
    state: State,
    alert_id: str,
    text: str,
    reasons: tuple[Reason, ...],
    dispute_ids: tuple[str, ...],
    lower: Lower | None = None,
) -> list[Recorded]:
    """Open an alert again if it is closed: nothing grave stays hidden by an old close.

    Args:
        state: holds the alert, if there is one.
        alert_id: which.
        text: why, a sentence.
        reasons: beside it.
        dispute_ids: what is new.
        lower: the level of what is new and whose it is, where it is below the alert's; None to open it as it was.
    """
    alert = state.alerts.get(alert_id)
    if alert is None or alert.status != CLOSED:
        return []
    why = Reason("alert.reopened", text, "rule")
    stands = (0, "", "") if lower is None else (lower.level, *lower.routed)
    event = AlertReopened(alert_id, "", None, text, (why, *reasons), dispute_ids, *stands)
    return [record(state, f"alert-{alert_id}", event)]


def _not_allowed(alert: Alert, wanted: str) -> NotAllowed:
    can = possible(alert)
    who = f"（{alert.handled_by}）" if alert.handled_by else ""
    return NotAllowed(
        f"预警{STATUS_ZH[alert.status]}{who}，不能{step_zh(wanted)}；现在可以：{'、'.join(step_zh(step) for step in can)}",
        f"the alert is {alert.status}: {wanted} is not possible; possible now: {', '.join(can)}",
        can,
    )


def _wrong(alert: Alert, step: Step, original: Alert | None) -> list[FieldError]:
    errors = text_errors(
        [
            ("by", step.by, LONGEST_NAME, True, "经办人姓名"),
            ("reason", step.reason, LONGEST_REASON, step.kind in _EXPLAINED, f"{STEP_ZH[step.kind]}的情况或理由"),
            ("despite", step.despite, LONGEST_REASON, False, "理由"),
        ]
    )
    if (step.kind == "close") != (step.outcome is not None):
        zh = "办结时填 true 属实、false_alarm 误报、duplicate 重复之一，其余步骤不填"
        errors.append(
            field_error(
                "not_allowed", "outcome", step.outcome or "nothing", zh, "an outcome for close and only for close"
            )
        )
    if (step.outcome == DUPLICATE) != (step.duplicate_of is not None):
        got = step.duplicate_of or "nothing"
        zh, en = "重复的办结填所重复的预警编号，其余不填", "the id of the other alert for a duplicate, and only then"
        errors.append(field_error("not_allowed", "duplicate_of", got, zh, en))
    elif step.duplicate_of is not None and (
        original is None or original.alert_id == alert.alert_id or original.outcome == DUPLICATE
    ):
        zh = "另一条预警的编号，且它本身没有按重复办结"
        en = "the id of another alert that is not itself closed as a duplicate"
        errors.append(field_error("not_allowed", "duplicate_of", step.duplicate_of, zh, en))
    return errors
