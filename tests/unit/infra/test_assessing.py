"""ASSESS without Kafka: what is published of a message does not depend on the batch it came in."""

from operator import attrgetter

from infra.assessing import SLICE, Intake
from infra.intake import Incoming
from infra.model_keys import trusted_keys
from infra.model_store import load_model
from infra.settings import load_settings
from infra.simulation.simulate import Simulation
from risk_model.assess import Assessor
from risk_model.masking import Masker
from schemas.assessed import decode_assessed
from tests.disputes import NOW, rules


def test_a_batch_equals_its_messages_one_by_one() -> None:
    """To the byte, with the shipped model; explained ones, malformed ones and every event type among them."""
    given, settings = rules(), load_settings()
    model = load_model(settings.model_dir, trusted_keys(settings)).model
    assessor = Assessor(model, Masker(), given.policy, given.regions, b"0123456789abcdef", places=given.places)
    intake = Intake(assessor, given.regions, given.policy.event_limits)
    city = Simulation(11, 3, per_day=250.0, malformed=0.03)
    records = [Incoming("reported", 0, n, r.value, (), r.key) for n, r in enumerate(city.records())]
    together = intake.process(records, NOW)
    alone = [message for record in records for message in intake.process([record], NOW)]
    assert sorted(together, key=attrgetter("value")) == sorted(alone, key=attrgetter("value"))
    assert len(records) > SLICE
    assert [message.accepted for message in together] == sorted([m.accepted for m in together], reverse=True)
    assessed = [decode_assessed(message.value) for message in together if message.accepted]
    assert len(assessed) < len(records)
    assert all(record.naming is not None for record in assessed)
    assert any(record.naming.in_full for record in assessed if record.naming)
    assert any(record.model_level >= 3 and len(record.reasons) > 5 for record in assessed)
