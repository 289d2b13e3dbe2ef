"""Signed artifacts in the store: put there once, found by version by every worker, verified again each time they are read."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, insert, select, update

from infra.model_artifact import Artifact
from infra.model_keys import TrustedKeys
from infra.model_store import LoadedModel, open_serving
from infra.store.event_log import micros, write_transaction
from infra.store.queries.models import stored_artifact
from infra.store.schema import at_head
from infra.store.tables import model_artifacts as table
from risk_model.scoring.manifest import Manifest


class RegistryError(RuntimeError):
    """The registry cannot do what was asked; the message says why and what to do."""

    for_operator = True


class Outcome(StrEnum):
    """What registering came to."""

    NEW = "new"
    KNOWN = "known"
    SIGNED_ANEW = "signed_anew"


def check_schema(engine: Engine) -> None:
    """RegistryError unless the database has this release's schema."""
    if not at_head(engine):
        raise RegistryError("数据库结构不是本版本的，请先运行 fuyuan store upgrade / run fuyuan store upgrade first")


def register(
    engine: Engine, artifact: Artifact, trusted: TrustedKeys, by: str, now: datetime
) -> tuple[Manifest, Outcome]:
    """Put an artifact into the store after every check; one that is there already stays, with the newest signature.

    Raises:
        ModelRefused: the artifact may not be used here.
        RegistryError: another artifact has this version.
    """
    manifest = open_serving(artifact, trusted, "待登记的模型").manifest
    with write_transaction(engine) as connection:
        known = connection.execute(
            select(table.c.manifest, table.c.signature).where(table.c.version == manifest.version)
        ).one_or_none()
        if known is None:
            row = {
                "version": manifest.version,
                "sha256": manifest.model_sha256,
                "manifest": artifact.manifest,
                "model": artifact.model,
                "signature": artifact.signature,
                "reference": artifact.reference,
                "registered_by": by,
                "registered_us": micros(now),
            }
            connection.execute(insert(table), [row])
            return manifest, Outcome.NEW
        if bytes(known.manifest) != artifact.manifest:
            raise RegistryError(
                f"版本 {manifest.version} 已登记，但清单不同（训练说明、阈值或评估被改过）：一个版本只能有一份清单，请用已登记的，或重新训练出新版本 "
                "/ this version is registered with another manifest: use that one, or train a new version"
            )
        if bytes(known.signature) == artifact.signature:
            return manifest, Outcome.KNOWN
        connection.execute(
            update(table).where(table.c.version == manifest.version).values(signature=artifact.signature)
        )
        return manifest, Outcome.SIGNED_ANEW


def read_stored(connection: Connection, version: str) -> Artifact:
    """Bytes of a registered artifact; RegistryError when there is none of this version."""
    artifact = stored_artifact(connection, version)
    if artifact is None:
        raise RegistryError(
            f"没有登记过模型 {version}；请用 fuyuan model list 核对，或 fuyuan model register 登记 "
            "/ no model of this version is registered: see fuyuan model list, or register it"
        )
    return artifact


def load_stored(engine: Engine, version: str, trusted: TrustedKeys) -> LoadedModel:
    """A registered model, verified as if it came from a stranger.

    Raises:
        RegistryError: there is none of this version.
        ModelRefused: it may not be used here.
    """
    with engine.connect() as connection:
        artifact = read_stored(connection, version)
    return open_serving(artifact, trusted, f"已登记的模型 {version}")
