"""Requests as shown, and how they are answered by the office asked."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.deadlines import DeadlineItem, deadline_item
from api.answers.parts import PlaceShown, local, local_or_none, place_shown
from api.answers.summaries import EventShown, events_shown
from infra.store.queries.ledger import ListedRequest, RequestDetail
from risk_model.ledger.entity import DIRECTION_ZH, KIND_ZH, STATUS_ZH
from risk_model.ledger.fulfilment import Answering
from risk_model.ledger.steps import FROM
from risk_model.refusals import possible_from
from risk_model.rules import Rules


class RequestItem(BaseModel):
    """一项请求."""

    request_id: str
    version: int
    kind: Annotated[str, Field(examples=["information"])]
    kind_name: Annotated[str, Field(examples=["查人查物、调取信息"])]
    direction: str
    direction_name: Annotated[str, Field(examples=["法院向政府"])]
    number: Annotated[str, Field(description="文号或编号")]
    asker: Annotated[str, Field(description="请求单位")]
    asked: Annotated[str, Field(description="被请求单位")]
    what: Annotated[str, Field(description="请求事项")]
    status: Annotated[
        str,
        Field(
            description="made 待签收、received 办理中、answered 已答复、sent_back 退回重办、settled 已办结、withdrawn 已撤回"
        ),
    ]
    status_name: str
    made_at: datetime
    received_at: datetime | None
    answered_at: datetime | None
    settled_at: datetime | None
    accepted: Annotated[bool | None, Field(description="司法建议是否采纳；没有说明的为空")]
    last_day: date | None
    overdue: bool
    place: PlaceShown
    alert_id: str | None
    matter_id: str | None
    handled_by: str
    said: Annotated[str, Field(description="最近一步所写的答复或理由")]
    times_sent_back: int
    possible_steps: list[str]
    links: dict[str, str]


class RequestShown(RequestItem):
    """一项请求：现行的期限和全部经过."""

    running: DeadlineItem | None
    history: list[EventShown]


class AnsweringShown(BaseModel):
    """一个单位（或全部）对所收请求的办理."""

    office: Annotated[str, Field(description="被请求单位；合计为空")]
    asked: Annotated[int, Field(description="收到的请求，撤回的不计")]
    answered: Annotated[int, Field(description="答复过的")]
    in_time: Annotated[int, Field(description="首次答复在期限以内的")]
    settled: Annotated[int, Field(description="请求方同意办结的")]
    open: Annotated[int, Field(description="未答复和退回重办的")]
    overdue: Annotated[int, Field(description="其中已超期的")]
    sent_back: Annotated[int, Field(description="退回的次数")]
    fulfilled: Annotated[
        float | None, Field(description="办理率：答复过的 / (答复过的 + 到期仍未答复的)；没有到期的为空")
    ]
    median_days: Annotated[float | None, Field(description="从提出到首次答复的中位天数")]


class LedgerReport(BaseModel):
    """办理情况：按被请求单位，不按请求单位；不对法院发出司法建议的数量排名."""

    all: AnsweringShown
    offices: Annotated[list[AnsweringShown], Field(description="按名称排列")]


def request_item(rules: Rules, listed: ListedRequest, now: datetime) -> RequestItem:
    """Request in short, as of ``now``."""
    request, deadline = listed.request, listed.deadline
    made = request.made
    assert made is not None, "only what was made is listed"
    here = f"/v1/requests/{request.request_id}"
    links = {"self": here, "steps": f"{here}/steps"}
    for name, path, key in (
        ("alert", "alerts", made.alert_id),
        ("matter", "matters", made.matter_id),
        ("event", "events", made.dispute_id),
        ("answer", "events", request.answer_dispute_id),
        ("deadline", "deadlines", request.deadline_id),
    ):
        if key:
            links[name] = f"/v1/{path}/{key}"
    running = deadline is not None and deadline.outcome is None
    over = running and deadline is not None and deadline.lapses_at is not None and deadline.lapses_at <= now
    return RequestItem(
        request_id=request.request_id,
        version=request.version,
        kind=made.kind,
        kind_name=KIND_ZH.get(made.kind, made.kind),
        direction=made.direction,
        direction_name=DIRECTION_ZH.get(made.direction, made.direction),
        number=made.number,
        asker=made.asker,
        asked=made.asked,
        what=made.what,
        status=request.status,
        status_name=STATUS_ZH[request.status],
        made_at=local(made.at),
        received_at=local_or_none(request.received_at),
        answered_at=local_or_none(request.answered_at),
        settled_at=local_or_none(request.settled_at),
        accepted=request.accepted,
        last_day=deadline.last_day if deadline else None,
        overdue=over,
        place=place_shown(rules.regions, made.county),
        alert_id=made.alert_id,
        matter_id=made.matter_id,
        handled_by=request.handled_by,
        said=request.said,
        times_sent_back=request.times_sent_back,
        possible_steps=list(possible_from(FROM, request.status)),
        links=links,
    )


def request_shown(rules: Rules, detail: RequestDetail, now: datetime) -> RequestShown:
    """Request in full."""
    deadline = detail.listed.deadline
    return RequestShown(
        **dict(request_item(rules, detail.listed, now)),
        running=deadline_item(rules, deadline, now) if deadline and deadline.clock else None,
        history=events_shown(detail.history),
    )


def ledger_report(found: tuple[Answering, list[Answering]]) -> LedgerReport:
    """How requests are answered."""
    total, offices = found
    return LedgerReport(all=_answering(total), offices=[_answering(office) for office in offices])


def _answering(found: Answering) -> AnsweringShown:
    return AnsweringShown(**{name: getattr(found, name) for name in found.__struct_fields__})
