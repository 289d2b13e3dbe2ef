"""Whom an event is about: its enterprise and project as fields and text name them, and which known ones they are.

Resolution has three steps, so that the first needs no memory and the middle one can be a look-up in a store: ``named_in`` reads the event
(ASSESS does; ``naming`` is what it passes on), ``Named.lookups`` says under which keys known names are to be fetched, ``resolve`` decides.
"""

from collections.abc import Sequence
from typing import NamedTuple

from risk_model.linking.joining import (
    NO_LINK,
    PROJECT_TEXT,
    TOKEN,
    Clue,
    Link,
    decide_links,
    enterprise_clues,
    project_clues,
)
from risk_model.linking.joining import PROJECT as PROJECT_FIELD
from risk_model.linking.keys import subject_party
from risk_model.linking.told import Named, Told, named_in_all, told
from risk_model.names.book import NameBook
from risk_model.names.known import ENTERPRISE, NEW, PROJECT, Known
from risk_model.names.likeness import DEVELOPMENT
from risk_model.names.mentions import mentioned_enterprises, mentioned_projects
from risk_model.names.places import PlaceNames
from risk_model.names.thresholds import LinkageTable
from schemas.assessed import Assessed
from schemas.identifiers import derived_id
from schemas.naming import EnterpriseName, Naming, ProjectName

_BUILDS = ("房地产", "置业", "地产", "置地", "房产", "城投", "城市建设投资")
_SERVES_BUILDERS = ("经纪", "中介", "物业", "评估", "代理", "营销", "策划", "咨询", "顾问", "信息", "广告")


class Resolved(NamedTuple):
    """Known enterprise and project of an event, and how they are to be written down.

    Attributes:
        enterprise, project: verdicts, the best of each kind.
        proposals: what a person should be asked, beyond those.
        enterprise_name, project_name: names to write down: from a field, or from a text that names them in full or in quotation
            marks; None where there is none.
    """

    enterprise: Link
    project: Link
    proposals: tuple[Link, ...]
    enterprise_name: EnterpriseName | None
    project_name: ProjectName | None

    @property
    def firms(self) -> tuple[Link, ...]:
        """Verdicts on enterprises among the proposals."""
        return tuple(link for link in self.proposals if not _of_project(link))

    @property
    def development(self) -> Link:
        """The known project that is the same one or another phase of the same development, surest first."""
        if self.project.verdict == "join":
            return self.project
        related = [link for link in (self.project, *self.proposals) if link.relation == DEVELOPMENT]
        return max(related, key=lambda link: link.strength, default=NO_LINK)


def named_in(dispute: Assessed, places: PlaceNames) -> Named:
    """What an event says of its subject."""
    return named_in_all([told(dispute)], places)[0]


def namings(events: Sequence[Told], places: PlaceNames) -> list[Naming]:
    """What ASSESS reads of the names of each event of a batch, and passes on."""
    return [_passed_on(named) for named in named_in_all(events, places)]


def naming(dispute: Assessed, places: PlaceNames) -> Naming:
    """What ASSESS reads of one event's names, and passes on."""
    return namings([told(dispute)], places)[0]


def _passed_on(named: Named) -> Naming:
    others = tuple(sorted(named.others)) if named.others else ()
    keys, mentioned = named.lookups()
    return Naming(named.enterprise, named.project, named.in_full, named.quoted, others, keys, mentioned)


def named_by(dispute: Assessed, read: Naming) -> Named:
    """What an event says of its subject, from what ASSESS read."""
    party = subject_party(dispute.type, dispute.parties)
    return Named(
        dispute.place.county,
        read.enterprise,
        party.token if party else None,
        read.project,
        f"{dispute.title}。{dispute.narrative}" if read.mentioned else "",
        read.in_full,
        read.quoted,
        frozenset(read.others),
        read.mentioned,
        read.keys,
    )


