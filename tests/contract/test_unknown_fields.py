"""Unknown fields survive from the source's bytes to the assessed record, masked like everything else."""

from typing import Any

import orjson
import pytest

from infra.assessing import Intake
from infra.intake import Incoming
from risk_model.assess import Assessor
from risk_model.masking import Masker
from schemas.assessed import Assessed, decode_assessed
from tests.disputes import CITIZEN_ID, NOW, ScriptedModel, event, rules


@pytest.fixture(scope="module")
def intake() -> Intake:
    """ASSESS with the real masker and a scripted model."""
    given = rules()
    assessor = Assessor(ScriptedModel(), Masker(), given.policy, given.regions, b"0123456789abcdef")
    return Intake(assessor, given.regions, given.policy.event_limits)


def _through(intake: Intake, value: dict[str, Any]) -> Assessed:
    (out,) = intake.process([Incoming("dispute.reported.v1", 2, 17, orjson.dumps(value))], NOW)
    assert out.accepted, out.headers
    assert out.key == value["data"]["region"]["county"].encode()
    return decode_assessed(out.value)


def test_unknown_fields_of_every_object_are_kept(intake: Intake) -> None:
    """Top of data, nested objects, enterprises and the envelope; values of every JSON kind."""
    kinds = {
        "文本": "办结",
        "数": 3,
        "小数": 2.5,
        "真": True,
        "空": None,
        "数组": [1, ["甲", {"乙": []}]],
        "大": 2**53 + 1,
    }
    value = event(**kinds)
    value["data"]["region"] |= {"grid": "G-17"}
    value["data"]["project"] |= {"stage": "主体封顶"}
    value["data"]["parties"][1] |= {"legal_form": "有限责任公司"}
    value["data"]["cause"] = {"name": "房屋买卖", "code": "9081", "code_version": "2026", "level": 4}
    value["data"]["references"] = [{"source": "/a", "id": "1", "relation": "重复"}]
    value["traceparent"] = "00-abc-01"
    record = _through(intake, value)
    assert {name: record.extra[name] for name in kinds} == kinds
    assert record.extra["region"] == {"grid": "G-17"}
    assert record.extra["project"] == {"stage": "主体封顶"}
    assert record.extra["parties"] == {"1": {"legal_form": "有限责任公司"}}
    assert record.extra["cause"] == {"level": 4}
    assert record.extra["references"] == {"0": {"relation": "重复"}}
    assert record.extra["cloudevent"] == {"traceparent": "00-abc-01"}
    assert (record.cause, record.cause_code, record.cause_version) == ("房屋买卖", "9081", "2026")
    assert record.source_category == "问题楼盘"


def test_type_specific_fields_are_kept(intake: Intake) -> None:
    """What a type adds to the common data stands in extra; document numbers are not taken for personal data."""
    record = _through(intake, event("court.advice_replied"))
    assert record.extra == {"document_number": "云法建〔2025〕12号", "accepted": True}


def test_personal_data_in_unknown_fields_is_masked(intake: Intake) -> None:
    """Quoted or not, in values or in names of fields; what a source adds about a person stays behind."""
    value = event(
        经办电话=13800138000, 证件=CITIZEN_ID, 表={"13912345678": "来电"}, 卡=6217000010001234567, 编号=20250910
    )
    value["data"]["parties"][0] |= {"birthday": "1985-03-12"}
    value["data"]["title"] = f"身份证{CITIZEN_ID}，电话13800138000"
    raw = orjson.dumps(_through(intake, value).extra).decode()
    text = raw + _through(intake, value).title
    for secret in ("13800138000", CITIZEN_ID, "13912345678", "1985-03-12"):
        assert secret not in text
    assert _through(intake, value).extra["编号"] == 20250910


def test_party_identifiers_leave_only_as_tokens(intake: Intake) -> None:
    """No citizen ID, telephone, full name or USCC of the example is in the assessed bytes."""
    value = event()
    (out,) = intake.process([Incoming("dispute.reported.v1", 0, 0, orjson.dumps(value))], NOW)
    for party in value["data"]["parties"]:
        for field in ("citizen_id", "phone", "uscc"):
            assert party.get(field, "absent") not in out.value.decode()
    assert "王芳" not in out.value.decode()
    assert "云湖路88号" not in out.value.decode()
