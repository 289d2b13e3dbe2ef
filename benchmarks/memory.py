"""Resident memory of both workers while a million events, four years of a city, go through the line (SQLite by default).

Three months of a busy simulated city are played over and over; each time the ids are fresh and the times three months later, so nothing
is a duplicate and daily counts stay those of a city. All follow the city's clock, and its officials acknowledge what they are told and close it two
weeks later: nobody leaves every alert of four years open. The publisher keeps at most a week of events ahead of the store. Each 50,000 events the
resident memory of both workers is printed; at the end the greatest (as the kernel kept it, VmHWM) and the slope of a straight line
through the second half of the samples, in MB per 100,000 events: flat means that it does not keep growing.

    python -m benchmarks.memory [--events 1000000] [--backend sqlite|postgresql] [--unattended]

``--unattended``: nobody closes an alert.
"""

import argparse
import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory
from typing import NamedTuple

import orjson
from sqlalchemy import Connection, func, select

from benchmarks.workbench import BACKENDS, SEED, console, database, fill, kafka_settings, load, resident_mb, show
from infra import clock
from infra.demo_officials import Officials
from infra.kafka.topics import DISPUTE_ASSESSED
from infra.settings import Settings
from infra.simulation.simulate import Simulation
from infra.store.tables import consumed_offsets, reads
from risk_model.alerts.status import CLOSED
from risk_model.entities import Alert
from risk_model.local_time import SHANGHAI
from tests.services.line import Line, running

TARGET_MB = 600.0
TARGET_SLOPE = 5.0  # MB per 100,000 events that still count as flat
DAYS, PER_DAY, FIRST = 91, 700.0, date(2001, 1, 1)
AHEAD, CHUNK, SAMPLE_EVERY = 5_000, 2_500, 50_000
STALLED_SECONDS = 120.0
WORKERS = ("assess", "watch")


class Report(NamedTuple):
    """Key and bytes of a report, and when it is reported."""

    key: bytes | None
    value: bytes
    due: datetime


def endless() -> Iterator[Report]:
    """Well-formed reports, never the same id twice."""
    city = Simulation(SEED, DAYS, start=FIRST, per_day=PER_DAY, malformed=0.0, duplicates=0.0)
    cycle = [Report(record.key, record.value, record.due) for record in city.records()]
    yield from cycle
    for number in itertools.count(1):
        later = timedelta(days=DAYS * number)
        for key, value, due in cycle:
            event = orjson.loads(value)
            event["id"] = f"{event['id']}-{number}"
            event["time"] = _later(event["time"], later)
            event["data"]["occurred_at"] = _later(event["data"]["occurred_at"], later)
            for reference in event["data"].get("references", ()):
                reference["id"] = f"{reference['id']}-{number}"
            yield Report(key, orjson.dumps(event), due + later)


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
        still = select(func.count()).where(reads.alerts.c.status != CLOSED)
        with self._line.engine.connect() as connection:
            still_open = connection.execute(still).scalar_one()
        shown = "，".join(f"{name} {size:,.0f} MB" for name, size in zip(WORKERS, sizes, strict=True))
        rate = events / (time.monotonic() - self._begin)
        console.print(
            f"{events:>9,} 件 events：{shown}；未关闭预警 open alerts {still_open:,}；{rate:,.0f} 件/秒 events/s；{load()}"
        )

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


def play(line: Line, events: int, every: int, *, attended: bool) -> Samples:
    """Let the city's time pass: publish and wait by turns until all are stored, officials at work meanwhile."""
    source, sent, samples = endless(), 0, Samples(line)
    officials, file = Officials(line.engine, _by_chance), line.settings.clock_file
    assert file is not None, "the line follows a clock of its own"
    done, changed = 0, time.monotonic()
    while done < events:
        if sent < events and sent - done < AHEAD:
            reports = list(itertools.islice(source, min(CHUNK, events - sent)))
            clock.set_clock(file, reports[-1].due)
            sent += fill(line.settings, (report[:2] for report in reports))
        before, done = done, stored(line)
        if done > before:
            changed = time.monotonic()
        elif time.monotonic() - changed > STALLED_SECONDS:
            raise TimeoutError(f"{done} of {sent} stored; {line.workers.status()}")
        if done // every > (samples.rows[-1][0] // every if samples.rows else 0) or done == events:
            samples.take(done)
        if attended:
            officials.work(clock.now())
        time.sleep(0.2)
    return samples


def _by_chance(_: Connection, alert: Alert) -> bool:
    """Half of all alerts are right."""
    return int(alert.alert_id[-1], 16) % 2 == 0


@contextmanager
def _line(settings: Settings, url: str, folder: Path) -> Iterator[Line]:
    """The line on the city's clock."""
    file = folder / "clock"
    clock.set_clock(file, datetime.combine(FIRST, datetime.min.time(), SHANGHAI))
    clock.follow(file)
    try:
        with running(settings.model_copy(update={"env": "demo", "clock_file": file}), url, folder / "logs") as line:
            yield line
    finally:
        clock.follow(None)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--every", type=int, default=SAMPLE_EVERY, help="件数间隔 events between samples")
    parser.add_argument("--backend", choices=BACKENDS, default="sqlite")
    parser.add_argument("--unattended", action="store_true", help="没有人关闭预警 nobody closes an alert")
    options = parser.parse_args()
    with (
        kafka_settings() as settings,
        TemporaryDirectory() as folder,
        database(options.backend) as url,
        _line(settings, url, Path(folder)) as line,
    ):
        fine = play(line, options.events, options.every, attended=not options.unattended).report()
    console.print(
        f"目标 target < {TARGET_MB:g} MB，增长 growth < {TARGET_SLOPE:g} MB: {'达到 met' if fine else '未达到 NOT met'}"
    )


if __name__ == "__main__":
    main()
