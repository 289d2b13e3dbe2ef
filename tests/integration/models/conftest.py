"""An installation with a small model of its own, and a migrated store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.settings import Settings
from infra.store.engine import open_engine
from infra.store.schema import upgrade
from tests.services.models import Shop, small_artifact


@pytest.fixture
def shop(tmp_path: Path, database_url: str) -> Iterator[Shop]:
    """The commands on an empty store of either kind."""
    small_artifact(tmp_path / "base", 1, tmp_path)
    settings = Settings(_env_file=None, home=tmp_path, model_dir=tmp_path / "base", database_url=database_url)
    engine = open_engine(settings.database_url)
    upgrade(engine)
    yield Shop(engine, settings)
    engine.dispose()
