"""Resident memory of both workers while a million events go through the line (SQLite by default).

Three months of a busy simulated city are played over and over; each time the ids are fresh and the times three months later, so nothing
is a duplicate and daily counts stay those of a city. The publisher keeps at most 20,000 events ahead of the store. Each 50,000 events the
resident memory of both workers is printed; at the end the greatest (as the kernel kept it, VmHWM) and the slope of a straight line
through the second half of the samples, in MB per 100,000 events: flat means that it does not keep growing.

    python -m benchmarks.memory [--events 1000000] [--backend sqlite|postgresql]
"""

import argparse
import itertools
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory

import orjson
from sqlalchemy import func, select

from benchmarks.workbench import BACKENDS, SEED, console, database, fill, kafka_settings, load, resident_mb, show
from infra.kafka.topics import DISPUTE_ASSESSED
from infra.simulation.simulate import Simulation
from infra.store.tables import consumed_offsets
from tests.services.line import Line, running

TARGET_MB = 600.0
TARGET_SLOPE = 5.0  # MB per 100,000 events that still count as flat
DAYS, PER_DAY, FIRST = 90, 700.0, date(2001, 1, 1)
AHEAD, CHUNK, SAMPLE_EVERY = 20_000, 5_000, 50_000
STALLED_SECONDS = 120.0
WORKERS = ("assess", "watch")


def endless() -> Iterator[tuple[bytes | None, bytes]]:
    """Key and bytes of well-formed reports, never the same id twice."""
    city = Simulation(SEED, DAYS, start=FIRST, per_day=PER_DAY, malformed=0.0, duplicates=0.0)
    cycle = [(record.key, record.value) for record in city.records()]
    yield from cycle
    for number in itertools.count(1):
        later = timedelta(days=DAYS * number)
        for key, value in cycle:
            event = orjson.loads(value)
            event["id"] = f"{event['id']}-{number}"
            event["time"] = _later(event["time"], later)
            event["data"]["occurred_at"] = _later(event["data"]["occurred_at"], later)
            for reference in event["data"].get("references", ()):
                reference["id"] = f"{reference['id']}-{number}"
            yield key, orjson.dumps(event)


def _later(moment: str, by: timedelta) -> str:
    return (datetime.fromisoformat(moment) + by).isoformat()


def peak_mb(pid: int) -> float:
    """Greatest resident memory a process has had, in MB (10^6 bytes)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6


class Samples:
    """Resident memory of both workers, by number of events stored."""

    def __init__(self, line: Line) -> None:
        self._pids = {child.name.split("-")[0]: child.pid for child in line.workers.status() if child.pid}
        self._line = line
        self._begin = time.monotonic()
        self.rows: list[tuple[int, tuple[float, ...]]] = []

    def take(self, events: int) -> None:
        """Note and print one sample; RuntimeError when a worker was restarted, for its memory then starts anew."""
        if any(child.ends for child in self._line.workers.status()):
            raise RuntimeError(f"a worker ended: {self._line.workers.status()}")
        sizes = tuple(resident_mb(self._pids[name]) for name in WORKERS)
        self.rows.append((events, sizes))
        shown = "，".join(f"{name} {size:,.0f} MB" for name, size in zip(WORKERS, sizes, strict=True))
        rate = events / (time.monotonic() - self._begin)
        console.print(f"{events:>9,} 件 events：{shown}；{rate:,.0f} 件/秒 events/s；{load()}")

    def report(self) -> bool:
        """Print greatest and slope; whether both workers meet the targets."""
        later = self.rows[len(self.rows) // 2 :]
        rows, fine = [], True
        for number, name in enumerate(WORKERS):
            peak = peak_mb(self._pids[name])
            slope = _slope([events for events, _ in later], [sizes[number] for _, sizes in later])
            fine = fine and peak < TARGET_MB and slope < TARGET_SLOPE
            rows.append((name, f"{peak:,.0f}", f"{slope:+.2f}"))
        show("常驻内存 resident memory", ("进程 worker", "最大 peak MB", "每十万件 MB per 100,000"), rows)
        return fine


def _slope(events: Sequence[int], sizes: Sequence[float]) -> float:
    return linear_regression(events, sizes).slope * 100_000 if len(events) > 1 else float("nan")


def stored(line: Line) -> int:
    """Events stored, by the offsets WATCH keeps with them: counting a million rows twice a second would be a load of its own."""
    topic = line.settings.kafka_name(DISPUTE_ASSESSED)
    query = select(func.coalesce(func.sum(consumed_offsets.c.next_offset), 0)).where(consumed_offsets.c.topic == topic)
    with line.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def play(line: Line, events: int, every: int) -> Samples:
    """Publish and wait by turns until all are stored."""
    source, sent, samples = endless(), 0, Samples(line)
    done, changed = 0, time.monotonic()
    while done < events:
        if sent < events and sent - done < AHEAD:
            sent += fill(line.settings, itertools.islice(source, min(CHUNK, events - sent)))
        before, done = done, stored(line)
        if done > before:
            changed = time.monotonic()
        elif time.monotonic() - changed > STALLED_SECONDS:
            raise TimeoutError(f"{done} of {sent} stored; {line.workers.status()}")
        if done // every > (samples.rows[-1][0] // every if samples.rows else 0) or done == events:
            samples.take(done)
        time.sleep(0.5)
    return samples


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--every", type=int, default=SAMPLE_EVERY, help="件数间隔 events between samples")
    parser.add_argument("--backend", choices=BACKENDS, default="sqlite")
    options = parser.parse_args()
    with (
        kafka_settings() as settings,
        TemporaryDirectory() as logs,
        database(options.backend) as url,
        running(settings, url, Path(logs)) as line,
    ):
        fine = play(line, options.events, options.every).report()
    console.print(
        f"目标 target < {TARGET_MB:g} MB，增长 growth < {TARGET_SLOPE:g} MB: {'达到 met' if fine else '未达到 NOT met'}"
    )


if __name__ == "__main__":
    main()
