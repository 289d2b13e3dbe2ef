"""A worker for the transport tests: it writes down, durably, every offset it handled.

Usage: python transport_worker.py '<json>' with bootstrap, topic, group, instance, home, journal and optionally
seconds_per_record, seconds_per_call, seconds_first_call, fail_every (each n-th call raises), fail_every_write, fail_always, session_timeout, rebalance_timeout,
attempts, stuck_after, max_records, batch_records, overlapped (the journal is an effect, written while the next batches are handled).
Journal: one line a handled record, `partition offset`, flushed to disk before the batch is acknowledged.
"""

import json
import logging
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from streams.app import batch_topic, create_app, run_worker
from streams.batches import run_batches
from streams.delivery import DeliveryLimits
from streams.handling import RetryPolicy
from streams.liveness import LivenessPolicy, watch


def main(options: dict) -> None:
    """Run until SIGTERM."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = SimpleNamespace(
        home=Path(options["home"]),
        kafka_bootstrap=options["bootstrap"],
        kafka_security_protocol="PLAINTEXT",
        kafka_replication=1,
    )
    app = create_app(
        options["group"],
        settings,
        instance_id=options.get("instance"),
        session_timeout_seconds=options.get("session_timeout", 6.0),
        commit_interval_seconds=0.3,
        limits=DeliveryLimits(batch_records=options.get("batch_records", 100)),
    )
    if "rebalance_timeout" in options:
        app.conf.broker_rebalance_timeout = options["rebalance_timeout"]
    watch(app, LivenessPolicy(check_every=1.0, stuck_after=options.get("stuck_after", 60.0)))
    journal = os.open(options["journal"], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    calls = writes = 0

    def handle(batches):
        nonlocal calls
        calls += 1
        if options.get("fail_always") or (options.get("fail_every") and calls % options["fail_every"] == 0):
            raise RuntimeError("planned failure")
        records = [record for batch in batches for record in batch.records]
        if calls == 1:
            time.sleep(options.get("seconds_first_call", 0))
        time.sleep(options.get("seconds_per_call", 0) + options.get("seconds_per_record", 0) * len(records))
        if options.get("overlapped"):
            return SimpleNamespace(start=lambda: None, wait=lambda: write(records))
        return write(records)

    def write(records) -> None:
        nonlocal writes
        writes += 1
        if options.get("fail_every_write") and writes % options["fail_every_write"] == 0:
            raise RuntimeError("planned failure")
        latest = time.time() * 1000 - records[-1].timestamp
        lines = "".join(f"{r.partition} {r.offset} {r.key.decode()} {latest:.1f}\n" for r in records)
        os.write(journal, lines.encode())
        os.fsync(journal)

    @app.agent(batch_topic(app, options["topic"]), name="journal")
    async def agent(stream):
        await run_batches(
            stream,
            handle,
            max_records=options.get("max_records", 500),
            retry=RetryPolicy(attempts=options.get("attempts", 8), first_delay_seconds=0.05),
        )

    run_worker(app)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
