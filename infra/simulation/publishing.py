"""Sends a simulation where it is wanted: to Kafka at a given rate, or into files with its truth and labels."""

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from infra.kafka.clients import durable_producer
from infra.kafka.topics import DISPUTE_REPORTED
from infra.settings import Settings
from infra.simulation.labels import Labeller
from infra.simulation.record import SimRecord
from infra.simulation.simulate import Simulation

_UNCONFIRMED = 5000
_CONFIRM_SECONDS = 120


class Publisher(AbstractContextManager["Publisher"]):
    """Sends records to the reported topic.

    Args:
        settings: of the cluster.
        rate: records a second at most; 0 is as fast as Kafka takes them.
    """

    def __init__(self, settings: Settings, rate: float = 0.0) -> None:
        self._topic = settings.kafka_name(DISPUTE_REPORTED)
        self._producer = durable_producer(settings, linger_ms=20)
        self._rate = rate

    def send(self, records: Iterable[SimRecord]) -> Iterator[SimRecord]:
        """Yields each record sent; when the iterator is exhausted every one is durable.

        Raises:
            kafka.errors.KafkaError: a record could not be made durable.
        """
        started, futures = time.monotonic(), list[Any]()
        for sent, record in enumerate(records, 1):
            futures.append(self._producer.send(self._topic, key=record.key, value=record.value))
            if self._rate > 0 and (ahead := sent / self._rate - (time.monotonic() - started)) > 0:
                time.sleep(ahead)
            if len(futures) >= _UNCONFIRMED:
                _confirm(futures)
            yield record
        self._producer.flush()
        _confirm(futures)

    def __exit__(self, *_: object) -> None:
        self._producer.close()


def publish(settings: Settings, records: Iterable[SimRecord], rate: float = 0.0) -> Iterator[SimRecord]:
    """As ``Publisher.send``, once.

    Raises:
        kafka.errors.KafkaError: a record could not be made durable.
    """
    with Publisher(settings, rate) as publisher:
        yield from publisher.send(records)


def _confirm(futures: list[Any]) -> None:
    """Wait until Kafka has acknowledged these sends; a failed one raises."""
    for future in futures:
        future.get(timeout=_CONFIRM_SECONDS)
    futures.clear()


def write_events(path: Path, records: Iterable[SimRecord]) -> Iterator[SimRecord]:
    """Write one record a line (line breaks inside malformed records become blanks); yields each one written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for record in records:
            file.write(record.value.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n")
            yield record


class TruthFile(AbstractContextManager["TruthFile"]):
    """Writes what is true as one JSON document: arguments, events in stream order, stories.

    It is written beside the path and moved there when complete, so a reader never sees half of it.
    """

    def __init__(self, path: Path, simulation: Simulation, arguments: dict[str, Any]) -> None:
        self._path, self._simulation, self._arguments = path, simulation, arguments
        self._partial = path.with_name(path.name + ".partial")
        self._first = True

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._partial.open("wb")
        self._file.write(b'{"arguments":' + orjson.dumps(self._arguments) + b',\n"events":[\n')
        return self

    def add(self, record: SimRecord) -> None:
        """Add one record's truth."""
        self._file.write(
            (b"" if self._first else b",\n") + orjson.dumps(record.truth.as_dict() | {"due": record.due.isoformat()})
        )
        self._first = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stories = [story.as_dict() for story in self._simulation.stories if story.event_ids]
        self._file.write(b'\n],\n"stories":' + orjson.dumps(stories, option=orjson.OPT_INDENT_2) + b"}\n")
        self._file.close()
        if kind is None:
            self._partial.replace(self._path)
        else:
            self._partial.unlink()


class LabelFile(AbstractContextManager["LabelFile"]):
    """Writes labelled examples, one JSON object a line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._labeller = Labeller()

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("wb")
        return self

    def add(self, record: SimRecord) -> None:
        """Add one record's label, if it has one."""
        example = self._labeller.label(record)
        if example is not None:
            self._file.write(orjson.dumps(example) + b"\n")

    def __exit__(self, *_: object) -> None:
        self._file.close()
