"""Dispute events as courts and departments publish them: CloudEvents 1.0 envelope and typed data.

Source of the envelope: CloudEvents 1.0.2, JSON event format, structured mode. Unknown fields are kept.
"""

from typing import Annotated, Literal

from pydantic import Field

from schemas.fields import CaseNumber, Category, CitizenId, Contract, Count, Fen, Id, Moment, Text, Township, Uscc
from schemas.relations import Relation

SCHEMA_VERSION = 2
MAX_NARRATIVE = 20_000


class RegionRef(Contract):
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


class Party(Contract):
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


class ProjectRef(Contract):
    """工程或楼盘项目 Construction or housing project."""

    id: Text | None = None
    """来源系统的项目编号 the source's project number"""
    name: Text | None = None
    """项目名称 project name"""


class Cause(Contract):
    """案由 Cause of action, with the version of the code (《民事案件案由规定》 changed on 2026-01-01)."""

    name: Text
    """案由名称 name"""
    code: Text | None = None
    """案由代码 code"""
    code_version: Text
    """案由规定的版本，如 2020、2026 version of the code"""


class Subject(Contract):
    """来源分类 The source's own classification, coarse to fine."""

    scheme: Text
    """分类标准名称 name of the scheme"""
    path: Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(min_length=1, max_length=6)]
    """由粗到细的各级类别 classes, coarse to fine"""


class Reference(Contract):
    """在先事件 An earlier event this one refers to, by its CloudEvents source and id."""

    source: Id
    """来源系统 its source"""
    id: Id
    """事件编号 its id"""


class DisputeData(Contract):
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
    relations: Annotated[list[Relation], Field(max_length=200, default_factory=list)]
    """来源掌握的担保、供应、控股、承包关系 guarantees, supplies, control and contracts the source knows of"""


class Dispute(Contract):
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
