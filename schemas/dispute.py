"""Dispute events as courts and departments publish them: CloudEvents 1.0 envelope and typed data.

Source of the envelope: CloudEvents 1.0.2, JSON event format, structured mode. Unknown fields are kept.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from schemas import identifiers
from schemas.taxonomy import CATEGORIES

SCHEMA_VERSION = 2
MAX_NARRATIVE = 20_000
MAX_FEN = 10**16
_USUAL_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]")


def _checked_uscc(value: str) -> str:
    value = value.strip().upper()
    if not identifiers.valid_uscc(value):
        raise PydanticCustomError("check_digit", "18 characters with a valid GB 32100 check digit")
    return value


def _checked_citizen_id(value: str) -> str:
    value = value.strip().upper()
    if not identifiers.valid_citizen_id(value):
        raise PydanticCustomError("check_digit", "18 characters with a valid birth date and GB 11643 check digit")
    return value


def _checked_case_number(value: str) -> str:
    value = identifiers.normalize_case_number(value)
    if not identifiers.valid_case_number(value):
        raise PydanticCustomError(
            "case_number", "（year）court code, case type, number and 号, e.g. （2025）云9001民初123号"
        )
    return value


def _checked_advice_number(value: str) -> str:
    value = identifiers.normalize_case_number(value)
    if not identifiers.valid_advice_number(value):
        raise PydanticCustomError("advice_number", "place, 法建, 〔year〕, number and 号, e.g. 云法建〔2025〕12号")
    return value


def _iso(value: object) -> object:
    """Refuse what pydantic would read as seconds since the epoch: a time is written out, with its zone.

    The usual spelling is read here: the zones of Python's own times are several times faster to compare and convert.
    """
    if not isinstance(value, str) or value[4:5] != "-":
        raise PydanticCustomError("datetime_iso", "an ISO 8601 time such as 2025-09-03T09:00:00+08:00")
    try:
        return datetime.fromisoformat(value) if _USUAL_TIME.fullmatch(value) else value
    except ValueError:  # pydantic says what is wrong with it
        return value


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_iso)]
Uscc = Annotated[
    str,
    AfterValidator(_checked_uscc),
    Field(
        description="统一社会信用代码，18 位（GB 32100） unified social credit code", examples=["91379001MA0K3Y1X2G"]
    ),
]
CitizenId = Annotated[
    str,
    AfterValidator(_checked_citizen_id),
    Field(
        description="公民身份号码，18 位（GB 11643）；只用于换取令牌，不离开接收环节 citizen ID, turned into a keyed token"
    ),
]
CaseNumber = Annotated[
    str,
    AfterValidator(_checked_case_number),
    Field(description="案号 court case number", examples=["（2025）云9001民初123号"]),
]
AdviceNumber = Annotated[
    str,
    AfterValidator(_checked_advice_number),
    Field(description="司法建议书文号 number of a judicial advice", examples=["云法建〔2025〕12号"]),
]
Text = Annotated[str, Field(max_length=200)]
Id = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Fen = Annotated[int, Field(ge=0, le=MAX_FEN, description="金额，单位：分 amount in fen")]
Category = Annotated[
    Literal[CATEGORIES],  # type: ignore[valid-type]  # a Literal made from the taxonomy tuple
    Field(description="矛盾纠纷类别，来源自己的判断 category as the source judges it"),
]
Township = Annotated[
    str, Field(pattern=r"^\d{9}$", description="乡镇街道代码，九位，须在登记表内 local township code, registered")
]


class _Contract(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True, frozen=True, use_attribute_docstrings=True, defer_build=True)


class RegionRef(_Contract):
    """行政区划 Region: the county (GB/T 2260) and finer local parts."""

    county: Annotated[str, Field(pattern=r"^\d{6}$")]
    """县级区划代码，六位（GB/T 2260），须在登记表内 county code, registered"""
    township: Township | None = None
    township_name: Text | None = None
    """乡镇、街道名称 township or street"""
    community_name: Text | None = None
    """村、社区名称 village or community"""
    address: Text | None = None
    """详细地址；不离开接收环节 address, never leaves intake"""


class Party(_Contract):
    """当事人 Party: a person, enterprise, agency or group and its role."""

    role: Literal["claimant", "respondent", "third_party", "agency"]
    """地位：申请方、被申请方、第三人、行政机关 role in the dispute"""
    kind: Literal["person", "enterprise", "agency", "group"]
    """种类：个人、企业、机关、群体 what it is"""
    name: Id
    """姓名或名称；个人姓名在接收环节脱敏 name; persons' names are masked at intake"""
    uscc: Uscc | None = None
    citizen_id: CitizenId | None = None
    phone: Text | None = None
    """联系电话；不离开接收环节 telephone, never leaves intake"""


class ProjectRef(_Contract):
    """工程或楼盘项目 Construction or housing project."""

    id: Text | None = None
    """来源系统的项目编号 the source's project number"""
    name: Text | None = None
    """项目名称 project name"""


class Cause(_Contract):
    """案由 Cause of action, with the version of the code (《民事案件案由规定》 changed on 2026-01-01)."""

    name: Text
    """案由名称 name"""
    code: Text | None = None
    """案由代码 code"""
    code_version: Text
    """案由规定的版本，如 2020、2026 version of the code"""


class Subject(_Contract):
    """来源分类 The source's own classification, coarse to fine."""

    scheme: Text
    """分类标准名称 name of the scheme"""
    path: Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(min_length=1, max_length=6)]
    """由粗到细的各级类别 classes, coarse to fine"""


class Reference(_Contract):
    """在先事件 An earlier event this one refers to, by its CloudEvents source and id."""

    source: Id
    """来源系统 its source"""
    id: Id
    """事件编号 its id"""


class DisputeData(_Contract):
    """各类纠纷事件共有的内容；未列字段原样保留 What every dispute event carries; unknown fields are kept."""

    occurred_at: Moment
    """发生时间，含时区 when it happened, with zone"""
    region: RegionRef
    title: Text | None = None
    """标题 title"""
    narrative: Annotated[str, Field(max_length=MAX_NARRATIVE)] = ""
    """正文：诉求、事实和理由 what is claimed and why"""
    parties: Annotated[list[Party], Field(max_length=500, default_factory=list)]
    """当事人 parties"""
    project: ProjectRef | None = None
    people_involved: Count | None = None
    """涉及人数 people involved"""
    amount_fen: Fen | None = None
    repeat_count: Count = 0
    """此前就同一诉求反映的次数 earlier complaints about the same"""
    case_number: CaseNumber | None = None
    cause: Cause | None = None
    category: Category | None = None
    subject: Subject | None = None
    references: Annotated[list[Reference], Field(max_length=100, default_factory=list)]
    """相关的在先事件 earlier events referred to"""


class Dispute(_Contract):
    """纠纷事件信封 CloudEvents envelope of a dispute event; ``data`` is narrowed by each event type."""

    specversion: Literal["1.0"]
    id: Id
    """事件编号，在来源系统内唯一；重发用同一编号 unique within the source; the same when sent again"""
    source: Id
    """来源系统 the system that reports, e.g. /gov/379001/petition"""
    type: str
    """事件类型 event type"""
    time: Moment
    """来源系统上报时间，含时区 when the source reported it, with zone"""
    datacontenttype: Literal["application/json"] = "application/json"
    schemaversion: Literal[2] = 2
    """合同版本 version of this contract"""
    importid: Text | None = None
    """文件导入批次，由导入程序填写 set by the importer"""
    importrow: Count | None = None
    """文件导入行号，由导入程序填写 set by the importer"""
    data: DisputeData
