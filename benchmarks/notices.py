"""Notices beside WATCH: does telling officials slow the line? And how long from an alert's record to the receiver?

The same assessed events go through ``Watch.apply`` and the dispatch of alerts after each batch (batches as large as the worker's, SQLite in WAL with full sync, or PostgreSQL with fsync) twice in turn:
alone, and with `fuyuan worker notify` running as a process of its own on the same database, delivering every alert released to a webhook of
ours. Printed are WATCH's medians of events per second and per second of processor time, what the notifier used, and what it delivered.

    python -m benchmarks.notices [--events 6000] [--rounds 2] [--backend sqlite|postgresql]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from benchmarks.workbench import BACKENDS, assessed, batches, console, cpu_seconds, database, show
from infra import clock
from infra.dispatching import Dispatcher
from infra.intake import Incoming
from infra.kafka.topics import DISPUTE_REJECTED
from infra.notices.owing import begin
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.engine import open_engine
from infra.store.schema import upgrade
from infra.store.tables import reads
from infra.watching import Watch
from streams.watch import BATCH_RECORDS
from tests.services.notice_receiver import Receiver, receiving

DRAIN_SECONDS = 120.0
RECIPIENTS = ("县级包案领导", "班子成员", "府院联席会议", "市级包案领导", "府院联席会议办公室")


class Run(NamedTuple):
    """One run: WATCH's seconds and processor seconds, the notifier's, and what was told."""

    seconds: float
    cpu: float
    notifier_cpu: float = 0.0
    notices: int = 0
    messages: int = 0
    drained: float = 0.0


def run(backend: str, records: Sequence[Incoming], receiver: Receiver | None) -> Run:
    """Apply the records, with the notifier beside it when there is a receiver."""
    with database(backend) as url, tempfile.TemporaryDirectory(prefix="fuyuan-bench-") as home:
        engine = open_engine(url)
        upgrade(engine)
        begin(engine, clock.now())
        rules = load_rules(load_settings())
        watch, dispatcher = Watch(engine, rules, DISPUTE_REJECTED), Dispatcher(engine, rules)
        notifier = None if receiver is None else _notifier(url, Path(home), receiver)
        began, cpu = time.perf_counter(), time.process_time()
        for batch in batches(records, BATCH_RECORDS):
            watch.apply(batch, clock.now())
            dispatcher.dispatch(clock.now())
        found = Run(time.perf_counter() - began, time.process_time() - cpu)
        if notifier is not None:
            found = _drained(engine, notifier, found)
        engine.dispose()
    return found


def _notifier(url: str, home: Path, receiver: Receiver) -> subprocess.Popen[bytes]:
    """The worker, once it runs; simulated events are of last year, so that none may count as long past."""
    contacts, policy = home / "contacts.toml", home / "policy.toml"
    contacts.write_text(
        "".join(f'[[contact]]\nrecipient = "{r}"\nchannels = {{ h = "{receiver.webhook()}" }}\n' for r in RECIPIENTS)
    )
    contacts.chmod(0o600)
    shipped = Path("risk_model/policy/default.toml").read_text(encoding="utf-8")
    policy.write_text(
        shipped.replace("stale_days = 7 ", "stale_days = 36500 ").replace("gather_seconds = 60 ", "gather_seconds = 1 ")
    )
    env = {"FUYUAN_DATABASE_URL": url, "FUYUAN_CONTACTS_FILE": str(contacts), "FUYUAN_POLICY_FILE": str(policy)}
    command = [sys.executable, "-m", "infra.notices.worker"]
    process = subprocess.Popen(command, env=os.environ | env, stderr=subprocess.DEVNULL)
    time.sleep(5.0)  # it has loaded what it needs
    return process


def _drained(engine, process: subprocess.Popen[bytes], found: Run) -> Run:  # type: ignore[no-untyped-def]
    """Wait until every notice is in a message that was sent."""
    n, m = reads.notices, reads.notice_messages
    began, last = time.perf_counter(), (-1, -1)
    while time.perf_counter() - began < DRAIN_SECONDS:
        with engine.connect() as connection:
            loose = connection.execute(select(func.count()).where(n.c.message_id.is_(None))).scalar_one()
            unsent = connection.execute(select(func.count()).where(m.c.status != "sent")).scalar_one()
            now = tuple(connection.execute(select(func.count()).select_from(t)).scalar_one() for t in (n, m))
        if loose == unsent == 0 and now == last:
            break
        last = now
        time.sleep(0.5)
    drained, used = time.perf_counter() - began, cpu_seconds(process.pid)
    process.terminate()
    process.wait(30)
    return found._replace(notifier_cpu=used, notices=last[0], messages=last[1], drained=drained)


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=6_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--backend", choices=BACKENDS, default="sqlite")
    options = parser.parse_args()
    records = assessed(options.events)
    alone: list[Run] = []
    beside: list[Run] = []
    with receiving() as receiver:
        for _ in range(options.rounds):
            alone.append(run(options.backend, records, None))
            beside.append(run(options.backend, records, receiver))
    rows = []
    for name, runs in (("WATCH alone", alone), ("WATCH and the notifier", beside)):
        rate = statistics.median(len(records) / r.seconds for r in runs)
        cpu = statistics.median(len(records) / r.cpu for r in runs)
        rows.append((name, f"{rate:,.0f}", f"{cpu:,.0f}", f"{runs[-1].notifier_cpu:.1f}"))
    show("notices", ("", "events/s", "events/s of CPU", "notifier CPU s"), rows)
    newest = beside[-1]
    console.print(
        f"notices {newest.notices:,} in {newest.messages:,} messages; all sent {newest.drained:.1f} s after WATCH's last batch"
    )


if __name__ == "__main__":
    main()
