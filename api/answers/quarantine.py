"""Quarantined messages as shown: where they stand and what is wrong with them, never their content."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import local, local_or_none
from infra.store.queries.quarantine import ListedQuarantine


class FieldProblem(BaseModel):
    """一处错误：位置、收到什么、应为什么."""

    code: str
    path: str
    got: str
    expected: str
    zh: str
    en: str


class QuarantineItem(BaseModel):
    """一条被隔离的报文（索引；原文在隔离主题，用 fuyuan quarantine show 查看）."""

    quarantine_id: str
    quarantined_at: datetime
    retried_at: Annotated[datetime | None, Field(description="最近一次重试的时间，未重试则为空")]
    code: Annotated[str, Field(description="首要原因", examples=["check_digit"])]
    reasons: list[FieldProblem]
    origin: Annotated[dict[str, str | int | None], Field(description="原报文的位置（主题、分区、偏移）与导入批次行号")]
    rejected: Annotated[dict[str, str | int], Field(description="在隔离主题中的位置")]
    size_bytes: int
    sha256: str


def quarantine_item(listed: ListedQuarantine) -> QuarantineItem:
    """Index entry of a quarantined message."""
    item = listed.item
    return QuarantineItem(
        quarantine_id=item.quarantine_id,
        quarantined_at=local(item.quarantined_at),
        retried_at=local_or_none(listed.retried_at),
        code=item.reasons[0].code,
        reasons=[
            FieldProblem(**{name: getattr(reason, name) for name in reason.__struct_fields__})
            for reason in item.reasons
        ],
        origin={
            "topic": item.origin.topic,
            "partition": item.origin.partition,
            "offset": item.origin.offset,
            "import_id": item.origin.import_id,
            "import_row": item.origin.import_row,
        },
        rejected={
            "topic": item.rejected_topic,
            "partition": item.rejected_partition,
            "offset": item.rejected_offset,
        },
        size_bytes=item.size_bytes,
        sha256=item.sha256,
    )
