"""ASSESS worker: `python -m streams.assess`. Reported messages in, assessed and rejected messages out; keeps no state.

Output is in Kafka (acks=all) before input is acknowledged, so a crash repeats messages and loses none. While the brokers
store the output of some batches, the next ones are judged (`streams.handling`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from confluent_kafka import KafkaException, Producer

from infra import clock
from infra.assessing import Intake, Outgoing
from infra.kafka.clients import fast_producer
from infra.kafka.topics import DISPUTE_ASSESSED, DISPUTE_REJECTED, DISPUTE_REPORTED
from infra.model_source import ModelSource
from infra.rules import load_rules
from infra.settings import Settings
from risk_model.assess import Assessor
from risk_model.masking import Masker
from risk_model.scoring.runtime import RiskModel
from streams.incoming import incoming
from streams.record_batch import RecordBatch
from streams.worker import serve

FLUSH_SECONDS = 130.0  # longer than the producer's own delivery timeout, which reports the failure


class Publication:
    """Messages of some batches on their way to Kafka: the effect of `AssessHandler`."""

    def __init__(self, producer: Producer, topics: Mapping[bool, str], messages: Sequence[Outgoing]) -> None:
        self._producer = producer
        self._topics = topics
        self._messages = messages
        self._failures: list[Any] = []

    def start(self) -> None:
        """Hand the messages to the producer, which sends them while we go on."""
        produce, topics, delivered = self._producer.produce, self._topics, self._delivered
        for accepted, key, value, headers in self._messages:
            more = {"headers": list(headers)} if headers else {}
            while True:
                try:
                    produce(topics[accepted], value, key, on_delivery=delivered, **more)
                    break
                except BufferError:  # the producer's queue is full: let it send
                    self._producer.poll(0.1)

    def wait(self) -> None:
        """Return when all of them are on every copy in sync.

        Raises:
            KafkaException: the broker refused one.
            TimeoutError: they are still not there.
        """
        left = self._producer.flush(FLUSH_SECONDS)
        if self._failures:
            raise KafkaException(self._failures[0])
        if left:
            raise TimeoutError(f"{left} 条消息未能写入 Kafka，将重试 / {left} messages not yet in Kafka, will retry")

    def _delivered(self, error: Any, _message: Any) -> None:
        if error is not None:
            self._failures.append(error)


class AssessHandler:
    """Handles record batches for the ASSESS agent: judges them and returns what is to be published.

    Args:
        settings: names of the topics.
        intake: asked once a batch for what judges it, so that a new model takes over between batches.
        producer: writes the output.
    """

    def __init__(self, settings: Settings, intake: Callable[[], Intake], producer: Producer) -> None:
        self._intake = intake
        self._producer = producer
        self._topics = {True: settings.kafka_name(DISPUTE_ASSESSED), False: settings.kafka_name(DISPUTE_REJECTED)}

    def __call__(self, batches: Sequence[RecordBatch]) -> Publication:
        """Process; nothing has been sent yet."""
        messages = self._intake().process(incoming(batches), clock.now())
        return Publication(self._producer, self._topics, messages)


def build_handler(settings: Settings) -> AssessHandler:
    """Handler with the policy and regions of this installation, and the models in their roles at each moment."""
    rules, masker, key = load_rules(settings), Masker(), settings.token_key.get_secret_value().encode()

    def intake(champion: RiskModel, challenger: RiskModel | None) -> Intake:
        assessor = Assessor(champion, masker, rules.policy, rules.regions, key, challenger, rules.places)
        return Intake(assessor, rules.regions, rules.policy.event_limits)

    source = ModelSource(settings, intake).start()
    # Thousands of reports of success a second would cost more than the sending; flush says when all is done.
    producer = fast_producer(settings, **{"delivery.report.only.error": True})
    return AssessHandler(settings, source.current, producer)


if __name__ == "__main__":
    serve("assess", [DISPUTE_REPORTED], build_handler)
