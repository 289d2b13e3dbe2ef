"""Real Kafka for tests: the same LocalKafka that `make demo` runs, in a folder of its own, on free ports."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra import ports
from infra.kafka.jars import jars_folder
from infra.kafka.local import LocalKafka

REPOSITORY = Path(__file__).resolve().parents[2]


@contextmanager
def temporary_kafka(nodes: int = 1) -> Iterator[LocalKafka]:
    """Give a cluster that is not started yet; stop it and delete its folder at the end."""
    home = Path(tempfile.mkdtemp(prefix="fuyuan-kafka-"))
    libs = jars_folder(REPOSITORY / ".fuyuan")
    cluster = LocalKafka(home, nodes, ports.free_ports(1)[0], libs=libs)
    try:
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)
