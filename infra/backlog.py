"""Is everything that was sent before a moment handled? Asked of Kafka and the store, so that a day is not closed while its reports wait."""

from datetime import date, datetime
from typing import NamedTuple

from confluent_kafka import KafkaException

from infra.kafka.probe import KafkaProbe, lag
from infra.kafka.topics import DISPUTE_ASSESSED, DISPUTE_REJECTED, DISPUTE_REPORTED
from infra.store.access import StoreAccess
from infra.store.queries.feed import stored_offsets

Offsets = dict[tuple[str, int], int]


class Mark(NamedTuple):
    """A moment, and the newest clock of any county then: what was sent before it has been handled.

    Attributes:
        at: when it was set, UTC.
        newest: local day; None while no county had a clock.
    """

    at: datetime
    newest: date | None


class Backlog:
    """Follows one mark at a time through both workers: first what ASSESS is to read before it, then what it wrote of that.

    Args:
        probe: with the consumer group of ASSESS.
        store: that WATCH feeds.
    """

    def __init__(self, probe: KafkaProbe, store: StoreAccess) -> None:
        self._probe = probe
        self._store = store
        self._mark: Mark | None = None
        self._reported: Offsets = {}
        self._assessed: Offsets | None = None

    def set(self, mark: Mark) -> None:
        """Follow a mark; nothing while another is on its way or Kafka does not answer."""
        if self._mark is None and (ends := self._ends(DISPUTE_REPORTED)) is not None:
            self._mark, self._reported, self._assessed = mark, ends, None

    def passed(self) -> Mark | None:
        """The mark, once everything before it is stored; None until then, and while Kafka does not answer."""
        if self._mark is None:
            return None
        try:
            if self._assessed is None:
                if lag(self._reported, self._probe.committed(DISPUTE_REPORTED)):
                    return None
                self._assessed = self._probe.ends(DISPUTE_ASSESSED) | self._probe.ends(DISPUTE_REJECTED)
        except KafkaException:
            return None
        if lag(self._assessed, self._store.read(stored_offsets)):
            return None
        mark, self._mark = self._mark, None
        return mark

    def _ends(self, topic: str) -> Offsets | None:
        try:
            return self._probe.ends(topic)
        except KafkaException:
            return None
