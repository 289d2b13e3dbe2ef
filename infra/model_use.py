"""The model in use, for what looks at it from outside the workers: the promoted one, else that of the settings."""

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from infra.model_artifact import Artifact
from infra.model_keys import TrustedKeys, trusted_keys
from infra.model_registry import read_stored
from infra.model_store import open_artifact, open_serving, read_artifact
from infra.settings import Settings
from infra.store.queries.models import current_roles
from risk_model.scoring.runtime import RiskModel


class UsedModel(NamedTuple):
    """A verified model, and the profile of its training data where there is one."""

    model: RiskModel
    reference: bytes | None


def model_in_use(connection: Connection, settings: Settings) -> UsedModel:
    """The champion of the store; while none was promoted, the model of the settings.

    Raises:
        ModelRefused: it may not be used here.
    """
    trusted, version = trusted_keys(settings), current_roles(connection).champion
    if version is None:
        return model_of(settings.model_dir, trusted)
    artifact = read_stored(connection, version)
    return _used(artifact, open_serving(artifact, trusted, f"现用模型 {version}").model)


def model_of(folder: Path, trusted: TrustedKeys) -> UsedModel:
    """The model of an artifact folder; ModelRefused when it may not be used here."""
    artifact = read_artifact(folder)
    return _used(artifact, open_artifact(artifact, trusted, str(folder)).model)


def _used(artifact: Artifact, model: RiskModel) -> UsedModel:
    return UsedModel(model, artifact.reference)
