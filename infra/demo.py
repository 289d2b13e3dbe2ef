"""The demonstration: a fictional city's reports through a real Kafka, both workers and the API, then what came of them."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, func, select

from infra import ports
from infra.kafka.clients import durable_producer
from infra.kafka.jars import jars_folder
from infra.kafka.local import LocalKafka
from infra.kafka.topics import DISPUTE_REPORTED, ensure_topics
from infra.settings import Settings, load_settings
from infra.simulation.simulate import SimRecord
from infra.store.engine import open_engine
from infra.store.schema import upgrade
from infra.store.tables import reads
from infra.supervisor import Child, Supervisor, python_module


@dataclass(frozen=True)
class Line:
    """The whole line, running: its settings, its store, and the workers."""

    settings: Settings
    engine: Engine
    workers: Supervisor


@dataclass
class Stages:
    """Messages through each stage. ``known`` is what the inbox recognised as sent before."""

    published: int = 0
    accepted: int = 0
    quarantined: int = 0

    def settled(self, unique: int, malformed: int) -> bool:
        """Whether every distinct event is stored and every malformed message is set aside."""
        return self.accepted >= unique and self.quarantined >= malformed


@contextmanager
def running_line(base: Settings, *, fresh: bool = True) -> Iterator[Line]:
    """Local Kafka, ASSESS, WATCH and the API on free ports, in ``<home>/demo``; everything ends with the block.

    Args:
        base: settings of the installation; its home holds Kafka's jars.
        fresh: begin with an empty store and an empty Kafka.
    """
    home = base.home / "demo"
    if fresh:
        shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    kafka = LocalKafka(home, libs=jars_folder(base.home))
    try:
        bootstrap = kafka.start()
        api_port = base.api_port if ports.is_free(base.api_port) else ports.free_ports(1)[0]
        settings = load_settings(
            home=home, kafka_bootstrap=bootstrap, database_url=f"sqlite:///{home / 'fuyuan.db'}", api_port=api_port
        )
        engine = open_engine(settings.database_url)
        upgrade(engine)
        ensure_topics(settings)
        env = {
            "FUYUAN_HOME": str(home),
            "FUYUAN_KAFKA_BOOTSTRAP": bootstrap,
            "FUYUAN_DATABASE_URL": settings.database_url,
            "FUYUAN_API_PORT": str(api_port),
            "FUYUAN_WORKER_INSTANCE": "1",
        }
        logs = home / "logs"
        logs.mkdir(exist_ok=True)
        children = [
            Child(name, python_module(module), env=env, output=logs / f"{name}.log")
            for name, module in (("assess", "streams.assess"), ("watch", "streams.watch"), ("api", "api"))
        ]
        with Supervisor(children) as workers:
            yield Line(settings, engine, workers)
    finally:
        kafka.stop()


def publish(settings: Settings, records: Iterator[SimRecord], rate: float = 0.0) -> Iterator[SimRecord]:
    """Send records to the reported topic, at most ``rate`` a second (0: as fast as Kafka takes them); yields each one sent.

    Raises:
        kafka.errors.KafkaError: a record could not be made durable.
    """
    producer = durable_producer(settings, linger_ms=20)
    topic = settings.kafka_name(DISPUTE_REPORTED)
    started, sent = time.monotonic(), 0
    futures = []
    try:
        for record in records:
            futures.append(producer.send(topic, key=record.key, value=record.value))
            sent += 1
            if rate and (ahead := sent / rate - (time.monotonic() - started)) > 0:
                time.sleep(ahead)
            if len(futures) >= 5000:
                _confirm(futures)
            yield record
        producer.flush()
        _confirm(futures)
    finally:
        producer.close()


def _confirm(futures: list) -> None:
    """Wait until Kafka has acknowledged these sends; a failed one raises."""
    for future in futures:
        future.get(timeout=120)
    futures.clear()


def stored(engine: Engine) -> tuple[int, int]:
    """Disputes accepted and messages quarantined so far."""
    with engine.connect() as connection:
        accepted = connection.execute(select(func.count()).select_from(reads.disputes)).scalar_one()
        quarantined = connection.execute(select(func.count()).select_from(reads.quarantine)).scalar_one()
    return int(accepted), int(quarantined)


def default_start() -> datetime:
    """First day of the demonstration."""
    raise NotImplementedError


def demo_home(base: Settings) -> Path:
    """Folder of the demonstration's store, Kafka and logs."""
    return base.home / "demo"
