"""Alerts: when a matter or a count becomes something an official is to look at, and who that is."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from risk_model.alerts.status import CLOSED
from risk_model.entities import Alert, Matter
from risk_model.policy import Policy
from risk_model.state import State
from risk_model.surveillance.entities import County
from schemas.assessed import Assessed
from schemas.domain_events import AlertEscalated, AlertRaised
from schemas.identifiers import derived_id
from schemas.levels import Level
from schemas.reasons import Reason


def matter_alert_id(matter_id: str) -> str:
    """Id of the one alert of a matter."""
    return derived_id("alert", "matter", matter_id)


class Trigger(NamedTuple):
    """What makes an alert of a matter due: the events that did, where, and when the last of them happened."""

    dispute_ids: tuple[str, ...]
    region: str
    occurred_at: datetime


def trigger_of(dispute: Assessed) -> Trigger:
    """A dispute event as what makes an alert due."""
    return Trigger((dispute.dispute_id,), dispute.place.region_keys()[0], dispute.occurred_at)


def alert_on_matter(
    state: State, matter: Matter, trigger: Trigger, reasons: tuple[Reason, ...], place: str, policy: Policy
) -> AlertRaised | AlertEscalated | None:
    """Raise a matter's alert, or escalate it when the matter's level rose; None when neither is due."""
    alert_id = matter_alert_id(matter.matter_id)
    alert = state.alerts.get(alert_id)
    if alert is not None:
        if matter.level <= alert.level:
            return None
        routed = policy.routed(matter.level, place, "matter", matter.category, alert.region)
        return AlertEscalated(
            alert_id, alert.level, matter.level, routed.owner, reasons, trigger.dispute_ids, routed.route
        )
    if matter.level < Level.parse(policy.alert.matter_min_level):
        return None
    routed = policy.routed(matter.level, place, "matter", matter.category, trigger.region)
    return AlertRaised(
        alert_id=alert_id,
        kind="matter",
        level=matter.level,
        title=matter.title,
        category=matter.category,
        county=matter.county,
        region=trigger.region,
        owner=routed.owner,
        route=routed.route,
        reasons=reasons,
        dispute_ids=trigger.dispute_ids,
        policy_version=policy.version,
        occurred_at=trigger.occurred_at,
        matter_id=matter.matter_id,
    )


def related_trend_alert(
    state: State,
    county: County,
    region: str,
    measure: str,
    day: date,
    merge_days: int,
    share_reports: Callable[[Alert], bool],
) -> Alert | None:
    """The alert a new trend belongs to, so that one burst is one alert.

    A class joins its part's alert and a part its class's; a category and a source's class, of one day, where they count the same reports: a flood
    does not go under a rise of wage claims because both came on one day. A coarser region joins the alert of a finer one (the township's rise is
    the community's), never the other way, so no county-wide alert can hide a community's burst, and none that is closed a new one; an alert gathers trends for ``merge_days`` from its own first day.
    """
    found = [
        alert
        for alert in (state.alerts[raised.alert_id] for raised in county.alerts)
        if alert.day is not None
        and alert.status != CLOSED
        and abs((day - alert.day).days) <= merge_days
        and _within(alert.region, region)
        and (
            _one_class(alert.measure or "", measure)
            if _scheme(alert.measure or "") == _scheme(measure)
            else day in (alert.day, alert.last_day) and share_reports(alert)
        )
    ]
    return min(found, key=lambda alert: (alert.day or day, alert.alert_id)) if found else None


def _within(inner: str, outer: str) -> bool:
    """Whether region key ``inner`` is ``outer`` or lies in it."""
    return inner == outer or (inner.startswith(outer) and "/" not in outer)


def _scheme(measure: str) -> str:
    """What a measure counts by: ``category``, or a source's own ``subject``."""
    return measure.partition(":")[0]


def _one_class(one: str, other: str) -> bool:
    """Whether two measures of one scheme are the same, or one is a part of the other."""
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")
