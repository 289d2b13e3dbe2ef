"""Fixtures for every test: one real Kafka and one real PostgreSQL a session, fresh topics and databases a test."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.kafka.jars import JarsMissing
from infra.kafka.java import JavaMissing
from infra.kafka.local import LocalKafka
from infra.kafka.node import KafkaError
from infra.settings import PREFIX, Settings
from tests.services.availability import unavailable
from tests.services.kafka import temporary_kafka
from tests.services.postgres import PostgresCluster, PostgresUnavailable

for _size in ("COLUMNS", "LINES"):  # parallel runs set them, and would fix the width of every table at 80 columns
    os.environ.pop(_size, None)


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_developer() -> Iterator[None]:
    """Tests see no FUYUAN_… variable of the shell they are started from (FUYUAN_KAFKA_LIBS, where the jars are, stays)."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(PREFIX) and name != "FUYUAN_KAFKA_LIBS"]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def kafka() -> Iterator[LocalKafka]:
    """One real broker for the whole session; tests that restart or kill it must leave it running."""
    with temporary_kafka() as cluster:
        try:
            cluster.start()
        except (KafkaError, JavaMissing, JarsMissing) as missing:
            unavailable("Kafka", missing)
        yield cluster


@pytest.fixture
def kafka_prefix() -> str:
    """A prefix no other test uses, for topics and consumer groups on the shared broker."""
    return f"t{secrets.token_hex(4)}."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a home of its own, no .env file, and no Kafka."""
    return Settings(_env_file=None, home=tmp_path, kafka_bootstrap="127.0.0.1:1")


@pytest.fixture
def kafka_settings(kafka: LocalKafka, kafka_prefix: str, tmp_path: Path) -> Settings:
    """Settings for the session's broker with a prefix of its own; topics are made by `ensure_topics(kafka_settings)`."""
    return Settings(_env_file=None, home=tmp_path, kafka_bootstrap=kafka.bootstrap, kafka_prefix=kafka_prefix)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    """One real PostgreSQL server for the whole session; tests that kill it must start it again."""
    try:
        cluster = PostgresCluster()
        cluster.start()
    except PostgresUnavailable as missing:
        unavailable("PostgreSQL", missing)
    yield cluster
    cluster.remove()


@pytest.fixture
def postgres_url(postgres: PostgresCluster) -> Iterator[str]:
    """The address of an empty database."""
    url = postgres.new_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'fuyuan.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, on SQLite and then on PostgreSQL."""
    return request.getfixturevalue(f"{request.param}_url")
