"""Whom a new dispute event is about, by the names known in its county: the keys it is filed by, and what was learnt.

Only names decide here, and only those of the event's own county: its stream alone is in a fixed order (ADR 0002). So a batch can be
identified first, in order, and what its keys lead to can then be fetched at once.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from risk_model.linking.joining import Link
from risk_model.linking.naming import Resolved, builds, chosen, named_by, resolve, written_down
from risk_model.names.book import Lookups, NameBook
from risk_model.names.keys import scope
from risk_model.names.known import ENTERPRISE, PROJECT, Known
from risk_model.names.likeness import DEVELOPMENT, SAME
from risk_model.rules import Rules
from schemas.assessed import Assessed
from schemas.domain_events import NameLearnt
from schemas.identifiers import derived_id

FIRM, SITE, SUM, DEVELOPMENT_OF = "firm:", "site:", "sum:", "dev:"
"""Kinds of keys: a known enterprise, a known project, the same sum in the same township and category; and the development whose phases are
related, by which nothing is joined."""


class Identified(NamedTuple):
    """An event and whom it is about.

    Attributes:
        dispute: with the keys it is to be filed by, strongest first, and without the names that were read.
        learnt: what the county's book of names learns from it.
        links: of each key that a name led to, how surely and why.
        asked: known enterprises and projects that it may be about, not surely enough: (key, link).
        builder: whether its enterprise builds its project, so that both are one file.
        phase: whether its project is another phase of a known development: a file of its own.
        before: keys of names as earlier releases filed by.
    """

    dispute: Assessed
    learnt: tuple[NameLearnt, ...] = ()
    links: Mapping[str, Link] = MappingProxyType({})
    asked: tuple[tuple[str, Link], ...] = ()
    builder: bool = False
    phase: bool = False
    before: tuple[str, ...] = ()

    def filed_by(self, keys: tuple[str, ...]) -> "Identified":
        """The same event, to be filed by these keys."""
        return self._replace(dispute=msgspec.structs.replace(self.dispute, link_keys=keys))

    @property
    def keys(self) -> Iterable[str]:
        """Every key that may lead to a matter that the decision needs."""
        return (*self.dispute.link_keys, *self.before, *(key for key, _ in self.asked))


def lookups(dispute: Assessed) -> Lookups | None:
    """Keys under which known names are to be fetched for an event; None where ASSESS read none."""
    read = dispute.naming
    return None if read is None else Lookups(read.keys, read.mentioned).within(scope(dispute.place.county))


def identify(book: NameBook, dispute: Assessed, rules: Rules, wanted: Lookups | None = None) -> Identified:
    """Whom an event is about.

    Args:
        book: holds what was found under ``lookups(dispute)``; it learns the event's names.
        dispute: as ASSESS wrote it.
        rules: thresholds and region words.
        wanted: ``lookups(dispute)``, where they are at hand.
    """
    read, wanted = dispute.naming, wanted or lookups(dispute)
    if read is None or wanted is None:
        return Identified(dispute)
    county, table = dispute.place.county, rules.policy.linkage
    near = {one.target: one for one in book.find(wanted)}
    before = tuple(key for key in dispute.link_keys if key.startswith(("project:", "name:")))
    if not (near or read.enterprise or read.project or read.in_full or read.quoted):
        own = tuple(key for key in dispute.link_keys if key not in before) + _sum_key(dispute, table.sum_digits)
        return Identified(msgspec.structs.replace(dispute, link_keys=own, naming=None), before=before)
    named = named_by(dispute, read)
    resolved = resolve(named, list(near.values()), rules.places, table)
    enterprise, project = chosen(resolved, dispute.dispute_id)
    development = _development(book, resolved, project, table.join)
    written = written_down(named, resolved, enterprise, project)
    if development is not None and development != project:
        written = [one._replace(development=development) if one.target == project else one for one in written]
    told: dict[str, Known] = {}
    for one in (*written, *_met(dispute.category, enterprise, project, development, near)):
        told[one.target] = told[one.target].together(one) if one.target in told else one
    known = [one for one in told.values() if book.learns(one)]
    for one in known:
        book.add(one, scope(county))
    links = dict[str, Link]()
    keys = [key for key in dispute.link_keys if key.startswith("uscc:")]
    for kind, target, link in ((SITE, project, resolved.project), (FIRM, enterprise, resolved.enterprise)):
        if target is not None:
            keys.append(kind + target)
            if link.target == target:
                links[kind + target] = link
    keys += [key for key in dispute.link_keys if key.startswith("case:")]
    keys += _sum_key(dispute, table.sum_digits)
    keys += [DEVELOPMENT_OF + development] if development is not None else []
    asked = [(FIRM, resolved.enterprise), (SITE, resolved.project)]
    asked += [(FIRM if link in resolved.firms else SITE, link) for link in resolved.proposals]
    built = enterprise is not None and resolved.enterprise_name is not None and builds(resolved.enterprise_name)
    other = resolved.development
    keys += _implied(dispute.category, enterprise, development, near)
    return Identified(
        msgspec.structs.replace(dispute, link_keys=tuple(keys), naming=None),
        tuple(_learnt(one) for one in known),
        links,
        tuple((kind + target, link) for kind, link in asked if _to_ask(link) and (target := link.target)),
        built and project is not None,
        other.relation == DEVELOPMENT and other.strength >= table.join,
        before,
    )


def _development(book: NameBook, resolved: Resolved, project: str | None, join: float) -> str | None:
    """Development of an event's project, by the first project known of it; a new one is named by its own first project."""
    near = resolved.development
    if near.target is None or near.strength < join:
        return project
    return book[near.target].development or near.target


