"""One class for each dispute event type: what it must carry beyond the common data (domain.md §3)."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, Union

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, create_model
from pydantic_core import PydanticCustomError

from schemas.dispute import Dispute, DisputeData, Party, ProjectRef
from schemas.event_types import EVENT_TYPES, PREFIX
from schemas.fields import AdviceNumber, CaseNumber, Count, Fen, Text


def _with_enterprise(parties: list[Party]) -> list[Party]:
    if not any(party.kind == "enterprise" for party in parties):
        raise PydanticCustomError("missing_enterprise", "at least one party of kind enterprise")
    return parties


Parties = Annotated[list[Party], Field(max_length=500)]
EnterpriseParties = Annotated[Parties, AfterValidator(_with_enterprise)]


class CaseData(DisputeData):
    """A court event of a case."""

    case_number: CaseNumber


class JudgmentData(CaseData):
    """判决."""

    outcome: Text
    """判决结果 outcome"""


class BankruptcyPetitionData(DisputeData):
    """破产申请."""

    parties: EnterpriseParties
    """当事人，至少一个企业 parties, at least one enterprise"""


class BankruptcyAcceptedData(CaseData):
    """破产受理."""

    parties: EnterpriseParties
    """当事人，至少一个企业 parties, at least one enterprise"""


class AdministrativeLossData(CaseData):
    """行政败诉."""

    agency: Text
    """败诉的行政机关 the agency that lost"""


class AdviceIssuedData(DisputeData):
    """司法建议发出."""

    document_number: AdviceNumber
    addressee: Text
    """受文单位 to whom it is addressed"""


class AdviceRepliedData(DisputeData):
    """司法建议回复."""

    document_number: AdviceNumber
    accepted: bool
    """是否采纳 whether it was accepted"""


class GroupLitigationData(CaseData):
    """群体诉讼."""

    people_involved: Count
    """涉及人数 people involved"""


class RepeatPetitionData(DisputeData):
    """重复信访."""

    repeat_count: Annotated[int, Field(ge=1, le=10_000)]
    """此前就同一诉求反映的次数，至少一次 earlier complaints about the same, at least one"""


class AgencyActData(DisputeData):
    """行政复议 and 行政处罚: an act of an agency."""

    agency: Text
    """作出行政行为的机关 the agency that acted"""


class MediationData(DisputeData):
    """人民调解."""

    outcome: Literal["success", "failure"]
    """调解结果：成功、失败 outcome"""


class ProjectData(DisputeData):
    """项目停工 and 监管账户异常: an event of a project."""

    project: ProjectRef


class TaxFeeArrearsData(DisputeData):
    """欠税欠费."""

    parties: EnterpriseParties
    """当事人，至少一个企业 parties, at least one enterprise"""
    amount_fen: Fen


DATA_CLASSES: dict[str, type[DisputeData]] = {
    "court.case_filed": CaseData,
    "court.preservation": CaseData,
    "court.judgment": JudgmentData,
    "court.enforcement_filed": CaseData,
    "court.enforcement_terminated": CaseData,
    "court.bankruptcy_petition": BankruptcyPetitionData,
    "court.bankruptcy_accepted": BankruptcyAcceptedData,
    "court.administrative_loss": AdministrativeLossData,
    "court.advice_issued": AdviceIssuedData,
    "court.advice_replied": AdviceRepliedData,
    "court.group_litigation": GroupLitigationData,
    "gov.petition": DisputeData,
    "gov.repeat_petition": RepeatPetitionData,
    "gov.hotline_ticket": DisputeData,
    "gov.reconsideration": AgencyActData,
    "gov.labor_arbitration": DisputeData,
    "gov.grid_report": DisputeData,
    "gov.mediation": MediationData,
    "gov.penalty": AgencyActData,
    "gov.wage_arrears_lead": DisputeData,
    "gov.project_stalled": ProjectData,
    "gov.escrow_anomaly": ProjectData,
    "gov.tax_fee_arrears": TaxFeeArrearsData,
    "gov.police_incident": DisputeData,
}


def _dispute_class(name: str) -> type[Dispute]:
    """Envelope class of one event type, its ``type`` and ``data`` narrowed."""
    title = "".join(part.capitalize() for part in name.replace(".", "_").split("_"))
    kind = EVENT_TYPES[name]
    fields: dict[str, Any] = {"type": (Literal[PREFIX + name], ...), "data": (DATA_CLASSES[name], ...)}
    return create_model(title, __base__=Dispute, __doc__=kind.zh, __module__=__name__, **fields)


DISPUTE_CLASSES: dict[str, type[Dispute]] = {PREFIX + name: _dispute_class(name) for name in EVENT_TYPES}

_any_dispute = Union[tuple(DISPUTE_CLASSES.values())]  # type: ignore[valid-type]  # noqa: UP007  made from the table
_adapter: TypeAdapter[Dispute] = TypeAdapter(
    Annotated[_any_dispute, Field(discriminator="type")],  # type: ignore[arg-type]
    config=ConfigDict(cache_strings="keys"),  # hardly any value comes twice
)

parse_json: Callable[[bytes], Dispute] = _adapter.validate_json
"""Typed dispute event from JSON bytes of the current schema version; pydantic.ValidationError when it breaks the contract."""
