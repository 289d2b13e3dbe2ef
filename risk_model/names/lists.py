"""Lists of enterprises and projects, such as a housing department's register: which rows are one, and what else is near."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from risk_model.linking.joining import Link, decide_links, enterprise_clues, project_clues
from risk_model.names.addresses import address_key
from risk_model.names.book import Lookups, NameBook
from risk_model.names.enterprises import read_enterprise
from risk_model.names.keys import ADDRESS, enterprise_lookups, project_lookups
from risk_model.names.known import ENTERPRISE, PROJECT, Known
from risk_model.names.likeness import DEVELOPMENT
from risk_model.names.numerals import NUMERAL
from risk_model.names.places import Codes, PlaceNames, trimmed
from risk_model.names.projects import names_one, read_project
from risk_model.names.script import normal_form
from risk_model.names.thresholds import LinkageTable
from schemas.naming import ProjectName
from schemas.reasons import Reason

_ONE_PLACE = "同一名单"
_CITY = 4  # digits of a city's code
_SHORT = 4  # characters of a name that estates of several counties may bear


class Row(NamedTuple):
    """A row of a list.

    Attributes:
        number: of the row in its file.
        kind: ``ENTERPRISE`` or ``PROJECT``.
        name: as written.
        county: code or name of the county; empty when unsaid.
        aliases: other names (案名, 备案名, 曾用名).
        phase: 期, where a column of its own has it.
        developer: enterprise that builds the project; empty when unsaid.
        address: where the project stands; empty when unsaid.
    """

    number: int
    kind: str
    name: str
    county: str = ""
    aliases: tuple[str, ...] = ()
    phase: str = ""
    developer: str = ""
    address: str = ""


class Placed(NamedTuple):
    """Where a row belongs.

    Attributes:
        row: the row.
        target: id of the enterprise or project, derived from the first row that names it; None for a name that names nobody.
        development: of a project: id that all phases of the development share.
        links: verdicts on what was known before, the one joined first.
    """

    row: Row
    target: str | None
    development: str | None
    links: tuple[Link, ...]


def place_rows(rows: Iterable[Row], places: PlaceNames, table: LinkageTable) -> list[Placed]:
    """Which enterprise or project each row is: one of another row, or a new one.

    A list is read whole: first the rows that say most, so that a short name is measured against all who may be called so, whatever the order of
    the list.

    Args:
        rows: of one list.
        places: region words.
        table: thresholds.
    """
    read = [row._replace(county=_county(row.county, places)) for row in rows]
    if not any(row.county for row in read):  # a list that says no county is of one place
        read = [row._replace(county=_ONE_PLACE) if row.kind == PROJECT else row for row in read]
    order = sorted(range(len(read)), key=lambda at: _says(read[at], places))
    ledger = _Ledger(places, table)
    placed = {at: ledger.place(read[at]) for at in order}
    return ledger.named([placed[at] for at in range(len(read))])


def _county(county: str, places: PlaceNames) -> str:
    """Code of a county however it is written (金水区, 郑州市金水区); the text where that is none, or is ambiguous."""
    codes = _region(county, places)
    return f"{codes[0]:0<6}" if len(codes) == 1 and codes[0] else county


def _region(county: str, places: PlaceNames) -> Codes:
    """Codes of a county's name or code, without trailing zeros."""
    return (trimmed(county),) if county.isdecimal() else places.whole(normal_form(county)) if county else ()


def _says(row: Row, places: PlaceNames) -> tuple[bool, bool, int]:
    """The less the later: names as registered, rows with other names, long ones."""
    name = read_enterprise(row.name, places) if row.kind == ENTERPRISE else None
    return (
        not (name is not None and name.registered and not name.branch),
        not (row.aliases or row.developer),
        -len(normal_form(row.name)),
    )


