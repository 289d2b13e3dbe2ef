"""WATCH: ``infra.overlapping.OverlappedWatch`` as its worker drives it, beside a plain batch insert, on SQLite (WAL, full sync) and PostgreSQL (fsync on).

Both take the same assessed events (simulated, through the real intake) in batches as large as the worker's, one transaction a batch, into an empty
database. WATCH checks its inbox, decides on matters, alerts and trends, appends to the hash chain and keeps the read models; the plain
insert decodes each record and puts its id, county, day, level and bytes into one table with the id as its primary key. The two take
turns; printed are the medians of events per second, events per second of this process's processor time, and the ratio; then a
profile of WATCH. Decoding counts for both; making the events does not.

    python -m benchmarks.watch [--events 20000] [--rounds 2] [--backend sqlite|postgresql]
"""

import argparse
import cProfile
import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, String, Table

from benchmarks.workbench import BACKENDS, assessed, batches, console, database, show, show_profile
from infra import clock
from infra.intake import Incoming
from infra.kafka.topics import DISPUTE_REJECTED
from infra.overlapping import OverlappedWatch, Pending
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.engine import WATCH_CACHE_KIB, open_engine
from infra.store.event_log import write_transaction
from infra.store.schema import upgrade
from infra.watching import Watch
from risk_model.local_time import local_day
from risk_model.rules import Rules
from schemas.assessed import decode_assessed
from streams.watch import BATCH_RECORDS
from streams.worker import calm_collector

TARGETS = {"sqlite": 3_000, "postgresql": 2_000}
_plain = Table(
    "plain_disputes",
    MetaData(),
    Column("dispute_id", String(32), primary_key=True),
    Column("county", String(6), nullable=False),
    Column("day", String(10), nullable=False),
    Column("level", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
Apply = Callable[[Sequence[Incoming]], object]


class Rate(NamedTuple):
    """Events per second by the clock, and per second of this process's processor time."""

    per_second: float
    per_cpu_second: float


def watch(engine: Engine, rules: Rules) -> Apply:
    """Applies batches as the worker does, one behind the other."""
    upgrade(engine)
    overlapped = OverlappedWatch(engine, Watch(engine, rules, DISPUTE_REJECTED))

    def apply(records: Sequence[Incoming]) -> None:
        under_way: Pending | None = None
        for batch in batches(records, BATCH_RECORDS):
            following = overlapped.take(batch, clock.now())
            if under_way is not None:
                under_way.wait()
            following.start()
            under_way = following
        if under_way is not None:
            under_way.wait()

    return apply


def plain(engine: Engine, _: Rules) -> Apply:
    """Puts each batch into one table."""
    upgrade(engine)
    _plain.create(engine)

    def apply(records: Sequence[Incoming]) -> None:
        for batch in batches(records, BATCH_RECORDS):
            insert(batch)

    def insert(batch: Sequence[Incoming]) -> None:
        rows = []
        for record in batch:
            item = decode_assessed(record.value)
            rows.append({
                "dispute_id": item.dispute_id, "county": item.place.county,
                "day": local_day(item.occurred_at).isoformat(), "level": item.level, "data": record.value,
            })  # fmt: skip
        with write_transaction(engine) as connection:
            connection.execute(_plain.insert(), rows)

    return apply


CONTESTANTS: dict[str, Callable[[Engine, Rules], Apply]] = {"WATCH": watch, "朴素写入 plain batch insert": plain}


def measure(
    backend: str, make: Callable[[Engine, Rules], Apply], records: Sequence[Incoming], profile: cProfile.Profile | None
) -> Rate:
    """Apply all records to an empty database."""
    with database(backend) as url:
        engine = open_engine(url, cache_kib=WATCH_CACHE_KIB)
        apply = make(engine, load_rules(load_settings()))
        if profile:
            profile.enable()
        begin, cpu = time.perf_counter(), time.process_time()
        apply(records)
        wall, used = time.perf_counter() - begin, time.process_time() - cpu
        if profile:
            profile.disable()
        engine.dispose()
    return Rate(len(records) / wall, len(records) / used)


def compare(backend: str, records: Sequence[Incoming], rounds: int) -> None:
    """Run both in turn on one backend; print medians and a profile."""
    results: dict[str, list[Rate]] = {name: [] for name in CONTESTANTS}
    for _ in range(rounds):
        for name, make in CONTESTANTS.items():
            results[name].append(measure(backend, make, records, None))
    middle = {name: Rate(*map(statistics.median, zip(*runs, strict=True))) for name, runs in results.items()}
    ours, base = middle.values()
    show(
        f"{backend}：{len(records):,} 件 events，每批 batches of {BATCH_RECORDS}，{rounds} 轮 rounds 中位数 median",
        ("", "件/秒 events/s", "最低–最高 range", "件/CPU 秒 events/cpu s", "比 ratio"),
        [
            (
                name,
                f"{middle[name].per_second:,.0f}",
                f"{min(runs).per_second:,.0f}–{max(runs).per_second:,.0f}",
                f"{middle[name].per_cpu_second:,.0f}",
                f"{middle[name].per_second / base.per_second:.2f}",
            )
            for name, runs in results.items()
        ],
    )
    target = TARGETS[backend]
    console.print(
        f"目标 target ≥ {target:,} 件/秒 events/s: {'达到 met' if ours.per_second >= target else '未达到 NOT met'}"
    )
    profile = cProfile.Profile()
    measure(backend, watch, records, profile)
    show_profile(profile, f"WATCH, {backend}", lines=25)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--backend", choices=BACKENDS, action="append")
    options = parser.parse_args()
    records = assessed(options.events)
    calm_collector()
    for backend in options.backend or BACKENDS:
        compare(backend, records, options.rounds)


if __name__ == "__main__":
    main()
