"""Acknowledgements that are owed too long: who answers for the alert next. Pure, by the deadlines in ``clocks.toml``."""

from datetime import datetime

from risk_model.alerts.status import owed
from risk_model.clocks.clock import start
from risk_model.clocks.due import Due, due
from risk_model.clocks.rules import ClockRule, EscalationStep
from risk_model.entities import Alert
from risk_model.rules import Rules
from schemas.domain_events import AlertOverdue
from schemas.levels import Level

_CLOCK = "alert.acknowledge."


def acknowledgement_due(alert: Alert, asked_at: datetime, rules: Rules) -> tuple[ClockRule, Due] | None:
    """The limit within which an alert is to be acknowledged; None when its level has none, or nothing is owed.

    Args:
        alert: as it stands.
        asked_at: when it was last raised, escalated or reopened, aware.
        rules: with the deadlines. A level without a ``[[clock]]`` of its own has no limit.
    """
    rule = rules.clocks.rules.get(_CLOCK + Level(alert.level).code)
    if rule is None or not owed(alert):
        return None
    lapses = due(start(rule, alert.alert_id, asked_at), rule, rules.clocks.calendar)
    assert lapses is not None, "a deadline that was just started does not stand still"
    return rule, lapses


def overdue(alert: Alert, asked_at: datetime, rules: Rules, now: datetime) -> list[AlertOverdue]:
    """Steps of the chain that have fallen due by ``now`` and were not taken, in order; each is taken once.

    Args:
        alert: as it stands.
        asked_at: when it was last raised, escalated or reopened, aware.
        rules: policy with the owners, deadlines with their chains.
        now: aware.
    """
    found = acknowledgement_due(alert, asked_at, rules)
    if found is None:
        return []
    rule, lapses = found
    steps = rules.clocks.chain_of(rule).lapsed
    return [
        AlertOverdue(
            alert.alert_id,
            alert.level,
            rule.code,
            rule.name,
            lapses.lapses_at,
            lapses.lapses_at + step.after,
            number,
            _next_owner(alert, number, step, rules),
            step.asking,
            final=number == len(steps) - 1,
        )
        for number, step in enumerate(steps)
        if number >= alert.told and now >= lapses.lapses_at + step.after
    ]


def _next_owner(alert: Alert, number: int, step: EscalationStep, rules: Rules) -> str:
    """At the lapse the owner of the next higher level; above red, and later, whom the chain names."""
    if number == 0 and alert.level < Level.RED:
        place = rules.regions.name(alert.county)
        return rules.policy.routed(alert.level + 1, place, alert.kind, alert.category, alert.region).owner
    return (step.asking or step.owing) if number == 0 else step.owing
