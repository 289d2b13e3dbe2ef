"""A trial of the transport: one topic, one group, workers with journals, and the laws every test holds.

The laws: every record sent is in a journal at the end; and no offset below a committed one is missing from the journals at
any moment, also right after a SIGKILL. A worker writes its journal before it acknowledges.
"""

import json
import secrets
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

WORKER = Path(__file__).with_name("transport_worker.py")
PARTITIONS = 6


class Trial:
    """One topic, one group, and the workers reading it."""

    def __init__(self, bootstrap: str, home: Path) -> None:
        self.bootstrap = bootstrap
        self.home = home
        self.topic = f"trial-{secrets.token_hex(6)}"
        self.workers: dict[str, subprocess.Popen] = {}
        self.log_starts: dict[str, int] = {}
        self.sent = 0
        self.admin = AdminClient({"bootstrap.servers": bootstrap})
        self.admin.create_topics([NewTopic(self.topic, PARTITIONS, 1)])[self.topic].result()
        self.producer = Producer(
            {"bootstrap.servers": bootstrap, "acks": "all", "linger.ms": 0, "enable.idempotence": True}
        )

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
            self.log_starts[name] = log.tell()
            self.workers[name] = subprocess.Popen([sys.executable, str(WORKER), json.dumps(options)], stderr=log)

    def kill(self, name: str) -> None:
        """SIGKILL."""
        self.workers[name].kill()
        self.workers[name].wait()

    def stop(self, name: str, seconds: float = 60) -> int:
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

    def wait_log(self, name: str, text: str, seconds: float = 30) -> None:
        """Wait until the worker's log has `text`, since it was last started."""
        deadline = time.monotonic() + seconds
        while text not in (self.home / f"{name}.log").read_bytes()[self.log_starts[name] :].decode():
            assert time.monotonic() < deadline, self.tell(f"{name} never logged {text!r}")
            time.sleep(0.1)

    def tell(self, what: str) -> str:
        """`what` with the ends of the workers' logs."""
        return "\n".join([what, *(f"{log.name}: {log.read_text()[-3000:]}" for log in self.home.glob("*.log"))])

    def close(self) -> None:
        """End what still runs."""
        for worker in self.workers.values():
            if worker.poll() is None:
                worker.kill()
                worker.wait()
