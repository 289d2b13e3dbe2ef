"""ASSESS: the worker process beside the plain loop a user would write with the same decoding, masking and model.

Both drain the same simulated events, already in a real Kafka, and publish what they make of them, durable (acks=all) before the input
is acknowledged, 500 at a time. Both are one process pinned to one core; Kafka and the observer are pinned to the other. The observer
counts the records on the output topic: the clock and the process's own processor time run from the first output seen to the last,
so start-up is left out. The two take turns; printed are the medians and their ratio. The plain loop has the worker's garbage
collector settings, so that the ratio shows what the stream processor costs. Then: where the time of one event goes, measured in
this process, and a profile of it.

    python -m benchmarks.assess [--events 30000] [--rounds 3] [--only compare|split]
"""

import argparse
import cProfile
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from confluent_kafka import Consumer

from benchmarks.workbench import (
    BATCH,
    TopicEnd,
    batches,
    build_assessor,
    build_intake,
    console,
    cpu_seconds,
    fill,
    good_records,
    kafka_settings,
    load,
    show,
    show_profile,
    two_cores,
)
from infra import clock, processes
from infra.assessing import Intake
from infra.intake import Incoming
from infra.kafka.clients import fast_producer
from infra.kafka.topics import DISPUTE_ASSESSED, DISPUTE_REPORTED, ensure_topics
from infra.rules import load_rules
from infra.settings import Settings, load_settings
from risk_model.assess import Reported
from risk_model.masked import masked_parties, masked_texts
from risk_model.scoring.fields import reported_fields
from risk_model.text.lead import scoring_text
from schemas.assessed import Origin, Project, encode_assessed
from schemas.decode import decode
from streams.worker import calm_collector

TARGET_RATIO, TARGET_PER_SECOND = 0.5, 8_000
DRAIN_SECONDS = 120.0
CONTESTANTS = {
    "ASSESS 进程 worker": ("-m", "streams.assess"),
    "朴素循环 plain confluent-kafka loop": ("-m", "benchmarks.assess", "--plain"),
}


class Drain(NamedTuple):
    """Rates of one run: events per second by the clock, and per second of processor time."""

    per_second: float
    per_cpu_second: float


def plain() -> None:
    """The loop a user would write: consume, judge, produce, flush, commit."""
    settings = load_settings()
    intake, producer = build_intake(settings), fast_producer(settings)
    topic = settings.kafka_name(DISPUTE_ASSESSED)
    consumer = Consumer({
        "bootstrap.servers": settings.kafka_bootstrap, "group.id": settings.kafka_name("plain"),
        "auto.offset.reset": "earliest", "enable.auto.commit": False,
    })  # fmt: skip
    consumer.subscribe([settings.kafka_name(DISPUTE_REPORTED)])
    calm_collector()
    while True:
        records = consumer.consume(BATCH, 1.0)
        if not records:
            continue
        incoming = [Incoming(r.topic(), r.partition(), r.offset(), r.value()) for r in records]
        for message in intake.process(incoming, clock.now()):
            producer.produce(topic, value=message.value, key=message.key)
        producer.flush()
        consumer.commit(asynchronous=False)


def drain(base: Settings, arguments: Sequence[str], values: Sequence[tuple[bytes | None, bytes]], core: int) -> Drain:
    """Let one contestant drain fresh topics of its own."""
    prefix = f"bench-{secrets.token_hex(3)}."
    settings = base.model_copy(update={"kafka_prefix": prefix})
    ensure_topics(settings)
    fill(settings, values)
    env = {
        "FUYUAN_HOME": str(settings.home),
        "FUYUAN_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "FUYUAN_KAFKA_PREFIX": prefix,
        "FUYUAN_LOG_LEVEL": "WARNING",
    }
    output, end = TopicEnd(settings, DISPUTE_ASSESSED), time.monotonic() + DRAIN_SECONDS
    command = ["taskset", "-c", str(core), sys.executable, *arguments]
    process = processes.launch(command, env=env, output=settings.home / "contestant.log")
    try:
        while not (first := output.count()):
            _check(process, end)
            time.sleep(0.01)
        begin, cpu = time.perf_counter(), cpu_seconds(process.pid)
        while (seen := output.count()) < len(values):
            _check(process, end)
            time.sleep(0.01)
        wall, used = time.perf_counter() - begin, cpu_seconds(process.pid) - cpu
    finally:
        process.kill()
        process.wait()
        output.close()
    return Drain((seen - first) / wall, (seen - first) / used)


def _check(process: subprocess.Popen[bytes], deadline: float) -> None:
    if process.poll() is not None or time.monotonic() > deadline:
        raise RuntimeError(f"the contestant did not finish: status {process.poll()}")


