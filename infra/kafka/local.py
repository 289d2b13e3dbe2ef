"""The local Apache Kafka: the official server, one node (or three for fault tests), its data in the project's own folder."""

import base64
import fcntl
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from infra import ports, processes
from infra.kafka.jars import fetch_jars, jars_folder, jars_ready
from infra.kafka.java import find_java
from infra.kafka.node import KafkaError, Node, NodeStatus
from infra.kafka.readiness import ask_cluster

PREFERRED_PORT = 19092
START_SECONDS = 90.0
STOP_SECONDS = 20.0


def no_properties(_: Node) -> dict[str, object]:
    """Add nothing to the broker's settings."""
    return {}


class LocalKafka:
    """A Kafka cluster on this machine.

    The data folder `<home>/kafka/cluster-<nodes>` survives restarts, and so do the ports where they are still free.

    Args:
        home: the project's own folder (settings.home), or a test's.
        nodes: 1, or 3 for fault tests (replication 3, two copies in sync before acks=all is answered).
        port: the first node's client port; None takes the port of last time, else 19092, else a free one.
        libs: folder of the broker's jars; None means `<home>/kafka/libs` or FUYUAN_KAFKA_LIBS.
        tied: the brokers end when the thread that started them ends, however it ends (Linux); False lets them run on.
        properties: broker settings that come before ours, given each node (a test adds a listener with SASL and TLS).
    """

    def __init__(
        self,
        home: Path,
        nodes: int = 1,
        port: int | None = None,
        *,
        libs: Path | None = None,
        tied: bool = True,
        properties: Callable[[Node], dict[str, object]] = no_properties,
    ) -> None:
        if nodes not in (1, 3):
            raise ValueError(f"本地 Kafka 只能是 1 或 3 个节点 a local Kafka has 1 or 3 nodes, got {nodes}")
        self.home = Path(home)
        self.nodes = nodes
        self.port = port
        self.libs = libs if libs is not None else jars_folder(self.home)
        self.tied = tied
        self.properties = properties
        self.folder = self.home / "kafka" / f"cluster-{nodes}"

    @property
    def bootstrap(self) -> str:
        """Addresses for clients, `host:port` separated by commas.

        Raises:
            KafkaError: the cluster was never started, so it has no ports yet.
        """
        members = self._members()
        if not members:
            raise KafkaError(
                "本地 Kafka 尚未启动，请运行 fuyuan kafka start。 Kafka was never started here: fuyuan kafka start"
            )
        return ",".join(f"{ports.LOOPBACK}:{node.port}" for node in members)

    def start(self) -> str:
        """Start every broker that does not run, wait until the cluster answers, and return `bootstrap`.

        Raises:
            KafkaError: a given port is taken, or a broker ended or did not answer in time.
            JavaMissing: there is no Java 17 or newer.
            JarsMissing: the jars are not there and Maven could not fetch them.
        """
        java = find_java()
        with self._lock():
            if not jars_ready(self.libs):
                fetch_jars(self.libs)
            members = self._members()
            if all(node.pid for node in members) and members:
                self._refuse_other_port(members)
            else:
                if not any(node.pid for node in members):
                    members = self._settle()
                self._start(java, [node for node in members if not node.pid], members)
        self.wait_ready()
        return self.bootstrap

    def _start(self, java: Path, starting: list[Node], members: list[Node]) -> None:
        cluster_id = self._note()["cluster_id"]
        for node in starting:
            node.configure(members, self.properties(node))
            if not (node.folder / "data" / "meta.properties").exists():
                node.format(java, self.libs, cluster_id)
        for node in starting:
            node.start(java, self.libs, tied=self.tied)

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until every running broker is a member of the cluster and the cluster answers a client.

        Raises:
            KafkaError: a broker ended meanwhile, or `seconds` passed.
        """
        members = [node for node in self._members() if node.pid]
        deadline = time.monotonic() + seconds
        while True:
            if all(ports.answers(node.port) for node in members) and ask_cluster(self.bootstrap).brokers >= len(
                members
            ):
                return
            gone = next((node for node in members if not node.pid), None)
            if gone is not None:
                gone.forget()
                raise KafkaError(
                    f"Kafka 节点 {gone.number} 启动后退出 broker {gone.number} ended at start:\n{gone.last_words()}"
                )
            if time.monotonic() > deadline:
                raise KafkaError(
                    f"Kafka 在 {seconds:.0f} 秒内没有应答，日志在 Kafka did not answer in {seconds:.0f} s, see {self.folder}/node-*/logs"
                )
            time.sleep(0.1)

    def stop(self) -> None:
        """End every running broker in order (SIGTERM, after 20 s SIGKILL); the data stay."""
        with self._lock():
            running = [(node, node.pid) for node in self._members()]
            # The last brokers of three cannot hand over their partitions any more and would wait for a quorum that is gone.
            grace = STOP_SECONDS if self.nodes == 1 else 5.0
            for node, pid in running:
                if pid is not None:
                    processes.end(pid, grace_seconds=grace)
                node.forget()

    def kill(self, node: int = 1) -> None:
        """End one broker with SIGKILL, as a crash would."""
        pid = self._member(node).pid
        if pid is not None:
            processes.kill(pid)

    def restart(self, node: int = 1) -> None:
        """Stop one broker if it runs, start it again on the same data and ports, and wait until it answers."""
        member = self._member(node)
        with self._lock():
            if member.pid is not None:
                processes.end(member.pid, grace_seconds=STOP_SECONDS)
            member.forget()
            self._start(find_java(), [member], self._members())
        self.wait_ready()

    def status(self) -> list[NodeStatus]:
        """Return the state of each broker; an empty list if the cluster was never started."""
        return [
            NodeStatus(
                number=node.number,
                state="running" if node.pid else "died" if node.stale else "stopped",
                pid=node.pid,
                port=node.port,
                folder=node.folder,
            )
            for node in self._members()
        ]

    def __enter__(self) -> Self:
        """Start the cluster."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the cluster."""
        self.stop()

    def _settle(self) -> list[Node]:
        """Choose the ports for a start of the whole cluster and write them down."""
        known = self._note()
        wanted = self._choose_ports(known.get("ports"))
        note = {"cluster_id": known.get("cluster_id") or _new_cluster_id(), "ports": wanted}
        (self.folder / "cluster.json").write_text(json.dumps(note))
        return self._members()

    def _choose_ports(self, last: list[list[int]] | None) -> list[list[int]]:
        if self.port is not None and not ports.is_free(self.port):
            raise KafkaError(
                f"端口 {self.port} 已被其他程序占用，请用 --port 另选，或停止该程序。 "
                f"port {self.port} is taken by another program: choose another with --port, or stop that program"
            )
        if last and self.port in (None, last[0][0]) and all(ports.is_free(port) for pair in last for port in pair):
            return last
        first = self.port
        if first is None and self.nodes == 1 and ports.is_free(PREFERRED_PORT):
            first = PREFERRED_PORT
        spare = ports.free_ports(2 * self.nodes + 1)
        if first is not None:
            spare = [first, *(port for port in spare if port != first)]
        return [[spare[2 * index], spare[2 * index + 1]] for index in range(self.nodes)]

    def _refuse_other_port(self, members: list[Node]) -> None:
        if self.port not in (None, members[0].port):
            raise KafkaError(
                f"本地 Kafka 已在端口 {members[0].port} 运行；请先停止再换端口。 "
                f"Kafka already runs on port {members[0].port}: stop it before changing the port"
            )

    def _members(self) -> list[Node]:
        pairs = self._note().get("ports") or []
        return [
            Node(number, self.folder / f"node-{number}", port, controller)
            for number, (port, controller) in enumerate(pairs, 1)
        ]

    def _member(self, number: int) -> Node:
        for node in self._members():
            if node.number == number:
                return node
        raise KafkaError(f"没有节点 {number} there is no node {number} in {self.folder}")

    def _note(self) -> dict:
        try:
            return json.loads((self.folder / "cluster.json").read_text())
        except FileNotFoundError:
            return {}

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Keep two commands from starting or stopping the same cluster at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _new_cluster_id() -> str:
    """Return a random Kafka UUID: 16 bytes, URL-safe base64 without padding, not starting with a dash."""
    while True:
        text = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        if not text.startswith("-"):
            return text
