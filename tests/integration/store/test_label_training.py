"""Training from the store: officials' labels in force, as the events were recorded, beside a label file; on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from infra.label_file import read_labels
from infra.label_training import (
    OFFICIALS,
    NothingLabelled,
    TrainingSet,
    label_report,
    official_labels,
    training_set,
    without,
)
from infra.labelling import label_dispute
from infra.settings import Settings
from infra.store.event_log import write_transaction
from risk_model.label_review import review_labels
from risk_model.labelling import Verdict
from tests.examples import label_line, labelled
from tests.services.seeding import FIRST_DAY, Seeded, assessed

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(database_url: str, settings: Settings) -> Iterator[Seeded]:
    """A store with six events, a day apart."""
    seeded = Seeded(database_url, settings)
    seeded.add(
        [
            assessed(n, at=FIRST_DAY + timedelta(days=n), narrative=f"第{n}件：停车费太高。", people_involved=n)
            for n in range(6)
        ]
    )
    yield seeded
    seeded.close()


def give(store: Seeded, number: int, version: int, who: str, category: str | None, level: int | None = None) -> None:
    """Label an event."""
    with write_transaction(store.engine) as connection:
        label_dispute(connection, assessed(number).dispute_id, Verdict(who, "核实", category, level), version, NOW)


def gathered(store: Seeded, since: datetime | None = None, base: Path | None = None) -> TrainingSet:
    """What would be trained on."""
    with store.engine.connect() as connection:
        official = official_labels(connection, since)
    return training_set(None if base is None else read_labels(base, ""), official, "底本")


def test_examples_are_the_records_with_the_labels_in_force(store: Seeded) -> None:
    """Text and fields as recorded; the newest word on each head; only labelled events, in the order they occurred."""
    give(store, 4, 1, "王某", "合同")
    give(store, 2, 1, "李某", "邻里", 2)
    give(store, 2, 2, "李某", None, 3)
    examples = gathered(store).examples
    assert [(e.example_id, e.category, e.level, e.labelled_by) for e in examples] == [
        (assessed(2).dispute_id, "邻里", 3, "李某"),
        (assessed(4).dispute_id, "合同", None, "王某"),
    ]
    assert examples[0].text == "第 2 件。第2件：停车费太高。"
    assert (examples[0].fields.event_type, examples[0].fields.people_involved) == ("gov.hotline_ticket", 2)
    assert {e.origin for e in examples} == {OFFICIALS}
    assert examples[0].occurred_at == FIRST_DAY + timedelta(days=2)


def test_since_and_nothing(store: Seeded) -> None:
    """Events before the day are left; without labels it says how there will be some."""
    with store.engine.connect() as connection, pytest.raises(NothingLabelled, match="/v1/events"):
        official_labels(connection)
    give(store, 1, 1, "王某", "合同")
    give(store, 3, 1, "王某", "合同")
    found = gathered(store, FIRST_DAY + timedelta(days=2))
    assert [e.example_id for e in found.examples] == [assessed(3).dispute_id]


def test_the_same_data_has_the_same_digest(store: Seeded, tmp_path: Path) -> None:
    """Who said it when does not matter, what was said does."""
    give(store, 1, 1, "王某", "合同")
    one, two = gathered(store), gathered(store)
    assert one == two
    give(store, 1, 2, "李某", "邻里")
    assert gathered(store).data.sha256 != one.data.sha256


def test_officials_go_before_the_file_head_by_head(store: Seeded, tmp_path: Path) -> None:
    """An event in both has the official's category and the file's level; all others of the file stay."""
    give(store, 1, 1, "王某", "合同")
    base = tmp_path / "base.jsonl"
    lines = [label_line(e) | {"dispute_id": f"x{n}"} for n, e in enumerate(labelled(3))]
    lines.append(label_line(labelled(1)[0]) | {"dispute_id": assessed(1).dispute_id, "category": "物业", "level": 4})
    base.write_bytes(b"\n".join(map(orjson.dumps, lines)))
    found = gathered(store, base=base)
    assert [e.example_id for e in found.examples] == ["x0", "x1", "x2", assessed(1).dispute_id]
    assert (found.examples[-1].category, found.examples[-1].level) == ("合同", 4)
    assert found.data.rows == 4
    assert "1 条" in found.data.description
    assert "底本（3 条）" in found.data.description


def test_conflicts_are_reported_and_left_out(store: Seeded) -> None:
    """Two officials who differ: named in the report with the event, not in the training set."""
    give(store, 1, 1, "王某", "合同")
    give(store, 1, 2, "李某", "邻里")
    give(store, 2, 1, "王某", "物业")
    training = gathered(store)
    review = review_labels(training.examples, training.given)
    assert review.left_out == {0}
    used = without(training, review)
    assert [e.category for e in used.examples] == ["物业"]
    assert used.data.rows == 1
    assert "存疑" in used.data.description
    report = label_report(training, review, kept=False)
    assert "王某 说 合同，李某 说 邻里" in report
    assert assessed(1).dispute_id in report
    assert assessed(2).dispute_id not in report
