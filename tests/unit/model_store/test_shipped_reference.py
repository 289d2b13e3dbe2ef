"""The reference beside the shipped model: another simulated city at another time is no drift, real messages are."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from infra.label_file import read_labels
from infra.model_keys import trusted_keys
from infra.model_quality import file_drift, reference_of
from infra.model_use import model_of
from infra.settings import load_settings
from infra.simulation.labels import labelled
from infra.simulation.simulate import Simulation
from risk_model.quality.drift import worst
from risk_model.quality.observed import Observed, observed_examples
from risk_model.quality.profile import EVERYTHING, Profile
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.runtime import RiskModel
from tests.disputes import rules, shared_data

LIMITS = rules().policy.model.drift
REAL = shared_data()


@pytest.fixture(scope="module")
def shipped() -> tuple[RiskModel, Profile]:
    """The model and its reference."""
    settings = load_settings()
    used = model_of(settings.model_dir, trusted_keys(settings))
    return used.model, reference_of(used)


def test_another_simulated_city_raises_no_alarm(shipped: tuple[RiskModel, Profile], tmp_path: Path) -> None:
    """Another seed, a year later."""
    lines = list(labelled(Simulation(5, 30, date(2025, 10, 1)).records()))
    path = tmp_path / "labels.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps(line) for line in lines))
    report = file_drift(observed_examples(read_labels(path, "").examples), *shipped, LIMITS).report
    assert len(report.comparisons) > 200
    assert [f for f in report.findings if f.verdict == "alarm"] == []


@pytest.mark.skipif(REAL is None, reason="no real data: set FUYUAN_REAL_DATA to the folder that holds citizen_messages")
def test_real_messages_raise_alarms(shipped: tuple[RiskModel, Profile]) -> None:
    """A mayor's mailbox is not the simulated city: words, length, coverage and doubts, and an agency it does not know."""
    with (REAL / "citizen_messages" / "labelled_raw.csv").open(encoding="utf-8-sig", newline="") as stream:
        texts = [f"{row['title']}。{row['text']}" for row in csv.DictReader(stream)]
    begin, source = datetime(2025, 9, 1, tzinfo=UTC), "/gov/mayor/mailbox"
    observed = []
    for number, text in enumerate(texts):
        at = begin + timedelta(minutes=30 * number)
        observed.append(Observed(str(number), source, text, ScoringFields("gov.hotline_ticket"), at, at, source))
    report = file_drift(observed, *shipped, LIMITS).report
    alarms = {f.measure for f in report.findings if f.scope == EVERYTHING and f.verdict == "alarm"}
    assert {"wording", "length", "coverage", "needs_person", "category"} <= alarms
    assert list(report.unknown) == [source]
    assert worst(report.findings) == "alarm"