class _Ledger:
    """What the rows that were placed say; a row that is two known developments makes them one."""

    def __init__(self, places: PlaceNames, table: LinkageTable) -> None:
        self._places, self._table, self._book = places, table, NameBook()
        self._builders: dict[str, str | None] = {}  # by the name as the list writes it
        # project: a project of the same development, itself where it stands for all
        self._developments: dict[str, str] = {}

    def place(self, row: Row) -> Placed:
        """Write a row down and say where it belongs."""
        return self._enterprise(row) if row.kind == ENTERPRISE else self._project(row)

    def named(self, placed: list[Placed]) -> list[Placed]:
        """The same rows, every enterprise, project and development named by its first row in the list."""
        of = [None if one.development is None else self._root(one.development) for one in placed]
        targets, developments = dict[str, str](), dict[str, str]()
        for one, development in zip(placed, of, strict=True):
            letter = "e" if one.row.kind == ENTERPRISE else "p"
            if one.target is not None:
                targets.setdefault(one.target, f"{letter}{one.row.number}")
            if one.target is not None and development is not None:
                developments.setdefault(development, targets[one.target])
        return [
            Placed(
                one.row,
                targets.get(one.target or ""),
                developments.get(development or ""),
                tuple(link._replace(target=targets.get(link.target or "", link.target)) for link in one.links),
            )
            for one, development in zip(placed, of, strict=True)
        ]

    def _enterprise(self, row: Row) -> Placed:
        name = read_enterprise(row.name, self._places)
        if name is None:
            return Placed(row, None, None, ())
        read = [read_enterprise(alias, self._places) for alias in row.aliases]
        others = [other.core for other in read if other is not None]
        name = name._replace(former=tuple(dict.fromkeys((*name.former, *others))))
        known = self._book.find(Lookups(enterprise_lookups(name), ()))
        links = decide_links(enterprise_clues(name, None, row.county, known, self._table), self._table)
        here = tuple(code[:_CITY] for code in _region(row.county, self._places))
        if here and not (_joined(links) or name.places or name.registered):
            # of several, the one of the list's own city
            seated = name._replace(places=here)
            again = decide_links(enterprise_clues(seated, None, row.county, known, self._table), self._table)
            links = again if _joined(again) else links
        target = _joined(links) or f"e{row.number}"
        self._book.add(Known(target, ENTERPRISE, name, (), _counties(row)))
        return Placed(row, target, None, tuple(links))

    def _project(self, row: Row) -> Placed:
        developer = self._developer(row)
        name = _read(row, self._places)
        if name is None:
            return Placed(row, None, None, ())
        address = address_key(row.address, self._places) if row.address else ""
        keys = (*project_lookups(name), ADDRESS + address) if address else project_lookups(name)
        known = self._book.find(Lookups(keys, ()))
        clues = project_clues(name, row.county, known, self._table, developer, address=address)
        links = decide_links(clues, self._table)
        if row.county == _ONE_PLACE:
            links = [link._replace(reasons=tuple(map(_of_one_list, link.reasons))) for link in links]
        target = _joined(links) or f"p{row.number}"
        self._developments.setdefault(target, target)
        for link in links:
            if link.target in self._developments and link.strength >= self._table.join and link.relation == DEVELOPMENT:
                self._unite(target, link.target)
        of = self._root(target)
        built_by, at = (developer,) if developer else (), (address,) if address else ()
        self._book.add(
            Known(target, PROJECT, None, (name,), _counties(row), None, built_by, at, of if of != target else None)
        )
        return Placed(row, target, target, tuple(links))

    def _developer(self, row: Row) -> str | None:
        """Who builds a row's project; one name is one enterprise throughout a list."""
        written = normal_form(row.developer)
        if written and written not in self._builders:
            placed = self._enterprise(Row(row.number, ENTERPRISE, row.developer, row.county))
            self._builders[written] = placed.target
        return self._builders.get(written)

    def _root(self, project: str) -> str:
        while self._developments[project] != project:
            project = self._developments[project]
        return project

    def _unite(self, one: str, other: str) -> None:
        self._developments[self._root(one)] = self._root(other)


def _read(row: Row, places: PlaceNames) -> ProjectName | None:
    within = _region(row.county, places)
    name = read_project(row.name, places, within)
    if name is None:
        return None
    if within and len(name.base) <= _SHORT and len(min(within)) < len(min(name.places, default="")):
        # in a city's list 顺德 tells 顺德南湖花园 from another 南湖花园
        word = places.lead(name.text, within).words[-1:]
        if word and not word[0].endswith(("市", "区", "县", "旗")):
            name = name._replace(base=word[0] + name.base, lead="")
    name = _phased(name, row.phase, places)
    others = [other.base for alias in row.aliases if (other := read_project(alias, places, within)) is not None]
    aliases = tuple(
        dict.fromkeys((*name.aliases, *(other for other in others if other != name.base and names_one(other))))
    )
    return name._replace(aliases=aliases)


def _phased(name: ProjectName, phase: str, places: PlaceNames) -> ProjectName:
    """The name with what a column of its own says of phase and part: 一期, 2, 3#地块, 二标段."""
    told = normal_form(phase)
    if not told:
        return name
    read = read_project(name.base + (f"{told}期" if re.fullmatch(f"{NUMERAL}(?:和{NUMERAL})*", told) else told), places)
    if read is None or read.base != name.base:
        return name
    return name._replace(phases=name.phases or read.phases, part=name.part or read.part)


def _of_one_list(reason: Reason) -> Reason:
    return Reason(reason.code, reason.text.replace("同一县区", _ONE_PLACE), reason.source)


def _joined(links: list[Link]) -> str | None:
    return links[0].target if links and links[0].verdict == "join" else None


def _counties(row: Row) -> tuple[str, ...]:
    return (row.county,) if row.county else ()
