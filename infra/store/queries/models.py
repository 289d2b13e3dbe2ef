"""Models in the store: their roles, how they came to them, and their artifacts."""

from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from infra.model_artifact import Artifact
from infra.store.event_log import moment
from infra.store.projection import CHALLENGER, CHAMPION
from infra.store.queries.recordings import history
from infra.store.tables import model_artifacts, reads
from schemas.domain_events import DomainEvent

STREAM = "models"
"""Stream of the events that give roles."""


class Roles(NamedTuple):
    """Versions in the two roles; None where nobody has it."""

    champion: str | None
    challenger: str | None


class Registered(msgspec.Struct, frozen=True):
    """An artifact in the store, without its bytes; times are UTC."""

    version: str
    sha256: str
    registered_by: str
    registered_at: datetime


def current_roles(connection: Connection) -> Roles:
    """Roles as the read model has them."""
    t = reads.model_roles
    held = {row.role: row.model for row in connection.execute(select(t.c.role, t.c.model))}
    return Roles(held.get(CHAMPION), held.get(CHALLENGER))


def role_history(connection: Connection) -> list[DomainEvent]:
    """Events of the stream ``models``, oldest first."""
    return [stored.recorded.event for stored in history(connection, STREAM)]


def registered(connection: Connection) -> list[Registered]:
    """Every artifact in the store, newest first."""
    c = model_artifacts.c
    query = select(c.version, c.sha256, c.registered_by, c.registered_us).order_by(c.registered_us.desc(), c.version)
    return [Registered(v, sha256, by, moment(us)) for v, sha256, by, us in connection.execute(query)]


def stored_artifact(connection: Connection, version: str) -> Artifact | None:
    """Bytes of a registered artifact, not verified; None when there is none of this version."""
    c = model_artifacts.c
    columns = (c.manifest, c.model, c.signature, c.reference)
    row = connection.execute(select(*columns).where(c.version == version)).one_or_none()
    return None if row is None else Artifact(*(None if value is None else bytes(value) for value in row))
