"""Groups: alerts about the same enterprise, project or matter, or about mostly the same events, stand under one head."""

from collections import Counter
from datetime import datetime

from risk_model.dispatch.desk import ABSORBERS, COUNTS, Desk
from risk_model.dispatch.entities import Card
from risk_model.dispatch.evidence import Evidence
from risk_model.dispatch.settings import DispatchTable
from risk_model.entities import Alert
from schemas.domain_events import AlertGrouped, Recorded
from schemas.reasons import Reason

ALONE = Reason("group.alone", "与未办结的其他预警没有共同的企业、项目、事项，单独成组", "rule")
HEAD_CLOSED = "原牵头预警已办结，改由“{title}”牵头"
_COMMON = {
    "enterprise": "涉及同一企业",
    "name": "涉及同一企业",
    "project": "涉及同一项目",
    "site": "涉及同一项目",
    "matter": "事件过半属同一事项",
    "events": "所计的事件过半相同",
}


def place(desk: Desk, alert: Alert, evidence: Evidence, now: datetime, table: DispatchTable) -> list[Recorded]:
    """Put an alert into its group; groups that it connects become one. No facts when nothing about it has changed.

    Args:
        desk: open alerts.
        alert: new, or with evidence that has grown.
        evidence: what it is about.
        now: aware.
        table: ``[dispatch]``.
    """
    card = desk.state.cards.get(alert.alert_id)
    kin = _kin(desk, alert, evidence, table)
    groups = {desk.card(other).group_id for other in kin} | ({card.group_id} if card else set())
    head = min(groups, key=lambda group: _seniority(desk, group)) if groups else alert.alert_id
    reason = card.reason if card and card.reason else ALONE
    if kin and (card is None or card.group_id != head):
        other = next((one for one in kin if desk.card(one).group_id == head), next(iter(kin)))
        code = kin[other]
        reason = Reason(f"group.{code}", f"与“{desk.alert(other).title}”{_COMMON[code]}", "rule")
    elif card is not None and _same(card, evidence):
        return _join(desk, groups - {head}, head, reason, now)
    event = AlertGrouped(
        alert.alert_id,
        head,
        reason,
        now,
        evidence.keys,
        evidence.reach,
        evidence.dispute_ids,
        evidence.people,
        evidence.certainty,
    )
    return [desk.record(alert.alert_id, event), *_join(desk, groups - {head}, head, reason, now)]


def succeed(desk: Desk, group_id: str, head: str, now: datetime) -> list[Recorded]:
    """Let another alert head a group whose head was closed."""
    reason = Reason("group.head_closed", HEAD_CLOSED.format(title=desk.alert(head).title), "rule")
    return _join(desk, {group_id}, head, reason, now)


def _join(desk: Desk, groups: set[str], head: str, reason: Reason, now: datetime) -> list[Recorded]:
    """Bring the open alerts of groups under another head."""
    return [
        desk.record(member, regrouped(desk.card(member), head, reason, now))
        for group in sorted(groups)
        for member in desk.find("group", group)
    ]


def regrouped(card: Card, head: str, reason: Reason, now: datetime) -> AlertGrouped:
    """The same alert under another head."""
    return AlertGrouped(
        card.alert_id,
        head,
        reason,
        now,
        tuple(card.keys),
        tuple(card.reach),
        tuple(card.dispute_ids),
        card.people,
        card.certainty,
    )


def _kin(desk: Desk, alert: Alert, evidence: Evidence, table: DispatchTable) -> dict[str, str]:
    """Open alerts that belong with one, and what they have in common."""
    kin: dict[str, str] = {}
    for key in evidence.keys:
        for other in desk.find("key", key):
            kin.setdefault(other, key.partition(":")[0])
    if alert.kind not in ABSORBERS and len(evidence.events) >= table.group_min_events:
        shared = Counter(other for one in evidence.events for other in desk.find("dispute", one))
        for other, number in sorted(shared.items()):
            events = len(evidence.events)
            if alert.kind in COUNTS:  # either may be part of the other
                events = min(events, len(desk.card(other).dispute_ids))
            if number > table.group_share * events:
                kin.setdefault(other, "events")
    return {
        other: code
        for other, code in kin.items()
        if other != alert.alert_id and _family(desk.alert(other)) == _family(alert)
    }


def _family(alert: Alert) -> str:
    """Systemic and regional alerts absorb others; only their like belongs with them."""
    return alert.kind if alert.kind in ABSORBERS else "matter"


def _seniority(desk: Desk, group: str) -> tuple[datetime, str]:
    """The group that was first; of those of the same moment the smallest id."""
    raised = [desk.card(member).raised[0] for member in desk.find("group", group)]
    return min(raised), group


def _same(card: Card, evidence: Evidence) -> bool:
    return (
        set(card.keys) == set(evidence.keys)
        and set(card.reach) == set(evidence.reach)
        and set(evidence.dispute_ids) <= set(card.dispute_ids)
    )
