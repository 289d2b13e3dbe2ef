"""A mark is passed once ASSESS has read what was sent before it, and WATCH has stored what ASSESS wrote of that."""

from datetime import date
from typing import Any

import pytest
from confluent_kafka import KafkaException

from infra.backlog import Backlog, Mark, Offsets
from infra.kafka.topics import DISPUTE_ASSESSED, DISPUTE_REJECTED, DISPUTE_REPORTED
from tests.disputes import NOW

MARK = Mark(NOW, date(2026, 3, 1))


class Kafka:
    """Ends and acknowledged offsets that a test sets; away when told."""

    def __init__(self) -> None:
        self.at: dict[str, int] = {DISPUTE_REPORTED: 5, DISPUTE_ASSESSED: 3, DISPUTE_REJECTED: 1}
        self.read = 2
        self.away = False

    def ends(self, topic: str) -> Offsets:
        if self.away:
            raise KafkaException("away")
        return {(topic, 0): self.at[topic]}

    def committed(self, topic: str) -> Offsets:
        if self.away:
            raise KafkaException("away")
        return {(topic, 0): self.read}


class Stored:
    """What WATCH has stored of both topics."""

    def __init__(self) -> None:
        self.offsets: Offsets = {}

    def read(self, query: Any) -> Offsets:
        return self.offsets


@pytest.fixture
def line() -> tuple[Kafka, Stored, Backlog]:
    """ASSESS has read 2 of 5 messages."""
    kafka, stored = Kafka(), Stored()
    return kafka, stored, Backlog(kafka, stored)  # type: ignore[arg-type]  # stand-ins


def test_a_mark_passes_both_workers(line: tuple[Kafka, Stored, Backlog]) -> None:
    """Later messages are not waited for; a second mark is not set while one is on its way."""
    kafka, stored, backlog = line
    assert backlog.passed() is None
    backlog.set(MARK)
    backlog.set(Mark(NOW, None))
    kafka.at[DISPUTE_REPORTED] = 99
    assert backlog.passed() is None
    kafka.read, kafka.at[DISPUTE_ASSESSED] = 5, 6
    assert backlog.passed() is None
    kafka.at[DISPUTE_ASSESSED] = 50
    stored.offsets = {(DISPUTE_ASSESSED, 0): 6}
    assert backlog.passed() is None  # the rejected one is not stored yet
    stored.offsets[DISPUTE_REJECTED, 0] = 1
    assert backlog.passed() == MARK
    assert backlog.passed() is None


def test_nothing_passes_while_kafka_is_away(line: tuple[Kafka, Stored, Backlog]) -> None:
    """Neither is a mark set; one under way goes on afterwards."""
    kafka, stored, backlog = line
    kafka.away = True
    backlog.set(MARK)
    kafka.away, kafka.read = False, 5
    stored.offsets = {(DISPUTE_ASSESSED, 0): 3, (DISPUTE_REJECTED, 0): 1}
    assert backlog.passed() is None
    backlog.set(MARK)
    kafka.away = True
    assert backlog.passed() is None
    kafka.away = False
    assert backlog.passed() == MARK
