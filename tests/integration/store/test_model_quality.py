"""Drift, junk and the labelling queue from a store that WATCH filled, on both databases, and the queue through the API."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import Engine

from infra.label_queue import KEPT, LabelQueue
from infra.model_artifact import REFERENCE_FILE
from infra.model_quality import (
    NothingRecorded,
    ReferenceMissing,
    labelling_queue,
    recorded_drift,
    recorded_junk,
    reference_of,
    write_reference,
)
from infra.model_use import UsedModel
from infra.rules import load_rules
from infra.settings import Settings
from infra.store.access import StoreAccess
from infra.store.event_log import append, write_transaction
from infra.store.projection import save
from infra.store.queries.recordings import history
from infra.store.tables import reads
from risk_model.folding import evolve, record
from risk_model.quality.profile import EVERYTHING
from risk_model.scoring.examples import split_examples
from risk_model.scoring.runtime import RiskModel
from risk_model.scoring.training import train
from risk_model.state import State
from schemas.assessed import Place
from schemas.domain_events import LabelGiven
from tests.disputes import rules
from tests.examples import labelled
from tests.services.api import running_api
from tests.services.seeding import FIRST_DAY, Seeded, assessed

LIMITS = rules().policy.model
NOW = FIRST_DAY + timedelta(days=28)
COPY = "走访发现村民因琐事争吵，网格员现场劝解，双方和好，已处理完毕。"
PADDED = Place("379001", "379001002")


@pytest.fixture
def store(database_url: str, settings: Settings) -> Iterator[Seeded]:
    """Two hundred events as the model was trained on, and twelve copies by one township's grid."""
    seeded = Seeded(database_url, settings)
    seeded.add(
        assessed(n, at=FIRST_DAY + timedelta(hours=3 * n), title="", narrative=e.text, type=e.fields.event_type,
                 people_involved=e.fields.people_involved, amount_fen=e.fields.amount_fen,
                 repeat_count=e.fields.repeat_count, place=Place("379001", f"3790010{n % 40 + 10}"))
        for n, e in enumerate(labelled(200, seed=3))
    )  # fmt: skip
    seeded.add(
        assessed(1_000 + n, at=FIRST_DAY + timedelta(days=n), narrative=COPY, title="", type="gov.grid_report",
                 source="/gov/379001/grid", place=PADDED)
        for n in range(12)
    )  # fmt: skip
    yield seeded
    seeded.close()


@pytest.fixture(scope="module")
def model() -> RiskModel:
    """A small model."""
    return train(labelled(600), seed=1).risk_model("small-1")


def give_label(engine: Engine, dispute_id: str, at: datetime) -> None:
    """An official's label, as an event of the dispute's own stream."""
    stream = f"dispute-{dispute_id}"
    with write_transaction(engine) as connection:
        state = State()
        for stored in history(connection, stream):
            evolve(state, stored.recorded)
        append(connection, [record(state, stream, LabelGiven(dispute_id, "王某", at, "看过", category="物业"))], at)
        save(connection, reads, state)


def test_drift_of_what_is_recorded(store: Seeded, model: RiskModel, tmp_path) -> None:
    """The reference beside the model, the window by the report's time, label delay by the label's."""
    examples = labelled(2_000)
    write_reference(tmp_path, examples, split_examples(examples, 0.2, 0).judge, model)
    reference = reference_of(UsedModel(model, (tmp_path / REFERENCE_FILE).read_bytes()))
    first = assessed(0, type=labelled(1, seed=3)[0].fields.event_type).dispute_id
    give_label(store.engine, first, FIRST_DAY + timedelta(days=3))
    with store.engine.connect() as connection:
        outcome = recorded_drift(connection, model, reference, LIMITS.drift, NOW, 30)
        assert (outcome.rows, outcome.delays[EVERYTHING].labels) == (212, 1)
        assert outcome.delays[EVERYTHING].median_days == pytest.approx(3 - 1 / 24, abs=0.01)
        assert outcome.reference[0] == 2_000
        assert set(outcome.report.unknown) == {"/gov/379001/hotline"}
        assert recorded_drift(connection, model, reference, LIMITS.drift, NOW, 5).rows < 50
        with pytest.raises(NothingRecorded, match="30 天"):
            recorded_drift(connection, model, reference, LIMITS.drift, FIRST_DAY, 30)


