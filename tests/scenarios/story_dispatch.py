"""What timelines expect of the dispatch of alerts: told, held, absorbed, returned, grouped, silenced."""

from collections.abc import Mapping
from datetime import timedelta, timezone
from typing import Any

from schemas.domain_events import (
    AlertAbsorbed,
    AlertGrouped,
    AlertHeld,
    AlertReleased,
    AlertReturned,
    DomainEvent,
    PlanHeld,
    PlanReleased,
    SilenceLifted,
    SilenceSet,
)
from schemas.levels import Level

SHANGHAI = timezone(timedelta(hours=8))


def compare_dispatch(where: str, expected: dict[str, Any], news: list[DomainEvent], titles: Mapping[str, str]) -> None:
    """Compare what became of alerts on a day; order does not matter, what is not named must not have happened."""
    found: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("told", "held", "absorbed", "returned", "grouped", "silences", "lifted")
    }
    for event in news:
        if isinstance(event, AlertReleased):
            told = {"cause": event.cause, "owner": event.owner, "level": Level(event.level).zh}
            start = f"{event.not_before.astimezone(SHANGHAI):%m-%d %H:%M}"
            found["told"].append({"title": titles[event.alert_id], "from": start, **told})
        elif isinstance(event, AlertHeld):
            said = {"stage": event.stage, "reason": event.reason.text}
            found["held"].append({"title": titles[event.alert_id], **said})
        elif isinstance(event, AlertAbsorbed):
            said = {"by": titles[event.by_id], "reason": event.reason.text}
            found["absorbed"].append({"title": titles[event.alert_id], **said})
        elif isinstance(event, AlertReturned):
            found["returned"].append({"title": titles[event.alert_id], "reason": event.reason.text})
        elif isinstance(event, AlertGrouped) and event.group_id != event.alert_id:
            said = {"into": titles[event.group_id], "reason": event.reason.text}
            found["grouped"].append({"title": titles[event.alert_id], **said})
        elif isinstance(event, SilenceSet):
            found["silences"].append({"by": event.by, "reason": event.reason})
        elif isinstance(event, SilenceLifted):
            found["lifted"].append({"by": event.by, "reason": event.reason})
    for name, kept in (("plans_told", PlanReleased), ("plans_held", PlanHeld)):
        if name in expected:
            found[name] = [_plan(event, titles) for event in news if isinstance(event, kept)]
    for name, actual in found.items():
        wanted = expected.get(name, [])
        left = list(actual)
        for one in wanted:
            fits = [item for item in left if all(str(value) in item[key] for key, value in one.items())]
            assert fits, f"{where}: {name}: no {one}\n  got {actual}"
            left.remove(fits[0])
        assert not left, f"{where}: {name}: not expected {left}"


def _plan(event: PlanReleased | PlanHeld, titles: Mapping[str, str]) -> dict[str, Any]:
    """What became of the plan of an alert."""
    said = {"title": titles[event.alert_id], "reason": event.reason.text}
    if isinstance(event, PlanHeld):
        return {**said, "stage": event.stage}
    start = f"{event.not_before.astimezone(SHANGHAI):%m-%d %H:%M}"
    return {**said, "cause": event.cause, "office": event.office, "from": start, "level": Level(event.level).zh}
