"""The record-batch transport against a real Kafka: nothing is lost, nothing is skipped, nothing waits.

Every test reads the workers' journals (written before the acknowledgement) and the group's committed offsets, and
holds two laws: every record sent is in a journal at the end, and no offset below a committed one is missing from the
journals at any moment the test looks, also right after a SIGKILL.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

pytestmark = [pytest.mark.kafka]

WORKER = Path(__file__).with_name("transport_worker.py")
PARTITIONS = 6


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory):
    """Address of a Kafka: FUYUAN_TEST_KAFKA, or a local one for this module."""
    given = os.environ.get("FUYUAN_TEST_KAFKA")
    if given:
        yield given
        return
    from infra.kafka.local import LocalKafka

    with LocalKafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka.bootstrap


class Trial:
    """One topic, one group, and the workers reading it."""

    def __init__(self, bootstrap: str, home: Path) -> None:
        self.bootstrap = bootstrap
        self.home = home
        self.topic = f"trial-{random.randrange(16**12):012x}"
        self.workers: dict[str, subprocess.Popen] = {}
        self.sent = 0
        self.admin = AdminClient({"bootstrap.servers": bootstrap})
        self.admin.create_topics([NewTopic(self.topic, PARTITIONS, 1)])[self.topic].result()
        self.producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "linger.ms": 0})

    def send(self, count: int, *, size: int = 200, partition: int | None = None) -> None:
        """Send `count` records, keys 0, 1, … over the whole trial."""
        for number in range(self.sent, self.sent + count):
            place = {} if partition is None else {"partition": partition}
            self.producer.produce(self.topic, b"x" * size, key=str(number).encode(), **place)
        self.producer.flush()
        self.sent += count

    def start(self, name: str, **options) -> None:
        """Start (or restart) the worker `name`; its journal is continued."""
        options = {
            "bootstrap": self.bootstrap, "topic": self.topic, "group": self.topic, "instance": name,
            "home": str(self.home), "journal": str(self.home / f"{name}.journal"),
        } | options  # fmt: skip
        with (self.home / f"{name}.log").open("ab") as log:
            self.workers[name] = subprocess.Popen([sys.executable, str(WORKER), json.dumps(options)], stderr=log)

    def kill(self, name: str) -> None:
        """SIGKILL."""
        self.workers[name].kill()
        self.workers[name].wait()

    def stop(self, name: str, seconds: float = 20) -> int:
        """SIGTERM; the exit status."""
        self.workers[name].send_signal(signal.SIGTERM)
        return self.workers[name].wait(seconds)

    def lines(self) -> list[tuple[int, int, int, float]]:
        """Partition, offset, key and latency (ms) of every handled record; a torn last line is left out."""
        found = []
        for journal in self.home.glob("*.journal"):
            for line in journal.read_text().split("\n")[:-1]:
                partition, offset, key, latency = line.split()
                found.append((int(partition), int(offset), int(key), float(latency)))
        return found

    def committed(self) -> dict[int, int]:
        """Committed offset of each partition that has one."""
        wanted = ConsumerGroupTopicPartitions(self.topic, self.places())
        answer = self.admin.list_consumer_group_offsets([wanted])[self.topic].result()
        return {place.partition: place.offset for place in answer.topic_partitions if place.offset >= 0}

    def places(self) -> list[TopicPartition]:
        """Every partition of the topic."""
        return [TopicPartition(self.topic, number) for number in range(PARTITIONS)]

    def check_frontier(self) -> None:
        """No committed offset is beyond a record that no journal holds."""
        committed = self.committed()  # read first: what is handled later can only help
        done = defaultdict(set)
        for partition, offset, *_ in self.lines():
            done[partition].add(offset)
        for partition, offset in committed.items():
            missing = set(range(offset)) - done[partition]
            assert not missing, f"partition {partition}: committed {offset}, never handled {sorted(missing)[:5]}"

    def wait_all(self, seconds: float = 60) -> None:
        """Wait until every record sent is in a journal."""
        deadline = time.monotonic() + seconds
        while len(keys := {line[2] for line in self.lines()}) < self.sent:
            assert time.monotonic() < deadline, self.tell(f"{len(keys)} of {self.sent} handled")
            time.sleep(0.1)

    def wait_committed(self, seconds: float = 20) -> None:
        """Wait until the group committed the end of every partition."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": f"{self.topic}-ends"})
        ends = {place.partition: consumer.get_watermark_offsets(place)[1] for place in self.places()}
        consumer.close()
        wanted = {partition: end for partition, end in ends.items() if end}
        deadline = time.monotonic() + seconds
        while {p: o for p, o in self.committed().items() if o} != wanted:
            assert time.monotonic() < deadline, self.tell(f"committed {self.committed()}, ends {wanted}")
            time.sleep(0.1)

    def wait_some(self, more: int, seconds: float = 40) -> None:
        """Wait until `more` records were handled."""
        target = len(self.lines()) + more
        deadline = time.monotonic() + seconds
        while len(self.lines()) < target:
            assert time.monotonic() < deadline, self.tell("no progress")
            time.sleep(0.02)

    def tell(self, what: str) -> str:
        """`what` with the ends of the workers' logs."""
        return "\n".join([what, *(f"{log.name}: {log.read_text()[-3000:]}" for log in self.home.glob("*.log"))])

    def close(self) -> None:
        """End what still runs."""
        for worker in self.workers.values():
            if worker.poll() is None:
                worker.kill()
                worker.wait()


@pytest.fixture
def trial(bootstrap, tmp_path):
    """A topic, a group and a folder of journals."""
    made = Trial(bootstrap, tmp_path)
    yield made
    made.close()


