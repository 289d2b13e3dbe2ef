"""The whole line, 1 ASSESS and 1 WATCH on a real Kafka: how many events a second, and how soon a grave one is an alert in the API.

Throughput, on SQLite and on PostgreSQL: simulated events are published as fast as Kafka takes them to workers that wait idle; the clock
runs from the first publish until the last is stored. Latency, on one backend: 200 events a second, one in twenty of them grave (its own
matter, so its own alert), while a reader asks GET /v1/alerts every 50 ms; the time of one runs from handing it to the producer to the
answer that shows its alert. Everything shares this machine: Kafka, workers, API, publisher and reader.

    python -m benchmarks.line [--events 20000] [--seconds 60] [--rate 200] [--backend sqlite|postgresql] [--only throughput|latency]
"""

import argparse
import itertools
import os
import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson

from benchmarks.workbench import BACKENDS, console, database, fill, good_records, kafka_settings, load, show
from infra import clock, ports
from infra.demo import stored
from infra.kafka.clients import fast_producer
from infra.kafka.topics import DISPUTE_REPORTED
from infra.settings import Settings
from infra.simulation.record import SimRecord
from infra.supervisor import Child, Supervisor, python_module
from schemas.identifiers import derived_id, dispute_id
from tests.services.line import Line, running

TARGET_P99_SECONDS = 2.0
GRAVE_EVERY = 20
SOURCE = "/bench/grave"
POLL_SECONDS = 0.05
LAST_SECONDS = 20.0  # how long the last alerts are waited for
START_SECONDS, DRAIN_SECONDS = 60.0, 180.0


@contextmanager
def warm_line(base: Settings, backend: str, first: SimRecord) -> Iterator[Line]:
    """A line on topics and a database of its own that has stored its first event, so that start-up is over."""
    settings = base.model_copy(update={"kafka_prefix": f"bench-{secrets.token_hex(3)}."})
    with tempfile.TemporaryDirectory() as logs, database(backend) as url, running(settings, url, Path(logs)) as line:
        fill(settings, [(first.key, first.value)])
        wait_stored(line, 1, START_SECONDS)
        yield line


def wait_stored(line: Line, count: int, seconds: float) -> None:
    """Wait until so many events are stored."""
    deadline = time.monotonic() + seconds
    while (now := stored(line.engine)[0]) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"stored {now} of {count}; {line.workers.status()}")
        time.sleep(0.05)


def throughput(base: Settings, backend: str, records: list[SimRecord]) -> float:
    """Events a second from the first publish to the last stored."""
    with warm_line(base, backend, records[0]) as line:
        begin = time.perf_counter()
        fill(line.settings, ((record.key, record.value) for record in records[1:]))
        wait_stored(line, len(records), DRAIN_SECONDS)
        return (len(records) - 1) / (time.perf_counter() - begin)


def grave(number: int, county: str) -> tuple[str, bytes]:
    """A grave event of now: the id of its matter, and its bytes."""
    identity, now = f"{number:08d}", clock.now().isoformat()
    event = {
        "specversion": "1.0", "id": identity, "source": SOURCE, "type": "fuyuan.gov.petition", "time": now, "schemaversion": 2,
        "data": {
            "occurred_at": now, "region": {"county": county}, "title": "群体上访", "people_involved": 120,
            "narrative": f"第{number}号项目业主一百二十人聚集，扬言跳楼，要求立即退还购房款。",
        },
    }  # fmt: skip
    return derived_id("matter", dispute_id(SOURCE, identity)), orjson.dumps(event)


class Reader:
    """Asks the API for the newest alerts, again and again, and notes when it first sees each matter's."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=30.0)
        self._since = clock.now().isoformat()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self.seen: dict[str, float] = {}
        self.failure: Exception | None = None

    def _read(self) -> None:
        try:
            while not self._stop.wait(POLL_SECONDS):
                answer = self._client.get("/v1/alerts", params={"since": self._since, "kind": "matter", "limit": 100})
                answer.raise_for_status()
                now = time.perf_counter()
                for item in answer.json()["items"]:
                    self.seen.setdefault(item["matter_id"], now)
        except Exception as failure:  # noqa: BLE001  raised again by whoever waits
            self.failure = failure

    def start(self) -> None:
        """Wait until the API is ready, then begin."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                if self._client.get("/readyz").is_success:
                    break
            except httpx.TransportError:
                pass
            if time.monotonic() > deadline:
                raise TimeoutError("the API did not become ready")
            time.sleep(0.1)
        self._thread.start()

    def stop(self) -> None:
        """End; raises what went wrong."""
        self._stop.set()
        self._thread.join(30.0)
        self._client.close()
        if self.failure:
            raise self.failure


