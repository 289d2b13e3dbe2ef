"""Nothing lost, nothing twice: the whole line on a real Kafka and PostgreSQL, with workers and servers killed in mid-flow.

Every run must come to the same store as the undisturbed one: same ids, levels, alerts, counts; the malformed in quarantine.
"""

import random
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.kafka.local import LocalKafka
from infra.settings import Settings
from infra.store.event_log import verify_chain
from infra.store.rebuild import rebuild
from tests.services.line import Line, city, malformed, play, running
from tests.services.postgres import PostgresCluster

EVENTS = 20_000
RATE = 2_000.0  # published a second, so that kills fall into the flow
KILLS = 6

pytestmark = [pytest.mark.timeout(420), pytest.mark.postgres]


@pytest.fixture(scope="module")
def records():
    """The same 20,000 records for every run: 3 % re-sent, 2 % malformed."""
    return city(EVENTS)


@pytest.fixture
def line_settings(kafka: LocalKafka, tmp_path: Path) -> Settings:
    """Settings with topics of their own."""
    return Settings(
        _env_file=None, home=tmp_path, kafka_bootstrap=kafka.bootstrap, kafka_prefix=f"n{secrets.token_hex(4)}."
    )


@pytest.fixture(scope="module")
def undisturbed(kafka: LocalKafka, postgres: PostgresCluster, records, tmp_path_factory) -> Iterator[str]:
    """Digest of a run in which nothing goes wrong."""
    home = tmp_path_factory.mktemp("undisturbed")
    settings = Settings(
        _env_file=None, home=home, kafka_bootstrap=kafka.bootstrap, kafka_prefix=f"u{secrets.token_hex(4)}."
    )
    url = postgres.new_database()
    with running(settings, url, home / "logs") as line:
        play(line, records, rate=0)
        line.wait_settled(records)
        digest = line.digest()
        check(line, records, digest)
        yield digest
    postgres.drop_database(url)


def check(line: Line, records, expected: str) -> None:
    """The store is the undisturbed one, quarantine holds exactly the malformed, the chain is intact."""
    assert line.quarantined() == malformed(records)
    assert line.digest() == expected
    with line.engine.connect() as connection:
        assert verify_chain(connection) > EVENTS


def test_workers_killed(undisturbed: str, records, line_settings: Settings, postgres_url: str, tmp_path: Path) -> None:
    """Each worker is killed at random moments while events flow, and restarted."""
    chance = random.Random(5)
    moments = sorted(chance.sample(range(1_000, EVENTS - 500), KILLS))
    with running(line_settings, postgres_url, tmp_path / "logs") as line:
        killed = []

        def kill(sent: int) -> None:
            if moments and sent >= moments[0]:
                name = "watch-1" if len(killed) % 2 == 0 else "assess-1"
                try:
                    line.workers.kill(name)
                except LookupError:  # still coming back from the last kill: strike a little later
                    moments[0] = sent + 500
                else:
                    killed.append(name)
                    moments.pop(0)

        play(line, records, RATE, kill)
        line.wait_settled(records)
        assert len(killed) >= 5
        check(line, records, undisturbed)
        assert rebuild(line.engine).same
        assert line.digest() == undisturbed


def test_servers_restarted(
    undisturbed: str,
    records,
    line_settings: Settings,
    postgres_url: str,
    kafka: LocalKafka,
    postgres: PostgresCluster,
    tmp_path: Path,
) -> None:
    """The broker, and later the database, is killed and started again in mid-flow."""

    def restart_kafka() -> None:
        kafka.kill(1)
        kafka.start()

    def restart_postgres() -> None:
        postgres.kill()
        postgres.start()

    restarts = (once_at(EVENTS // 3, restart_kafka), once_at(2 * EVENTS // 3, restart_postgres))
    with running(line_settings, postgres_url, tmp_path / "logs") as line:
        play(line, records, RATE, lambda sent: [restart(sent) for restart in restarts])
        line.wait_settled(records)
        check(line, records, undisturbed)


def test_two_workers_share_and_take_over(
    undisturbed: str, records, line_settings: Settings, postgres_url: str, tmp_path: Path
) -> None:
    """Two workers of each kind share six partitions; one of each is killed for good, the others take over."""
    with running(line_settings, postgres_url, tmp_path / "logs", each=2, restarts=False) as line:

        def kill() -> None:
            line.workers.kill("watch-1")
            line.workers.kill("assess-2")

        play(line, records, RATE, once_at(EVENTS // 2, kill))
        line.wait_settled(records)
        check(line, records, undisturbed)


def once_at(number: int, act: Callable[[], None]) -> Callable[[int], None]:
    """A callback that acts once, when so many records were sent.

    It acts in the main thread: the servers are tied to the life of the thread that starts them.
    """
    left = [act]

    def meanwhile(sent: int) -> None:
        if sent >= number and left:
            left.pop()()

    return meanwhile
