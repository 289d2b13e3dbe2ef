"""Publishing, with a producer of our own: order, what counts as durable, interruption, failure, going on."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from kafka.errors import KafkaTimeoutError

from infra.importing.errors import PublishStopped
from infra.importing.progress import ImportFolder, Progress
from infra.importing.publish import Published, Publisher, Topics
from infra.importing.readers import Opened
from infra.importing.row_register import Expected, RegisteredRows
from infra.importing.spec import Mapping

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TOPICS = Topics("reported", "rejected")
HEAD = "编号,日期,街道,内容\n"


@dataclass
class Sent:
    """One message and whether it was acknowledged."""

    topic: str
    value: bytes
    key: bytes | None
    headers: list
    failed: bool = False
    is_done: bool = False

    def get(self, _timeout: float) -> None:
        self.is_done = True
        if self.failed:
            raise KafkaTimeoutError("not acknowledged")


@dataclass
class FakeProducer:
    """Acknowledges when asked to wait, except the messages numbered in `failing` (from 1)."""

    failing: set[int] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)

    def send(self, topic: str, value: bytes, key: bytes | None = None, headers: list | None = None) -> Sent:
        self.sent.append(Sent(topic, value, key, headers or [], len(self.sent) + 1 in self.failing))
        return self.sent[-1]

    def flush(self, _timeout: float) -> None:
        """Everything that can be is acknowledged."""


@pytest.fixture
def folder(tmp_path: Path) -> ImportFolder:
    """The folder of import imp-1."""
    found = ImportFolder(tmp_path, "imp-1")
    found.folder.mkdir()
    return found


def run(
    folder: ImportFolder, opened: Opened, producer: FakeProducer, stop: Callable[[], bool] = lambda: False
) -> Published:
    """Publish from where the folder says."""
    fresh = Progress("imp-1", "a.csv", "f" * 64, 10, "小导出", "m" * 64)
    publisher = Publisher(
        producer,
        TOPICS,
        folder,
        contract_errors=lambda value: [1] if b"future" in value else [],
        now=lambda: NOW,
        stop=stop,
    )
    return publisher.publish(opened, folder.begin(fresh))


@pytest.fixture
def ten(opened: Callable[..., Opened], small_mapping: Mapping) -> Opened:
    """Ten rows; the fourth cannot be mapped."""
    rows = [f"A{n},{'someday' if n == 4 else '2025-09-03'},-,{'future' if n == 5 else 'a'}\n" for n in range(1, 11)]
    return opened((HEAD + "".join(rows)).encode(), small_mapping)


def test_every_row_goes_out_in_order(ten: Opened, folder: ImportFolder) -> None:
    """Events to intake keyed by county; the row that cannot be mapped to quarantine, with its reasons and marks."""
    producer = FakeProducer()
    published = run(folder, ten, producer)
    assert (published.sent, published.rejected, published.progress.rows, published.progress.durable_row) == (
        10,
        1,
        10,
        10,
    )
    assert [message.topic for message in producer.sent] == ["reported"] * 3 + ["rejected"] + ["reported"] * 6
    assert [orjson.loads(m.value)["importrow"] for m in producer.sent if m.topic == "reported"] == [
        1,
        2,
        3,
        5,
        6,
        7,
        8,
        9,
        10,
    ]
    assert producer.sent[0].key == b"379001"
    headers = dict(producer.sent[3].headers)
    assert json.loads(headers["reasons"])[0]["code"] == "bad_time"
    assert {name: headers[name] for name in ("origin", "stage", "rejected_at", "import_id", "import_row")} == {
        "origin": b"import:imp-1/row/4", "stage": b"import", "rejected_at": NOW.isoformat().encode(), "import_id": b"imp-1", "import_row": b"4",
    }  # fmt: skip
    assert orjson.loads(producer.sent[3].value)["cells"][0] == "A4"


def test_register_says_what_to_expect(ten: Opened, folder: ImportFolder) -> None:
    """Rows that intake will refuse (a future date) are expected in quarantine like those the mapping refuses."""
    run(folder, ten, FakeProducer())
    rows = RegisteredRows(folder.rows_file)
    assert [n for n in range(1, 11) if rows.expected(n) is Expected.REJECTION] == [4, 5]
    assert rows.dispute_id(4) is None
    assert rows.dispute_id(5) is not None


def test_a_published_file_is_not_sent_again(ten: Opened, folder: ImportFolder) -> None:
    """A rerun after the end sends nothing."""
    run(folder, ten, FakeProducer())
    again = FakeProducer()
    run(folder, ten, again)
    assert again.sent == []


@pytest.mark.parametrize("failing", [1, 3, 10])
def test_nothing_counts_as_durable_past_a_failure(failing: int, ten: Opened, folder: ImportFolder) -> None:
    """Rows acknowledged after one that was not are sent again; the rerun completes the file."""
    with pytest.raises(PublishStopped, match=f"第 {failing} 行") as stopped:
        run(folder, ten, FakeProducer(failing={failing}))
    assert "再运行同一命令" in str(stopped.value)
    assert json.loads(folder.progress_file.read_text())["durable_row"] == failing - 1
    again = FakeProducer()
    published = run(folder, ten, again)
    assert published.resumed_after == failing - 1
    assert len(again.sent) == 10 - failing + 1
    assert published.progress.published
    assert len(RegisteredRows(folder.rows_file)) == 10


def test_interrupted_and_resumed_is_the_whole_file(ten: Opened, folder: ImportFolder) -> None:
    """Ctrl-C after six rows: these are durable, the rerun sends the rest, nothing twice."""
    asked: Iterator[bool] = iter([False] * 6 + [True] * 10)
    first, second = FakeProducer(), FakeProducer()
    interrupted = run(folder, ten, first, stop=lambda: next(asked))
    assert interrupted.interrupted
    assert (interrupted.progress.durable_row, interrupted.progress.rows) == (6, None)
    resumed = run(folder, ten, second)
    assert (resumed.resumed_after, resumed.sent, resumed.progress.rows) == (6, 4, 10)
    assert len(first.sent) + len(second.sent) == 10
    undisturbed = ImportFolder(folder.folder.parent / "other", "imp-1")
    undisturbed.folder.mkdir(parents=True)
    run(undisturbed, ten, FakeProducer())
    assert folder.rows_file.read_bytes() == undisturbed.rows_file.read_bytes()


def test_a_lost_register_sends_from_the_beginning(ten: Opened, folder: ImportFolder) -> None:
    """What the ledger needs is made again; the store takes the repeated rows as duplicates of themselves, which are no-ops."""
    run(folder, ten, FakeProducer())
    folder.rows_file.unlink()
    again = FakeProducer()
    run(folder, ten, again)
    assert len(again.sent) == 10


def test_too_large_for_the_topic(
    opened: Callable[..., Opened], folder: ImportFolder, monkeypatch: pytest.MonkeyPatch, small_mapping: Mapping
) -> None:
    """An event the reported topic would refuse is set aside instead of stopping the import for ever."""
    monkeypatch.setattr("infra.importing.publish.MAX_LINE_BYTES", 600)
    producer = FakeProducer()
    run(
        folder, opened((HEAD + f"A1,2025-09-03,-,{'长' * 300}\nA2,2025-09-03,-,短\n").encode(), small_mapping), producer
    )
    assert [message.topic for message in producer.sent] == ["rejected", "reported"]
    assert json.loads(dict(producer.sent[0].headers)["reasons"])[0]["code"] == "too_large"
