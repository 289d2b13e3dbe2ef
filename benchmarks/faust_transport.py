"""How much of Kafka's speed is left after Faust: no-op handling of 816-byte events.

The consumers read the same topic in one run, each in a process of its own, in turn: a plain confluent-kafka loop that
commits every 500 records (waiting for the broker's answer, and not), stock Faust with `noack_take(500)`, and Faust on our
record-batch transport, which commits once a second. Printed per
consumer: events/s from the first to the last record, events per second of processor time (steadier when the machine is
shared), the ratio to the plain loop, and the top of a profile of ours.

    python -m benchmarks.faust_transport [--events 200000] [--rounds 3] [--bootstrap HOST:PORT]
"""

import argparse
import cProfile
import io
import json
import logging
import os
import pstats
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

EVENT_BYTES = 816
PARTITIONS = 4
COMMIT_EVERY = 500


class Meter:
    """Counts records from the first one on; answers when the last one is in."""

    def __init__(self, events: int) -> None:
        self.events = events
        self.seen = 0
        self._start = self._cpu = 0.0

    def add(self, count: int) -> bool:
        """Count records; True when all are in."""
        if not self.seen:
            self._start, self._cpu = time.perf_counter(), time.process_time()
            self.events -= count  # the first ones start the clock
        self.seen += count
        return self.seen >= self.events

    def result(self) -> dict[str, float]:
        """Rates by the clock and by processor time."""
        counted = self.events
        return {
            "per_second": counted / (time.perf_counter() - self._start),
            "per_cpu_second": counted / (time.process_time() - self._cpu),
        }


def answer(result: dict) -> NoReturn:
    """Write the result to file descriptor 1 (Faust replaces sys.stdout) and leave."""
    os.write(1, (json.dumps(result) + "\n").encode())
    os._exit(0)


def finish(meter: Meter) -> None:
    """Print the result for the parent process and leave without Faust's shut-down."""
    answer(meter.result())


def plain(bootstrap: str, topic: str, events: int, wait: bool = True) -> None:
    """A loop a user would write: consume up to 500, do nothing, commit, with or without waiting for the answer."""
    from confluent_kafka import Consumer

    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": f"plain-{secrets.token_hex(4)}", "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })  # fmt: skip
    consumer.subscribe([topic])
    meter, done = Meter(events), False
    while not done:
        records = consumer.consume(COMMIT_EVERY, 1.0)
        for record in records:
            record.value()
        if records:
            consumer.commit(asynchronous=not wait)
            done = meter.add(len(records))
    finish(meter)


def stock(bootstrap: str, topic: str, events: int) -> None:
    """Faust as it comes: `noack_take(500)`, acknowledged by hand."""
    import faust

    app = faust.App(
        f"stock-{secrets.token_hex(4)}", broker=f"kafka://{bootstrap}", store="memory://", web_enabled=False,
        topic_disable_leader=True, topic_allow_declare=False, autodiscover=False, datadir=tempfile.mkdtemp(),
    )  # fmt: skip
    meter = Meter(events)

    @app.agent(app.topic(topic, value_type=bytes, value_serializer="raw", key_serializer="raw"))
    async def agent(stream):
        async for taken in stream.noack_take(COMMIT_EVERY, within=0.05):
            done = meter.add(len(taken))
            for event in taken:
                await stream.ack(event)
            if done:
                finish(meter)

    faust.Worker(app, loglevel="WARNING", quiet=True).execute_from_commandline()


def batches(bootstrap: str, topic: str, events: int, profile: bool = False) -> None:
    """Faust on our transport, the handler in a thread as in production."""
    from streams.app import batch_topic, create_app, run_worker
    from streams.batches import run_batches

    logging.basicConfig(level=logging.WARNING)
    settings = SimpleNamespace(
        home=Path(tempfile.mkdtemp()),
        kafka_bootstrap=bootstrap,
        kafka_security_protocol="PLAINTEXT",
        kafka_replication=1,
    )
    app = create_app(f"batches-{secrets.token_hex(4)}", settings)
    meter = Meter(events)
    profiler = cProfile.Profile()

    def handle(ready) -> None:
        if meter.add(sum(len(batch) for batch in ready)) and not profile:
            finish(meter)

    @app.agent(batch_topic(app, topic))
    async def agent(stream):
        await run_batches(stream, handle, max_records=COMMIT_EVERY)

    if not profile:
        run_worker(app, loglevel="WARNING")
    _profile_threads(app, profiler, meter)


