"""Link keys: by what a dispute event is joined to a matter. Persons are never keys.

A key is ``kind:…``. ``uscc:`` holds across counties; the others hold within one county, so that a county's ordered
stream decides alone and the result does not depend on how partitions interleave.
"""

import re
import unicodedata
from functools import lru_cache

from schemas.assessed import AssessedParty, Project
from schemas.reasons import Reason

# in these types the enterprise is the subject whatever its role (it may petition for its own bankruptcy)
_ABOUT_ANY_ENTERPRISE = frozenset(
    {
        "court.bankruptcy_petition",
        "court.bankruptcy_accepted",
        "gov.tax_fee_arrears",
        "gov.penalty",
        "gov.wage_arrears_lead",
    }
)
MOST_NAME = 200  # characters of a name in a key; NFKC can lengthen one manyfold
_NOBODY = frozenset({"", "无", "无名", "不详", "未知", "暂无", "待查", "其他", "某公司", "某企业", "某项目"})
_NOISE = re.compile(r"[\s（）()·.,，。、“”\"'\-—]")
_EVIDENCE = {
    "uscc": "统一社会信用代码相同",
    "project": "同一项目",
    "name": "企业名称相同",
    "site": "同一项目",
    "firm": "同一企业",
    "sum": "同一乡镇、同一类别、同一金额",
    "case": "案号相同",
    "reference": "引用了本事项的在先事件",
}


@lru_cache(maxsize=16_384)  # enterprises and projects come again and again
def normalize_name(name: str) -> str:
    """Enterprise or project name for exact comparison: NFKC, without blanks, brackets and punctuation.

    Empty for what sources write when they know no name: such events must not be joined.
    """
    normal = _NOISE.sub("", unicodedata.normalize("NFKC", name))[:MOST_NAME]
    return "" if normal in _NOBODY else normal


def link_keys(
    event_type: str, county: str, parties: tuple[AssessedParty, ...], project: Project | None, case_number: str | None
) -> tuple[str, ...]:
    """Keys of an event, strongest first: the responding enterprise, the project, its name, the case."""
    keys: list[str] = []
    subject = subject_party(event_type, parties)
    if subject and subject.token:
        keys.append(f"uscc:{subject.token}")
    named = normalize_name(project.name or "") or normalize_name(project.id or "") if project else ""
    if named:
        keys.append(f"project:{county}:{named}")
    if subject and (named := normalize_name(subject.name)):
        keys.append(f"name:{county}:{named}")
    if case_number:
        keys.append(f"case:{county}:{case_number}")
    return tuple(keys)


def subject_name(event_type: str, parties: tuple[AssessedParty, ...], project: Project | None) -> str | None:
    """Whom a matter is about: the responding enterprise, else the project."""
    subject = subject_party(event_type, parties)
    return subject.name if subject else (project.name if project else None)


def subject_party(event_type: str, parties: tuple[AssessedParty, ...]) -> AssessedParty | None:
    """The enterprise an event is about: the responding one, in some types any; None when it is about none."""
    enterprises = [party for party in parties if party.kind == "enterprise"]
    for party in enterprises:
        if party.role == "respondent":
            return party
    return enterprises[0] if enterprises and event_type in _ABOUT_ANY_ENTERPRISE else None


def evidence(key: str) -> Reason:
    """Why an event was joined, by the kind of the key that joined it."""
    kind = key.partition(":")[0]
    return Reason(f"link.{kind}", _EVIDENCE[kind], "rule")
