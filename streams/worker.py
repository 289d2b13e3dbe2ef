"""What every worker process does: settings, logs, topics checked, one Faust app with one agent, liveness."""

import gc
import os
import socket
import sys
from collections.abc import Callable, Sequence

from infra import clock
from infra.cli.problems import operator_message
from infra.heap import few_heaps
from infra.kafka.topics import ensure_topics, worker_group
from infra.logs import configure_logging
from infra.settings import Settings, load_settings
from streams.app import batch_topic, create_app, run_worker
from streams.batches import run_batches
from streams.handling import Handle
from streams.liveness import watch


def serve(
    name: str, topics: Sequence[str], build_handler: Callable[[Settings], Handle], *, max_records: int = 500
) -> None:
    """Run the worker ``name`` on these topics until it is told to end.

    An error an operator can mend ends the process with its message and status 1.

    Args:
        name: service name in logs; the consumer group is named for it.
        topics: names without the cluster's prefix.
        build_handler: makes the batch handler from the settings.
        max_records: records handled together, the size of one transaction.
    """
    few_heaps()
    try:
        settings = load_settings()
        clock.follow(settings.clock_file)
        configure_logging(settings, service=name)
        ensure_topics(settings)
        handler = build_handler(settings)
    except Exception as problem:
        message = operator_message(problem)
        if message is None:
            raise
        sys.exit(f"✗ {message}")
    calm_collector()
    app = create_app(settings.kafka_name(worker_group(name)), settings, instance_id=instance_id(name))
    watch(app)

    @app.agent(batch_topic(app, *(settings.kafka_name(topic) for topic in topics)), name=name)
    async def agent(stream):  # type: ignore[no-untyped-def]  # Faust streams have no useful type
        await run_batches(stream, handler, max_records=max_records)

    run_worker(app)


def calm_collector() -> None:
    """Let the garbage collector pass over what start-up loaded and look at batches less often.

    A batch makes and drops tens of thousands of small objects without cycles; the default thresholds look for
    cycles many times a batch and find none.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def instance_id(name: str) -> str | None:
    """Static group membership from FUYUAN_WORKER_INSTANCE (unique among running workers, the same after a restart).

    Without it the worker joins as a dynamic member.
    """
    instance = os.environ.get("FUYUAN_WORKER_INSTANCE")
    return f"{name}-{instance}" if instance else None


def holder_name() -> str:
    """Name of this process in leases: host and pid."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}"
