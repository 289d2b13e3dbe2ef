"""What the benchmarks share: simulated events, services of their own, processor time of other processes, and how figures are shown."""

import cProfile
import io
import os
import pstats
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from confluent_kafka import Consumer, TopicPartition
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.assessing import Intake
from infra.intake import Incoming
from infra.kafka.clients import fast_producer
from infra.kafka.topics import DISPUTE_ASSESSED, DISPUTE_REPORTED
from infra.model_keys import trusted_keys
from infra.model_store import load_model
from infra.rules import load_rules
from infra.settings import Settings, load_settings
from infra.simulation.record import SimRecord
from infra.simulation.simulate import Simulation
from risk_model.assess import Assessor
from risk_model.masking import Masker
from tests.services.kafka import temporary_kafka
from tests.services.postgres import PostgresCluster

BATCH = 500  # records handled together, as ASSESS has it
SEED = 11
BACKENDS = ("sqlite", "postgresql")
console = Console(width=130)

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def good_records(count: int, days: int = 90, per_day: float = 700.0) -> list[SimRecord]:
    """The first distinct, well-formed reports of a busy simulated city."""
    city = Simulation(SEED, days, per_day=per_day, malformed=0.0, duplicates=0.0)
    records = list(islice(city.records(), count))
    if len(records) < count:
        raise ValueError(f"got {len(records)} records of {days} days, expected {count}")
    return records


def build_assessor(settings: Settings) -> Assessor:
    """Masking, tokens and the shipped model, as the ASSESS worker has them."""
    rules = load_rules(settings)
    key = settings.token_key.get_secret_value().encode()
    model = load_model(settings.model_dir, trusted_keys(settings)).model
    return Assessor(model, Masker(), rules.policy, rules.regions, key, places=rules.places)


def build_intake(settings: Settings) -> Intake:
    """All of ASSESS but Kafka."""
    rules = load_rules(settings)
    return Intake(build_assessor(settings), rules.regions, rules.policy.event_limits)


def batches(records: Sequence[Incoming], size: int = BATCH) -> Iterator[Sequence[Incoming]]:
    """Consecutive batches of so many records."""
    return (records[start : start + size] for start in range(0, len(records), size))


def assessed(count: int) -> list[Incoming]:
    """What WATCH receives: ``count`` simulated events that went through the real intake."""
    intake = build_intake(load_settings())
    reported = [Incoming("reported", 0, i, record.value) for i, record in enumerate(good_records(count))]
    done = (message for batch in batches(reported) for message in intake.process(batch, clock.now()))
    return [Incoming(DISPUTE_ASSESSED, 0, i, message.value) for i, message in enumerate(done)]


@contextmanager
def kafka_settings() -> Iterator[Settings]:
    """Settings of a Kafka of our own, which ends with the block."""
    with temporary_kafka() as kafka, tempfile.TemporaryDirectory(prefix="fuyuan-bench-") as home:
        kafka.start()
        yield load_settings(home=Path(home), kafka_bootstrap=kafka.bootstrap)


@contextmanager
def database(backend: str) -> Iterator[str]:
    """Address of an empty database that keeps what it commits (SQLite in WAL with full sync, PostgreSQL with fsync)."""
    if backend == "sqlite":
        with tempfile.TemporaryDirectory(prefix="fuyuan-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'fuyuan.db'}"
    else:
        with PostgresCluster(durable=True) as cluster:
            yield cluster.new_database()


def fill(settings: Settings, records: Iterable[tuple[bytes | None, bytes]]) -> int:
    """Put (key, value) records on the reported topic, durable when this returns; their number."""
    producer, topic, sent = fast_producer(settings), settings.kafka_name(DISPUTE_REPORTED), 0
    for key, value in records:
        while True:
            with suppress(BufferError):
                producer.produce(topic, value=value, key=key)
                break
            producer.poll(0.1)
        sent += 1
    if left := producer.flush(60.0):
        raise RuntimeError(f"{left} records did not reach Kafka")
    return sent


class TopicEnd:
    """Counts the records that stand on a topic, without reading them."""

    def __init__(self, settings: Settings, topic: str) -> None:
        name = settings.kafka_name(topic)
        self._parts = [TopicPartition(name, number) for number in range(settings.topic_partitions)]
        self._consumer = Consumer({"bootstrap.servers": settings.kafka_bootstrap, "group.id": "bench-observer"})

    def count(self) -> int:
        """Records now."""
        return sum(self._consumer.get_watermark_offsets(part, timeout=10.0)[1] for part in self._parts)

    def close(self) -> None:
        """Close the connection."""
        self._consumer.close()


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used, user and system, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_mb(pid: int) -> float:
    """Resident memory of a process in MB (10^6 bytes)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1e6


def two_cores() -> tuple[int, int]:
    """A core for what is measured and one for everything else (the same one on a machine with one core)."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[-1], cores[0]


def load() -> str:
    """Load of the machine, which belongs beside every figure."""
    return "负载 load " + " ".join(f"{part:.1f}" for part in os.getloadavg())


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; every column but the first is right-aligned."""
    console.print(f"{title}；{load()}", style="bold")
    table = Table()
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def show_profile(profile: cProfile.Profile, title: str, lines: int = 20) -> None:
    """Print the functions with the most time of their own."""
    text = io.StringIO()
    pstats.Stats(profile, stream=text).strip_dirs().sort_stats("tottime").print_stats(lines)
    kept = [line for line in text.getvalue().splitlines()[5:] if line.strip()]
    console.print(f"{title}:", style="bold")
    console.print("\n".join(kept), markup=False, highlight=False)


def write_section(document: Path, name: str, text: str) -> None:
    """Put a section between its marks in a document.

    Raises:
        ValueError: the document has no such marks.
    """
    begin, end = f"<!-- {name}: 由命令写入 written by the command -->", f"<!-- {name} end -->"
    before, _, rest = document.read_text("utf-8").partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"{document}: 没有标记 no marks {begin} … {end}")
    document.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", "utf-8")
