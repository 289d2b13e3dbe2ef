"""What may be done with a conference: call it, add an item, decide, close an item, sign the minutes. Pure decisions."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from risk_model.clocks.book import ClockBook
from risk_model.conferences.entity import (
    ANSWERED,
    ASSIGNED,
    CLOSED,
    MINUTED,
    STATUS_ZH,
    Conference,
    ConferenceStep,
    Topic,
)
from risk_model.deadlines.counting import Subject
from risk_model.duties.assigning import deadline_for
from risk_model.duties.entity import ACCEPTED, OPEN, WITHDRAWN, Duty
from risk_model.duties.entity import ANSWERED as DUTY_ANSWERED
from risk_model.duties.entity import STATUS_ZH as DUTY_ZH
from risk_model.refusals import LONGEST_NAME, Incomplete, NotAllowed, text_errors
from schemas.domain_events import (
    AgendaItem,
    AgendaItemAdded,
    AgendaItemClosed,
    ConferenceCalled,
    ConferenceDecided,
    ConferenceMinuted,
    DeadlineStarted,
    DutyAssigned,
)
from schemas.errors import FieldError, field_error
from schemas.identifiers import derived_id

LONGEST_TEXT, MOST_DAYS, MOST_ITEMS = 1_000, 365, 200

Kind = Literal["add_item", "decide", "close_item", "minute"]
KIND_ZH: dict[str, str] = {
    "add_item": "增加议题",
    "decide": "议定事项",
    "close_item": "销号",
    "minute": "签发纪要",
}


class ConferenceCommand(msgspec.Struct, frozen=True):
    """What an official does with a conference.

    Attributes:
        by: the official.
        item_id: for ``decide`` and ``close_item``.
        title: of a new item; ``text``: what is decided, or why an item is closed, or what a new item is about.
        lead, support, due_days: of a decision; ``county`` of a new item.
        chair, present, absent: offices, for ``minute``.
    """

    kind: Kind
    by: str
    item_id: str = ""
    title: str = ""
    text: str = ""
    county: str = ""
    lead: str = ""
    support: tuple[str, ...] = ()
    due_days: int | None = None
    chair: str = ""
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def call_conference(
    title: str, held_on: date, by: str, items: tuple[AgendaItem, ...], now: datetime
) -> ConferenceCalled:
    """Call a conference; the same title on the same day is the same conference.

    Raises:
        Incomplete: no title, no name, or too many items.
    """
    errors = [*_text("title", title, LONGEST_NAME, "会议名称"), *_text("by", by, LONGEST_NAME, "经办人姓名")]
    if len(items) > MOST_ITEMS:
        errors.append(
            field_error("too_long", "items", str(len(items)), f"至多 {MOST_ITEMS} 项", f"at most {MOST_ITEMS} items")
        )
    if errors:
        raise Incomplete(errors)
    return ConferenceCalled(derived_id("conference", held_on.isoformat(), title), title, held_on, by, now, items)


Follows = ConferenceStep | DutyAssigned | DeadlineStarted


def decide_conference(
    conference: Conference, command: ConferenceCommand, duties: Mapping[str, Duty], book: ClockBook, now: datetime
) -> list[Follows]:
    """The fact that follows from a command, first; a decision makes a duty with its deadline.

    Args:
        conference: as it stands.
        command: what an official does.
        duties: of the conference, by id.
        book: deadlines.
        now: aware.

    Raises:
        Incomplete: a field is missing or wrong.
        NotAllowed: the minutes are signed, the item is done with, or what was assigned for it is not.
    """
    topic = conference.topic(command.item_id)
    errors = _wrong(command)
    if command.kind in ("decide", "close_item") and topic is None:
        known = "、".join(each.item.item_id for each in conference.topics) or "无"
        errors.append(
            field_error("not_allowed", "item_id", command.item_id, f"议程中的一项：{known}", "an item of the agenda")
        )
    if errors:
        raise Incomplete(errors)
    if conference.status == MINUTED and command.kind != "close_item":
        raise NotAllowed(
            f"会议{STATUS_ZH[MINUTED]}，不能再{KIND_ZH[command.kind]}；现在可以：{KIND_ZH['close_item']}",
            f"the minutes are signed: {command.kind} is not possible; possible now: close_item",
            ("close_item",),
        )
    if topic is not None and topic.status == CLOSED:
        raise NotAllowed(
            f"议题“{topic.item.title}”已销号", f"item {topic.item.item_id} is closed", ("add_item", "minute")
        )
    said = (conference.conference_id, command.item_id)
    match command.kind:
        case "add_item":
            number = f"{len(conference.topics) + 1}"
            lines = (command.text,) if command.text else ()
            item = AgendaItem(number, "", command.title, command.county, lines, command.lead)
            return [AgendaItemAdded(conference.conference_id, item, command.by, now)]
        case "decide":
            assert topic is not None, "checked above"
            decision_id = derived_id("decision", *said, str(len(topic.decisions) + 1))
            decided = ConferenceDecided(
                *said, decision_id, command.text, command.lead, command.by, now, command.support, command.due_days
            )
            return [decided, *_assigned(topic, decided, book, now)]
        case "close_item":
            assert topic is not None, "checked above"
            _check_done(topic, duties)
            return [AgendaItemClosed(*said, command.by, now, command.text)]
        case "minute":
            offices = (command.chair, command.present, command.absent)
            return [ConferenceMinuted(conference.conference_id, command.by, now, *offices)]


def records(event: object, command: ConferenceCommand) -> bool:
    """Whether an event records this very command, sent again after its answer was lost."""
    match event:
        case AgendaItemAdded(item=item, by=by):
            found = ConferenceCommand("add_item", by, "", item.title, "".join(item.lines), item.county, item.lead)
        case ConferenceDecided(item_id=item_id, text=text, lead=lead, support=support, due_days=days, by=by):
            found = ConferenceCommand("decide", by, item_id, text=text, lead=lead, support=support, due_days=days)
        case AgendaItemClosed(item_id=item_id, by=by, reason=reason):
            found = ConferenceCommand("close_item", by, item_id, text=reason)
        case ConferenceMinuted(by=by, chair=chair, present=present, absent=absent):
            found = ConferenceCommand("minute", by, chair=chair, present=present, absent=absent)
        case _:
            return False
    return found == command


def duty_of(decision_id: str) -> str:
    """Id of the duty that follows from a decision."""
    return derived_id("duty", decision_id)


def _assigned(topic: Topic, decided: ConferenceDecided, book: ClockBook, now: datetime) -> list[Follows]:
    """The duty of a decision (交办) and its deadline."""
    item, duty_id = topic.item, duty_of(decided.decision_id)
    about = (item.matter_id, item.alert_id)
    subject = Subject("duty", duty_id, decided.text, item.county, decided.lead, "", *about, by=decided.by)
    clock = deadline_for(duty_id, decided.due_days, now, subject, book, now)
    duty = DutyAssigned(
        duty_id,
        "conference",
        decided.conference_id,
        len(topic.decisions) + 1,
        decided.text,
        decided.lead,
        item.county,
        decided.by,
        now,
        decided.support,
        (),
        f"{decided.due_days}日内" if decided.due_days else "",
        clock.deadline_id if clock else None,
        item.alert_id,
        item.matter_id,
    )
    return [duty, *([clock] if clock else [])]


def _check_done(topic: Topic, duties: Mapping[str, Duty]) -> None:
    """An item is done with when everything assigned for it was accepted or withdrawn (反馈 before 销号)."""
    held = [duties[duty_of(d.decision_id)] for d in topic.decisions if duty_of(d.decision_id) in duties]
    left = [duty for duty in held if duty.status in OPEN]
    if left:
        named = "；".join(f"{duty.assigned.lead}“{duty.assigned.text}”{DUTY_ZH[duty.status]}" for duty in left)
        raise NotAllowed(
            f"还有 {len(left)} 项交办没有销号：{named}；请先反馈并同意销号，或者撤销",
            f"{len(left)} duties of the item are open: have them answered and accepted, or withdraw them",
            ("decide", "add_item", "minute"),
        )


def standing(topic: Topic, duties: Mapping[str, Duty]) -> str:
    """Where an item stands: 议题, 交办, 反馈 (all that was assigned was answered or withdrawn), 销号."""
    held = [duties[duty_of(d.decision_id)] for d in topic.decisions if duty_of(d.decision_id) in duties]
    if topic.status == ASSIGNED and held and all(duty.status in (DUTY_ANSWERED, ACCEPTED, WITHDRAWN) for duty in held):
        return ANSWERED
    return topic.status


def _wrong(command: ConferenceCommand) -> list[FieldError]:
    errors = _text("by", command.by, LONGEST_NAME, "经办人姓名")
    match command.kind:
        case "add_item":
            errors += _text("title", command.title, LONGEST_NAME, "议题")
        case "decide":
            errors += _text("text", command.text, LONGEST_TEXT, "议定事项")
            errors += _text("lead", command.lead, LONGEST_NAME, "牵头单位")
            if command.due_days is not None and not 1 <= command.due_days <= MOST_DAYS:
                got = str(command.due_days)
                errors.append(field_error("out_of_range", "due_days", got, f"1 至 {MOST_DAYS} 天", f"1 to {MOST_DAYS}"))
        case "close_item":
            errors += _text("text", command.text, LONGEST_TEXT, "销号的理由")
        case "minute":
            errors += _text("chair", command.chair, LONGEST_NAME, "主持单位")
            if not command.present:
                errors.append(field_error("missing", "present", "nothing", "参加单位，至少一个", "at least one office"))
    return errors


def _text(path: str, value: str, longest: int, zh: str) -> list[FieldError]:
    return text_errors([(path, value, longest, True, zh)])
