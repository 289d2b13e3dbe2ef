"""From reported bytes to assessed bytes: what names or reaches a person does not come out at the other end."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import orjson
import pytest

from infra.assessing import Intake
from infra.intake import Incoming
from infra.simulation.record import SimRecord
from infra.simulation.simulate import Simulation
from risk_model.assess import Assessor
from risk_model.masking import Masker
from tests.disputes import NOW, ScriptedModel, event, rules

EVENTS, SEED = 2_000, 29
# the simulator's own number ranges (infra.simulation.people): citizen IDs, phones, bank cards, plates
NUMBERS = re.compile(r"37909\d{12}[\dX]|(?<!\d)16[0134]\d{8}(?!\d)|629999\d{13}|(?<=云)Z[A-K]\d{4}")
POLITE = ("先生", "女士")


@pytest.fixture(scope="module")
def intake() -> Intake:
    """ASSESS with the real masker; every event gets red, so that floors and reasons are at their longest."""
    given = rules()
    assessor = Assessor(ScriptedModel([("其他", 4)]), Masker(), given.policy, given.regions, b"0123456789abcdef")
    return Intake(assessor, given.regions, given.policy.event_limits)


def _secrets(value: Any, data: dict[str, Any]) -> Iterator[str]:
    """Everything in a reported event that names or reaches a person."""
    for party in data["parties"]:
        yield from (party[field] for field in ("citizen_id", "phone") if party.get(field))
        if party["kind"] == "person" and not party["name"].endswith(POLITE):
            yield party["name"]
    for relation in data.get("relations", []):
        for end in (relation["from"], relation["to"]):
            yield from (end[field] for field in ("name", "citizen_id") if end["kind"] == "person" and end.get(field))
    if isinstance(data["region"], dict) and data["region"].get("address"):
        yield data["region"]["address"]
    yield from NUMBERS.findall(re.sub(r"(?<=\d)-(?=\d{4})", "", value.decode()))


def test_nothing_personal_reaches_the_assessed_record(intake: Intake) -> None:
    """Over 2,000 simulated events: no citizen ID, phone, card, plate, address or full name in the bytes, wherever."""
    city = Simulation(SEED, 30, malformed=0, duplicates=0)
    records: list[SimRecord] = list(islice(city.records(), EVENTS))
    now = max(record.due for record in records) + timedelta(days=1)
    assessed = intake.process([Incoming("reported", 0, i, r.value) for i, r in enumerate(records)], now)
    assert len(assessed) == EVENTS
    checked = 0
    for record, out in zip(records, assessed, strict=True):
        assert out.accepted, out.headers
        text = re.sub(r"(?<=\d)-(?=\d{4})", "", out.value.decode())
        for secret in _secrets(record.value, orjson.loads(record.value)["data"]):
            checked += 1
            assert secret not in text, f"{secret!r} in {text}"
    assert checked > EVENTS


@pytest.mark.parametrize(
    ("kind", "name", "left"),
    [
        ("group", "李明、王芳等三十名购房人", "李某、王某等三十名购房人"),
        ("group", "张三等12人（代表张三13800138000）", "张某等12人（代表张某138****8000）"),
        ("group", "全体业主", "全体业主"),
        ("person", "李明、王芳", "李某、王某"),
        ("person", "欧阳建国", "欧阳某"),
        ("person", "阿依古丽、王芳", "阿某"),
        ("person", "王等", "王某"),
        ("enterprise", "李明建材店13800138000", "李明建材店138****8000"),
        ("enterprise", "云州金辉置业有限公司", "云州金辉置业有限公司"),
    ],
)
def test_names_of_parties(intake: Intake, kind: str, name: str, left: str) -> None:
    """Persons named in a group's name are masked, there and in the texts; enterprises keep their names."""
    value = event(title="张三和李明来访，王芳未到", 备注="李明")
    value["data"]["parties"] = [{"role": "claimant", "kind": kind, "name": name}]
    (out,) = intake.process([Incoming("reported", 0, 0, orjson.dumps(value))], NOW)
    record = orjson.loads(out.value)
    assert record["parties"][0]["name"] == left
    for person in ("李明", "王芳", "张三"):
        if kind != "enterprise" and person in name:
            assert person not in out.value.decode()
