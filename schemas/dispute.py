"""Dispute events as courts and departments publish them: CloudEvents 1.0 envelope and typed data.

Source of the envelope: CloudEvents 1.0.2, JSON event format, structured mode. Unknown fields are kept.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from schemas import identifiers
from schemas.taxonomy import CATEGORIES

SCHEMA_VERSION = 2
MAX_NARRATIVE = 20_000


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


Uscc = Annotated[str, AfterValidator(_checked_uscc), Field(description="统一社会信用代码 (GB 32100)")]
CitizenId = Annotated[str, AfterValidator(_checked_citizen_id), Field(description="公民身份号码 (GB 11643)")]
CaseNumber = Annotated[str, AfterValidator(_checked_case_number), Field(description="案号")]
AdviceNumber = Annotated[str, AfterValidator(_checked_advice_number), Field(description="司法建议书文号")]
Text = Annotated[str, Field(max_length=200)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Fen = Annotated[int, Field(ge=0, le=10**16, description="金额，单位：分")]
Category = Literal[CATEGORIES]  # type: ignore[valid-type]  # a Literal made from the taxonomy tuple


class _Contract(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True, frozen=True, ser_json_timedelta="iso8601")


class RegionRef(_Contract):
    """行政区划: county code (GB/T 2260) and finer local parts."""

    county: Annotated[str, Field(pattern=r"^\d{6}$", description="县级区划代码 (GB/T 2260)")]
    township: Annotated[str, Field(pattern=r"^\d{9}$", description="乡镇街道代码")] | None = None
    township_name: Text | None = None
    community_name: Text | None = None
    address: Text | None = None


class Party(_Contract):
    """当事人: a person, enterprise, agency or group and its role."""

    role: Literal["claimant", "respondent", "third_party", "agency"]
    kind: Literal["person", "enterprise", "agency", "group"]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    uscc: Uscc | None = None
    citizen_id: CitizenId | None = None
    phone: Text | None = None


class ProjectRef(_Contract):
    """工程或楼盘项目."""

    id: Text | None = None
    name: Text | None = None


class Cause(_Contract):
    """案由, with the version of the code (《民事案件案由规定》 changed on 2026-01-01)."""

    name: Text
    code: Text | None = None
    code_version: Text


class Subject(_Contract):
    """来源分类: the source's own classification, coarse to fine."""

    scheme: Text
    path: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=6)]


class Reference(_Contract):
    """An earlier event this one refers to."""

    source: Annotated[str, Field(min_length=1, max_length=200)]
    id: Annotated[str, Field(min_length=1, max_length=200)]


class DisputeData(_Contract):
    """What every dispute event carries."""

    occurred_at: Annotated[AwareDatetime, Field(description="发生时间，含时区")]
    region: RegionRef
    title: Text | None = None
    narrative: Annotated[str, Field(max_length=MAX_NARRATIVE)] = ""
    parties: Annotated[list[Party], Field(max_length=500, default_factory=list)]
    project: ProjectRef | None = None
    people_involved: Count | None = None
    amount_fen: Fen | None = None
    repeat_count: Count = 0
    case_number: CaseNumber | None = None
    cause: Cause | None = None
    category: Category | None = None
    subject: Subject | None = None
    references: Annotated[list[Reference], Field(max_length=100, default_factory=list)]


class Dispute(_Contract):
    """CloudEvents envelope of a dispute event; ``data`` is narrowed by each event type."""

    specversion: Literal["1.0"]
    id: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1, max_length=200)]
    type: str
    time: Annotated[AwareDatetime, Field(description="来源系统上报时间，含时区")]
    datacontenttype: Literal["application/json"] = "application/json"
    schemaversion: Literal[2] = 2
    importid: Text | None = None
    importrow: Count | None = None
    data: DisputeData
