"""Read models of the exposure graph: what was stated and what happened, by the day it became known; and what was found."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, func, or_, select

from infra.store.rows import among, upsert_rows
from infra.store.tables import ReadTables
from risk_model.exposure.entities import PROJECT, End, Stated, Trouble
from risk_model.exposure.graph import OWNER, ExposureGraph
from risk_model.state import State
from schemas.domain_events import ExposureFound

_json = msgspec.json.Encoder()
_found = msgspec.json.Decoder(ExposureFound)


def save_exposures(connection: Connection, tables: ReadTables, state: State) -> None:
    """Store what the fold learnt of the graph and what was found."""
    numbers: dict[str, int] = {}
    relations = []
    for stated in state.new_stated:
        number = numbers[stated.dispute_id] = numbers.get(stated.dispute_id, 0) + 1
        relations.append(_relation_row(stated, number))
    upsert_rows(connection, tables.exposure_relations, relations)
    upsert_rows(connection, tables.exposure_troubles, [_trouble_row(trouble) for trouble in state.new_troubles])
    found = [_finding_row(state, event) for _, event in sorted(state.new_exposures.items())]
    upsert_rows(connection, tables.exposures, found)


def load_exposures(connection: Connection, tables: ReadTables, state: State) -> set[str]:
    """Every finding, with its stream version; ids of their alerts."""
    table = tables.exposures
    for data, version in connection.execute(select(table.c.state, table.c.version)):
        event = _found.decode(data)
        state.exposures[event.finding_id] = event
        state.versions[f"exposure-{event.finding_id}"] = version
    return {event.alert_id for event in state.exposures.values()}


def known_between(
    connection: Connection, tables: ReadTables, after: date, until: date, since: tuple[date, date]
) -> Iterator[Stated | Trouble]:
    """What became known after one day and until another.

    Args:
        connection: to the store.
        tables: read models.
        after: day of the counties' clocks that is known already.
        until: last day that is wanted.
        since: days from which relations and troubles are of interest.
    """
    relations, troubles = tables.exposure_relations, tables.exposure_troubles
    for table, oldest in ((relations, since[0]), (troubles, since[1])):
        query = select(table).where(
            table.c.known_on > after.isoformat(),
            table.c.known_on <= until.isoformat(),
            table.c.day > oldest.isoformat(),
        )
        for row in connection.execute(query.execution_options(yield_per=5000)):
            yield _stated(row) if table is relations else _trouble(row)


def control_around(
    connection: Connection, tables: ReadTables, since: date, codes: set[str], names: set[str], most_owned: int
) -> ExposureGraph:
    """Who controls whom and who develops what, around some entities: what their group follows from, and no more of the graph.

    Args:
        connection: to the store.
        tables: read models.
        since: day from which statements count.
        codes: tokens of enterprises, numbers of projects.
        names: names as written.
        most_owned: whoever owns more makes no group; nothing is looked up beyond it.
    """
    graph, seen, asked = ExposureGraph(), (set[str](), set[str]()), (codes, names)
    r, t = tables.exposure_relations.c, tables.exposure_troubles.c
    while asked[0] or asked[1]:
        seen = (seen[0] | asked[0], seen[1] | asked[1])
        about = [among(connection, c, sorted(asked[0])) for c in (r.start_code, r.end_code)]
        about += [among(connection, c, sorted(asked[1])) for c in (r.start_name, r.end_name)]
        stated = [
            _stated(row)
            for row in connection.execute(
                select(tables.exposure_relations).where(r.kind == OWNER, r.day > since.isoformat(), or_(*about))
            )
        ]
        built = [among(connection, c, sorted(asked[0])) for c in (t.about_code, t.project_code)]
        built += [among(connection, c, sorted(asked[1])) for c in (t.about_name, t.project_name)]
        project = t.project_code.is_not(None) | t.project_name.is_not(None)
        heard = [
            _trouble(row)
            for row in connection.execute(
                select(tables.exposure_troubles).where(project, t.day > since.isoformat(), or_(*built))
            )
        ]
        owned = Counter(one.start for one in stated)
        ends = [end for one in stated if owned[one.start] <= most_owned for end in (one.start, one.end)]
        ends += [end for one in heard for end in (one.about, one.project) if end is not None]
        for one in stated:
            graph.state(one)
        for trouble in heard:
            graph.hear(trouble)
        asked = ({end.code for end in ends} - seen[0] - {""}, {end.name for end in ends} - seen[1] - {""})
    return graph


def troubles_of(connection: Connection, tables: ReadTables, dispute_ids: list[str]) -> list[Trouble]:
    """What these dispute events say happened to whom, newest first."""
    t = tables.exposure_troubles
    query = select(t).where(among(connection, t.c.dispute_id, dispute_ids)).order_by(t.c.day.desc(), t.c.dispute_id)
    return [_trouble(row) for row in connection.execute(query)]


def known_count(connection: Connection, tables: ReadTables, until: date) -> int:
    """How many relations and troubles were known by a day."""
    total = 0
    for table in (tables.exposure_relations, tables.exposure_troubles):
        query = select(func.count()).select_from(table).where(table.c.known_on <= until.isoformat())
        total += int(connection.execute(query).scalar_one())
    return total


def _relation_row(stated: Stated, number: int) -> dict[str, Any]:
    return {
        "dispute_id": stated.dispute_id,
        "number": number,
        "known_on": _iso(stated.known_on),
        "day": _iso(stated.day),
        "county": stated.start.county,
        "kind": stated.kind,
        "start_kind": stated.start.kind,
        "start_code": stated.start.code,
        "start_name": stated.start.name,
        "end_kind": stated.end.kind,
        "end_code": stated.end.code,
        "end_name": stated.end.name,
        "amount_fen": stated.amount_fen,
    }


def _trouble_row(trouble: Trouble) -> dict[str, Any]:
    project = trouble.project
    return {
        "dispute_id": trouble.dispute_id,
        "known_on": _iso(trouble.known_on),
        "day": _iso(trouble.day),
        "county": trouble.county,
        "type": trouble.type,
        "category": trouble.category,
        "source": trouble.source,
        "level": trouble.level,
        "about_kind": trouble.about.kind,
        "about_code": trouble.about.code,
        "about_name": trouble.about.name,
        "project_code": project.code if project else None,
        "project_name": project.name if project else None,
        "people": trouble.people,
        "claimants": " ".join(trouble.claimants),
    }


def _finding_row(state: State, event: ExposureFound) -> dict[str, Any]:
    return {
        "finding_id": event.finding_id,
        "alert_id": event.alert_id,
        "kind": event.kind,
        "level": event.level,
        "county": event.county,
        "day": event.day.isoformat(),
        "version": state.versions[f"exposure-{event.finding_id}"],
        "state": _json.encode(event),
    }


def _stated(row: Any) -> Stated:
    start = End(row.start_kind, row.start_code, row.start_name, row.county)
    end = End(row.end_kind, row.end_code, row.end_name, row.county)
    return Stated(row.dispute_id, row.kind, start, end, row.amount_fen, _ordinal(row.day), _ordinal(row.known_on))


def _trouble(row: Any) -> Trouble:
    project = None if row.project_name is None else End(PROJECT, row.project_code, row.project_name, row.county)
    return Trouble(
        row.dispute_id,
        row.type,
        row.category,
        row.source,
        row.level,
        row.county,
        End(row.about_kind, row.about_code, row.about_name, row.county),
        project,
        row.people,
        tuple(row.claimants.split()),
        _ordinal(row.day),
        _ordinal(row.known_on),
    )


def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
