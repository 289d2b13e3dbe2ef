"""What an event says of its subject: read from its fields, and from its text where they are silent, a batch of events at a time."""

from collections.abc import Sequence
from typing import NamedTuple

from risk_model.linking.keys import subject_party
from risk_model.names.book import Lookups
from risk_model.names.clauses import all_searched
from risk_model.names.enterprises import read_enterprise
from risk_model.names.keys import enterprise_lookups, project_lookups, token_key
from risk_model.names.mentions import mention_keys, named_in_full, named_twice, quoted_projects
from risk_model.names.places import PlaceNames
from risk_model.names.projects import read_project
from risk_model.names.spots import Spotted, spotted
from schemas.assessed import Assessed, AssessedParty, Project
from schemas.naming import EnterpriseName, ProjectName


class Told(NamedTuple):
    """What of an event its names are read from: masked, like everything that leaves ASSESS."""

    type: str
    county: str
    parties: tuple[AssessedParty, ...]
    project: Project | None
    title: str
    narrative: str


def told(dispute: Assessed) -> Told:
    """What of an assessed event its names are read from."""
    place, parties = dispute.place, dispute.parties
    return Told(dispute.type, place.county, parties, dispute.project, dispute.title, dispute.narrative)


class Named(NamedTuple):
    """What an event says of its subject.

    Attributes:
        county: six-digit code.
        enterprise: the responding enterprise's name; None where no field has one.
        token: keyed token of its USCC.
        project: the project's name; None where no field has one.
        text: title and narrative, searched for what the fields do not say.
        in_full: enterprises that the text names as the register does, or more than once, where no field has one.
        quoted: projects that the text puts between quotation marks, where no field has one.
        others: brands of enterprises on the other side, which the event is not about.
        mentioned: keys of what the text may mention, where a field says nothing.
        keys: keys that ASSESS has read of the names; None where they are still to be read.
    """

    county: str
    enterprise: EnterpriseName | None
    token: str | None
    project: ProjectName | None
    text: str
    in_full: tuple[EnterpriseName, ...]
    quoted: tuple[ProjectName, ...]
    others: frozenset[str]
    mentioned: tuple[str, ...] = ()
    keys: tuple[str, ...] | None = None

    def lookups(self) -> Lookups:
        """Keys under which known names are to be fetched."""
        if self.keys is not None:
            return Lookups(self.keys, self.mentioned)
        keys: list[str] = [token_key(self.token)] if self.token is not None else []
        for firm in (self.enterprise, *self.in_full) if self.enterprise else self.in_full:
            keys += enterprise_lookups(firm)
        for site in (self.project, *self.quoted) if self.project else self.quoted:
            keys += project_lookups(site)
        return Lookups(tuple(sorted(set(keys))), self.mentioned)


def named_in_all(events: Sequence[Told], places: PlaceNames) -> list[Named]:
    """What each event of a batch says of its subject: its fields first, and its text only of what they do not say."""
    fields = [_in_fields(event, places) for event in events]
    texts = [f"{event.title}。{event.narrative}" for event in events]
    silent = [row for row, (firm, site, *_) in enumerate(fields) if firm is None or site is None]
    plains = all_searched([texts[row] for row in silent])
    spots = iter(spotted([p for row, p in zip(silent, plains, strict=True) if fields[row].enterprise is None], places))
    searched = [_NOTHING] * len(events)
    for row, plain in zip(silent, plains, strict=True):
        found = next(spots) if fields[row].enterprise is None else Spotted(plain, (), ())
        searched[row] = _in_text(fields[row], texts[row], found, places)
    return [
        Named(event.county, one.enterprise, one.token, one.project, text, in_full, quoted, one.others, mentioned)
        for event, one, text, (in_full, quoted, mentioned) in zip(events, fields, texts, searched, strict=True)
    ]


class _Fields(NamedTuple):
    """What the fields of an event say of its subject; see ``Named``."""

    enterprise: EnterpriseName | None
    project: ProjectName | None
    token: str | None
    others: frozenset[str]


_Searched = tuple[tuple[EnterpriseName, ...], tuple[ProjectName, ...], tuple[str, ...]]
"""Names in full, names between quotation marks and keys of what may be mentioned."""
_NOTHING: _Searched = (), (), ()
_NO_BRANDS: frozenset[str] = frozenset()


def _in_fields(event: Told, places: PlaceNames) -> _Fields:
    party, project, others = subject_party(event.type, event.parties), event.project, _NO_BRANDS
    if beside := [one for one in event.parties if one.kind == "enterprise" and one is not party]:
        names = [read_enterprise(one.name, places) for one in beside]
        others = frozenset([name.brand for name in names if name is not None])
    site = read_project(project.name, places) if project and project.name else None
    if party is None:
        return _Fields(None, site, None, others)
    return _Fields(read_enterprise(party.name, places), site, party.token, others)


def _in_text(fields: _Fields, written: str, text: Spotted, places: PlaceNames) -> _Searched:
    firm, site, _, others = fields
    in_full: tuple[EnterpriseName, ...] = ()
    if firm is None and (names := named_in_full(text, places) or named_twice(text, places)):
        in_full = tuple([name for name in names if name.brand not in others])
    quoted = tuple(quoted_projects(written, places)) if site is None else ()
    return in_full, quoted, mention_keys(text, firm is None, site is None)
