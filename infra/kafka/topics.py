"""The topics: one table, from which they are made, and against which a cluster is checked at start."""

from contextlib import suppress
from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import TopicAlreadyExistsError

from infra.kafka.clients import admin_client
from infra.kafka.node import KafkaError
from infra.settings import Settings
from schemas.outgoing import ALERT_EVENTS, LEDGER_EVENTS, MATTER_EVENTS, PLAN_EVENTS, TREND_EVENTS

DISPUTE_REPORTED = "dispute.reported.v1"
DISPUTE_REJECTED = "dispute.rejected.v1"
DISPUTE_ASSESSED = "dispute.assessed.v1"

DAY_MS = 24 * 60 * 60 * 1000
MIB = 1024 * 1024


def worker_group(worker: str) -> str:
    """Consumer group of a worker (``assess``, ``watch``), without the prefix of a shared cluster."""
    return f"fuyuan-{worker}"


@dataclass(frozen=True)
class Topic:
    """One topic as it must be.

    Attributes:
        name: without the prefix of a shared cluster.
        purpose: what it carries, for people.
        retention_days: how long messages stay.
        max_message_bytes: the largest message (a batch, as Kafka counts it).
        cleanup_policy: delete after the retention; none of ours is compacted (Faust cannot read gaps in offsets).
        compression: producer keeps what the producer chose.
    """

    name: str
    purpose: str
    retention_days: int
    max_message_bytes: int = 2 * MIB
    cleanup_policy: str = "delete"
    compression: str = "producer"

    def configs(self, replication: int) -> dict[str, str]:
        """Return Kafka's topic settings for this many copies."""
        return {
            "retention.ms": str(self.retention_days * DAY_MS),
            "max.message.bytes": str(self.max_message_bytes),
            "cleanup.policy": self.cleanup_policy,
            "compression.type": self.compression,
            "min.insync.replicas": str(2 if replication >= 3 else 1),
            # Retention counts from arrival: an old dispute imported today stays as long as any other.
            "message.timestamp.type": "LogAppendTime",
        }


TOPICS = (
    # Holds personal data as reported: short retention, the event store is the record (ADR 0001).
    Topic(DISPUTE_REPORTED, "上报的纠纷事件（原文） disputes as reported", 14, 12 * MIB),
    # Four MiB more than reported, so that no message that came in cannot be quarantined.
    Topic(DISPUTE_REJECTED, "隔离的消息及原因 quarantine: original bytes and reasons", 30, 16 * MIB),
    Topic(DISPUTE_ASSESSED, "已核验、脱敏、分级的纠纷 checked, masked, graded disputes", 30),
    Topic(ALERT_EVENTS, "预警事件 alerts, for other systems", 90),
    Topic(PLAN_EVENTS, "处置方案事件 plans, for other systems", 90),
    Topic(TREND_EVENTS, "趋势事件 trends, for other systems", 90),
    Topic(LEDGER_EVENTS, "任务、请求、期限 duties, requests, deadlines, for other systems", 90),
    Topic(MATTER_EVENTS, "事项的归并、拆分、销号 matters merged, split, settled, for other systems", 90),
)


class WrongTopics(KafkaError):
    """Topics on the cluster differ from the table in a way that cannot be mended here; the message says what to do."""


@dataclass(frozen=True)
class TopicStatus:
    """A topic on the cluster beside what it should be; `partitions` 0 means that it does not exist."""

    topic: Topic
    partitions: int
    replication: int
    differing: dict[str, tuple[str | None, str]]
    """Setting -> (found, expected)."""


def ensure_topics(settings: Settings, topics: tuple[Topic, ...] = TOPICS) -> list[str]:
    """Create the topics that are missing, bring settings to the table's, and check partitions and copies.

    Returns:
        What was done, one line each; empty when all was right.

    Raises:
        WrongTopics: a topic has another number of partitions, or fewer copies, than the settings say.
        KafkaError: the cluster does not answer.
    """
    admin = admin_client(settings)
    try:
        found = _inspect(admin, settings, topics)
        _refuse_wrong(found, settings)
        done = [_create(admin, settings, status.topic) for status in found if status.partitions == 0]
        changed = [status for status in found if status.partitions and status.differing]
        return done + [_configure(admin, settings, status) for status in changed]
    finally:
        admin.close()


