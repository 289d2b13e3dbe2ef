"""Link keys: what joins a dispute to a matter, and what must not."""

import pytest

from risk_model.linking.keys import _EVIDENCE, MOST_NAME, evidence, link_keys, normalize_name, subject_name
from schemas.assessed import AssessedParty, Project

ENTERPRISE = AssessedParty("respondent", "enterprise", "云州宏远置业有限公司", "tok")
CLAIMANT = AssessedParty("claimant", "enterprise", "恒达建材", "tok2")
PERSON = AssessedParty("respondent", "person", "李某", "tok3")
AGENCY = AssessedParty("respondent", "agency", "石门县人民政府")
PROJECT = Project("YZ-1", "云湖花园（二期）")


@pytest.mark.parametrize(
    ("kind", "parties", "project", "case", "keys"),
    [
        ("gov.petition", (), None, None, ()),
        ("gov.petition", (PERSON,), None, None, ()),
        ("gov.petition", (AGENCY,), None, None, ()),
        ("gov.petition", (CLAIMANT,), None, None, ()),
        ("gov.petition", (ENTERPRISE,), None, None, ("uscc:tok", "name:379001:云州宏远置业有限公司")),
        ("gov.petition", (CLAIMANT, ENTERPRISE), None, None, ("uscc:tok", "name:379001:云州宏远置业有限公司")),
        ("gov.petition", (AssessedParty("respondent", "enterprise", "甲公司"),), None, None, ("name:379001:甲公司",)),
        ("gov.petition", (), PROJECT, None, ("project:379001:云湖花园二期",)),
        ("gov.petition", (), Project("YZ-1"), None, ("project:379001:YZ1",)),
        ("gov.petition", (), Project(None, "——"), None, ()),
        ("gov.petition", (), Project("YZ-1", "无"), None, ("project:379001:YZ1",)),
        ("gov.petition", (AssessedParty("respondent", "enterprise", "不详"),), None, None, ()),
        ("court.case_filed", (), None, "（2025）云9001民初1号", ("case:379001:（2025）云9001民初1号",)),
        (
            "court.case_filed",
            (ENTERPRISE,),
            PROJECT,
            "（2025）云9001民初1号",
            (
                "uscc:tok",
                "project:379001:云湖花园二期",
                "name:379001:云州宏远置业有限公司",
                "case:379001:（2025）云9001民初1号",
            ),
        ),
        # an enterprise may petition for its own bankruptcy; a creditor's petition names the debtor as respondent
        ("court.bankruptcy_petition", (CLAIMANT,), None, None, ("uscc:tok2", "name:379001:恒达建材")),
        (
            "court.bankruptcy_petition",
            (CLAIMANT, ENTERPRISE),
            None,
            None,
            ("uscc:tok", "name:379001:云州宏远置业有限公司"),
        ),
    ],
)
def test_keys(
    kind: str, parties: tuple[AssessedParty, ...], project: Project | None, case: str | None, keys: tuple[str, ...]
) -> None:
    """Strongest first; all but the USCC within the county."""
    assert link_keys(kind, "379001", parties, project, case) == keys


def test_persons_and_agencies_are_never_keys() -> None:
    """Matters and entities are scored, never persons."""
    for key in link_keys("gov.petition", "379001", (PERSON, AGENCY), PROJECT, None):
        assert "李" not in key
        assert "tok" not in key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("云湖花园（二期）", "云湖花园(二期)"),
        ("云湖花园 二期", "云湖花园·二期"),
        ("ＡＢＣ公司", "ABC公司"),
        ("甲公司，", "甲公司"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    """Width, blanks, brackets and punctuation do not part what belongs together."""
    assert normalize_name(one) == normalize_name(other)


@pytest.mark.parametrize("name", ["", " ", "（）", "——", "-", "无", "不详", "未知", "某公司", "（无）"])
def test_no_name_links_nothing(name: str) -> None:
    """What sources write when they know no name must not join strangers."""
    assert normalize_name(name) == ""


def test_keys_stay_short() -> None:
    """Compatibility characters grow when normalised; the key column does not."""
    assert len(normalize_name("ﷺ" * 200)) == MOST_NAME


def test_every_kind_of_key_has_its_evidence() -> None:
    """A join always says why."""
    for key in link_keys("court.case_filed", "379001", (ENTERPRISE,), PROJECT, "（2025）云9001民初1号"):
        assert evidence(key).text
    assert evidence("reference:").code == "link.reference"
    assert set(_EVIDENCE) == {"uscc", "project", "name", "case", "reference", "firm", "site", "sum"}


def test_subject_of_a_matter() -> None:
    """The responding enterprise, else the project, else nobody."""
    assert subject_name("gov.petition", (CLAIMANT, ENTERPRISE), PROJECT) == "云州宏远置业有限公司"
    assert subject_name("gov.petition", (PERSON,), PROJECT) == "云湖花园（二期）"
    assert subject_name("gov.petition", (PERSON,), None) is None
