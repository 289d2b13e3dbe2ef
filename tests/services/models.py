"""Small signed artifacts for tests, trained in a second, each with a version of its own; and the commands on one store."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from infra.model_keys import SigningKey, installation_key, trusted_keys
from infra.model_registry import register
from infra.model_roles import GateData, RoleKeeper
from infra.model_saving import TrainingData, save_model
from infra.model_store import read_artifact, sign_artifact
from infra.rules import load_rules
from infra.settings import Settings
from infra.store.queries.models import Roles, current_roles, role_history
from risk_model.promotion import Order
from risk_model.scoring.pipeline import PipelineSettings
from risk_model.scoring.training import FittedModel, train
from tests.examples import labelled

AT = datetime(2026, 3, 1, tzinfo=UTC)
ORDER = Order("张三", AT, "试点")
FORCED = ORDER._replace(override="测试数据太少")


def small_artifact(
    folder: Path, seed: int, home: Path | None = None, key: SigningKey | None = None, prefix: str = ""
) -> str:
    """Write an artifact that depends on the seed, signed by this key or by that of the installation at ``home``.

    ``prefix`` goes before the names of its categories.

    Returns:
        Its version.
    """
    data = TrainingData(f"{seed:064d}", 600, "2025-01-01T00:00:00+00:00", "2025-01-25T00:00:00+00:00", "测试数据 test")
    manifest = save_model(_fitted(seed, prefix), data, folder)
    if key is None:
        assert home is not None, "a key, or the home of one"
        key = installation_key(home)
    sign_artifact(folder, key)
    return manifest.version


@lru_cache(maxsize=8)
def _fitted(seed: int, prefix: str) -> FittedModel:
    examples = [msgspec.structs.replace(e, category=prefix + e.category) for e in labelled(600, seed)]
    return train(examples, seed=seed, settings=PipelineSettings(max_columns=1_000))


class Shop:
    """A store and the commands on it."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        self.trusted = trusted_keys(settings)
        self.gate = load_rules(settings).policy.model.gate

    def keeper(self) -> RoleKeeper:
        """Roles as they are now."""
        return RoleKeeper(self.engine, self.settings, self.trusted)

    def add(self, seed: int) -> str:
        """Register the model of a seed."""
        folder = self.settings.home / f"model{seed}"
        small_artifact(folder, seed, self.settings.home)
        return register(self.engine, read_artifact(folder), self.trusted, "李四", AT)[0].version

    def promote(self, version: str, order: Order = FORCED, data: GateData | None = None):
        """Promote it."""
        return self.keeper().promote(version, order, self.gate, data)

    def roles(self) -> Roles:
        """Of the read model."""
        with self.engine.connect() as connection:
            return current_roles(connection)

    def past(self):
        """Events of the stream."""
        with self.engine.connect() as connection:
            return role_history(connection)
