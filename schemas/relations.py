"""Relations between enterprises and projects, as filings and registers name them: along these trouble spreads."""

from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from schemas.fields import CitizenId, Contract, Fen, Id, Text, Uscc

RelationKind = Literal["guarantee", "supplier", "owner", "contractor"]
RELATION_KINDS: dict[str, str] = dict(zip(get_args(RelationKind), ("担保", "供应", "控股", "承包"), strict=True))
"""Chinese word of each kind, as it stands between the two ends: ``甲 —担保→ 乙``."""


_IDENTITIES = ("name", "uscc", "id", "citizen_id")


def _given(field: str) -> dict[str, JsonValue]:
    return {"required": [field], "properties": {field: {"type": "string", "minLength": 1}}}


class RelationEnd(Contract):
    """关系的一端：企业、项目或（作为出资人、实际控制人、担保人的）个人 One end of a relation."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [_given(field) for field in _IDENTITIES]})

    kind: Literal["enterprise", "project", "person"] = "enterprise"
    """种类：企业、项目、个人 what it is"""
    name: Id | None = None
    """企业、项目名称；个人姓名不离开接收环节 name; a person's never leaves intake"""
    uscc: Uscc | None = None
    id: Text | None = None
    """来源系统的项目编号 the source's project number"""
    citizen_id: CitizenId | None = None

    @model_validator(mode="after")
    def _named(self) -> "RelationEnd":
        if not any(getattr(self, field) for field in _IDENTITIES):
            raise PydanticCustomError("missing_identity", "a name, uscc, project id or citizen_id")
        return self


class Relation(Contract):
    """企业、项目间的关系，自 from 指向 to A relation of ``from`` to ``to``."""

    kind: RelationKind
    """关系：guarantee 担保（from 担保人，to 被担保人）、supplier 供应（from 供应商，to 采购方）、owner 控股或实际控制（from 控制人，to 被控制的企业或项目）、contractor 总包或分包（from 承包人，to 发包人或项目） kind; who is from and to"""
    from_: Annotated[RelationEnd, Field(alias="from")]
    """担保人、供应商、控制人、承包人 guarantor, supplier, owner, contractor"""
    to: RelationEnd
    """被担保人、采购方、被控制的企业或项目、发包人或项目 debtor, buyer, what is owned, employer or project"""
    amount_fen: Fen | None = None
