"""Lists of enterprises and projects, such as a housing department's register: which rows are one, and what else is near."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from risk_model.linking.joining import Link, decide_links, enterprise_clues, project_clues
from risk_model.names.addresses import address_key
from risk_model.names.book import Lookups, NameBook
from risk_model.names.enterprises import read_enterprise
from risk_model.names.keys import ADDRESS, enterprise_lookups, project_lookups
from risk_model.names.known import ENTERPRISE, PROJECT, Known
from risk_model.names.places import PlaceNames
from risk_model.names.projects import read_project
from risk_model.names.script import normal_form
from risk_model.names.thresholds import LinkageTable
from schemas.naming import ProjectName


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


def place_rows(rows: Iterable[Row], places: PlaceNames, table: LinkageTable) -> Iterator[Placed]:
    """Which enterprise or project each row is: one of an earlier row, or a new one.

    Args:
        rows: in the order of the list.
        places: region words.
        table: thresholds.
    """
    book = NameBook()
    developments: dict[str, str] = {}
    builders: dict[str, str | None] = {}  # by the name as the list writes it
    for row in rows:
        if row.kind == ENTERPRISE:
            yield _enterprise(row, book, places, table)
        else:
            yield _project(row, book, developments, builders, places, table)


def _enterprise(row: Row, book: NameBook, places: PlaceNames, table: LinkageTable) -> Placed:
    name = read_enterprise(row.name, places)
    if name is None:
        return Placed(row, None, None, ())
    others = [other.core for alias in row.aliases if (other := read_enterprise(alias, places)) is not None]
    name = name._replace(former=tuple(dict.fromkeys((*name.former, *others))))
    known = book.find(Lookups(enterprise_lookups(name), ()))
    links = decide_links(enterprise_clues(name, None, row.county, known, table), table)
    target = _joined(links) or f"e{row.number}"
    book.add(Known(target, ENTERPRISE, name, (), _counties(row)))
    return Placed(row, target, None, tuple(links))


def _project(
    row: Row,
    book: NameBook,
    developments: dict[str, str],
    builders: dict[str, str | None],
    places: PlaceNames,
    table: LinkageTable,
) -> Placed:
    written = normal_form(row.developer)
    if written and written not in builders:
        placed = _enterprise(Row(row.number, ENTERPRISE, row.developer, row.county), book, places, table)
        builders[written] = placed.target
    developer = builders.get(written)
    name = _read(row, places)
    if name is None:
        return Placed(row, None, None, ())
    address = address_key(row.address, places) if row.address else ""
    keys = (*project_lookups(name), ADDRESS + address) if address else project_lookups(name)
    known = book.find(Lookups(keys, ()))
    links = decide_links(project_clues(name, row.county, known, table, developer, address=address), table)
    target = _joined(links) or f"p{row.number}"
    near = [link for link in links if link.strength >= table.join and link.target in developments]
    development = developments.get(target) or next((developments[link.target or ""] for link in near), target)
    developments.setdefault(target, development)
    built_by = (developer,) if developer else ()
    at = (address,) if address else ()
    of = development if development != target else None
    book.add(Known(target, PROJECT, None, (name,), _counties(row), None, built_by, at, of))
    return Placed(row, target, development, tuple(links))


def _read(row: Row, places: PlaceNames) -> ProjectName | None:
    within = places.whole(row.county) if row.county else ()
    name = read_project(row.name, places, within)
    if name is None:
        return None
    if name.lead and len(name.base) <= _SHORT and within and len(min(within)) < len(min(name.places, default="")):
        name = name._replace(base=name.lead + name.base, lead="")  # in a city's list 顺德 tells 顺德南湖花园 from another 南湖花园
    if row.phase and not name.phases:
        phase = row.phase if row.phase.endswith("期") else f"{row.phase}期"
        phased = read_project(f"{name.base}{phase}", places)
        name = name._replace(phases=phased.phases if phased else ())
    others = [other.base for alias in row.aliases if (other := read_project(alias, places, within)) is not None]
    aliases = tuple(dict.fromkeys((*name.aliases, *(other for other in others if other != name.base))))
    return name._replace(aliases=aliases)


def _joined(links: list[Link]) -> str | None:
    return links[0].target if links and links[0].verdict == "join" else None


def _counties(row: Row) -> tuple[str, ...]:
    return (row.county,) if row.county else ()
