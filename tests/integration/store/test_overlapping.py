"""Batch behind batch on both databases: the log is the one that batches alone write, whatever fails and whoever writes in between."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
from sqlalchemy import Engine, RootTransaction, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from infra.intake import Incoming
from infra.overlapping import OverlappedWatch, Pending
from infra.store.engine import open_engine
from infra.store.event_log import append, write_transaction
from infra.store.projection import save
from infra.store.rebuild import rebuild
from infra.store.schema import upgrade
from infra.store.tables import reads
from infra.watching import Loaded, Watch
from risk_model.folding import record
from risk_model.state import State
from schemas.domain_events import Recorded, SilenceSet
from schemas.domain_events.dispatch import SilenceMatch
from tests.disputes import NOW, REJECTED_TOPIC, assessed, incoming, rules
from tests.stores import Content, content, cut, facts


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty store on SQLite, then on PostgreSQL."""
    engine = open_engine(database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


def _records() -> list[Incoming]:
    """Three weeks of two counties, with one enterprise in trouble that events keep joining, and a burst."""
    found = []
    for day in range(21):
        for number in range(8 if day == 20 else 3):
            at = NOW - timedelta(days=21 - day, minutes=-number)
            of_firm = number == 0
            found.append(
                assessed(
                    len(found),
                    county=f"37900{1 + day % 2}",
                    at=at,
                    level=3 if of_firm and day % 5 == 0 else 1,
                    enterprise="云州宏远置业有限公司" if of_firm else None,
                    token="tok" if of_firm else None,
                    category="问题楼盘" if of_firm else "物业",
                )
            )
    return incoming(found)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """What batches alone write."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('alone') / 'store.db'}")
    upgrade(engine)
    watch = Watch(engine, rules(), REJECTED_TOPIC)
    for batch in cut(_records(), [7]):
        watch.apply(batch, NOW)
    found = content(engine)
    engine.dispose()
    return found


def _overlapped(engine: Engine) -> OverlappedWatch:
    return OverlappedWatch(engine, Watch(engine, rules(), REJECTED_TOPIC))


def _run(watch: OverlappedWatch, batches: Sequence[Sequence[Incoming]]) -> None:
    """As the loop of an agent does."""
    under_way: Pending | None = None
    for batch in batches:
        following = watch.take(batch, NOW)
        if under_way is not None:
            under_way.wait()
        following.start()
        under_way = following
    if under_way is not None:
        under_way.wait()


@pytest.mark.parametrize("size", [1, 7, 500])
def test_the_log_is_that_of_batches_alone(engine: Engine, alone: Content, size: int) -> None:
    """However the batches are cut; a second time everything is known."""
    watch = _overlapped(engine)
    _run(watch, cut(_records(), [size]))
    assert content(engine) == alone
    _run(watch, cut(_records(), [13]))
    assert content(engine) == alone
    assert rebuild(engine).same


def test_what_was_decided_ahead_is_decided_anew_when_another_writer_was_first(engine: Engine, alone: Content) -> None:
    """The other writer has the very batch that was decided on: nothing is stored twice."""
    watch, batches = _overlapped(engine), cut(_records(), [7])
    other = Watch(engine, rules(), REJECTED_TOPIC)
    first = watch.take(batches[0], NOW)
    first.start()
    for before, batch in pairwise(batches):
        following = watch.take(batch, NOW)
        first.wait()
        if batches.index(batch) % 3 == 1:
            other.apply(batch, NOW)
        elif batches.index(batch) % 3 == 2:
            other.apply(before, NOW)  # known: appends nothing
        following.start()
        first = following
    first.wait()
    assert content(engine) == alone
    assert rebuild(engine).same


def test_what_watch_never_reads_may_come_between(
    engine: Engine, alone: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silence that is set between two batches costs no decision: none is taken twice, and all else in the log is the same."""
    decided: list[int] = []
    decide = Watch.decide

    def counted(self: Watch, loaded: Loaded) -> list[Recorded]:
        decided.append(len(loaded.fresh))
        return decide(self, loaded)

    monkeypatch.setattr(Watch, "decide", counted)
    watch, batches = _overlapped(engine), cut(_records(), [7])
    first = watch.take(batches[0], NOW)
    first.start()
    for number, batch in enumerate(batches[1:]):
        following = watch.take(batch, NOW)
        first.wait()
        with write_transaction(engine) as connection:
            state = State()
            event = SilenceSet(f"s{number}", SilenceMatch(3, county="379001"), "王某", NOW, "专班", NOW + timedelta(1))
            append(connection, [record(state, f"silence-s{number}", event)], NOW)
            save(connection, reads, state)
        following.start()
        first = following
    first.wait()
    assert sum(decided) == len(_records())
    log = tuple(entry for entry in content(engine).log if not entry[0].startswith("silence-"))
    assert log == alone.log
    assert rebuild(engine).same


def test_a_commit_that_fails_leaves_nothing_and_is_repeated(
    engine: Engine, alone: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once in the thread, once in its own turn; what was decided behind it is decided anew."""
    watch, batches = _overlapped(engine), cut(_records(), [7])
    first = watch.take(batches[0], NOW)
    first.start()
    with monkeypatch.context() as patch:
        patch.setattr(RootTransaction, "commit", _refuse)
        second = watch.take(batches[1], NOW)
        with pytest.raises(DBAPIError):
            first.wait()
    assert facts(engine) == []
    again = watch.take(batches[0], NOW)
    again.start()
    with monkeypatch.context() as patch:
        patch.setattr(RootTransaction, "commit", _refuse)
        with pytest.raises(DBAPIError):
            again.wait()
    assert facts(engine) == []
    again = watch.take(batches[0], NOW)
    again.start()
    again.wait()
    second.start()
    second.wait()
    _run(watch, batches[2:])
    assert content(engine) == alone


def test_a_batch_that_cannot_be_loaded_takes_the_one_before_with_it(
    engine: Engine, alone: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement failed within its transaction: it must not seem committed."""
    watch, batches = _overlapped(engine), cut(_records(), [7])
    first = watch.take(batches[0], NOW)
    first.start()
    with monkeypatch.context() as patch:
        patch.setattr("infra.watching.known_streams", _refuse)
        with pytest.raises(DBAPIError):
            watch.take(batches[1], NOW)
    with pytest.raises(RuntimeError):
        first.wait()
    assert facts(engine) == []
    _run(watch, batches)
    assert content(engine) == alone


def test_a_store_that_was_mended_meanwhile_is_read_anew(engine: Engine) -> None:
    """Read models that were put right between two batches are not overwritten with what was wrong."""
    watch, batches = _overlapped(engine), cut(_records(), [7])
    _run(watch, batches[:4])
    with engine.begin() as connection:
        for row in connection.execute(select(reads.matters)).all():
            wrong = msgspec.json.encode({**msgspec.json.decode(bytes(row.state)), "title": "错"})
            connection.execute(
                update(reads.matters).where(reads.matters.c.matter_id == row.matter_id).values(state=wrong)
            )
    first = watch.take(batches[4], NOW)
    first.start()
    second = watch.take(batches[5], NOW)
    first.wait()
    assert not rebuild(engine).same
    second.start()
    second.wait()
    _run(watch, batches[6:])
    assert rebuild(engine).same


@pytest.mark.parametrize("moment", ["written", "committing", "committed"])
def test_a_killed_worker_loses_nothing(engine: Engine, database_url: str, alone: Content, moment: str) -> None:
    """Killed with a batch written, with its commit under way, and with it committed while the next is decided but not written."""
    done = subprocess.run([sys.executable, "-c", DYING, database_url, moment], timeout=120, check=False)
    assert done.returncode == DIED
    assert len(facts(engine, "DisputeAssessed")) in {"written": {7}, "committing": {7, 14}, "committed": {14}}[moment]
    _run(_overlapped(engine), cut(_records(), [7]))  # everything that was not acknowledged comes again, and more
    assert content(engine) == alone
    assert rebuild(engine).same


def test_a_worker_that_lost_its_partitions_adds_nothing(engine: Engine, alone: Content) -> None:
    """It wakes with a batch decided that its successor has stored long since."""
    old, batches = _overlapped(engine), cut(_records(), [7])
    first = old.take(batches[0], NOW)
    first.start()
    late = old.take(batches[1], NOW)
    first.wait()
    _run(_overlapped(engine), batches)
    late.start()
    late.wait()
    assert content(engine) == alone


DIED = 9
DYING = f"""
import os, sys
from infra.store.engine import open_engine
from tests.integration.store.test_overlapping import _overlapped, _records
from tests.disputes import NOW
from tests.stores import cut
url, moment = sys.argv[1:]
watch, batches = _overlapped(open_engine(url)), cut(_records(), [7])
under_way = None
for number, batch in enumerate(batches):
    following = watch.take(batch, NOW)
    if number == 2 and moment == "committing":
        os._exit({DIED})
    if under_way is not None:
        under_way.wait()
    if number == 2 and moment == "committed":
        os._exit({DIED})
    following.start()
    if number == 1 and moment == "written":
        os._exit({DIED})
    under_way = following
"""


def _refuse(*_: object) -> None:
    raise OperationalError("COMMIT", None, Exception("away"))
