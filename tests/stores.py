"""Event stores for tests: made quickly, filled in batches, and read back whole."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from infra.intake import Incoming
from infra.store.digest import content_digest, exact_digest
from infra.store.engine import open_engine
from infra.store.event_log import read_events, verify_chain
from infra.store.schema import upgrade
from infra.store.tables import reads
from infra.watching import Watch
from risk_model.rules import Rules
from schemas.domain_events import DomainEvent, encode_event, type_name
from tests.disputes import NOW, REJECTED_TOPIC


class Content(NamedTuple):
    """Everything a store holds, comparable."""

    log: tuple[tuple[str, int, bytes], ...]
    exact: str
    content: str


class Template:
    """An empty SQLite store that is copied instead of migrated anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._empty = folder / "empty.db"
        engine = open_engine(f"sqlite:///{self._empty}")
        upgrade(engine)
        engine.dispose()

    def store(self) -> Engine:
        """A new empty store."""
        self._made += 1
        path = self._folder / f"store{self._made}.db"
        shutil.copy(self._empty, path)
        return open_engine(f"sqlite:///{path}")


def fill(engine: Engine, rules: Rules, batches: Sequence[Sequence[Incoming]], now: datetime = NOW) -> None:
    """Apply batches in order."""
    watch = Watch(engine, rules, REJECTED_TOPIC)
    for batch in batches:
        watch.apply(batch, now)


def content(engine: Engine) -> Content:
    """Log and digests; the chain is checked on the way."""
    with engine.connect() as connection:
        verify_chain(connection)
        stored = read_events(connection, limit=1_000_000)
        log = tuple((s.recorded.stream_id, s.recorded.version, encode_event(s.recorded.event)) for s in stored)
        return Content(log, exact_digest(connection, reads), content_digest(connection, reads))


def facts(engine: Engine, *types: str) -> list[DomainEvent]:
    """Events of some types in order, all when none is named."""
    with engine.connect() as connection:
        stored = read_events(connection, limit=1_000_000)
    return [s.recorded.event for s in stored if not types or type_name(s.recorded.event) in types]


def cut(records: Sequence[Incoming], sizes: Sequence[int]) -> list[Sequence[Incoming]]:
    """The records in batches of these sizes, over and over."""
    batches, start, turn = [], 0, 0
    while start < len(records):
        size = sizes[turn % len(sizes)]
        batches.append(records[start : start + size])
        start, turn = start + size, turn + 1
    return batches
