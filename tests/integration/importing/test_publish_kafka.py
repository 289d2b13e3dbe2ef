"""Files into the real broker: what arrives, and that interruption and kills lose nothing."""

import signal
import time
from collections import Counter

import orjson
import pytest
from kafka import TopicPartition

from infra.importing.row_register import RegisteredRows
from infra.kafka.clients import consumer
from infra.kafka.local import LocalKafka
from infra.kafka.topics import DISPUTE_REJECTED, DISPUTE_REPORTED
from infra.settings import Settings
from tests.integration.importing.conftest import FaultyFile, ImportCommand

pytestmark = pytest.mark.kafka


def everything(settings: Settings, topic: str) -> list:
    """Every message of a topic, by partition and offset."""
    with consumer(settings, None) as reader:
        name = settings.kafka_name(topic)
        reader.assign([TopicPartition(name, partition) for partition in reader.partitions_for_topic(name)])
        ends = reader.end_offsets(reader.assignment())
        found: list = []
        while sum(reader.position(part) < end for part, end in ends.items()):
            for records in reader.poll(timeout_ms=500).values():
                found.extend(records)
        return found


def rows_in_kafka(settings: Settings) -> Counter[int]:
    """Row number -> how often it is in Kafka, on either topic."""
    events = [orjson.loads(record.value)["importrow"] for record in everything(settings, DISPUTE_REPORTED)]
    rejected = [int(dict(record.headers)["import_row"]) for record in everything(settings, DISPUTE_REJECTED)]
    return Counter(events + rejected)


def test_every_row_arrives_once(command: ImportCommand, faulty: FaultyFile) -> None:
    """Undisturbed: one message a row; a county's events on one partition, in the order of the file."""
    output = command.run(faulty.path, "-m", faulty.mapping, "--import-id", "imp", "--no-wait")
    assert "4,000 行已写入 Kafka" in output
    assert rows_in_kafka(command.settings) == Counter(range(1, faulty.rows + 1))
    partitions: dict[bytes, set[int]] = {}
    order: dict[bytes, list[int]] = {}
    for record in everything(command.settings, DISPUTE_REPORTED):
        event = orjson.loads(record.value)
        assert record.key == event["data"]["region"]["county"].encode()
        assert event["importid"] == "imp"
        partitions.setdefault(record.key, set()).add(record.partition)
        order.setdefault(record.key, []).append(event["importrow"])
    assert len(order) == 6
    assert all(len(found) == 1 for found in partitions.values())
    assert all(rows == sorted(rows) for rows in order.values())
    rejected = Counter(
        orjson.loads(dict(record.headers)["reasons"])[0]["code"]
        for record in everything(command.settings, DISPUTE_REJECTED)
    )
    assert rejected == {
        code: n for code, n in faulty.reasons.items() if code != "future_date"
    }  # that one is intake's to refuse


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_interrupted_and_resumed(ending: signal.Signals, command: ImportCommand, faulty: FaultyFile) -> None:
    """Ended in mid-file and run again: every row is in Kafka, and only rows after the last checkpoint twice."""
    arguments = (faulty.path, "-m", faulty.mapping, "--import-id", "imp", "--no-wait")
    process = command.start(*arguments, "--rate", "1000")
    reached = _wait_until_durable(command, process)
    process.send_signal(ending)
    output, _ = process.communicate(timeout=30)
    if ending == signal.SIGKILL:
        assert process.returncode == -signal.SIGKILL
    else:
        assert process.returncode == 130, output
        assert "再运行同一命令即可继续" in output
        reached = command.progress("imp")["durable_row"]
        assert set(rows_in_kafka(command.settings)) == set(range(1, reached + 1))
    assert 0 < reached < faulty.rows
    output = command.run(*arguments)
    assert "从其后继续" in output
    counts = rows_in_kafka(command.settings)
    assert set(counts) == set(range(1, faulty.rows + 1))
    if ending != signal.SIGKILL:
        assert set(counts.values()) == {1}
    else:
        assert sum(counts.values()) - faulty.rows < 2_000  # what was sent since the checkpoint a second ago
    assert command.progress("imp")["durable_row"] == command.progress("imp")["rows"] == faulty.rows
    assert len(RegisteredRows(command.settings.home / "imports" / "imp.rows")) == faulty.rows


def _wait_until_durable(command: ImportCommand, process) -> int:
    """Wait until some rows are durable by the progress file."""
    deadline = time.monotonic() + 60
    while not (now := command.progress("imp").get("durable_row", 0)):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return now


def test_a_changed_file_is_refused(command: ImportCommand, faulty: FaultyFile) -> None:
    """Under the same import id nothing else may be sent; the message says what to do, without a traceback."""
    arguments = (faulty.path, "-m", faulty.mapping, "--import-id", "imp", "--no-wait")
    command.run(*arguments)
    faulty.path.write_bytes(faulty.path.read_bytes() + "K9999,2025-09-01,云中区,新增\r\n".encode("gb18030"))
    output = command.run(*arguments, status=1)
    assert "文件 file" in output
    assert "新的 --import-id" in output
    assert "Traceback" not in output


def test_without_a_broker_nothing_is_lost(command: ImportCommand, faulty: FaultyFile, sqlite_url: str) -> None:
    """Kafka away at the start: a message for the operator, and the next run begins at the beginning."""
    away = ImportCommand(command.settings.model_copy(update={"kafka_bootstrap": "127.0.0.1:1"}), sqlite_url)
    output = away.run(faulty.path, "-m", faulty.mapping, "--import-id", "imp", status=1)
    assert "fuyuan kafka start" in output
    assert "Traceback" not in output
    command.run(faulty.path, "-m", faulty.mapping, "--import-id", "imp", "--no-wait")
    assert len(rows_in_kafka(command.settings)) == faulty.rows


def test_the_ledger_says_that_no_worker_runs(command: ImportCommand, faulty: FaultyFile) -> None:
    """Published, and nobody reads: exit status 3, how many rows are missing, and what to look at."""
    output = command.run(faulty.path, "-m", faulty.mapping, "--import-id", "imp", "--patience", "2", status=3)
    assert "还有 4,000 行未到账" in output
    assert "fuyuan worker assess" in output
    assert command.ledger("imp")["waiting"] == 4000


def test_a_broker_restart_is_waited_out(command: ImportCommand, faulty: FaultyFile, kafka: LocalKafka) -> None:
    """The broker is killed and started again in mid-file: the import goes on by itself, in order, with every row once."""
    process = command.start(faulty.path, "-m", faulty.mapping, "--import-id", "imp", "--no-wait", "--rate", "1000")
    _wait_until_durable(command, process)
    kafka.kill()
    assert process.poll() is None
    kafka.start()
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    assert rows_in_kafka(command.settings) == Counter(range(1, faulty.rows + 1))