def resolve(named: Named, known: Sequence[Known], places: PlaceNames, table: LinkageTable) -> Resolved:
    """Which known enterprise and project an event is about.

    Args:
        named: what the event says.
        known: what was found under ``named.lookups()``.
        places: region words.
        table: thresholds.
    """
    enterprise, clues = named.enterprise, list[Clue]()
    spoken = enterprise
    if enterprise is not None:
        clues = enterprise_clues(enterprise, named.token, named.county, known, table)
    else:
        mentioned = [n for n in mentioned_enterprises(named.text, known, places) if n.brand not in named.others]
        for name in (*named.in_full, *mentioned):
            clues += enterprise_clues(name, None, named.county, known, table, in_text=True)
        enterprise = named.in_full[0] if len({n.core for n in named.in_full}) == 1 else None
        spoken = enterprise or (mentioned[0] if mentioned else None)
    if named.token is not None:
        clues += [Clue(TOKEN, one.target, 1.0) for one in known if one.token == named.token]
    firms = decide_links(clues, table)
    firm = firms[0] if firms else NO_LINK
    builder = None
    if spoken is not None and builds(spoken):
        builder = firm.target if firm.verdict == "join" else NEW if firm.verdict == "none" and enterprise else None
    clues = []
    if named.project is not None:
        clues = project_clues(named.project, named.county, known, table, builder)
    else:
        for mention in (*named.quoted, *mentioned_projects(named.text, known, places)):
            clues += project_clues(mention, named.county, known, table, builder, in_text=True)
    sites = decide_links(clues, table)
    site = sites[0] if sites else NO_LINK
    proposals = tuple(link for link in (*firms[1:], *sites[1:]) if link.verdict == "propose")
    return Resolved(firm, site, proposals, enterprise, named.project or next(iter(named.quoted), None))


def _of_project(link: Link) -> bool:
    return bool({PROJECT_FIELD, PROJECT_TEXT}.intersection(link.kinds))


def builds(name: EnterpriseName) -> bool:
    """Whether an enterprise by its name develops real estate."""
    trade = name.trade
    return any(word in trade for word in _BUILDS) and not any(word in trade for word in _SERVES_BUILDERS)


def written_down(named: Named, resolved: Resolved, enterprise: str | None, project: str | None) -> list[Known]:
    """What is to be known after an event: its names under the ids that were decided or newly given.

    Args:
        named: what the event says.
        resolved: what was decided.
        enterprise: id; None where the event has none.
        project: id; None where the event has none.
    """
    known: list[Known] = []
    counties = (named.county,)
    if enterprise is not None:
        name = resolved.enterprise_name
        known.append(Known(enterprise, ENTERPRISE, name, (), counties, named.token))
    if project is not None:
        builders = (enterprise,) if enterprise and resolved.enterprise_name and builds(resolved.enterprise_name) else ()
        site = resolved.project_name
        known.append(Known(project, PROJECT, None, (site,) if site else (), counties, None, builders))
    return known


class Settled(NamedTuple):
    """Ids of the enterprise and the project of an event; None where it has none."""

    enterprise: str | None
    project: str | None


NOBODY = Settled(None, None)


def settle(
    book: NameBook, named: Named, resolved: Resolved, dispute_id: str, table: LinkageTable, earlier: Settled = NOBODY
) -> Settled:
    """Give an event its enterprise and project, known or new, and write down what is learnt of them.

    Args:
        book: with what was found under ``named.lookups()``; it learns the event's names.
        named: what the event says.
        resolved: what was decided.
        dispute_id: ids of a new enterprise or project are derived from it.
        table: thresholds.
        earlier: of an event that this one refers to; it decides where the event itself names nobody.
    """
    enterprise, project = chosen(resolved, dispute_id)
    enterprise = enterprise or earlier.enterprise
    if project is None and resolved.development.strength < table.propose:
        project = earlier.project
    for known in written_down(named, resolved, enterprise, project):
        book.add(known)
    return Settled(enterprise, project)


def chosen(resolved: Resolved, dispute_id: str) -> Settled:
    """Enterprise and project that an event itself names: known ones that it joins, or new ones."""
    return Settled(
        _chosen(resolved.enterprise, resolved.enterprise_name, "enterprise", dispute_id),
        _chosen(resolved.project, resolved.project_name, "project", dispute_id),
    )


def _chosen(link: Link, name: EnterpriseName | ProjectName | None, kind: str, dispute_id: str) -> str | None:
    if link.verdict == "join":
        return link.target
    return derived_id(kind, dispute_id) if name is not None else None
