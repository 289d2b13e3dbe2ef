"""Duties as shown: who is to do what until when, and what was answered."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.deadlines import DeadlineItem, deadline_item
from api.answers.parts import PlaceShown, local, local_or_none, place_shown
from api.answers.summaries import EventShown, events_shown
from infra.store.queries.duties import DutyDetail, ListedDuty
from risk_model.duties.entity import STATUS_ZH
from risk_model.duties.steps import FROM
from risk_model.refusals import possible_from
from risk_model.rules import Rules


class DutyItem(BaseModel):
    """一项任务."""

    duty_id: str
    version: int
    status: Annotated[
        str,
        Field(
            description="assigned 待签收、acknowledged 办理中、answered 已反馈、sent_back 退回重办、accepted 已销号、withdrawn 已撤销"
        ),
    ]
    status_name: str
    text: Annotated[str, Field(description="做什么")]
    office: Annotated[str, Field(description="牵头单位")]
    support: list[str]
    basis: list[str]
    deadline: Annotated[str, Field(description="方案里写的时限")]
    last_day: Annotated[date | None, Field(description="最后一日；中止、没有期限时为空")]
    overdue: bool
    place: PlaceShown
    origin: Annotated[str, Field(description="来自：plan 方案、conference 联席会议")]
    origin_id: str
    number: Annotated[int, Field(description="方案中的第几项")]
    alert_id: str | None
    matter_id: str | None
    assigned_by: str
    assigned_at: datetime
    answered_at: datetime | None
    handled_by: Annotated[str, Field(description="最近一步的经办人")]
    said: Annotated[str, Field(description="最近一步所写的办理情况或理由")]
    times_sent_back: int
    possible_steps: list[str]
    links: dict[str, str]


class DutyShown(DutyItem):
    """一项任务：现行的期限和全部经过."""

    running: Annotated[DeadlineItem | None, Field(description="现行的期限；延长、中止在期限自己的步骤里")]
    history: list[EventShown]


def duty_item(rules: Rules, listed: ListedDuty, now: datetime) -> DutyItem:
    """Duty in short, as of ``now``."""
    duty, deadline = listed.duty, listed.deadline
    given = duty.assigned
    here = f"/v1/duties/{given.duty_id}"
    links = {"self": here, "steps": f"{here}/steps"}
    for name, path, key in (
        ("plan", "plans", given.origin_id if given.origin == "plan" else None),
        ("alert", "alerts", given.alert_id),
        ("matter", "matters", given.matter_id),
        ("deadline", "deadlines", duty.deadline_id),
    ):
        if key:
            links[name] = f"/v1/{path}/{key}"
    running = deadline is not None and deadline.outcome is None
    over = running and deadline is not None and deadline.lapses_at is not None and deadline.lapses_at <= now
    return DutyItem(
        duty_id=given.duty_id,
        version=duty.version,
        status=duty.status,
        status_name=STATUS_ZH[duty.status],
        text=given.text,
        office=given.lead,
        support=list(given.support),
        basis=list(given.basis),
        deadline=given.deadline,
        last_day=deadline.last_day if deadline else None,
        overdue=over,
        place=place_shown(rules.regions, given.county),
        origin=given.origin,
        origin_id=given.origin_id,
        number=given.number,
        alert_id=given.alert_id,
        matter_id=given.matter_id,
        assigned_by=given.by,
        assigned_at=local(given.at),
        answered_at=local_or_none(duty.answered_at),
        handled_by=duty.handled_by,
        said=duty.said,
        times_sent_back=duty.times_sent_back,
        possible_steps=list(possible_from(FROM, duty.status)),
        links=links,
    )


def duty_shown(rules: Rules, detail: DutyDetail, now: datetime) -> DutyShown:
    """Duty in full."""
    deadline = detail.listed.deadline
    return DutyShown(
        **dict(duty_item(rules, detail.listed, now)),
        running=deadline_item(rules, deadline, now) if deadline else None,
        history=events_shown(detail.history),
    )