def _met(
    category: str, enterprise: str | None, project: str | None, development: str | None, near: Mapping[str, Known]
) -> list[Known]:
    """What an event that names an enterprise and a development says of both: that they met in a category."""
    if enterprise is None or development is None:
        return []
    return [
        Known(one, kind, met=(f"{category}|{other}",))
        for one, kind, other in ((development, PROJECT, enterprise), (enterprise, ENTERPRISE, development))
        if one in near or one in (enterprise, project)
    ]


def _implied(category: str, enterprise: str | None, development: str | None, near: Mapping[str, Known]) -> list[str]:
    """Keys of whom an event does not name: the one that all earlier events of its category named with what it does name."""
    if (enterprise is None) == (development is None):
        return []
    said = near.get(enterprise or development or "")
    if said is None:
        return []
    other = said.only(category)
    if other is None and said.enterprise is not None and builds(said.enterprise):
        other = said.sole  # a project company is founded for one development
    if other is None:
        return []
    return [(DEVELOPMENT_OF if development is None else FIRM) + other]


def _to_ask(link: Link) -> bool:
    return link.verdict == "propose" and link.relation == SAME


def _sum_key(dispute: Assessed, digits: int) -> tuple[str, ...]:
    """Key of a sum that is told exactly: reports of one category in one township that name it are of one dispute."""
    township, amount = dispute.place.township, dispute.amount_fen
    if not amount or township is None or len(str(amount).rstrip("0")) < digits:
        return ()
    return (f"{SUM}{township}:{dispute.category}:{amount}",)


def _learnt(one: Known) -> NameLearnt:
    project = one.projects[0] if one.projects else None
    developer = one.developers[0] if one.developers else None
    met = one.met[0] if one.met else None
    return NameLearnt(one.target, one.kind, one.enterprise, project, one.token, developer, one.development, met)


def known_by(learnt: NameLearnt, county: str) -> Known:
    """What is known of an enterprise or a project by one fact."""
    projects = (learnt.project,) if learnt.project else ()
    developers = (learnt.developer,) if learnt.developer else ()
    of, met = learnt.development, (learnt.met,) if learnt.met else ()
    return Known(
        learnt.target, learnt.kind, learnt.enterprise, projects, (county,), learnt.token, developers, (), of, met
    )


def pair_id(one: str, other: str) -> str:
    """Id of the proposal that two files, or a file and an event, are one."""
    return derived_id("proposal", *sorted((one, other)))