def inspect_topics(settings: Settings, topics: tuple[Topic, ...] = TOPICS) -> list[TopicStatus]:
    """Return each topic as the cluster has it; changes nothing."""
    admin = admin_client(settings)
    try:
        return _inspect(admin, settings, topics)
    finally:
        admin.close()


def _inspect(admin: KafkaAdminClient, settings: Settings, topics: tuple[Topic, ...]) -> list[TopicStatus]:
    names = {settings.kafka_name(topic.name): topic for topic in topics}
    there = [name for name in admin.list_topics() if name in names]
    described = {found["name"]: found for found in admin.describe_topics(there)} if there else {}
    statuses = []
    for name, topic in names.items():
        if name not in described:
            statuses.append(TopicStatus(topic, 0, 0, {}))
            continue
        partitions = described[name]["partitions"]
        expected = topic.configs(settings.kafka_replication)
        actual = _configs(admin, name, list(expected))
        differing = {key: (actual.get(key), value) for key, value in expected.items() if actual.get(key) != value}
        copies = min(len(partition["replica_nodes"]) for partition in partitions)
        statuses.append(TopicStatus(topic, len(partitions), copies, differing))
    return statuses


def _configs(admin: KafkaAdminClient, name: str, keys: list[str]) -> dict[str, str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, name, dict.fromkeys(keys))
    answer = admin.describe_configs([resource], config_filter="all")
    return {key: entry["value"] for key, entry in answer["topic"][name].items()}


def _refuse_wrong(found: list[TopicStatus], settings: Settings) -> None:
    there = [status for status in found if status.partitions]
    partitions = [status for status in there if status.partitions != settings.topic_partitions]
    copies = [status for status in there if status.replication < settings.kafka_replication]
    problems = []
    if partitions:
        shown = ", ".join(f"{settings.kafka_name(status.topic.name)}: {status.partitions}" for status in partitions)
        problems.append(
            f"主题的分区数不符，应为 wrong number of partitions, expected {settings.topic_partitions}; 现有 found {shown}\n"
            f"  改变分区数会打乱同一县区事件的先后，因此不自动修改。使用现有主题：设置 FUYUAN_TOPIC_PARTITIONS={partitions[0].partitions}；"
            "或者处理完其中的消息，停止各进程，删除这些主题，再运行 fuyuan topics ensure。\n"
            "  Changing it would break the order of a county's events, so it is not done for you. To use the topics as they are set "
            f"FUYUAN_TOPIC_PARTITIONS={partitions[0].partitions}; or let the workers finish, stop them, delete these topics, and run "
            "fuyuan topics ensure."
        )
    if copies:
        shown = ", ".join(f"{settings.kafka_name(status.topic.name)}: {status.replication}" for status in copies)
        problems.append(
            f"主题的副本太少，应为 too few copies, expected {settings.kafka_replication}; 现有 found {shown}\n"
            f"  请用 kafka-reassign-partitions 增加副本，或设置 FUYUAN_KAFKA_REPLICATION={copies[0].replication}。\n"
            f"  Add copies with kafka-reassign-partitions, or set FUYUAN_KAFKA_REPLICATION={copies[0].replication}."
        )
    if problems:
        raise WrongTopics("\n".join(problems))


def _create(admin: KafkaAdminClient, settings: Settings, topic: Topic) -> str:
    name = settings.kafka_name(topic.name)
    wanted = {
        "num_partitions": settings.topic_partitions,
        "replication_factor": settings.kafka_replication,
        "configs": topic.configs(settings.kafka_replication),
    }
    with suppress(TopicAlreadyExistsError):  # another process of ours was a moment earlier, with the same table
        admin.create_topics({name: wanted}, timeout_ms=20_000)
    admin.wait_for_topics([name], timeout_ms=20_000)
    return (
        f"已创建 created {name} ({settings.topic_partitions} 分区 partitions, {settings.kafka_replication} 副本 copies)"
    )


def _configure(admin: KafkaAdminClient, settings: Settings, status: TopicStatus) -> str:
    name = settings.kafka_name(status.topic.name)
    wanted = {key: expected for key, (_, expected) in status.differing.items()}
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, wanted)])
    changes = ", ".join(f"{key} {found} → {expected}" for key, (found, expected) in status.differing.items())
    return f"已调整 adjusted {name}: {changes}"
