"""Tellings of duties, of requests between court and government, and of deadlines."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from risk_model.ledger.entity import KIND_ZH
from risk_model.notices.known import Known, Telling, named
from schemas.domain_events import (
    DeadlineLapsed,
    DeadlineWarned,
    DutyAssigned,
    DutySentBack,
    RequestAnswered,
    RequestMade,
    RequestSentBack,
)

_TITLE = 60  # characters of a text that a title repeats


def duty_assigned(event: DutyAssigned, known: Known) -> list[Telling]:
    """To the office that leads."""
    if _past(event.at, known):
        return []
    support = [f"配合单位：{'、'.join(event.support)}"] if event.support else []
    lines = [f"任务：{event.text}", *support, *([f"时限：{event.deadline}"] if event.deadline else [])]
    return [_about_duty(event, "任务交办", event.lead, lines)]


def duty_sent_back(event: DutySentBack, known: Known) -> list[Telling]:
    """To the office that leads: it owes an answer again."""
    given = known.duties[event.duty_id].assigned
    return [_about_duty(given, "任务退回重办", given.lead, [f"任务：{given.text}", f"退回的理由：{event.reason}"])]


def request_made(event: RequestMade, known: Known) -> list[Telling]:
    """To the office asked."""
    if _past(event.at, known):
        return []
    return [_about_request(event, "收到协助请求", event.asked, ["请签收并在期限内答复"])]


def request_answered(event: RequestAnswered, known: Known) -> list[Telling]:
    """To the office that asked."""
    made = known.requests[event.request_id].made
    if made is None or _past(event.at, known):  # None: the answer came before what it answers
        return []
    return [_about_request(made, "请求已答复", made.asker, ["请审核：办结，或者退回"])]


def request_sent_back(event: RequestSentBack, known: Known) -> list[Telling]:
    """To the office asked: it owes an answer again."""
    made = known.requests[event.request_id].made
    assert made is not None, "only what was made is sent back"
    return [_about_request(made, "请求退回重办", made.asked, [f"退回的理由：{event.reason}"])]


def deadline_told(event: DeadlineWarned | DeadlineLapsed, known: Known) -> list[Telling]:
    """Both sides are told: the office by its name where the deadline has one, and the leader whom the chain names."""
    if _past(event.at, known):
        return []
    lapsed = isinstance(event, DeadlineLapsed)
    day = f"{event.last_day.month}月{event.last_day.day}日"
    ends = f"最后一日为{day}" + ("，已经届满" if lapsed else "")
    told = [f"请告知：{event.told_owing}", *([f"请求方：{event.told_asking}"] if event.told_asking else [])]
    lines = (f"期限：{event.name}，{ends}", f"应办理的：{event.owing}", *told)
    sides = (event.owing, event.told_owing, event.asking if event.told_asking else "", event.told_asking)
    recipients = tuple(dict.fromkeys(name for side in sides for name in named(side)))
    what = "期限已过" if lapsed else "期限将至"
    title = f"【{what}】{event.title}"
    return [Telling(f"deadline-{event.deadline_id}", recipients, event.county, title, lines, False)]


def _about_duty(given: DutyAssigned, what: str, office: str, lines: Sequence[str]) -> Telling:
    title = f"【{what}】{given.text[:_TITLE]}"
    return Telling(f"duty-{given.duty_id}", named(office), given.county, title, tuple(lines), False)


def _about_request(made: RequestMade, what: str, office: str, more: Sequence[str]) -> Telling:
    kind = KIND_ZH.get(made.kind, made.kind)
    lines = (f"{kind}：{made.what}", f"{made.asker}请{made.asked}办理，文号{made.number}", *more)
    title = f"【{what}】{made.what[:_TITLE]}"
    return Telling(f"request-{made.request_id}", named(office), made.county, title, lines, False)


def _past(at: datetime, known: Known) -> bool:
    """Whether a fact was long past when it was recorded: a past that was brought in, for which nobody is to be called."""
    return known.recorded_at - at > timedelta(days=known.rules.policy.notice.stale_days)
