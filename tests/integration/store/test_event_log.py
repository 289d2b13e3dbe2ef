"""The event log on both databases: rebuild, tampering, optimistic concurrency."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update

from infra.intake import Incoming, rejection_headers
from infra.store.digest import content_digest, exact_digest
from infra.store.engine import open_engine
from infra.store.event_log import ChainBroken, Conflict, append, read_events, verify_chain, write_transaction
from infra.store.rebuild import rebuild
from infra.store.schema import upgrade
from infra.store.tables import consumed_offsets, event_head, events, reads
from infra.watching import Watch
from schemas.assessed import Assessed
from schemas.domain_events import PolicyAdopted, QuarantineRetried, Recorded
from schemas.errors import field_error
from tests.disputes import NOW, REJECTED_TOPIC, assessed, incoming, rules
from tests.stores import content, cut, facts, fill


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty store on SQLite, then on PostgreSQL."""
    engine = open_engine(database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


def _history(days: int = 30) -> list[Assessed]:
    """Months of a developer's trouble, a burst, grave single events, and everyday cases."""
    records: list[Assessed] = []
    for day in range(days):
        at = NOW - timedelta(days=days - day)
        for number in range(3):
            records.append(
                assessed(len(records), at=at + timedelta(minutes=number), category="物业", subject=("城乡建设", "物业"))
            )
        if day % 3 == 0:
            side, kind = ("court", "court.case_filed") if day % 2 else ("gov", "gov.petition")
            county = "379001" if day % 4 else "379002"
            records.append(
                assessed(
                    len(records),
                    kind=kind,
                    source=f"/{side}/{county}/{day % 5}",
                    county=county,
                    at=at,
                    level=2,
                    enterprise="云州宏远置业有限公司",
                    token="tok",
                    project="云湖花园",
                    category="问题楼盘",
                    people=12,
                )
            )
        if day % 10 == 9:
            records.append(assessed(len(records), at=at, level=4, category="非法集资", people=200))
    records += [
        assessed(
            10_000 + n,
            at=NOW + timedelta(minutes=n),
            category="物业",
            township="379001001",
            subject=("城乡建设", "物业"),
        )
        for n in range(40)
    ]
    return records


def _messages() -> list[Incoming]:
    messages = incoming(_history())
    headers = rejection_headers(
        [field_error("not_json", "$", "x", "JSON", "JSON")], "t/0/5", NOW, "assess", "import-1", 5
    )
    return [*messages[:50], Incoming(REJECTED_TOPIC, 0, 0, b"{", headers), *messages[50:]]


def test_rebuild_equals_live(engine: Engine) -> None:
    """Every read model is what the log says; a read model that was spoilt is mended, and the rebuild says it differed."""
    fill(engine, rules(), cut(_messages(), [17]))
    (quarantined,) = facts(engine, "DisputeQuarantined")
    with write_transaction(engine) as connection:
        retried = QuarantineRetried(quarantined.quarantine_id, "tester", NOW)
        append(connection, [Recorded(f"quarantine-{quarantined.quarantine_id}", 2, retried)], NOW)
        row = update(reads.quarantine).values(version=2, retried_us=int(NOW.timestamp() * 1_000_000))
        connection.execute(row)
    before = content(engine)
    assert len(facts(engine, "AlertRaised")) >= 3
    assert facts(engine, "TrendDetected")
    assert rebuild(engine).same
    assert content(engine) == before
    with write_transaction(engine) as connection:
        connection.execute(update(reads.alerts).values(level=1))
        connection.execute(delete(reads.disputes).where(reads.disputes.c.level == 4))
    assert not rebuild(engine).same
    assert content(engine) == before
    assert rebuild(engine).same


def test_both_databases_hold_the_same(engine: Engine, tmp_path: Any) -> None:
    """The digests do not depend on the database."""
    other = open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    upgrade(other)
    fill(engine, rules(), cut(_messages(), [23]))
    fill(other, rules(), [_messages()])
    assert content(engine) == content(other)
    other.dispose()


def test_offsets_are_kept_with_the_events(engine: Engine) -> None:
    """The store knows what it has consumed, per topic and partition, even when all of a batch was known."""
    messages = _messages()
    fill(engine, rules(), [messages, messages])
    with engine.connect() as connection:
        found = {row.topic: row.next_offset for row in connection.execute(select(consumed_offsets))}
    assert found == {"dispute.assessed.v1": len(_history()), REJECTED_TOPIC: 1}


def _rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(events).order_by(events.c.seq)))


