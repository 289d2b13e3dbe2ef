"""Which matters are part of a matter, directly or through another."""

from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement, Connection, literal, select

from infra.store.rows import among
from infra.store.tables import reads


def family_of(connection: Connection, matter_id: str) -> list[str]:
    """A matter and all that are part of it, by id."""
    return sorted(families_of(connection, [matter_id]))


def within(connection: Connection, column: Column[str], matter_id: str) -> ColumnElement[bool]:
    """Condition that a column names a matter or one that is part of it: what began with a part is the whole's now."""
    return among(connection, column, family_of(connection, matter_id))


def families_of(connection: Connection, matter_ids: Iterable[str]) -> dict[str, str]:
    """Of these matters and all that are part of them: the one of ``matter_ids`` each belongs to."""
    m = reads.matters
    first = select(m.c.matter_id.label("part"), m.c.matter_id.label("whole")).where(
        among(connection, m.c.matter_id, sorted(set(matter_ids)))
    )
    family = first.cte("family", recursive=True)
    family = family.union_all(select(m.c.matter_id, family.c.whole).where(m.c.merged_into == family.c.part))
    return {row.part: row.whole for row in connection.execute(select(family.c.part, family.c.whole))}


def head_of(connection: Connection, matter_id: str) -> str:
    """The matter that stands by itself and that this one is, or is part of."""
    m = reads.matters
    up = select(m.c.matter_id, m.c.merged_into).where(m.c.matter_id == literal(matter_id)).cte("up", recursive=True)
    up = up.union_all(select(m.c.matter_id, m.c.merged_into).where(m.c.matter_id == up.c.merged_into))
    found = connection.execute(select(up.c.matter_id).where(up.c.merged_into.is_(None))).scalar()
    return matter_id if found is None else str(found)
