"""Topics of trouble (phrases/topics_*.toml): what can be said about each kind of dispute, and its usual size and place."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infra.simulation.grammar import Sentence, parse

PHRASES = Path(__file__).with_name("phrases")


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of dispute.

    Attributes:
        name: short name; also found by ``topic(name)``.
        category: taxonomy category, the true label of its events.
        weight: expected share of all incidents, relative to the other topics.
        cause: 案由 name.
        subject: a hotline's own classification, coarse to fine.
        trade: trade of the respondent, ``person``, or ``agency:NAME`` for a government office.
        project: whether a building project is concerned.
        claimant: person, enterprise or agency.
        season: kind of ``seasons.season``.
        setting: urban, rural or any.
        people: median and log-sigma of the people concerned.
        amount_yuan: the same of the money; median 0 when there is none.
        risk: low, mid or high: how often it is grave.
        entry: only way it is reported, or None for the category's.
        entry_weights: own entry weights, or None for the category's.
        scenes, details, demands: what is told.
        more_scenes, more_details, more_demands: what else is told of the category, or of any dispute (more.toml); empty where an
            agency reports on its own account.
    """

    name: str
    category: str
    weight: float
    cause: str
    subject: tuple[str, ...]
    trade: str
    project: bool
    claimant: str
    season: str
    setting: str
    people: tuple[float, float]
    amount_yuan: tuple[float, float]
    risk: str
    entry: str | None
    entry_weights: dict[str, float] | None
    scenes: tuple[Sentence, ...]
    details: tuple[Sentence, ...]
    demands: tuple[Sentence, ...]
    more_scenes: tuple[Sentence, ...]
    more_details: tuple[Sentence, ...]
    more_demands: tuple[Sentence, ...]


def _topic(table: dict[str, Any], more: dict[str, Any]) -> Topic:
    category = more.get(table["category"], {}) if table.get("claimant") != "agency" else {}
    anything = more["any"] if category else {}
    return Topic(
        name=table["name"],
        category=table["category"],
        weight=float(table["weight"]),
        cause=table["cause"],
        subject=tuple(table["subject"]),
        trade=table["trade"],
        project=table.get("project", False),
        claimant=table.get("claimant", "person"),
        season=table["season"],
        setting=table.get("setting", "any"),
        people=tuple(table["people"]),
        amount_yuan=tuple(table["amount_yuan"]),
        risk=table["risk"],
        entry=table.get("entry"),
        entry_weights=table.get("entry_weights"),
        scenes=sentences(table["scenes"]),
        details=sentences(table["details"]),
        demands=sentences(table["demands"]),
        more_scenes=sentences(category.get("scenes", [])),
        more_details=sentences(category.get("details", []) + anything.get("details", [])),
        more_demands=sentences(category.get("demands", []) + anything.get("demands", [])),
    )


def sentences(sources: list[str]) -> tuple[Sentence, ...]:
    """Compiled sentences of a list of templates."""
    return tuple(parse(source) for source in sources)


def phrases(name: str) -> dict[str, Any]:
    """Parsed phrase file."""
    return tomllib.loads((PHRASES / name).read_text(encoding="utf-8"))


@cache
def topics() -> tuple[Topic, ...]:
    """All topics, in file and then document order."""
    more = phrases("more.toml")
    files = sorted(PHRASES.glob("topics_*.toml"))
    return tuple(_topic(table, more) for path in files for table in phrases(path.name)["topic"])


@cache
def neighbouring_scenes() -> dict[str, tuple[Sentence, ...]]:
    """For each category, scenes of the categories it is mixed up with (confusable.toml)."""
    by_category: dict[str, list[Sentence]] = {}
    for each in topics():
        if each.claimant != "agency":
            by_category.setdefault(each.category, []).extend(each.scenes)
    return {
        name: tuple(s for other in others for s in by_category[other])
        for name, others in phrases("confusable.toml").items()
    }


def topic(name: str) -> Topic:
    """The topic of a name; KeyError with the known names otherwise."""
    for candidate in topics():
        if candidate.name == name:
            return candidate
    raise KeyError(f"no topic {name!r}; there are {', '.join(t.name for t in topics())}")