def latencies(base: Settings, backend: str, records: list[SimRecord], seconds: int, rate: int) -> list[float]:
    """Seconds from publishing each grave event to its alert in the API; ``inf`` for one that did not come."""
    published: dict[str, float] = {}
    with warm_line(base, backend, records[0]) as line, api(line) as url:
        reader = Reader(url)
        reader.start()
        producer, topic = fast_producer(line.settings), line.settings.kafka_name(DISPUTE_REPORTED)
        everyday = itertools.cycle(records[1:])
        counties = itertools.cycle(sorted({record.truth.county for record in records}))
        begin = time.perf_counter()
        for number in range(seconds * rate):
            if (ahead := begin + number / rate - time.perf_counter()) > 0:
                time.sleep(ahead)
            if number % GRAVE_EVERY == 0:
                county = next(counties)
                matter_id, value = grave(number, county)
                published[matter_id] = time.perf_counter()
                producer.produce(topic, value=value, key=county.encode())
            else:
                record = next(everyday)
                producer.produce(topic, value=record.value, key=record.key)
            producer.poll(0)
        producer.flush(30.0)
        deadline = time.monotonic() + LAST_SECONDS
        while not published.keys() <= reader.seen.keys() and not reader.failure and time.monotonic() < deadline:
            time.sleep(0.1)
        reader.stop()
    return [reader.seen.get(matter, float("inf")) - at for matter, at in published.items()]


@contextmanager
def api(line: Line) -> Iterator[str]:
    """The API process on this line's store; its address."""
    port = ports.free_ports(1)[0]
    env = {
        "FUYUAN_HOME": str(line.settings.home),
        "FUYUAN_KAFKA_BOOTSTRAP": line.settings.kafka_bootstrap,
        "FUYUAN_KAFKA_PREFIX": line.settings.kafka_prefix,
        "FUYUAN_DATABASE_URL": line.engine.url.render_as_string(hide_password=False),
        "FUYUAN_API_PORT": str(port),
    }
    log = line.settings.home / "api.log"
    with Supervisor([Child("api", python_module("api"), env=env, output=log)]):
        yield f"http://127.0.0.1:{port}"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--backend", choices=BACKENDS, action="append")
    parser.add_argument("--only", choices=("throughput", "latency"))
    options = parser.parse_args()
    backends = options.backend or BACKENDS
    records = good_records(max(options.events, options.seconds * options.rate))
    with kafka_settings() as settings:
        if options.only != "latency":
            found = [(name, throughput(settings, name, records[: options.events]), load()) for name in backends]
            show(
                f"全线 the line：{options.events:,} 件 events，1 ASSESS + 1 WATCH，{os.cpu_count()} 核 cores",
                ("事件库 store", "件/秒 events/s", ""),
                [(name, f"{rate:,.0f}", busy) for name, rate, busy in found],
            )
        if options.only != "throughput":
            report_latency(latencies(settings, backends[0], records, options.seconds, options.rate), options)


def report_latency(spans: list[float], options: argparse.Namespace) -> None:
    """Print percentiles; ``inf`` stands for alerts that never showed."""
    cuts = statistics.quantiles(sorted(spans), n=100, method="inclusive") if float("inf") not in spans else None
    missing = sum(span == float("inf") for span in spans)
    if cuts is None:
        console.print(f"{missing} 条预警未出现 alerts never showed of {len(spans)}；{load()}")
        raise SystemExit(1)
    show(
        f"发布到 API 可见的预警 publish to alert in the API：{options.rate} 件/秒 events/s × {options.seconds} s，{len(spans)} 条重大 grave",
        ("", "秒 s"),
        [
            ("p50", f"{cuts[49]:.3f}"),
            ("p95", f"{cuts[94]:.3f}"),
            ("p99", f"{cuts[98]:.3f}"),
            ("最长 longest", f"{max(spans):.3f}"),
        ],
    )
    met = "达到 met" if cuts[98] < TARGET_P99_SECONDS else "未达到 NOT met"
    console.print(f"目标 target p99 < {TARGET_P99_SECONDS:g} s: {met}")


if __name__ == "__main__":
    main()
