"""One broker of the local cluster: its configuration, its data folder, its process."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from infra import processes
from infra.ports import LOOPBACK

LOG4J = Path(__file__).with_name("log4j2.xml")
MAX_MESSAGE_BYTES = 17 * 1024 * 1024
"""Above the largest topic limit (dispute.rejected.v1, 16 MiB), so that the topic's limit is the one that counts."""


class KafkaError(RuntimeError):
    """The local broker could not be formatted, started or reached; the message says what to do."""


@dataclass(frozen=True)
class NodeStatus:
    """What `status` tells of one broker: `state` is running, stopped, or died (on record as running, but gone)."""

    number: int
    state: str
    pid: int | None
    port: int
    folder: Path


@dataclass(frozen=True)
class Node:
    """One broker and controller in one process (KRaft combined mode).

    Attributes:
        number: its id, from 1.
        folder: holds `data/`, `server.properties`, `logs/`, `pid.json`.
        port: for clients and other brokers.
        controller_port: for the controller quorum.
    """

    number: int
    folder: Path
    port: int
    controller_port: int

    @property
    def pid(self) -> int | None:
        """The process id while this broker runs, else None."""
        return processes.recorded(self.folder / "pid.json")

    @property
    def stale(self) -> bool:
        """True if a process id is on record but that process is gone: it was killed, or the machine was."""
        return (self.folder / "pid.json").exists() and self.pid is None

    def configure(self, quorum: list["Node"], more: dict[str, object]) -> None:
        """Write server.properties for the present ports, `more` over ours; the data folder is not touched."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{name}={value}" for name, value in (self._properties(quorum) | more).items()]
        (self.folder / "server.properties").write_text("\n".join(lines) + "\n")

    def _properties(self, quorum: list["Node"]) -> dict[str, object]:
        copies = min(3, len(quorum))
        in_sync = 2 if copies == 3 else 1
        return {
            "node.id": self.number,
            "process.roles": "broker,controller",
            "controller.quorum.voters": ",".join(f"{n.number}@{LOOPBACK}:{n.controller_port}" for n in quorum),
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "listeners": f"PLAINTEXT://{LOOPBACK}:{self.port},CONTROLLER://{LOOPBACK}:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{self.port}",
            "log.dirs": (self.folder / "data").resolve(),
            # Topics are made from the table in topics.py, never by a misspelt name.
            "auto.create.topics.enable": "false",
            "num.partitions": 1,
            "default.replication.factor": copies,
            "min.insync.replicas": in_sync,
            "offsets.topic.num.partitions": 6,
            "offsets.topic.replication.factor": copies,
            "transaction.state.log.num.partitions": 6,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": in_sync,
            "share.coordinator.state.topic.num.partitions": 2,
            "share.coordinator.state.topic.replication.factor": copies,
            "share.coordinator.state.topic.min.isr": in_sync,
            "message.max.bytes": MAX_MESSAGE_BYTES,
            "replica.fetch.max.bytes": MAX_MESSAGE_BYTES,
            "replica.fetch.response.max.bytes": MAX_MESSAGE_BYTES,
            # A desktop or a test waits for nobody: groups form at once, and a dead worker or broker is noticed within seconds.
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,
            "broker.session.timeout.ms": 4000,
            "broker.heartbeat.interval.ms": 500,
            "num.network.threads": 2,
            "num.io.threads": 4,
            "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        }

    def format(self, java: Path, libs: Path, cluster_id: str) -> None:
        """Prepare the data folder; one that is already prepared is left as it is.

        Raises:
            KafkaError: the folder could not be prepared, or belongs to another cluster.
        """
        outcome = subprocess.run(
            [
                *(java, "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", f"{libs.resolve()}/*", "kafka.tools.StorageTool"),
                *("format", "--ignore-formatted", "-t", cluster_id, "-c", self.folder / "server.properties"),
            ],
            capture_output=True,
            text=True,
        )
        if outcome.returncode != 0:
            raise KafkaError(
                f"无法格式化 Kafka 数据目录 could not format the Kafka data folder {self.folder / 'data'}:\n"
                + (outcome.stdout + outcome.stderr).strip()[-1500:]
            )

    def start(self, java: Path, libs: Path, *, tied: bool) -> None:
        """Start the broker's process and put its id on record; does not wait until it answers."""
        logs = self.folder / "logs"
        process = processes.launch(
            [
                *(java, "-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:-UsePerfData"),
                *(f"-Dfuyuan.kafka.logs={logs.resolve()}", f"-Dlog4j2.configurationFile={LOG4J}"),
                *("-cp", f"{libs.resolve()}/*", "kafka.Kafka", self.folder / "server.properties"),
            ],
            output=logs / "console.log",
            tied=tied,
        )
        processes.remember(self.folder / "pid.json", process)

    def forget(self) -> None:
        """Remove the record of a process that has ended."""
        (self.folder / "pid.json").unlink(missing_ok=True)

    def last_words(self) -> str:
        """Return the end of the broker's logs, for an error message."""
        parts = []
        for name in ("console.log", "server.log"):
            path = self.folder / "logs" / name
            if path.exists():
                parts.append(path.read_text(errors="replace")[-1500:].strip())
        return "\n".join(part for part in parts if part)
