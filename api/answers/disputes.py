"""Dispute events as shown: in short in lists, in full by themselves."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.answers.labels import LabelShown, label_shown
from api.answers.parts import (
    LevelShown,
    PageShown,
    PlaceShown,
    ReasonShown,
    level_shown,
    local,
    place_shown,
    reasons_shown,
    ten_thousand_yuan,
)
from infra.store.queries.disputes import DisputeDetail, ListedDispute
from schemas.assessed import Assessed, AssessedRelation, RelatedEnd
from schemas.domain_events import DisputeAssessed, LabelGiven
from schemas.event_types import type_zh
from schemas.levels import Level
from schemas.regions import RegionRegistry
from schemas.relations import RELATION_KINDS

_SIDES = {"court": "法院", "gov": "政府"}


class DisputeItem(BaseModel):
    """一条纠纷事件的摘要（已脱敏）."""

    dispute_id: str
    matter_id: Annotated[str | None, Field(description="归入的事项，未归集则为空")]
    type: Annotated[str, Field(examples=["gov.petition"])]
    type_name: Annotated[str, Field(examples=["信访登记"])]
    side: str
    side_name: str
    source: str
    place: PlaceShown
    category: str
    subject: Annotated[list[str], Field(description="来源系统自己的分类，由粗到细")]
    level: LevelShown
    title: str
    occurred_at: datetime
    reported_at: datetime
    import_id: str | None = None
    import_row: int | None = None


class DisputePageShown(PageShown[DisputeItem]):
    """一页纠纷事件及总数."""

    total: Annotated[int, Field(description="总条数（不限于本页）")]


class PartyShown(BaseModel):
    """当事人（自然人只留姓氏；token 为加密代号，用于归并）."""

    role: str
    kind: str
    name: str
    token: str | None = None


class RelatedShown(BaseModel):
    """关系的一端（个人只有加密代号）."""

    kind: str
    name: str | None
    token: str | None


class RelationShown(BaseModel):
    """来源掌握的担保、供应、控股、承包关系，自 from 指向 to."""

    model_config = ConfigDict(serialize_by_alias=True)

    kind: Annotated[str, Field(examples=["guarantee"])]
    kind_name: Annotated[str, Field(examples=["担保"])]
    from_: Annotated[RelatedShown, Field(alias="from")]
    to: RelatedShown
    amount_fen: int | None


class DisputeShown(DisputeItem):
    """一条纠纷事件核验、脱敏、分级后的完整记录."""

    source_event_id: str
    narrative: str
    category_probability: float
    model_level: Annotated[LevelShown, Field(description="模型给出的等级；level 是底线生效后的等级")]
    level_probabilities: Annotated[list[float], Field(description="模型概率，依次为蓝、黄、橙、红")]
    reasons: list[ReasonShown]
    needs_person: Annotated[bool, Field(description="模型把握不足，需要人工核定")]
    parties: list[PartyShown]
    project: dict[str, str | None] | None
    people_involved: int | None
    amount_fen: Annotated[int | None, Field(description="金额，单位：分")]
    amount: Annotated[str | None, Field(description="金额，便于阅读", examples=["1,250.00万元"])]
    repeat_count: int
    case_number: str | None
    cause: str | None
    cause_version: str | None
    subject_scheme: str | None
    references: Annotated[list[str], Field(description="引用的在先事件（dispute_id）")]
    relations: list[RelationShown]
    extra: Annotated[dict[str, Any], Field(description="类型特有及未知字段，已脱敏")]
    shadow: Annotated[
        dict[str, Any] | None, Field(description="挑战者模型的判断（等级在底线之前），只供比较，不影响任何决定")
    ]
    versions: Annotated[dict[str, Any], Field(description="判定所用的模型、策略与合同版本")]
    origin: Annotated[dict[str, Any], Field(description="原始报文在 Kafka 的位置")]
    labels: Annotated[list[LabelShown], Field(description="有权人员的标注，先后为序；同一项以最近说过的为准")]
    version: Annotated[int, Field(description="该事件记录的版本，标注时作为 expected_version")]
    recorded_at: Annotated[datetime, Field(description="入库时间")]
    seq: Annotated[int, Field(description="事件库全局序号")]


def dispute_item(regions: RegionRegistry, row: ListedDispute) -> DisputeItem:
    """Dispute event in short."""
    return DisputeItem(
        dispute_id=row.dispute_id,
        matter_id=row.matter_id,
        type=row.type,
        type_name=type_zh(row.type),
        side=row.side,
        side_name=_SIDES.get(row.side, row.side),
        source=row.source,
        place=place_shown(regions, row.region),
        category=row.category,
        subject=[part for part in row.subject.split("/") if part],
        level=level_shown(row.level),
        title=row.title,
        occurred_at=local(row.occurred_at),
        reported_at=local(row.reported_at),
        import_id=row.import_id,
        import_row=row.import_row,
    )


def dispute_shown(regions: RegionRegistry, detail: DisputeDetail) -> DisputeShown:
    """Dispute event in full, from the event that recorded it, with the labels given since."""
    stored = detail.assessed
    event = stored.recorded.event
    assert isinstance(event, DisputeAssessed), "the first event of a dispute's stream says that it was assessed"
    d: Assessed = event.dispute
    return DisputeShown(
        dispute_id=d.dispute_id,
        matter_id=detail.matter_id,
        type=d.type,
        type_name=type_zh(d.type),
        side=d.side,
        side_name=_SIDES[d.side],
        source=d.source,
        place=place_shown(regions, d.place.region_keys()[0]),
        category=d.category,
        subject=list(d.subject),
        level=level_shown(d.level),
        title=d.title,
        occurred_at=local(d.occurred_at),
        reported_at=local(d.reported_at),
        import_id=d.origin.import_id,
        import_row=d.origin.import_row,
        source_event_id=d.source_event_id,
        narrative=d.narrative,
        category_probability=d.category_probability,
        model_level=level_shown(d.model_level),
        level_probabilities=list(d.level_probabilities),
        reasons=reasons_shown(d.reasons),
        needs_person=d.needs_person,
        parties=[PartyShown(role=p.role, kind=p.kind, name=p.name, token=p.token) for p in d.parties],
        project=None if d.project is None else {"id": d.project.id, "name": d.project.name},
        people_involved=d.people_involved,
        amount_fen=d.amount_fen,
        amount=ten_thousand_yuan(d.amount_fen),
        repeat_count=d.repeat_count,
        case_number=d.case_number,
        cause=d.cause,
        cause_version=d.cause_version,
        subject_scheme=d.subject_scheme,
        references=list(d.references),
        relations=[_relation_shown(relation) for relation in d.relations],
        extra=d.extra,
        shadow=None
        if d.shadow is None
        else {"model": d.shadow.model, "category": d.shadow.category, "level": Level(d.shadow.level).code},
        versions={"model": d.versions.model, "policy": d.versions.policy, "schema": d.versions.schema},
        origin={"topic": d.origin.topic, "partition": d.origin.partition, "offset": d.origin.offset},
        labels=[
            label_shown(later.recorded.event, later.recorded.version)
            for later in detail.later
            if isinstance(later.recorded.event, LabelGiven)
        ],
        version=detail.version,
        recorded_at=local(stored.recorded_at),
        seq=stored.seq,
    )


def _relation_shown(relation: AssessedRelation) -> RelationShown:
    ends = {"from": _related_shown(relation.from_), "to": _related_shown(relation.to)}
    return RelationShown(
        kind=relation.kind,
        kind_name=RELATION_KINDS.get(relation.kind, relation.kind),
        amount_fen=relation.amount_fen,
        **ends,
    )


def _related_shown(end: RelatedEnd) -> RelatedShown:
    return RelatedShown(kind=end.kind, name=end.name, token=end.token)
