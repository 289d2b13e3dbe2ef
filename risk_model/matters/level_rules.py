"""Level rules of a matter: so many events, sources, sides, counties, people and marked events within a window; by whom it is led."""

from collections.abc import Iterator
from datetime import date

from risk_model.entities import Matter, Sighting
from risk_model.policy import MatterRule, Policy, Season
from risk_model.state import State
from schemas.levels import Level
from schemas.reasons import Reason


def head(state: State, matter_id: str) -> Matter:
    """The matter that stands by itself and that this one is, or is part of."""
    matter = state.matters[matter_id]
    while matter.merged_into is not None:
        matter = state.matters[matter.merged_into]
    return matter


def due_rules(matter: Matter, day: date | None, level: int, policy: Policy) -> Iterator[tuple[int, Reason]]:
    """Rules that hold for a window containing ``day`` (any window when None) and would lift the matter above ``level``.

    Windows that contain the day of the newest event are enough: every other window was examined when its own newest
    event joined. People are those of the whole matter, so a rule that asks for people looks at every window. A rule that
    once held holds for every larger set of events, so order of arrival does not matter up to ``holdings.RECENT_EVENTS``
    events of a matter (ADR 0002). What was settled when an official downgraded or closed the matter no longer counts.
    """
    people = matter.people if matter.people > matter.settled_people else 0
    for rule in policy.matter_rule:
        if (
            matter.events >= rule.min_events
            and len(matter.sources) >= rule.min_sources
            and people >= rule.min_people
            and (not rule.categories or matter.category in rule.categories)
            and (least := Level.parse(rule.level)) > level
        ):
            anywhere = day is None or rule.min_people > 0
            reason = _holds(matter, None if anywhere or day is None else day.toordinal(), rule, policy.season)
            if reason is not None:
                yield int(least), reason


def standing(matter: Matter, level: int, policy: Policy) -> tuple[int, list[Reason]]:
    """Level of all that a matter holds, and the rules that lift it above ``level``: for what merging and splitting brought together."""
    held = list(due_rules(matter, None, level, policy))
    return max([level, *(of_rule for of_rule, _ in held)]), [reason for _, reason in held]


def peak(matter: Matter) -> int:
    """Highest level of a matter's events that were not settled; 0 when there are none."""
    if not matter.settled:
        return matter.peak
    return max((sighting.level for sighting in _counted(matter)), default=0)


def _counted(matter: Matter) -> list[Sighting]:
    if not matter.settled:
        return matter.recent
    settled = set(matter.settled)
    return [sighting for sighting in matter.recent if sighting.dispute_id not in settled]


def _holds(matter: Matter, day: int | None, rule: MatterRule, seasons: tuple[Season, ...]) -> Reason | None:
    least = Level.parse(rule.event_level)
    near = [s for s in _counted(matter) if s.level >= least and (day is None or abs(s.day - day) < rule.window_days)]
    if not _enough(near, rule):
        return None  # no part of these is enough then
    for first in near:
        if day is not None and first.day > day:
            break
        window = [s for s in near if first.day <= s.day < first.day + rule.window_days]
        season = _season(window, rule, seasons)
        if season is not None and _enough(window, rule):
            text = rule.text.format(
                window=rule.window_days,
                events=len(window),
                sources=_distinct(window, "source"),
                counties=_distinct(window, "county"),
                people=matter.people,
                marked=_marked(window, rule),
                season=season,
            )
            return Reason(rule.code, text, "rule")
    return None


def _enough(window: list[Sighting], rule: MatterRule) -> bool:
    return (
        len(window) >= rule.min_events
        and _distinct(window, "source") >= rule.min_sources
        and _distinct(window, "side") >= rule.min_sides
        and _distinct(window, "county") >= rule.min_counties
        and (not rule.marks or _marked(window, rule) >= rule.min_marked)
    )


def _season(window: list[Sighting], rule: MatterRule, seasons: tuple[Season, ...]) -> str | None:
    """Name of the season that an event of the window is in, empty when the rule asks for none; None when it asks in vain."""
    if not rule.seasons:
        return ""
    for season in seasons:
        if season.name in rule.seasons:
            for first, last in season.days:
                if any(first.toordinal() <= s.day <= last.toordinal() for s in window):
                    return season.name
    return None


def _marked(window: list[Sighting], rule: MatterRule) -> int:
    wanted = set(rule.marks)
    return sum(1 for sighting in window if not wanted.isdisjoint(sighting.marks))


def _distinct(window: list[Sighting], attribute: str) -> int:
    return len({getattr(sighting, attribute) for sighting in window})
