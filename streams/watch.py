"""WATCH worker: `python -m streams.watch`. Assessed and rejected messages into the event store, then out to the outbox; days closed."""

import logging
import threading
from collections.abc import Sequence

from infra import clock
from infra.backlog import Backlog
from infra.dispatching import Dispatcher
from infra.heap import give_back
from infra.kafka.clients import durable_producer
from infra.kafka.probe import KafkaProbe
from infra.kafka.topics import DISPUTE_ASSESSED, DISPUTE_REJECTED, worker_group
from infra.lease import Lease
from infra.outbox import Outbox
from infra.overlapping import OverlappedWatch, Pending
from infra.rules import load_rules
from infra.settings import Settings
from infra.store.access import StoreAccess
from infra.store.engine import WATCH_CACHE_KIB, open_engine
from infra.store.schema import upgrade
from infra.surveying import Surveyor
from infra.watching import Watch
from risk_model.rules import Rules
from streams.incoming import incoming
from streams.record_batch import RecordBatch
from streams.worker import holder_name, serve

logger = logging.getLogger(__name__)

BATCH_RECORDS = 1_000
"""Most records of one transaction; reached only when catching up, for what is there is taken at once. Half as many are a tenth slower."""
THREAD_CACHE_KIB = 4_096
"""SQLite's pages in memory for each thread beside the one that takes events in: they read on, or once a day."""
IDLE_SECONDS = 0.2
RETRY_SECONDS = 5.0
SURVEY_SECONDS = 5.0
SURVEY_LEASE_SECONDS = 120
DISPATCH_SECONDS = 1.0


class WatchHandler:
    """Handles record batches for the WATCH agent: what it returns is stored once its ``wait`` returns."""

    def __init__(self, watch: OverlappedWatch) -> None:
        self._watch = watch

    def __call__(self, batches: Sequence[RecordBatch]) -> Pending:
        """Take the batches, to be stored in one transaction; raises when the database is away."""
        return self._watch.take(incoming(batches), clock.now())


def build_handler(settings: Settings) -> WatchHandler:
    """Handler on this installation's event store; records the policy in force."""
    engine = open_engine(settings.database_url, cache_kib=WATCH_CACHE_KIB)
    upgrade(engine)
    rules = load_rules(settings)
    watch = Watch(engine, rules, settings.kafka_name(DISPUTE_REJECTED))
    watch.adopt_policy(clock.now(), "worker")
    threading.Thread(target=publish_forever, args=(settings,), name="outbox", daemon=True).start()
    threading.Thread(target=survey_forever, args=(settings, rules), name="surveyor", daemon=True).start()
    threading.Thread(target=dispatch_forever, args=(settings, rules), name="dispatcher", daemon=True).start()
    return WatchHandler(OverlappedWatch(engine, watch))


def publish_forever(settings: Settings) -> None:
    """Publish the outbox until the process ends; a failure is logged and tried again, the cursor keeps the place."""
    engine = open_engine(settings.database_url, pool_size=1, cache_kib=THREAD_CACHE_KIB)
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


def dispatch_forever(settings: Settings, rules: Rules) -> None:
    """Decide what becomes of alerts until the process ends; a failure is logged and tried again, the place in the log is kept in the store."""
    engine = open_engine(settings.database_url, pool_size=1, cache_kib=THREAD_CACHE_KIB)
    pause = threading.Event()
    while True:
        try:
            dispatcher, lease = Dispatcher(engine, rules), Lease(engine, "dispatcher", holder_name())
            while True:
                if not lease.claim(clock.now()) or dispatcher.dispatch(clock.now()) == 0:
                    pause.wait(DISPATCH_SECONDS)
        except Exception:
            logger.exception("dispatcher: failed, next try in %s s", RETRY_SECONDS)
            pause.wait(RETRY_SECONDS)


def survey_forever(settings: Settings, rules: Rules) -> None:
    """Close days until the process ends; a failure is logged and tried again, the clocks in the store keep the place."""
    engine = open_engine(settings.database_url, pool_size=1, cache_kib=THREAD_CACHE_KIB)
    pause = threading.Event()
    while True:
        try:
            watch = Watch(engine, rules, settings.kafka_name(DISPUTE_REJECTED))
            surveyor = Surveyor(engine, rules, watch)
            lease = Lease(engine, "surveyor", holder_name(), SURVEY_LEASE_SECONDS)
            backlog = Backlog(KafkaProbe(settings, worker_group("assess")), StoreAccess(engine))
            while True:
                worked = lease.claim(clock.now()) and surveyor.survey(backlog, clock.now()) > 0
                give_back()
                if not worked:
                    pause.wait(SURVEY_SECONDS)
        except Exception:
            logger.exception("surveyor: closing days failed, next try in %s s", RETRY_SECONDS)
            pause.wait(RETRY_SECONDS)


if __name__ == "__main__":
    serve("watch", [DISPUTE_ASSESSED, DISPUTE_REJECTED], build_handler, max_records=BATCH_RECORDS)