def test_sigkill_at_random_moments(trial):
    """A worker is killed three times in mid-flow and restarted; the records flow on meanwhile."""
    trial.send(6000)
    trial.start("a", seconds_per_record=0.0004)
    for _ in range(3):
        trial.wait_some(random.randrange(200, 1500))
        trial.kill("a")
        trial.check_frontier()
        trial.start("a", seconds_per_record=0.0004)
        trial.send(1000)
    trial.wait_all()
    trial.wait_committed()
    trial.check_frontier()
    handled = len(trial.lines())
    assert handled - trial.sent < 3 * PARTITIONS * 1000, "far more was repeated than lies between two commits"
    assert trial.stop("a") == 0
    trial.check_frontier()


def test_two_workers_one_killed_and_back(trial):
    """Two workers share the partitions; one is killed, the other takes over; it comes back and shares again."""
    trial.send(4000)
    trial.start("a", seconds_per_record=0.002, instance=None)
    trial.start("b", seconds_per_record=0.002, instance=None)
    trial.wait_some(1500)
    trial.send(2000)
    trial.kill("b")
    trial.check_frontier()
    time.sleep(1.0)
    trial.start("b", seconds_per_record=0.002, instance=None)
    trial.send(4000)
    trial.wait_some(1500)
    trial.check_frontier()
    trial.wait_all(90)
    trial.wait_committed()
    trial.check_frontier()
    before = len((trial.home / "b.journal").read_text())
    trial.send(600)
    trial.wait_all()
    assert len((trial.home / "b.journal").read_text()) > before, "the worker that came back got no partition"
    assert trial.stop("a") == 0
    trial.send(600)
    trial.wait_all()
    trial.check_frontier()
    assert trial.stop("b") == 0


def test_failures_are_retried_without_loss(trial):
    """Every third call raises: nothing is lost, nothing is committed early, the worker stays."""
    trial.start("a", fail_every=3)
    for _ in range(10):
        trial.send(200)
        time.sleep(0.1)
    trial.wait_all()
    trial.wait_committed()
    trial.check_frontier()
    assert "planned failure" in (trial.home / "a.log").read_text()
    assert len(trial.lines()) == trial.sent, "a failed call must be repeated as a whole, without a second delivery"


def test_lasting_failure_ends_the_process_uncommitted(trial):
    """A handler that never succeeds: exit status 70, nothing committed, the next worker does the work."""
    trial.send(300)
    trial.start("a", fail_always=True, attempts=3)
    assert trial.workers["a"].wait(40) == 70
    assert not any(trial.committed().values())
    trial.start("a")
    trial.wait_all()
    trial.check_frontier()


def test_failing_handler_does_not_hold_up_a_stop(trial):
    """SIGTERM while the handler fails ends the process at once, and nothing is committed."""
    trial.send(50)
    trial.start("a", fail_always=True, attempts=1000)
    deadline = time.monotonic() + 30
    while "planned failure" not in (trial.home / "a.log").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert trial.stop("a") == 70
    assert not any(trial.committed().values())


def test_handler_slower_than_the_session_timeout(trial):
    """A call of 9 s with a session timeout of 4 s: no rebalance, no early commit, no second delivery."""
    trial.send(60)
    trial.start("a", seconds_per_call=9.0, session_timeout=4.0)
    deadline = time.monotonic() + 60
    while not trial.lines():
        assert not any(trial.committed().values()), "committed before it was handled"
        assert time.monotonic() < deadline, trial.tell("nothing handled")
        time.sleep(0.2)
    trial.wait_all(60)
    trial.wait_committed()
    assert len(trial.lines()) == trial.sent, "delivered twice"
    assert (trial.home / "a.log").read_text().count("Executing _on_partitions_assigned") == 1


def test_graceful_stop_commits_the_work_done(trial):
    """SIGTERM in mid-flow: the batch in work is finished and committed, nothing is handled twice."""
    trial.send(3000)
    trial.start("a", seconds_per_record=0.002)
    trial.wait_some(600)
    assert trial.stop("a") == 0
    trial.check_frontier()
    assert sum(trial.committed().values()) == len(trial.lines())
    trial.start("a")
    trial.wait_all()
    assert len(trial.lines()) == trial.sent


def test_single_record_latency(trial):
    """A record that comes alone is handled in well under 200 ms, on quiet and on lopsided partitions."""
    trial.start("a")
    trial.send(1)
    trial.wait_all()
    time.sleep(0.5)
    first = trial.sent
    for number in range(40):
        trial.send(1, partition=0 if number % 2 else None)
        time.sleep(0.02 + 0.01 * (number % 7))
    trial.wait_all()
    latencies = sorted(latency for _, _, key, latency in trial.lines() if key >= first)
    print(f"latency of single records: median {latencies[20]:.1f} ms, largest {latencies[-1]:.1f} ms")
    assert latencies[-1] < 200


def test_large_records_do_not_starve_the_others(trial):
    """While one partition is full of large records for a slow handler, the others are handled in between."""
    trial.send(60, size=400_000, partition=0)
    trial.send(600, partition=3)
    trial.start("a", seconds_per_call=0.1, max_records=20, batch_records=10)
    trial.wait_all(60)
    order = [partition for partition, *_ in trial.lines()]
    last_small = max(i for i, p in enumerate(order) if p == 3)
    first_small = order.index(3)
    assert first_small < 120, "the small records waited for the large ones"
    assert order.index(0) < last_small, "the large records waited for the small ones"
    trial.wait_committed()