def _profile_threads(app, profiler: cProfile.Profile, meter: Meter) -> None:
    """Profile the thread that fetches (most of the work is there) and print its top."""
    from streams.app import run_worker
    from streams.fetch_thread import BatchConsumerThread

    original = BatchConsumerThread._fetch

    async def profiled(self, *args):
        profiler.enable()
        try:
            return await original(self, *args)
        finally:
            profiler.disable()
            if meter.seen >= meter.events:
                text = io.StringIO()
                pstats.Stats(profiler, stream=text).sort_stats("tottime").print_stats(14)
                answer({"profile": text.getvalue()})

    BatchConsumerThread._fetch = profiled
    run_worker(app, loglevel="WARNING")


CONSUMERS: dict[str, Callable[[str, str, int], None]] = {
    "plain confluent-kafka loop": plain,
    "the same, commits unawaited": lambda *args: plain(*args, wait=False),
    "Faust noack_take(500)": stock,
    "Faust, record batches": batches,
    "profile": lambda *args: batches(*args, profile=True),
}


def fill(bootstrap: str, events: int) -> str:
    """Make a topic with `events` records and return its name."""
    from confluent_kafka import Producer
    from confluent_kafka.admin import AdminClient, NewTopic

    topic = f"bench-{secrets.token_hex(4)}"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result()
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 20, "batch.size": 262144})
    for number in range(events):
        body = json.dumps({"id": f"{number:012d}", "type": "fuyuan.gov.petition", "text": ""})
        while True:
            try:
                producer.produce(topic, body.ljust(EVENT_BYTES).encode(), key=str(number % 997).encode())
                break
            except BufferError:
                producer.poll(0.1)
    producer.flush()
    return topic


def run_one(name: str, bootstrap: str, topic: str, events: int) -> dict:
    """Run one consumer in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.faust_transport", "--consumer", name, "--bootstrap", bootstrap,
               "--topic", topic, "--events", str(events)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"{name}: status {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout[done.stdout.index("{") :])  # terminal codes may come first


def compare(bootstrap: str, events: int, rounds: int) -> None:
    """Run the consumers in turn and print the table."""
    topic = fill(bootstrap, events)
    names = [name for name in CONSUMERS if name != "profile"]
    results: dict[str, list[dict]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            results[name].append(run_one(name, bootstrap, topic, events))
    print(
        f"{events} events of {EVENT_BYTES} bytes, {PARTITIONS} partitions, median (lowest-highest) of {rounds} rounds"
    )
    print(f"{'consumer':29} {'events/s':>28} {'ratio':>6} {'events/cpu s':>13} {'ratio':>6}")
    base: dict[str, float] = {}
    for name in names:
        row = {key: [result[key] for result in results[name]] for key in ("per_second", "per_cpu_second")}
        middle = {key: statistics.median(values) for key, values in row.items()}
        base = base or middle
        spread = f"{middle['per_second']:,.0f} ({min(row['per_second']):,.0f}-{max(row['per_second']):,.0f})"
        print(
            f"{name:29} {spread:>28} {middle['per_second'] / base['per_second']:6.2f} "
            f"{middle['per_cpu_second']:13,.0f} {middle['per_cpu_second'] / base['per_cpu_second']:6.2f}"
        )
    print("\nProfile of the fetching thread (by own time):")
    print("\n".join(run_one("profile", bootstrap, topic, events)["profile"].split("\n")[2:]))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bootstrap", help="a running Kafka; without it a local one is started")
    parser.add_argument("--consumer", choices=list(CONSUMERS), help=argparse.SUPPRESS)
    parser.add_argument("--topic", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.consumer:
        CONSUMERS[options.consumer](options.bootstrap, options.topic, options.events)
    elif options.bootstrap:
        compare(options.bootstrap, options.events, options.rounds)
    else:
        from infra.kafka.local import LocalKafka

        with tempfile.TemporaryDirectory() as home, LocalKafka(Path(home)) as kafka:
            compare(kafka.bootstrap, options.events, options.rounds)


if __name__ == "__main__":
    main()
