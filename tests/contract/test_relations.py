"""Relations of a dispute event: what is accepted, what is refused and how, and what leaves intake."""

from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from infra.assessing import Intake
from infra.intake import Incoming
from risk_model.assess import Assessor
from risk_model.masking import Masker
from schemas.assessed import Assessed, AssessedRelation, RelatedEnd, decode_assessed
from schemas.errors import ContractError
from schemas.json_schemas import dispute_schema
from tests.disputes import CITIZEN_ID, NOW, USCC, ScriptedModel, decoded, event, rules

FIRM = {"name": "云州宏远置业有限公司", "uscc": USCC}
SISTER = {"name": "云州宏远商贸有限公司"}


def _relation(**changed: Any) -> dict[str, Any]:
    relation = {"kind": "guarantee", "from": SISTER, "to": FIRM, "amount_fen": 500_000_000, **changed}
    return {name: value for name, value in relation.items() if value is not ...}


def _assessed(**data: Any) -> Assessed:
    given = rules()
    assessor = Assessor(ScriptedModel(), Masker(), given.policy, given.regions, b"0123456789abcdef")
    intake = Intake(assessor, given.regions, given.policy.event_limits)
    (out,) = intake.process([Incoming("reported", 0, 0, orjson.dumps(event(**data)))], NOW)
    assert out.accepted, out.headers
    return decode_assessed(out.value)


# what one relation is, code, path, what Chinese and English say
REFUSED: list[tuple[str, Any, str, str, str, str]] = [
    ("kind", _relation(kind="friend"), "not_allowed", "data.relations[0].kind", "guarantee、supplier", "'guarantee'"),
    ("no from", _relation(**{"from": ...}), "missing", "data.relations[0].from", "必填", "required"),
    ("nobody", _relation(**{"from": {"kind": "enterprise"}}), "missing", "data.relations[0].from", "至少一项", "one of"),
    ("uscc", _relation(to={"uscc": USCC[:-1] + "H"}), "check_digit", "data.relations[0].to.uscc", "校验码", "check digit"),
    ("amount", _relation(amount_fen=-1), "out_of_range", "data.relations[0].amount_fen", "不小于", "at least"),
    ("not an object", "甲担保乙", "wrong_type", "data.relations[0]", "JSON 对象", "a JSON object"),
    ("unknown number", _relation(to={**FIRM, "x": float("inf")}), "not_json", "data.relations[0].to.x", "有限", "finite"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("relation", "code", "path", "zh", "en"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_refused(relation: Any, code: str, path: str, zh: str, en: str) -> None:
    """Each error names its path and says what was expected in both languages."""
    raw = orjson.dumps(event(relations=[relation])).replace(b'"x":null', b'"x":1e999')
    with pytest.raises(ContractError) as refused:
        decoded(raw)
    (error,) = refused.value.errors
    assert (error.code, error.path) == (code, path)
    assert zh in error.zh
    assert en in error.en


@pytest.mark.parametrize(
    ("end", "good"),
    [
        (FIRM, True),
        (SISTER, True),
        ({"uscc": USCC}, True),
        ({"kind": "project", "id": "YZ-1"}, True),
        ({"name": None}, False),
        ({}, False),
    ],
)
def test_the_published_schema_agrees_with_the_decoder(end: dict[str, Any], good: bool) -> None:
    """An end needs a name, a code or a number; null is no name."""
    value = event(relations=[_relation(to=end)])
    assert Draft202012Validator(dispute_schema("gov.petition")).is_valid(value) is good
    if good:
        assert len(decoded(value).data.relations) == 1
    else:
        with pytest.raises(ContractError):
            decoded(value)


def test_relations_are_optional_and_the_version_stays() -> None:
    """Events of before are events of now."""
    assert decoded(event()).data.relations == []
    assert decoded(event(relations=[])).schemaversion == 2


def test_tokens_are_those_of_parties() -> None:
    """An enterprise's and a person's token link with the same identifier as a party; a project keeps number and name."""
    record = _assessed(
        parties=[
            {"role": "claimant", "kind": "person", "name": "李明", "citizen_id": CITIZEN_ID},
            {"role": "respondent", "kind": "enterprise", **FIRM},
        ],
        relations=[
            _relation(),
            _relation(kind="owner", **{"from": {"kind": "person", "name": "李明", "citizen_id": CITIZEN_ID}}, amount_fen=...),
            _relation(kind="contractor", to={"kind": "project", "id": "YZ-1", "name": "云湖花园"}, amount_fen=...),
        ],
    )  # fmt: skip
    person, firm = (party.token for party in record.parties)
    ours, sister = RelatedEnd("enterprise", FIRM["name"], firm), RelatedEnd("enterprise", SISTER["name"])
    assert record.relations == (
        AssessedRelation("guarantee", sister, ours, 500_000_000),
        AssessedRelation("owner", RelatedEnd("person", None, person), ours),
        AssessedRelation("contractor", sister, RelatedEnd("project", "云湖花园", None, "YZ-1")),
    )


def test_a_person_at_an_end_is_hidden_everywhere() -> None:
    """Neither name nor number comes out, in the relation, in the texts or in what the source added."""
    boss = {"kind": "person", "name": "周建国", "citizen_id": CITIZEN_ID, "住址": "滨河路8号"}
    record = _assessed(
        narrative="实际控制人周建国已失联。",
        relations=[_relation(kind="owner", **{"from": boss}, 备注="周建国代持"), _relation(来源="企业信用报告")],
    )
    raw = repr(record)
    for secret in ("周建国", CITIZEN_ID, "滨河路8号"):
        assert secret not in raw
    assert record.narrative == "实际控制人周某已失联。"
    assert record.extra["relations"] == {"1": {"来源": "企业信用报告"}}


def test_a_number_beside_a_name_is_masked() -> None:
    """As in the names of parties."""
    record = _assessed(relations=[_relation(**{"from": {"name": "李明建材店13800138000"}}), _relation()])
    assert [relation.from_.name for relation in record.relations] == ["李明建材店138****8000", SISTER["name"]]
