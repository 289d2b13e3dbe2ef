"""Quiet hours: how long an alert of a level waits before its owner is told."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from risk_model.dispatch.settings import QuietHours
from risk_model.local_time import SHANGHAI
from schemas.levels import Level


def not_before(level: int, now: datetime, quiet: Mapping[str, QuietHours]) -> datetime:
    """When an alert may be told: the end of the quiet hours of its level, ``now`` outside them.

    Args:
        level: of the alert.
        now: aware.
        quiet: hours by level code.
    """
    hours = quiet.get(Level(level).code)
    if hours is None:
        return now
    local = now.astimezone(SHANGHAI)
    clock = local.time()
    over_midnight = hours.begins > hours.ends
    within = (clock >= hours.begins or clock < hours.ends) if over_midnight else hours.begins <= clock < hours.ends
    if not within:
        return now
    day = local.date() + timedelta(days=over_midnight and clock >= hours.begins)
    return datetime.combine(day, hours.ends, SHANGHAI).astimezone(now.tzinfo)
