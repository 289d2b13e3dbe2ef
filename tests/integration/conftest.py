"""The API on an empty store of either kind, for the tests that only read and label."""

from collections.abc import Iterator

import httpx
import pytest

from infra.settings import Settings
from tests.services.api import running_api
from tests.services.seeding import Seeded


@pytest.fixture
def store(database_url: str, settings: Settings) -> Iterator[Seeded]:
    """A migrated store with nothing in it."""
    seeded = Seeded(database_url, settings)
    yield seeded
    seeded.close()


@pytest.fixture
def api(store: Seeded, settings: Settings, database_url: str) -> Iterator[httpx.Client]:
    """The API on that store, without Kafka."""
    with running_api(settings.model_copy(update={"database_url": database_url})) as client:
        yield client
