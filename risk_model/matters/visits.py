"""Visits (回访) that are due: who is reminded when, before the day and after it. Pure, by the limit ``matter.revisit`` in ``clocks.toml``."""

from datetime import date, datetime, timedelta

from risk_model.entities import Matter
from risk_model.local_time import local_day
from risk_model.matters.settling import REVISIT
from risk_model.rules import Rules
from schemas.domain_events import RevisitReminded


def due_reminder(matter: Matter, rules: Rules, now: datetime) -> RevisitReminded | None:
    """The reminder of a visit that has fallen due and was not given; of several only the last.

    Before the day whoever settled the matter is reminded, after it the chain of the limit. A visit that was made, and a matter
    that is open again or part of another, need none.

    Args:
        matter: as it stands.
        rules: with the limit; a city without it is never reminded.
        now: aware.
    """
    if matter.revisit_on is None or matter.merged_into is not None:
        return None
    today = local_day(now)
    fallen = [(step, owner) for step, (on, owner) in enumerate(_steps(matter, matter.revisit_on, rules)) if on <= today]
    if not fallen or fallen[-1][0] < matter.reminded:
        return None
    step, owner = fallen[-1]
    left = (matter.revisit_on - today).days
    return RevisitReminded(matter.matter_id, REVISIT, matter.revisit_on, left, owner, now, step)


def looked_ahead_days(rules: Rules) -> int:
    """How many days before a visit its first reminder is given."""
    rule = rules.clocks.rules.get(REVISIT)
    return max(rule.warn_days, default=0) if rule is not None else 0


def _steps(matter: Matter, due_on: date, rules: Rules) -> list[tuple[date, str]]:
    """Day and addressee of every reminder, in order."""
    rule = rules.clocks.rules.get(REVISIT)
    if rule is None:
        return []
    warned = [(due_on - timedelta(days=days), matter.settled_by) for days in sorted(rule.warn_days, reverse=True)]
    late = due_on + timedelta(days=1)
    return warned + [(late + step.after, step.owing) for step in rules.clocks.chain_of(rule).lapsed]
