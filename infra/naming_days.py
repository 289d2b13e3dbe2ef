"""Names of the city at the end of a day: what each county's book knew by then, and what was united before."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from infra.store.rows import rows_among
from infra.store.slices import load_alerts, load_families, load_keys, load_plan_versions, load_proposals_of
from infra.store.tables import ReadTables
from risk_model.alerts.raising import matter_alert_id
from risk_model.linking.identifying import FIRM, known_by
from risk_model.names.across import Across, Groups, city_lookups, united_across
from risk_model.names.book import NameBook
from risk_model.names.keys import scope
from risk_model.names.known import ENTERPRISE, Known
from risk_model.names.thresholds import LinkageTable
from risk_model.state import State
from schemas.domain_events import NameLearnt

_learnt = msgspec.json.Decoder(NameLearnt)


class CityNames(NamedTuple):
    """What a day's news of names says of enterprises of different counties.

    Attributes:
        found: who is one, and who may be.
        united: id to the id of what it was united with before.
        known: every enterprise concerned.
        taught: by enterprise the first event of the day that taught of it.
    """

    found: list[Across]
    united: dict[str, str]
    known: tuple[Known, ...]
    taught: dict[str, str]

    def groups(self) -> Groups:
        """Enterprises by what stood for them before."""
        return Groups(self.united, self.known)


def city_names(
    connection: Connection, tables: ReadTables, day: date, counties: Iterable[str], table: LinkageTable
) -> CityNames:
    """Enterprises of several counties that are one by what was known at the end of a day.

    Args:
        connection: for reading.
        tables: read models.
        day: all counties that are waited for have closed it.
        counties: codes of the registry's counties.
        table: thresholds.
    """
    t = tables.learnt_names
    taught: dict[str, str] = {}
    query = select(t.c.target, t.c.dispute_id).where(t.c.day == day.isoformat()).order_by(t.c.target, t.c.dispute_id)
    for target, dispute_id in connection.execute(query):
        taught.setdefault(target, dispute_id)
    changed = [one for one in _as_of(connection, tables, taught, day) if one.kind == ENTERPRISE]
    if not changed:
        return CityNames([], {}, (), {})
    keys = {key for one in changed for key in city_lookups(one).named}
    scoped = {scope(county) + key for county in counties for key in keys}
    near = {target for (target,) in rows_among(connection, tables.name_keys, "key", scoped, "target")}
    united, members = _united(connection, tables, near | {one.target for one in changed})
    known = tuple(_as_of(connection, tables, members, day))
    book = NameBook()
    for one in known:
        if one.kind == ENTERPRISE:
            book.add(one)
    found = united_across(changed, book, Groups(united, known), table)
    return CityNames(found, united, known, taught)


def _as_of(connection: Connection, tables: ReadTables, targets: Iterable[str], day: date) -> list[Known]:
    """Enterprises and projects as they were known at the end of a day, in the order of their ids."""
    wanted = list(targets)
    if not wanted:
        return []
    rows = rows_among(
        connection, tables.learnt_names, "target", wanted, "target", "day", "dispute_id", "county", "state"
    )
    found: dict[str, Known] = {}
    for target, since, _, county, state in sorted(rows, key=lambda row: row[:3]):
        if since <= day.isoformat():
            new = known_by(_learnt.decode(bytes(state)), county)
            found[target] = new if target not in found else found[target].together(new)
    return [known for _, known in sorted(found.items())]


def _united(connection: Connection, tables: ReadTables, targets: set[str]) -> tuple[dict[str, str], set[str]]:
    """What stands for these, and all that were united with one of them."""
    names = tables.known_names
    united: dict[str, str] = {}
    members, asked = set(targets), set[str]()
    while new := members - asked:
        asked |= new
        for key in ("target", "united"):
            for target, into in rows_among(connection, names, key, list(new), "target", "united"):
                members.add(target)
                if into is not None:
                    united[target] = into
                    members.add(into)
    return united, members


def load_united(connection: Connection, tables: ReadTables, state: State, names: CityNames) -> None:
    """Matters of the enterprises concerned, with all that merging them needs."""
    if not names.found:
        return
    groups = names.groups()
    concerned = {groups.root(one) for across in names.found for one in (across.one, across.other)}
    keys = {FIRM + known.target for root in concerned for known in groups.members(root)}
    load_keys(connection, tables, state, keys)
    load_families(connection, tables, state, {state.keys[key] for key in keys if key in state.keys})
    load_alerts(connection, tables, state, {matter_alert_id(matter) for matter in state.matters} - state.alerts.keys())
    load_plan_versions(connection, tables, state, state.alerts)
    load_proposals_of(connection, tables, state, state.matters)
