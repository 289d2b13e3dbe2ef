"""Conferences as shown: agenda, decisions, where each item stands."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.answers.parts import LevelShown, level_shown, local, local_or_none
from risk_model.conferences.entity import ITEM_ZH, STATUS_ZH, Conference, ConferenceStep, Topic
from risk_model.conferences.steps import duty_of, standing
from risk_model.duties.entity import STATUS_ZH as DUTY_ZH
from risk_model.duties.entity import Duty
from schemas.domain_events import (
    AgendaItem,
    AgendaItemAdded,
    AgendaItemClosed,
    ConferenceDecided,
    ConferenceMinuted,
)


class AgendaItemShown(BaseModel):
    """一项议题."""

    item_id: Annotated[str, Field(description="会议中的序号")]
    about: Annotated[str, Field(description="所说的预警等，自拟的议题为空", examples=["alert-5f0c…"])]
    title: str
    county: str
    lines: list[str]
    lead: Annotated[str, Field(description="目前的责任人")]
    level: LevelShown | None


class DecisionShown(BaseModel):
    """一项交办."""

    decision_id: str
    text: str
    lead: str
    support: list[str]
    due_days: int | None
    by: str
    at: datetime
    duty_id: Annotated[str, Field(description="由此产生的任务，见 GET /v1/duties/{duty_id}")]
    duty_status: Annotated[str, Field(description="任务的状态", examples=["assigned"])]
    duty_status_name: Annotated[str, Field(examples=["待签收"])]


class TopicShown(AgendaItemShown):
    """议题及其办理：议题、交办、反馈、销号."""

    status: Annotated[
        Literal["listed", "assigned", "answered", "closed"],
        Field(description="listed 议题，assigned 已交办，answered 交办的都已反馈，closed 已销号"),
    ]
    status_name: Annotated[str, Field(examples=["已交办"])]
    decisions: list[DecisionShown]
    closed_at: datetime | None
    closed_reason: str


class ConferenceItem(BaseModel):
    """一次联席会议."""

    conference_id: str
    title: str
    held_on: date
    status: Literal["called", "minuted"]
    status_name: str
    version: int
    topics: int
    decisions: int
    open_topics: Annotated[int, Field(description="尚未销号的议题")]


class ConferenceShown(ConferenceItem):
    """一次联席会议的议程、议定事项和纪要的签发."""

    called_by: str
    called_at: datetime
    items: list[TopicShown]
    chair: str
    present: list[str]
    absent: list[str]
    signed_by: str
    signed_at: datetime | None


def agenda_item(item: AgendaItem) -> AgendaItemShown:
    """An item."""
    return AgendaItemShown(**_item(item))


def conference_item(conference: Conference) -> ConferenceItem:
    """A conference in a list."""
    return ConferenceItem(**_listed(conference))


def conference_shown(conference: Conference, duties: Mapping[str, Duty]) -> ConferenceShown:
    """A conference with everything; ``duties`` are those that followed from it, by id."""
    signed = conference.minuted
    return ConferenceShown(
        **_listed(conference),
        called_by=conference.called_by,
        called_at=local(conference.called_at),
        items=[_topic(topic, duties) for topic in conference.topics],
        chair=signed.chair if signed else "",
        present=list(signed.present) if signed else [],
        absent=list(signed.absent) if signed else [],
        signed_by=signed.by if signed else "",
        signed_at=local_or_none(signed.at if signed else None),
    )


def conference_summary(event: ConferenceStep) -> str:
    """One line on a step, for whoever came too late."""
    match event:
        case AgendaItemAdded():
            return f"{event.by} 增加议题：{event.item.title}"
        case ConferenceDecided():
            return f"{event.by} 议定第{event.item_id}项，由{event.lead}牵头：{event.text}"
        case AgendaItemClosed():
            return f"{event.by} 将第{event.item_id}项销号：{event.reason}"
        case ConferenceMinuted():
            return f"{event.by} 签发会议纪要"


def _listed(conference: Conference) -> dict[str, object]:
    return {
        "conference_id": conference.conference_id,
        "title": conference.title,
        "held_on": conference.held_on,
        "status": conference.status,
        "status_name": STATUS_ZH[conference.status],
        "version": conference.version,
        "topics": len(conference.topics),
        "decisions": sum(len(topic.decisions) for topic in conference.topics),
        "open_topics": sum(topic.closed is None for topic in conference.topics),
    }


def _item(item: AgendaItem) -> dict[str, object]:
    return {
        "item_id": item.item_id,
        "about": item.about,
        "title": item.title,
        "county": item.county,
        "lines": list(item.lines),
        "lead": item.lead,
        "level": None if item.level is None else level_shown(item.level),
    }


def _topic(topic: Topic, duties: Mapping[str, Duty]) -> TopicShown:
    closed, status = topic.closed, standing(topic, duties)
    return TopicShown(
        **_item(topic.item),
        status=status,  # type: ignore[arg-type]  # statuses are the Literal
        status_name=ITEM_ZH[status],
        decisions=[_decision(decision, duties) for decision in topic.decisions],
        closed_at=local_or_none(closed.at if closed else None),
        closed_reason=closed.reason if closed else "",
    )


def _decision(decision: ConferenceDecided, duties: Mapping[str, Duty]) -> DecisionShown:
    duty = duties.get(duty_of(decision.decision_id))
    status = duty.status if duty else "assigned"
    return DecisionShown(
        decision_id=decision.decision_id,
        text=decision.text,
        lead=decision.lead,
        support=list(decision.support),
        due_days=decision.due_days,
        by=decision.by,
        at=local(decision.at),
        duty_id=duty_of(decision.decision_id),
        duty_status=status,
        duty_status_name=DUTY_ZH[status],
    )
