"""Controlling groups (同一控制关系): the entities under one control, how it is known, and their matters."""

from datetime import date

import msgspec
from sqlalchemy import Connection, select

from infra.store.exposures import control_around, troubles_of
from infra.store.queries.families import families_of
from infra.store.rows import among
from infra.store.tables import reads
from risk_model.entities import Matter
from risk_model.exposure.distress import Fate
from risk_model.exposure.graph import DEVELOPS, OWNER
from risk_model.exposure.settings import SystemicTable
from risk_model.exposure.spreading import controlled
from schemas.domain_events import ExposureFound
from schemas.relations import RELATION_KINDS

MOST_MATTERS = 100
MOST_EVENTS = 200  # newest events of a matter that tell whom it is about
_PERSON = "person:"
_WORDS = {OWNER: RELATION_KINDS[OWNER], DEVELOPS: "开发"}
_matter = msgspec.json.Decoder(Matter)
_found = msgspec.json.Decoder(ExposureFound)


class GroupMember(msgspec.Struct, frozen=True):
    """An enterprise or project of a group: key of the exposure graph and name."""

    key: str
    name: str


class Control(msgspec.Struct, frozen=True):
    """A relation that makes the group: who controls (a person has no name), what, and the dispute events that say so."""

    kind: str
    from_key: str
    from_name: str
    to_key: str
    to_name: str
    dispute_ids: list[str]


class Group(msgspec.Struct, frozen=True):
    """Entities under one control. ``group_id`` is the smallest key of its enterprises and projects.

    Attributes:
        matters: of its entities, gravest and newest first, at most ``MOST_MATTERS``; those that are part of another are left out.
        alert_ids: of the systemic findings about it.
    """

    group_id: str
    name: str
    members: list[GroupMember]
    control: list[Control]
    matters: list[Matter]
    alert_ids: list[str]


def group_by_key(connection: Connection, key: str, day: date, table: SystemicTable) -> Group | None:
    """The group of an entity.

    Args:
        connection: to the store.
        key: of the exposure graph, such as ``enterprise:`` and a token.
        day: relations count until ``relation_days`` after they were last stated.
        table: ``[systemic]``.

    Returns:
        None when no relation names the entity, or it is a person.
    """
    kind, _, said = key.partition(":")
    said = said.rpartition(":")[2] if kind in ("project", "site") else said
    coded = kind in ("enterprise", "project")
    codes, names = ({said}, set[str]()) if coded else (set[str](), {said})
    since = date.fromordinal(day.toordinal() - table.relation_days)
    graph = control_around(connection, reads, since, codes, names, table.most_owned)
    fate = Fate(graph, day.toordinal(), table)
    node = graph.find(key)
    if node is None or key.startswith(_PERSON):
        return None
    nodes = controlled(fate, node)
    keys = {graph.keys[part] for each in nodes for part in graph.parts(each)}
    members = [GroupMember(graph.keys[n], graph.name(n)) for n in nodes if not graph.keys[n].startswith(_PERSON)]
    control = [
        Control(
            step.kind,
            graph.keys[n],
            graph.name(n),
            graph.keys[step.other],
            graph.name(step.other),
            sorted(step.link.dispute_ids),
        )
        for n in nodes
        for step in graph.steps(n, fate.related_since)
        if step.forward and step.kind in _WORDS
    ]
    hidden = [_anonymous(one) for one in control]
    found = _matters(connection, keys, {member.name for member in members} - {""})
    alerts = _alerts(connection, {member.key for member in members})
    return Group(members[0].key, _named(graph.name(node), members), members, hidden, found, alerts)


def entity_keys(connection: Connection, matter_id: str) -> list[str]:
    """Keys of the exposure graph of the entities that a matter is about: enterprises by code first, then as its newest events name them."""
    k, d = reads.matter_keys, reads.disputes
    parts = [*families_of(connection, [matter_id])]
    keys = connection.execute(select(k.c.key).where(among(connection, k.c.matter_id, parts)).order_by(k.c.key))
    coded = [f"enterprise:{key.partition(':')[2]}" for key in keys.scalars() if key.startswith("uscc:")]
    newest = select(d.c.dispute_id).where(among(connection, d.c.matter_id, parts)).order_by(d.c.occurred_us.desc())
    told = troubles_of(connection, reads, list(connection.execute(newest.limit(MOST_EVENTS)).scalars()))
    ends = [end for trouble in told for end in (trouble.about, trouble.project) if end is not None]
    return list(dict.fromkeys([*coded, *(key for end in ends if (key := end.code_key or end.name_key))]))


def _matters(connection: Connection, keys: set[str], names: set[str]) -> list[Matter]:
    """Matters of entities: by their codes, and those whose events name them as these relations do."""
    k, m, d, t = reads.matter_keys, reads.matters, reads.disputes, reads.exposure_troubles
    tokens = [f"uscc:{key.partition(':')[2]}" for key in keys if key.startswith("enterprise:")]
    ids = set(connection.execute(select(k.c.matter_id).where(among(connection, k.c.key, tokens))).scalars())
    named = among(connection, t.c.about_name, sorted(names)) | among(connection, t.c.project_name, sorted(names))
    about = select(d.c.matter_id).join(t, t.c.dispute_id == d.c.dispute_id).where(named, d.c.matter_id.is_not(None))
    ids.update(connection.execute(about.distinct()).scalars())
    query = select(m.c.state).where(among(connection, m.c.matter_id, sorted(ids)), m.c.merged_into.is_(None))
    query = query.order_by(m.c.level.desc(), m.c.last_us.desc(), m.c.matter_id).limit(MOST_MATTERS)
    return [_matter.decode(bytes(state)) for state in connection.execute(query).scalars()]


def _alerts(connection: Connection, keys: set[str]) -> list[str]:
    states = connection.execute(select(reads.exposures.c.state)).scalars()
    found = (_found.decode(bytes(state)) for state in states)
    return sorted({event.alert_id for event in found if not keys.isdisjoint(event.group)})


def _anonymous(control: Control) -> Control:
    """The relation with a person as no more than a person."""
    if not control.from_key.startswith(_PERSON):
        return control
    return Control(control.kind, "person", "自然人", control.to_key, control.to_name, control.dispute_ids)


def _named(name: str, members: list[GroupMember]) -> str:
    several = f"等 {len(members)} 个主体" if len(members) > 1 else ""
    return f"{name}{several}"