def test_a_reference_that_is_not_the_models_is_refused(model: RiskModel, tmp_path) -> None:
    """Missing, broken, of another model: each says what to do."""
    with pytest.raises(ReferenceMissing, match="没有"):
        reference_of(UsedModel(model, None))
    examples = labelled(200)
    write_reference(tmp_path, examples, split_examples(examples, 0.2, 0).judge, model)
    other = RiskModel(model.weights, model.margins, "other-2")
    with pytest.raises(ReferenceMissing, match="other-2"):
        reference_of(UsedModel(other, (tmp_path / REFERENCE_FILE).read_bytes()))
    with pytest.raises(ReferenceMissing, match="fuyuan model train"):
        reference_of(UsedModel(model, b"{"))


def test_without_times_there_is_no_reference(model: RiskModel, tmp_path) -> None:
    """Nor one left from an earlier training."""
    (tmp_path / REFERENCE_FILE).write_bytes(b"of an earlier training")
    examples = [msgspec.structs.replace(example, occurred_at=None) for example in labelled(50)]
    assert write_reference(tmp_path, examples, examples[:10], model) is None
    assert not (tmp_path / REFERENCE_FILE).exists()


def test_junk_of_what_is_recorded(store: Seeded) -> None:
    """The copies of the one township."""
    with store.engine.connect() as connection:
        (found,) = recorded_junk(connection, LIMITS.junk, FIRST_DAY, NOW)
    assert found.reporter == "/gov/379001/grid#379001002"
    assert len(found.event_ids) == 12


def test_the_queue_leaves_out_labels_and_junk(store: Seeded, model: RiskModel) -> None:
    """What is asked is neither labelled nor made up; a label takes its event out."""
    with store.engine.connect() as connection:
        queued = labelling_queue(connection, model, LIMITS, NOW, 20)
    assert len(queued) == 20
    assert not [one for one in queued if one.recorded.record.narrative == COPY]
    assert [one.asked.event_id for one in queued] == [one.recorded.record.dispute_id for one in queued]
    give_label(store.engine, queued[0].asked.event_id, NOW)
    with store.engine.connect() as connection:
        again = labelling_queue(connection, model, LIMITS, NOW, 20)
    assert queued[0].asked.event_id not in {one.asked.event_id for one in again}


def test_the_kept_queue_drops_what_was_labelled_since(store: Seeded, settings: Settings) -> None:
    """Without choosing anew until its time is over."""
    kept, access = LabelQueue(settings), StoreAccess(store.engine)
    chosen, at = access.read(kept.ask, 5, NOW)
    assert (len(chosen), at) == (5, NOW)
    give_label(store.engine, chosen[0].asked.event_id, NOW)
    later, at = access.read(kept.ask, 5, NOW + KEPT / 2)
    assert at == NOW
    assert [one.asked.event_id for one in later[:4]] == [one.asked.event_id for one in chosen[1:]]
    assert access.read(kept.ask, 5, NOW + KEPT)[1] == NOW + KEPT


def test_the_queue_through_the_api(
    store: Seeded, settings: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Order, the model's present answer and why; a size out of range is a problem."""
    monkeypatch.setattr("infra.clock.now", lambda: NOW)
    assert load_rules(settings).policy.model.queue.window_days >= 28
    with running_api(settings.model_copy(update={"database_url": database_url})) as api:
        answer = api.get("/v1/labels/queue", params={"size": 3})
        assert answer.status_code == 200, answer.text
        items = answer.json()["items"]
        assert [item["order"] for item in items] == [1, 2, 3]
        assert all(item["reasons"] and item["narrative"] for item in items)
        assert api.get(items[0]["links"]["event"]).status_code == 200
        assert api.get("/v1/labels/queue", params={"size": 0}).status_code == 422
