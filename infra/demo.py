"""The demonstration: a fictional city's reports through a real Kafka, both workers and the API, then what came of them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from infra import clock, ports
from infra.demo_days import hold_jobs
from infra.kafka.jars import jars_folder
from infra.kafka.local import LocalKafka
from infra.kafka.topics import ensure_topics
from infra.lease import Lease
from infra.settings import Settings, load_settings
from infra.store.engine import open_engine
from infra.store.schema import upgrade
from infra.store.tables import reads
from infra.supervisor import Child, Supervisor, python_module


@dataclass(frozen=True)
class Line:
    """The whole line, running: its settings, its store, the workers, and the jobs kept from them."""

    settings: Settings
    engine: Engine
    workers: Supervisor
    jobs: list[Lease]


@contextmanager
def running_line(base: Settings, begins: datetime, *, fresh: bool = True) -> Iterator[Line]:
    """Local Kafka, ASSESS, WATCH and the API on free ports, in ``<home>/demo``; everything ends with the block.

    Args:
        base: settings of the installation; its home holds Kafka's jars.
        begins: when the city's time begins, aware: all processes follow a clock that starts there.
        fresh: begin with an empty store and an empty Kafka.
    """
    home = base.home / "demo"
    if fresh:
        shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    file = home / "clock"
    clock.set_clock(file, begins)
    clock.follow(file)
    kafka = LocalKafka(home, libs=jars_folder(base.home))
    try:
        bootstrap = kafka.start()
        api_port = base.api_port if ports.is_free(base.api_port) else ports.free_ports(1)[0]
        settings = load_settings(
            env="demo",
            home=home,
            kafka_prefix="",
            kafka_security_protocol="PLAINTEXT",
            kafka_bootstrap=bootstrap,
            database_url=f"sqlite:///{home / 'fuyuan.db'}",
            api_port=api_port,
            clock_file=file,
        )
        engine = open_engine(settings.database_url)
        upgrade(engine)
        ensure_topics(settings)
        jobs = hold_jobs(engine, "demo")
        env = {
            "FUYUAN_ENV": "demo",
            "FUYUAN_HOME": str(home),
            "FUYUAN_KAFKA_PREFIX": "",
            "FUYUAN_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
            "FUYUAN_KAFKA_BOOTSTRAP": bootstrap,
            "FUYUAN_DATABASE_URL": settings.database_url,
            "FUYUAN_API_PORT": str(api_port),
            "FUYUAN_CLOCK_FILE": str(file),
            "FUYUAN_WORKER_INSTANCE": "1",
        }
        logs = home / "logs"
        logs.mkdir(exist_ok=True)
        children = [
            Child(name, python_module(module), env=env, output=logs / f"{name}.log")
            for name, module in (("assess", "streams.assess"), ("watch", "streams.watch"), ("api", "api"))
        ]
        with Supervisor(children) as workers:
            yield Line(settings, engine, workers, jobs)
    finally:
        clock.follow(None)
        kafka.stop()


def stored(engine: Engine) -> tuple[int, int]:
    """Disputes accepted and messages quarantined so far."""
    with engine.connect() as connection:
        accepted = connection.execute(select(func.count()).select_from(reads.disputes)).scalar_one()
        quarantined = connection.execute(select(func.count()).select_from(reads.quarantine)).scalar_one()
    return int(accepted), int(quarantined)