TAMPERINGS = {
    "data edited": lambda c: c.execute(
        update(events)
        .where(events.c.seq == 5)
        .values(data=b'{"type":"PolicyAdopted","version":"x","sha256":"","adopted_by":"x"}')
    ),
    "time edited": lambda c: c.execute(update(events).where(events.c.seq == 5).values(recorded_us=1)),
    "type edited": lambda c: c.execute(update(events).where(events.c.seq == 5).values(type="AlertRaised")),
    "version edited": lambda c: c.execute(update(events).where(events.c.seq == 5).values(version=77)),
    "schema version edited": lambda c: c.execute(update(events).where(events.c.seq == 5).values(schema_version=9)),
    "stream edited": lambda c: c.execute(update(events).where(events.c.seq == 5).values(stream_id="dispute-x")),
    "hash edited": lambda c: c.execute(update(events).where(events.c.seq == 5).values(hash=bytes(32))),
    "first deleted": lambda c: c.execute(delete(events).where(events.c.seq == 1)),
    "middle deleted": lambda c: c.execute(delete(events).where(events.c.seq == 5)),
    "last deleted": lambda c: c.execute(
        delete(events).where(events.c.seq == select(event_head.c.seq).scalar_subquery())
    ),
    "all deleted": lambda c: c.execute(delete(events)),
    "inserted at the end": lambda c: c.execute(
        insert(events).from_select(
            [column.name for column in events.c],
            select(
                events.c.seq + 100_000,
                text("'dispute-forged'"),
                events.c.version,
                events.c.type,
                events.c.schema_version,
                events.c.recorded_us,
                events.c.data,
                events.c.hash,
            ).where(events.c.seq == 5),
        )
    ),
    "two swapped": lambda c: [
        c.execute(update(events).where(events.c.seq == 5).values(seq=-5)),
        c.execute(update(events).where(events.c.seq == 6).values(seq=5)),
        c.execute(update(events).where(events.c.seq == -5).values(seq=6)),
    ],
    "head edited": lambda c: c.execute(update(event_head).values(hash=bytes(32))),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_is_detected(engine: Engine, tampering: str) -> None:
    """Whatever is changed in the stored log afterwards breaks the chain."""
    fill(engine, rules(), [incoming(assessed(n) for n in range(20))])
    with engine.connect() as connection:
        assert verify_chain(connection, chunk=7) == 21  # and the county's clock
    with write_transaction(engine) as connection:
        TAMPERINGS[tampering](connection)
    with engine.connect() as connection, pytest.raises(ChainBroken, match="seq="):
        verify_chain(connection, chunk=7)


def test_a_stream_version_is_written_once(engine: Engine) -> None:
    """Of two writers who read the same version, the second gets a Conflict, and nothing of its transaction stays."""
    adopted = PolicyAdopted("1", "abc", "tester")
    with write_transaction(engine) as connection:
        append(connection, [Recorded("policy", 1, adopted)], NOW)
    with pytest.raises(Conflict), write_transaction(engine) as connection:
        append(connection, [Recorded("other", 1, adopted), Recorded("policy", 1, adopted)], NOW)
    with engine.connect() as connection:
        assert [item.recorded.stream_id for item in read_events(connection)] == ["policy"]
        assert verify_chain(connection) == 1
    with write_transaction(engine) as connection:
        append(connection, [Recorded("policy", 2, adopted)], NOW)


def test_writers_queue_and_the_chain_holds(engine: Engine, database_url: str) -> None:
    """Four watchers at once, with overlapping messages: every message once, one unbroken chain."""
    records = [assessed(n, county=f"37900{1 + n % 3}", source=f"/gov/{n % 3}") for n in range(120)]
    failures: list[Exception] = []

    def work(part: int) -> None:
        own = open_engine(database_url)
        try:
            watch = Watch(own, rules(), REJECTED_TOPIC)
            for batch in cut(incoming(records[part * 20 : part * 20 + 60]), [6]):
                watch.apply(batch, NOW)
        except Exception as failure:  # noqa: BLE001  the test reports it
            failures.append(failure)
        finally:
            own.dispose()

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert len(facts(engine, "DisputeAssessed")) == 120
    with engine.connect() as connection:
        verify_chain(connection)
        before = exact_digest(connection, reads), content_digest(connection, reads)
    assert rebuild(engine).same
    with engine.connect() as connection:
        assert (exact_digest(connection, reads), content_digest(connection, reads)) == before


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (b"{", []),
        (b"{", [("reasons", b"[]"), ("origin", b"t/0/1"), ("rejected_at", b"2026-01-01T00:00:00+00:00")]),
        (b"{", [("reasons", b"{"), ("origin", b"t/0/1"), ("rejected_at", b"2026-01-01T00:00:00+00:00")]),
        (
            b"{",
            [
                ("reasons", b'[{"code":"x","path":"$","got":"","expected":"","zh":"","en":""}]'),
                ("origin", b"here"),
                ("rejected_at", b"x"),
            ],
        ),
        (b"", [("reasons", b"\xff"), ("origin", b"\xff"), ("rejected_at", b"\xff")]),
    ],
)
def test_a_foreign_message_on_the_rejected_topic_does_not_stop_the_worker(
    engine: Engine, value: bytes, headers: list[tuple[str, bytes]]
) -> None:
    """It is set aside with that as its reason, once."""
    message = Incoming(REJECTED_TOPIC, 3, 9, value, headers)
    fill(engine, rules(), [[message], [message]])
    (found,) = facts(engine, "DisputeQuarantined")
    assert found.reasons[0].code == "not_rejected"
    assert (found.rejected_partition, found.rejected_offset) == (3, 9)


@pytest.mark.parametrize("value", [b"", b"{}", b"[" * 10_000, b"\xff", b'{"level": 9}', b"null"])
def test_a_foreign_message_on_the_assessed_topic_does_not_stop_the_worker(engine: Engine, value: bytes) -> None:
    """As on the rejected topic."""
    fill(engine, rules(), [[Incoming("dispute.assessed.v1", 0, 1, value)]])
    (found,) = facts(engine, "DisputeQuarantined")
    assert found.reasons[0].code == "not_assessed"
