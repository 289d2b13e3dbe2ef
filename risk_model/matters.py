"""Level rules of a matter: so many events from so many sources, sides and counties within a window."""

from collections.abc import Iterator
from datetime import date

from risk_model.entities import Matter, Sighting
from risk_model.policy import MatterRule, Policy
from schemas.levels import Level
from schemas.reasons import Reason


def due_rules(matter: Matter, day: date, level: int, policy: Policy) -> Iterator[tuple[int, Reason]]:
    """Rules that hold for a window containing ``day`` and would lift the matter above ``level``.

    Windows that contain the day of the newest event are enough: every other window was examined when its own newest
    event joined. A rule that once held holds for every larger set of events, so order of arrival does not matter up to
    ``holdings.RECENT_EVENTS`` events of a matter (ADR 0002).
    """
    for rule in policy.matter_rule:
        least = Level.parse(rule.level)
        if least > level and matter.events >= rule.min_events and len(matter.sources) >= rule.min_sources:
            reason = _holds(matter, day.toordinal(), rule)
            if reason is not None:
                yield int(least), reason


def _holds(matter: Matter, day: int, rule: MatterRule) -> Reason | None:
    near = [s for s in matter.recent if abs(s.day - day) < rule.window_days]
    for first in near:
        if first.day > day:
            break
        window = [s for s in near if first.day <= s.day < first.day + rule.window_days]
        if _enough(window, rule):
            text = rule.text.format(
                window=rule.window_days,
                events=len(window),
                sources=_distinct(window, "source"),
                counties=_distinct(window, "county"),
            )
            return Reason(rule.code, text, "rule")
    return None


def _enough(window: list[Sighting], rule: MatterRule) -> bool:
    return (
        len(window) >= rule.min_events
        and _distinct(window, "source") >= rule.min_sources
        and _distinct(window, "side") >= rule.min_sides
        and _distinct(window, "county") >= rule.min_counties
    )


def _distinct(window: list[Sighting], attribute: str) -> int:
    return len({getattr(sighting, attribute) for sighting in window})
