"""Publishing reports to Kafka: many requests share the client's batches, and each waits until its own are durable.

KafkaAway          Kafka did not take the messages in time
Overloaded         too much is waiting already
TooLargeForTopic   the topic refuses a message of this size
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

import structlog
from confluent_kafka import KafkaError, Message, Producer

from infra.kafka.clients import fast_producer
from infra.kafka.topics import MIB
from infra.settings import Settings

WAIT_SECONDS = 5.0
"""How long a request waits for Kafka."""

MAX_WAITING_BYTES = 64 * MIB
"""Bytes of all requests that wait; with more, new ones are turned away at once."""

_GRACE_SECONDS = 2.0  # the client looks for timed-out messages once a second
_ASK_SECONDS = 0.001
_log = structlog.get_logger(__name__)


class KafkaAway(RuntimeError):
    """Kafka did not make the messages durable in time; some may have been written, and sending again does no harm."""


class Overloaded(RuntimeError):
    """Too many bytes wait for Kafka already."""


class TooLargeForTopic(RuntimeError):
    """A message is larger than the topic allows."""


class Place(NamedTuple):
    """Where a message stands in its topic."""

    partition: int
    offset: int


_NOWHERE = Place(-1, -1)


class Publisher:
    """Publishes to one topic, acks=all and idempotent. For one event loop.

    The client is made at the first use, connects by itself, and outlives any absence of Kafka; it is replaced only
    after an error it calls fatal. Keys are spread as Kafka's own clients spread them, so that a county's events share
    a partition whoever publishes them. While requests wait, the loop itself asks the client for delivery reports: a thread
    that waits for them would fight the loop for the interpreter's lock at every report.
    """

    def __init__(self, settings: Settings, topic: str) -> None:
        self._settings = settings
        self.topic = settings.kafka_name(topic)
        self._producer: Producer | None = None
        self._waiting: set[_Delivery] = set()
        self._waiting_bytes = 0
        self._asking: asyncio.Task[None] | None = None

    async def publish(self, messages: Sequence[tuple[bytes | None, bytes]]) -> list[Place]:
        """Write (key, value) pairs and return their places, in order, once all are durable.

        Raises:
            KafkaAway: not all were durable within `WAIT_SECONDS`.
            Overloaded: try again later.
            TooLargeForTopic: Kafka refused a message for its size.
        """
        if not messages:
            return []
        size = sum(len(value) for _, value in messages)
        if self._waiting_bytes and self._waiting_bytes + size > MAX_WAITING_BYTES:
            raise Overloaded(f"{self._waiting_bytes} bytes are waiting for Kafka")
        producer = self._client()
        delivery = _Delivery(len(messages))
        self._waiting.add(delivery)
        self._waiting_bytes += size
        try:
            self._hand_over(producer, messages, delivery)
            return await asyncio.wait_for(delivery.done, WAIT_SECONDS + _GRACE_SECONDS)
        except TimeoutError:
            raise KafkaAway("no answer from the client in time") from None
        except _Fatal as fatal:
            self._replace(producer, fatal)
            raise KafkaAway(str(fatal)) from fatal
        finally:
            self._waiting.discard(delivery)
            self._waiting_bytes -= size

    def close(self) -> None:
        """Give what is under way a moment, then end; blocks up to `WAIT_SECONDS`."""
        producer, self._producer = self._producer, None
        if self._asking is not None:
            self._asking.cancel()
        if producer is not None:
            producer.flush(WAIT_SECONDS)

    def _hand_over(
        self, producer: Producer, messages: Sequence[tuple[bytes | None, bytes]], delivery: "_Delivery"
    ) -> None:
        """Give the messages to the client, which only takes note of them; it writes in threads of its own."""
        for index, (key, value) in enumerate(messages):
            try:
                producer.produce(self.topic, value, key, on_delivery=delivery.taker(index))
            except BufferError:
                delivery.fail_from(index, Overloaded("the client's queue is full"))
                break
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(), name="kafka-deliveries")

    async def _ask(self) -> None:
        """Ask for delivery reports until nobody waits."""
        while self._waiting and self._producer is not None:
            self._producer.poll(0)
            await asyncio.sleep(_ASK_SECONDS)

    def _client(self) -> Producer:
        if self._producer is None:
            self._producer = fast_producer(
                self._settings,
                **{
                    "client.id": "fuyuan-api",
                    "partitioner": "murmur2_random",
                    "linger.ms": 2,
                    "delivery.timeout.ms": int(WAIT_SECONDS * 1000),
                    "request.timeout.ms": int(WAIT_SECONDS * 1000),
                    "reconnect.backoff.max.ms": 1000,
                    "log_level": 2,
                    "error_cb": _note,
                },
            )
        return self._producer

    def _replace(self, producer: Producer, fatal: Exception) -> None:
        if self._producer is producer:
            _log.error("kafka client replaced after a fatal error", reason=str(fatal))
            self._producer = None


class _Fatal(RuntimeError):
    pass


class _Delivery:
    """The messages of one request, as the client reports on them."""

    def __init__(self, count: int) -> None:
        self.done: asyncio.Future[list[Place]] = asyncio.get_running_loop().create_future()
        self._places: list[Place] = [_NOWHERE] * count
        self._left = count
        self._error: Exception | None = None

    def taker(self, index: int) -> Any:
        """Callback for the delivery report of one message; it is called within `poll`."""

        def take(error: KafkaError | None, message: Message) -> None:
            if error is None:
                self._places[index] = Place(message.partition() or 0, message.offset() or 0)
            elif self._error is None or error.fatal():
                self._error = _error_of(error)
            self._count_down(1)

        return take

    def fail_from(self, index: int, error: Exception) -> None:
        """Count the messages from `index` on, which were never handed over, as failed."""
        self._error = self._error or error
        self._count_down(len(self._places) - index)

    def _count_down(self, by: int) -> None:
        self._left -= by
        if self._left or self.done.done():
            return
        if self._error is not None:
            self.done.set_exception(self._error)
        else:
            self.done.set_result(self._places)


def _error_of(error: KafkaError) -> Exception:
    if error.fatal():
        return _Fatal(error.str())
    if error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
        return TooLargeForTopic(error.str())
    return KafkaAway(f"{error.name()}: {error.str()}")


def _note(error: KafkaError) -> None:
    _log.debug("kafka client", reason=error.str())
