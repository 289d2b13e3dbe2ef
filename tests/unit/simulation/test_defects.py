"""Each kind of malformed record is refused for its own reason; every good record is accepted."""

import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from infra.simulation import simulate
from infra.simulation.chance import stream
from infra.simulation.defects import DEFECTS, spoil
from infra.simulation.geography import REGISTRY_FILE
from schemas.decode import decode
from schemas.errors import ContractError
from schemas.limits import Limits
from schemas.regions import RegionRegistry

REGISTRY = RegionRegistry.from_tables([tomllib.loads(REGISTRY_FILE.read_text(encoding="utf-8"))])
LIMITS = Limits(1024 * 1024, 32, timedelta(days=1), datetime(1990, 1, 1, tzinfo=UTC))
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def _reasons(value: bytes) -> list[str]:
    try:
        decode(value, REGISTRY, LIMITS, NOW)
    except ContractError as refused:
        return [error.code for error in refused.errors]
    return []


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.name)
def test_each_kind_is_refused_for_its_reason(defect):
    """Each kind is refused for its reason."""
    rng = stream(1, f"test/{defect.name}")
    events = [orjson.loads(r.value) for r in simulate(9, 2, per_day=60, malformed=0, duplicates=0)]
    current = [event for event in events if event["schemaversion"] == 2]
    for event in current[: 3 if defect.name == "too_large" else 60]:
        value = spoil(defect, event, rng)
        assert _reasons(value)[:1] == [defect.reason], value[:300]


def test_every_good_record_is_accepted_and_no_malformed_one(quarter):
    """Every good record is accepted and no malformed one."""
    kinds = Counter()
    for record in quarter.records:
        reasons = _reasons(record.value)
        assert reasons[:1] == ([record.truth.reason] if record.truth.reason else []), record.value[:400]
        kinds[record.truth.malformed] += 1
    assert len(kinds) > 15


def test_spoiling_leaves_the_good_event_alone():
    """Spoiling leaves the good event alone."""
    event = {
        "id": "1",
        "time": "2025-09-01T00:00:00+08:00",
        "source": "/x",
        "type": "t",
        "data": {"region": {"county": "379001"}, "narrative": "文", "occurred_at": "2025-09-01T00:00:00+08:00"},
    }
    before = repr(event)
    for defect in DEFECTS:
        spoil(defect, event, stream(2, defect.name))
    assert repr(event) == before