def compare(events: int, rounds: int) -> None:
    """Run the contestants in turn and print their medians."""
    measured_core, other_core = two_cores()
    os.sched_setaffinity(0, {other_core})  # Kafka, started below, inherits it
    values = [(record.key, record.value) for record in good_records(events)]
    results: dict[str, list[Drain]] = {name: [] for name in CONTESTANTS}
    with kafka_settings() as settings:
        for number in range(rounds):
            for name, arguments in CONTESTANTS.items():
                results[name].append(drain(settings, arguments, values, measured_core))
                console.print(f"{number + 1}/{rounds} {name} {results[name][-1].per_second:,.0f}；{load()}")
    middle = {
        name: Drain(*(statistics.median(column) for column in zip(*runs, strict=True)))
        for name, runs in results.items()
    }
    ours, base = middle.values()
    show(
        f"ASSESS：{events:,} 件 events，平均 {sum(len(v) for _, v in values) // events} 字节 bytes，{rounds} 轮 rounds 中位数 median",
        ("", "件/秒 events/s", "最低–最高 range", "件/CPU 秒 events/cpu s", "比 ratio", "CPU 比 ratio"),
        [
            (
                name,
                f"{middle[name].per_second:,.0f}",
                f"{min(runs).per_second:,.0f}–{max(runs).per_second:,.0f}",
                f"{middle[name].per_cpu_second:,.0f}",
                f"{middle[name].per_second / base.per_second:.2f}",
                f"{middle[name].per_cpu_second / base.per_cpu_second:.2f}",
            )
            for name, runs in results.items()
        ],
    )
    console.print(
        f"目标 targets: 比 ratio ≥ {TARGET_RATIO} {_met(ours.per_second / base.per_second >= TARGET_RATIO)}，"
        f"≥ {TARGET_PER_SECOND:,} 件/秒 {_met(ours.per_second >= TARGET_PER_SECOND)}"
    )


def _met(reached: bool) -> str:
    return "达到 met" if reached else "未达到 NOT met"


class Stopwatch:
    """Sums the processor time of named steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the block to ``name``."""
        begin = time.process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - begin


def split(events: int) -> None:
    """Processor time of each step for one event, in batches, in this process; and the profile of the whole."""
    settings = load_settings()
    rules, assessor, now = load_rules(settings), build_assessor(settings), clock.now()
    limits = rules.policy.event_limits
    intake = Intake(assessor, rules.regions, limits)
    records = [Incoming("reported", 0, i, r.value) for i, r in enumerate(good_records(events))]
    calm_collector()
    watch = Stopwatch()
    for batch in batches(records):
        with watch.step("全部 Intake.process"):
            intake.process(batch, now)
    for batch in batches(records):
        with watch.step("校验 decode"):
            disputes = [decode(record.value, rules.regions, limits, now) for record in batch]
        reported = [Reported(d, Origin(r.topic, r.partition, r.offset)) for d, r in zip(disputes, batch, strict=True)]
        with watch.step("脱敏 mask"):
            masked = masked_texts(disputes, assessor._masker)
        with watch.step("令牌 tokens"):
            parties = masked_parties(disputes, masked, assessor._key)
        texts = [scoring_text(one.title, one.narrative) for one in masked]
        with watch.step("模型 model"):
            fields = [reported_fields(dispute) for dispute in disputes]
            assessor._model.assess(texts, fields)
        projects = [Project(p.id, p.name) if (p := dispute.data.project) else None for dispute in disputes]
        with watch.step("名称 names"):
            assessor._namings(fields, masked, parties, projects)
        with watch.step("判定全部 Assessor.assess"):
            judged = assessor.assess(reported)
        with watch.step("编码 encode"):
            for one in judged:
                encode_assessed(one)
    micros = {name: seconds / events * 1e6 for name, seconds in watch.seconds.items()}
    inside = sum(micros[name] for name in ("脱敏 mask", "令牌 tokens", "模型 model", "名称 names"))
    micros["其中理由、下限、记录 reasons, floors, record"] = micros["判定全部 Assessor.assess"] - inside
    show(
        f"一件的 CPU 时间 CPU time of one event，{events:,} 件 events",
        ("步骤 step", "µs"),
        [(name, f"{spent:.1f}") for name, spent in micros.items()],
    )
    profile = cProfile.Profile()
    profile.enable()
    for batch in batches(records):
        intake.process(batch, now)
    profile.disable()
    show_profile(profile, "Intake.process")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("compare", "split"))
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plain:
        plain()
    else:
        if options.only != "split":
            compare(options.events, options.rounds)
        if options.only != "compare":
            split(min(options.events, 10_000))


if __name__ == "__main__":
    main()
