"""WATCH worker: `python -m streams.watch`. Assessed and rejected messages into the event store, then out to the outbox."""

import logging
import threading
from collections.abc import Sequence

from infra import clock
from infra.kafka.clients import durable_producer
from infra.kafka.topics import DISPUTE_ASSESSED, DISPUTE_REJECTED
from infra.outbox import Outbox
from infra.rules import load_rules
from infra.settings import Settings
from infra.store.engine import open_engine
from infra.store.schema import upgrade
from infra.watching import Watch
from streams.incoming import incoming
from streams.record_batch import RecordBatch
from streams.worker import holder_name, serve

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.2
RETRY_SECONDS = 5.0


class WatchHandler:
    """Handles record batches for the WATCH agent; returns only after the commit."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def __call__(self, batches: Sequence[RecordBatch]) -> None:
        """Decide on and store the batches in one transaction; raises when the database is away."""
        self._watch.apply(incoming(batches), clock.now())


def build_handler(settings: Settings) -> WatchHandler:
    """Handler on this installation's event store; records the policy in force."""
    engine = open_engine(settings.database_url)
    upgrade(engine)
    watch = Watch(engine, load_rules(settings), settings.kafka_name(DISPUTE_REJECTED))
    watch.adopt_policy(clock.now(), "worker")
    threading.Thread(target=publish_forever, args=(settings,), name="outbox", daemon=True).start()
    return WatchHandler(watch)


def publish_forever(settings: Settings) -> None:
    """Publish the outbox until the process ends; a failure is logged and tried again, the cursor keeps the place."""
    engine = open_engine(settings.database_url, pool_size=1)
    pause = threading.Event()
    while True:
        try:
            producer = durable_producer(settings)
            outbox = Outbox(engine, settings, producer, holder_name())
            while True:
                if outbox.publish(clock.now()) == 0:
                    pause.wait(IDLE_SECONDS)
        except Exception:
            logger.exception("outbox: publishing failed, next try in %s s", RETRY_SECONDS)
            pause.wait(RETRY_SECONDS)


if __name__ == "__main__":
    serve("watch", [DISPUTE_ASSESSED, DISPUTE_REJECTED], build_handler)
