"""What becomes of an alert: decided once for each fact about it, in the order of the log, and again when time passes.

In this order: it is put into its group; a wider alert that is open absorbs it; then it is held by a silence, by its group, because it comes and
goes, or by the budget of its owner; else it is released, after quiet hours. Each step leaves a fact with its reason.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from risk_model.alerts.status import CLOSED
from risk_model.alerts.status import RAISED as NOT_SEEN
from risk_model.dispatch import absorbing, grouping, holding
from risk_model.dispatch.desk import ABSORBERS, Desk
from risk_model.dispatch.entities import ABSORBED, DAMPED, DIGEST, GROUPED, PENDING, QUEUED, SILENCED, TOLD
from risk_model.dispatch.evidence import Evidence
from risk_model.dispatch.quiet import not_before
from risk_model.dispatch.settings import DispatchTable
from risk_model.entities import Alert
from risk_model.folding import record
from risk_model.local_time import SHANGHAI
from schemas.domain_events import AlertReleased, Recorded, SilenceLifted
from schemas.reasons import Reason

CLOSED_NOW, GROWN = "closed", "grown"
_KINDS = ("systemic", "regional", "matter", "trending", "emerging")
_WHY = {
    holding.RAISED: "新发出的预警",
    holding.ESCALATED: "等级升高",
    holding.REOPENED: "办结之后重新打开",
    holding.RETURNED: "不再被其他预警吸收",
    holding.REGROUPED: "同组牵头预警已办结",
    holding.SILENCE_OVER: "静默结束",
    holding.SETTLED: "不再反复起落",
    holding.ROOM: "额度有余",
    holding.MERGED: "并案之前的预警已经告知，不再另发",
    DIGEST: "列入周报",
}


class Cause(NamedTuple):
    """A fact about an alert that the dispatch goes by.

    Attributes:
        what: ``raised``, ``escalated``, ``reopened``, ``closed`` or ``grown`` (its evidence changed).
        evidence: what it is about now; None when the fact says nothing of it.
    """

    what: str
    alert_id: str
    evidence: Evidence | None = None


def decide(desk: Desk, cause: Cause, now: datetime, table: DispatchTable) -> list[Recorded]:
    """Facts that follow from one fact about an alert; they are applied to the desk on the way.

    Args:
        desk: with the alert as it stands after the fact.
        cause: the fact.
        now: aware.
        table: ``[dispatch]`` of the policy.
    """
    alert = desk.alert(cause.alert_id)
    desk.index(alert.alert_id)
    if cause.what == CLOSED_NOW or (alert.status == CLOSED and alert.alert_id in desk.state.cards):
        return _closed(desk, alert, now, table)
    recorded: list[Recorded] = []
    new = alert.alert_id not in desk.state.cards
    if cause.evidence is not None or new:
        recorded += grouping.place(desk, alert, cause.evidence or Evidence(), now, table)
    if alert.status == CLOSED:
        return recorded  # closed before it was ever looked at
    if alert.kind in ABSORBERS:
        for member in absorbing.members_of(desk, alert):
            recorded += _take_in(desk, desk.alert(member), now, table)
    if cause.what == GROWN:
        return recorded + _take_in(desk, alert, now, table)
    return recorded + _go_on(desk, alert, cause.what, now, table)


def pass_time(desk: Desk, now: datetime, table: DispatchTable) -> list[Recorded]:
    """Facts that follow from time alone: silences that end, alerts that have settled, room in budgets, the weekly digest."""
    recorded = [
        fact
        for silence in sorted(desk.state.silences.values(), key=lambda one: one.silence_id)
        if silence.lifted_at is None and silence.until <= now
        for fact in end_silence(desk, SilenceLifted(silence.silence_id, "", now, "到期"), table)
    ]
    for alert_id in desk.find("stage", DAMPED):
        until = desk.card(alert_id).until
        if until is not None and until <= now:
            recorded += _go_on(desk, desk.alert(alert_id), holding.SETTLED, now, table)
    return recorded + _drain(desk, now, table)


def end_silence(desk: Desk, lifted: SilenceLifted, table: DispatchTable) -> list[Recorded]:
    """A silence is lifted or over: what it held goes on."""
    recorded = [record(desk.state, f"silence-{lifted.silence_id}", lifted)]
    return recorded + resume(desk, lifted.at, table)


def resume(desk: Desk, now: datetime, table: DispatchTable) -> list[Recorded]:
    """Alerts whose silence no longer holds go on."""
    recorded: list[Recorded] = []
    for alert_id in desk.find("stage", SILENCED):
        silence = desk.state.silences.get(desk.card(alert_id).silence_id or "")
        if not holding.active(silence, now):
            recorded += _go_on(desk, desk.alert(alert_id), holding.SILENCE_OVER, now, table)
    return recorded


def gravity(desk: Desk, alert_id: str) -> tuple[object, ...]:
    """Order in which held alerts are told: level, kind, how certain, how many people, the oldest."""
    alert, card = desk.alert(alert_id), desk.card(alert_id)
    return (-alert.level, _KINDS.index(alert.kind), -card.certainty, -card.people, alert.occurred_at, alert_id)


def urgency(alert: Alert, evidence: Evidence | None) -> tuple[object, ...]:
    """Order in which alerts of one moment are decided on: those that absorb others, then as ``gravity`` says."""
    known = evidence or Evidence()
    kind = _KINDS.index(alert.kind)
    absorbs = alert.kind in ABSORBERS
    return (not absorbs, -alert.level, kind, -known.certainty, -known.people, alert.occurred_at, alert.alert_id)


def _take_in(desk: Desk, alert: Alert, now: datetime, table: DispatchTable) -> list[Recorded]:
    """Absorb an alert that stands on its own and that a wider one reaches."""
    if desk.card(alert.alert_id).stage == ABSORBED:
        return []
    absorber = absorbing.absorber_of(desk, alert, table.absorb_days)
    return [] if absorber is None else [absorbing.absorb(desk, alert, absorber, now)]


def _go_on(desk: Desk, alert: Alert, cause: str, now: datetime, table: DispatchTable) -> list[Recorded]:
    """Absorb, hold or release an alert."""
    card, recorded = desk.card(alert.alert_id), list[Recorded]()
    if card.stage == ABSORBED and card.absorbed_by is not None:
        absorber = desk.state.alerts.get(card.absorbed_by)
        if absorber is None or absorber.status == CLOSED:  # it was closed while this one was closed too
            recorded.append(absorbing.give_back(desk, alert.alert_id, absorber, now))
        elif alert.level <= absorber.level:
            return []
        else:
            recorded.append(absorbing.outgrow(desk, alert, absorber, now))
    if taken := _take_in(desk, alert, now, table):
        return [*recorded, *taken]
    if cause != holding.REOPENED and _knows(desk, alert):
        return recorded
    if cause != holding.REOPENED and holding.told_before(desk, alert) is not None:
        return [*recorded, _release(desk, alert, holding.MERGED, now, table)]
    held = (
        holding.silenced(desk, alert, cause, now, table)
        or holding.grouped(desk, alert, cause, now)
        or holding.damped(desk, alert, cause, now, table.flapping)
        or holding.queued(desk, alert, cause, now, table.budget)
    )
    recorded.append(desk.record(alert.alert_id, held) if held else _release(desk, alert, cause, now, table))
    return recorded


def _knows(desk: Desk, alert: Alert) -> bool:
    """Whether its owner was told of it as it is now."""
    card = desk.card(alert.alert_id)
    return card.stage == TOLD and any(t.owner == alert.owner and t.level >= alert.level for t in card.told)


def _release(
    desk: Desk, alert: Alert, cause: str, now: datetime, table: DispatchTable, digest: str | None = None
) -> Recorded:
    quiet_until = not_before(alert.level, now, table.quiet)
    text = _WHY[cause] + (f"，静默时段至 {quiet_until.astimezone(SHANGHAI):%m-%d %H:%M}" if quiet_until > now else "")
    reason = Reason(f"released.{cause}", text, "rule")
    event = AlertReleased(alert.alert_id, cause, alert.level, alert.owner, quiet_until, reason, now, digest)
    return desk.record(alert.alert_id, event)


def _closed(desk: Desk, alert: Alert, now: datetime, table: DispatchTable) -> list[Recorded]:
    """What a closed alert absorbed returns; its group gets another head, and whom only it had told is told."""
    recorded: list[Recorded] = []
    for member in desk.find("under", alert.alert_id):
        recorded.append(absorbing.give_back(desk, member, alert, now))
        recorded += _settle(desk, desk.alert(member), now, table)
    members = desk.find("group", desk.card(alert.alert_id).group_id)
    if desk.card(alert.alert_id).group_id == alert.alert_id and members:
        head = min(members, key=lambda one: gravity(desk, one))
        recorded += grouping.succeed(desk, alert.alert_id, head, now)
        members = desk.find("group", head)
    for member in sorted(members, key=lambda one: gravity(desk, one)):
        if desk.card(member).stage == GROUPED and holding.told_in_group(desk, desk.alert(member)) is None:
            recorded += _go_on(desk, desk.alert(member), holding.REGROUPED, now, table)
    return recorded


def _settle(desk: Desk, alert: Alert, now: datetime, table: DispatchTable) -> list[Recorded]:
    """A returned alert stands as before where that still holds, else it goes on."""
    card = desk.card(alert.alert_id)
    silence = desk.state.silences.get(card.silence_id or "")
    holds = {
        TOLD: _knows(desk, alert),
        QUEUED: True,
        SILENCED: holding.active(silence, now),
        DAMPED: card.until is not None and card.until > now,
        GROUPED: holding.told_in_group(desk, alert) is not None,
        PENDING: False,
    }
    absorber = absorbing.absorber_of(desk, alert, table.absorb_days)
    if absorber is None and holds[card.stage]:
        return []
    return _go_on(desk, alert, holding.RETURNED, now, table)


def _drain(desk: Desk, now: datetime, table: DispatchTable) -> list[Recorded]:
    """Tell what is queued: all of it whose digest has come, else the gravest while there is room."""
    recorded: list[Recorded] = []
    for alert_id in sorted(_unseen(desk), key=lambda one: gravity(desk, one)):
        alert, until = desk.alert(alert_id), desk.card(alert_id).until
        if until is not None and until <= now:
            name = f"{until.astimezone(SHANGHAI):%Y-%m-%d}"
            recorded += _let_go(desk, alert, DIGEST, now, table, name)
        elif not holding.doubtful(desk, alert, table.budget) and not holding.over_budget(
            desk, alert, now, table.budget
        ):
            recorded += _let_go(desk, alert, holding.ROOM, now, table)
    return recorded


def _let_go(
    desk: Desk, alert: Alert, cause: str, now: datetime, table: DispatchTable, digest: str | None = None
) -> list[Recorded]:
    """Release a queued alert, unless a silence or its group holds it by now."""
    held = holding.silenced(desk, alert, cause, now, table) or holding.grouped(desk, alert, cause, now)
    if held:
        return [desk.record(alert.alert_id, held)]
    return [_release(desk, alert, cause, now, table, digest)]


def _unseen(desk: Desk) -> Iterable[str]:
    """Queued alerts that nobody has taken up from the list yet."""
    return [one for one in desk.find("stage", QUEUED) if desk.alert(one).status == NOT_SEEN]
