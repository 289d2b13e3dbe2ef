"""What timelines expect of the facts of a day."""

from typing import Any

import msgspec

from infra.watching import Outcome
from schemas.domain_events import (
    AlertEscalated,
    AlertOverdue,
    AlertRaised,
    AlertReopened,
    DomainEvent,
    PlanDrafted,
    RevisitReminded,
)
from schemas.levels import Level
from tests.scenarios.story_events import SHANGHAI


def compare_news(where: str, expected: dict[str, Any], news: list[DomainEvent], outcome: Outcome) -> None:
    """Compare the facts of a day with what is expected of it: alerts, plans, trends, what was set aside."""
    raised = [event for event in news if isinstance(event, AlertRaised)]
    escalated = [event for event in news if isinstance(event, AlertEscalated)]
    plans = [event for event in news if isinstance(event, PlanDrafted)]
    found = {
        "raised": [
            {**_seen(e.level, e.owner, e.reasons), "kind": e.kind, "title": e.title, "region": e.region} for e in raised
        ],
        "escalated": [_seen(e.level_after, e.owner, e.reasons) for e in escalated],
        "overdue": [
            {"clock": e.clock, "due": f"{e.due_at.astimezone(SHANGHAI):%m-%d %H:%M}", "owner": e.owner}
            for e in news
            if isinstance(e, AlertOverdue)
        ],
        "reopened": [
            {"reason": e.reason, "level": Level(e.level).zh if e.level else "不变", "owner": e.owner}
            for e in news
            if isinstance(e, AlertReopened) and not e.by
        ],
        "plans": [
            {"level": Level(e.level).zh, "playbooks": list(e.playbooks), "facts": [*e.facts, *e.findings]}
            for e in plans
        ],
        "quarantined": [event.reasons[0].code for event in news if type(event).__name__ == "DisputeQuarantined"],
        "known": outcome.known,
    }
    if "reminded" in expected:
        reminders = [event for event in news if isinstance(event, RevisitReminded)]
        found["reminded"] = [{"owner": e.owner, "days_left": e.days_left} for e in reminders]
    if "trends" in expected:
        found["trends"] = [_trend(event) for event in news if type(event).__name__.startswith("Trend")]
    for name, actual in found.items():
        wanted = expected.get(name, 0 if name == "known" else [])
        assert _matches(actual, wanted), f"{where}: {name}\n  expected {wanted}\n  got {actual}"


def _trend(event: DomainEvent) -> dict[str, Any]:
    """A trend event as timelines name it."""
    return {"event": type(event).__name__.removeprefix("Trend").lower(), **msgspec.to_builtins(event)}


def _seen(level: int, owner: str, reasons: Any) -> dict[str, Any]:
    return {"level": Level(level).zh, "owner": owner, "reasons": [reason.code for reason in reasons]}


def _matches(actual: Any, wanted: Any) -> bool:
    """Lists item by item; of a mapping only the named entries; texts by parts; of reasons and facts those that are named."""
    if isinstance(wanted, dict):
        return all(
            _named(actual[name], part) if name in ("reasons", "facts") else _matches(actual[name], part)
            for name, part in wanted.items()
        )
    if isinstance(wanted, list):
        return len(actual) == len(wanted) and all(map(_matches, actual, wanted))
    return wanted in actual if isinstance(wanted, str) else bool(actual == wanted)


def _named(actual: list[str], wanted: list[str]) -> bool:
    return all(any(part in item for item in actual) for part in wanted)
