"""What may be done with a conference: call it, add an item, decide, close an item, sign the minutes. Pure decisions."""

from datetime import date, datetime
from typing import Literal

import msgspec

from risk_model.conferences.entity import CLOSED, LISTED, MINUTED, STATUS_ZH, Conference, ConferenceStep
from schemas.domain_events import (
    AgendaItem,
    AgendaItemAdded,
    AgendaItemClosed,
    ConferenceCalled,
    ConferenceDecided,
    ConferenceMinuted,
)
from schemas.errors import FieldError, field_error
from schemas.identifiers import derived_id

LONGEST_NAME, LONGEST_TEXT, MOST_DAYS, MOST_ITEMS = 100, 1_000, 365, 200

Kind = Literal["add_item", "decide", "close_item", "minute"]
KIND_ZH: dict[str, str] = {
    "add_item": "增加议题",
    "decide": "议定事项",
    "close_item": "销号",
    "minute": "签发纪要",
}


class ConferenceIncomplete(ValueError):
    """A command lacks something or says something wrong; ``errors`` names every field."""

    for_operator = True

    def __init__(self, errors: list[FieldError]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error.zh} {error.en}" for error in errors))


class ConferenceNotAllowed(ValueError):
    """How the conference stands does not allow a command; ``zh`` and ``en`` say why, ``possible`` what can be done instead."""

    for_operator = True

    def __init__(self, zh: str, en: str, possible: tuple[str, ...]) -> None:
        self.zh, self.en, self.possible = zh, en, possible
        super().__init__(f"{zh} / {en}")


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
        ConferenceIncomplete: no title, no name, or too many items.
    """
    errors = [*_text("title", title, LONGEST_NAME, "会议名称"), *_text("by", by, LONGEST_NAME, "经办人姓名")]
    if len(items) > MOST_ITEMS:
        errors.append(
            field_error("too_long", "items", str(len(items)), f"至多 {MOST_ITEMS} 项", f"at most {MOST_ITEMS} items")
        )
    if errors:
        raise ConferenceIncomplete(errors)
    return ConferenceCalled(derived_id("conference", held_on.isoformat(), title), title, held_on, by, now, items)


def decide_conference(conference: Conference, command: ConferenceCommand, now: datetime) -> ConferenceStep:
    """The fact that follows from a command.

    Raises:
        ConferenceIncomplete: a field is missing or wrong.
        ConferenceNotAllowed: the minutes are signed, or the item is done with.
    """
    topic = conference.topic(command.item_id)
    errors = _wrong(command)
    if command.kind in ("decide", "close_item") and topic is None:
        known = "、".join(each.item.item_id for each in conference.topics) or "无"
        errors.append(
            field_error("not_allowed", "item_id", command.item_id, f"议程中的一项：{known}", "an item of the agenda")
        )
    if errors:
        raise ConferenceIncomplete(errors)
    if conference.status == MINUTED and command.kind != "close_item":
        raise ConferenceNotAllowed(
            f"会议{STATUS_ZH[MINUTED]}，不能再{KIND_ZH[command.kind]}；现在可以：{KIND_ZH['close_item']}",
            f"the minutes are signed: {command.kind} is not possible; possible now: close_item",
            ("close_item",),
        )
    if topic is not None and topic.status == CLOSED:
        raise ConferenceNotAllowed(
            f"议题“{topic.item.title}”已销号", f"item {topic.item.item_id} is closed", ("add_item", "minute")
        )
    said = (conference.conference_id, command.item_id)
    match command.kind:
        case "add_item":
            number = f"{len(conference.topics) + 1}"
            lines = (command.text,) if command.text else ()
            item = AgendaItem(number, "", command.title, command.county, lines, command.lead)
            return AgendaItemAdded(conference.conference_id, item, command.by, now)
        case "decide":
            assert topic is not None, "checked above"
            decision_id = derived_id("decision", *said, str(len(topic.decisions) + 1))
            return ConferenceDecided(
                *said, decision_id, command.text, command.lead, command.by, now, command.support, command.due_days
            )
        case "close_item":
            return AgendaItemClosed(*said, command.by, now, command.text)
        case "minute":
            return ConferenceMinuted(
                conference.conference_id, command.by, now, command.chair, command.present, command.absent
            )


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


def undecided(conference: Conference) -> list[AgendaItem]:
    """Items on which nothing was decided."""
    return [topic.item for topic in conference.topics if topic.status == LISTED]


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
    if not value.strip():
        return [field_error("missing", path, "nothing", f"{zh}，必填", "non-empty text")]
    if len(value) > longest:
        got = f"{len(value)} 字 characters"
        return [field_error("too_long", path, got, f"不超过 {longest} 字", f"at most {longest} characters")]
    return []
