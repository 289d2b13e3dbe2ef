"""The whole line for tests: workers under a supervisor, a city published into them, and what the store came to."""

import hashlib
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Engine, select

from infra import clock
from infra.demo import stored
from infra.kafka.topics import DISPUTE_REJECTED, ensure_topics
from infra.rules import load_rules
from infra.settings import Settings
from infra.simulation.publishing import publish
from infra.simulation.simulate import SimRecord, Simulation
from infra.store.digest import content_digest
from infra.store.engine import open_engine
from infra.store.schema import upgrade
from infra.store.tables import reads
from infra.supervisor import Child, Supervisor, python_module
from infra.surveying import Surveyor
from infra.watching import Watch
from risk_model.local_time import local_day
from schemas.domain_events import DisputeQuarantined

REPOSITORY = Path(__file__).resolve().parents[2]


class Line:
    """Workers on one set of topics and one store."""

    def __init__(self, settings: Settings, engine: Engine, workers: Supervisor) -> None:
        self.settings = settings
        self.engine = engine
        self.workers = workers

    def wait_settled(self, records: Sequence[SimRecord], timeout_seconds: float = 240.0) -> None:
        """Wait until every distinct good record is stored and every malformed one is set aside; then close the days.

        How far the surveyor has come at that moment is chance; what it finds is not.
        """
        self.wait_stored(len(distinct(records)), sum(1 for r in records if r.truth.malformed), timeout_seconds)
        rules = load_rules(self.settings)
        watch = Watch(self.engine, rules, self.settings.kafka_name(DISPUTE_REJECTED))
        Surveyor(self.engine, rules, watch).close_until(max(local_day(r.due) for r in records), clock.now())

    def wait_stored(self, accepted: int, quarantined: int, timeout_seconds: float) -> None:
        """Wait until the store holds exactly so many disputes and quarantined messages.

        Raises:
            TimeoutError: with what is missing and how the workers stand.
        """
        wanted = (accepted, quarantined)
        deadline = time.monotonic() + timeout_seconds
        while True:
            try:
                now = stored(self.engine)
            except Exception as away:  # noqa: BLE001  the database may be restarting
                now = (-1, -1)
                reason = repr(away)
            else:
                reason = ""
            if now == wanted:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"stored {now}, expected {wanted}; {reason} {self.workers.status()}")
            time.sleep(0.1)

    def digest(self) -> str:
        """Content digest of the read models."""
        with self.engine.connect() as connection:
            return content_digest(connection, reads)

    def quarantined(self) -> Counter[tuple[str, str]]:
        """(sha256 of the bytes, first reason code) of everything in quarantine."""
        decoder = msgspec.json.Decoder(DisputeQuarantined)
        with self.engine.connect() as connection:
            items = [decoder.decode(data) for data in connection.execute(select(reads.quarantine.c.state)).scalars()]
        return Counter((item.sha256, item.reasons[0].code) for item in items)


def city(count: int, seed: int = 11) -> list[SimRecord]:
    """The first records of a busy city: 3 % re-sent, 2 % malformed."""
    return list(itertools.islice(Simulation(seed, 60, per_day=700.0).records(), count))


def distinct(records: Sequence[SimRecord]) -> set[tuple[str, str]]:
    """Identities of the good records."""
    return {(r.truth.source, r.truth.event_id) for r in records if not r.truth.malformed}


def malformed(records: Sequence[SimRecord]) -> Counter[tuple[str, str]]:
    """(sha256, expected reason code) of the malformed records."""
    return Counter((hashlib.sha256(r.value).hexdigest(), r.truth.reason or "") for r in records if r.truth.malformed)


@contextmanager
def running(
    settings: Settings, database_url: str, logs: Path, *, each: int = 1, restarts: bool = True
) -> Iterator[Line]:
    """``each`` ASSESS and as many WATCH workers on ``settings``' topics and this store; all end with the block."""
    engine = open_engine(database_url)
    upgrade(engine)
    ensure_topics(settings)
    logs.mkdir(parents=True, exist_ok=True)
    env = {
        "FUYUAN_HOME": str(settings.home),
        "FUYUAN_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "FUYUAN_KAFKA_PREFIX": settings.kafka_prefix,
        "FUYUAN_DATABASE_URL": database_url,
        "PYTHONPATH": str(REPOSITORY),
        **({"FUYUAN_ENV": "demo", "FUYUAN_CLOCK_FILE": str(settings.clock_file)} if settings.clock_file else {}),
    }
    children = [
        Child(
            f"{name}-{number}",
            python_module(f"streams.{name}"),
            env={**env, "FUYUAN_WORKER_INSTANCE": str(number)},
            output=logs / f"{name}-{number}.log",
            restarts=restarts,
        )
        for name in ("assess", "watch")
        for number in range(1, each + 1)
    ]
    with Supervisor(children) as workers:
        try:
            yield Line(settings, engine, workers)
        finally:
            engine.dispose()


def play(
    line: Line, records: Sequence[SimRecord], rate: float, meanwhile: Callable[[int], None] = lambda _: None
) -> None:
    """Publish at ``rate`` a second, calling ``meanwhile(number sent)`` after every record."""
    for number, _ in enumerate(publish(line.settings, iter(records), rate), 1):
        meanwhile(number)
