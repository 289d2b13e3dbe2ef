"""The dispute event types of courts and government departments (domain.md §3)."""

from typing import Literal, NamedTuple

Side = Literal["court", "gov"]

PREFIX = "fuyuan."


class EventType(NamedTuple):
    """One event type: stable name (without prefix), Chinese name and which side sends it."""

    name: str
    zh: str
    side: Side


_TYPES: tuple[EventType, ...] = (
    EventType("court.case_filed", "立案", "court"),
    EventType("court.preservation", "保全", "court"),
    EventType("court.judgment", "判决", "court"),
    EventType("court.enforcement_filed", "执行立案", "court"),
    EventType("court.enforcement_terminated", "终本", "court"),
    EventType("court.bankruptcy_petition", "破产申请", "court"),
    EventType("court.bankruptcy_accepted", "破产受理", "court"),
    EventType("court.administrative_loss", "行政败诉", "court"),
    EventType("court.advice_issued", "司法建议发出", "court"),
    EventType("court.advice_replied", "司法建议回复", "court"),
    EventType("court.group_litigation", "群体诉讼", "court"),
    EventType("gov.petition", "信访登记", "gov"),
    EventType("gov.repeat_petition", "重复信访", "gov"),
    EventType("gov.hotline_ticket", "12345工单", "gov"),
    EventType("gov.reconsideration", "行政复议", "gov"),
    EventType("gov.labor_arbitration", "劳动仲裁", "gov"),
    EventType("gov.grid_report", "网格上报", "gov"),
    EventType("gov.mediation", "人民调解", "gov"),
    EventType("gov.penalty", "行政处罚", "gov"),
    EventType("gov.wage_arrears_lead", "欠薪线索", "gov"),
    EventType("gov.project_stalled", "项目停工", "gov"),
    EventType("gov.escrow_anomaly", "监管账户异常", "gov"),
    EventType("gov.tax_fee_arrears", "欠税欠费", "gov"),
    EventType("gov.police_incident", "警情(110)", "gov"),
)

EVENT_TYPES: dict[str, EventType] = {kind.name: kind for kind in _TYPES}


def type_zh(name: str) -> str:
    """Chinese name of an event type (with or without prefix); the name itself when unknown."""
    kind = EVENT_TYPES.get(name.removeprefix(PREFIX))
    return kind.zh if kind else name
