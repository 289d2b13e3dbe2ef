"""Steps of a conference: what is allowed when, what is missing, what a repeat looks like; folded by replay."""

from datetime import UTC, date, datetime

import pytest

from risk_model.conferences.entity import Conference
from risk_model.conferences.steps import (
    ConferenceCommand,
    call_conference,
    decide_conference,
    duty_of,
    records,
    standing,
)
from risk_model.duties.entity import Duty
from risk_model.folding import evolve, record
from risk_model.refusals import Incomplete, NotAllowed
from risk_model.state import State
from schemas.domain_events import AgendaItem, ConferenceDecided, DeadlineStarted, DutyAssigned, Recorded
from tests.clocks import book

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
ITEMS = (AgendaItem("1", "alert-a", "幸福里项目停工", level=4), AgendaItem("2", "alert-b", "某公司欠薪", level=3))
DECIDE = ConferenceCommand("decide", "王某", "1", text="列出复工条件", lead="住建局", support=("法院",), due_days=15)
MINUTE = ConferenceCommand("minute", "李某", chair="市政府", present=("市中级人民法院", "住建局"))


def called() -> tuple[State, Conference]:
    """A conference with two items."""
    state, event = State(), call_conference("第四次联席会议", date(2026, 11, 30), "王某", ITEMS, NOW)
    record(state, f"conference-{event.conference_id}", event)
    return state, state.conferences[event.conference_id]


def take(state: State, conference: Conference, *commands: ConferenceCommand) -> list[Recorded]:
    """Decide and fold."""
    stream = f"conference-{conference.conference_id}"
    return [record(state, stream, decided(conference, command)[0]) for command in commands]


def decided(conference: Conference, command: ConferenceCommand, duties: dict[str, Duty] | None = None) -> list:
    """What follows from a command."""
    return decide_conference(conference, command, duties or {}, book(), NOW)


def test_from_topic_to_done() -> None:
    """议题, 交办, 销号; a replay of the facts is the same conference."""
    state, conference = called()
    assert [topic.status for topic in conference.topics] == ["listed", "listed"]
    close = ConferenceCommand("close_item", "王某", "2", text="已清欠")
    added = ConferenceCommand("add_item", "王某", title="建立会商机制", text="每季度一次")
    recorded = take(state, conference, DECIDE, DECIDE, close, added, MINUTE)
    assert [topic.status for topic in conference.topics] == ["assigned", "closed", "listed"]
    assert len({d.decision_id for d in conference.topics[0].decisions}) == 2
    assert [topic.item.title for topic in conference.topics if topic.status == "listed"] == ["建立会商机制"]
    assert conference.status == "minuted"
    again, twin = called()
    for item in recorded:
        evolve(again, item)
    assert twin == conference


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (ConferenceCommand("decide", "", "1", text="a", lead="b"), "by"),
        (ConferenceCommand("decide", "王某", "9", text="a", lead="b"), "item_id"),
        (ConferenceCommand("decide", "王某", "1", text=" ", lead="b"), "text"),
        (ConferenceCommand("decide", "王某", "1", text="a"), "lead"),
        (ConferenceCommand("decide", "王某", "1", text="a", lead="b", due_days=0), "due_days"),
        (ConferenceCommand("close_item", "王某", "1"), "text"),
        (ConferenceCommand("add_item", "王某"), "title"),
        (ConferenceCommand("minute", "王某", present=("a",)), "chair"),
        (ConferenceCommand("minute", "王某", chair="a"), "present"),
    ],
)
def test_incomplete(command: ConferenceCommand, field: str) -> None:
    """Each names its field."""
    _, conference = called()
    with pytest.raises(Incomplete) as wrong:
        decided(conference, command)
    assert [error.path for error in wrong.value.errors] == [field]


def test_not_allowed() -> None:
    """Nothing more after the minutes but to close; nothing more on an item that is done with."""
    state, conference = called()
    take(state, conference, ConferenceCommand("close_item", "王某", "2", text="已清欠"))
    with pytest.raises(NotAllowed, match="已销号"):
        decided(conference, ConferenceCommand("decide", "王某", "2", text="a", lead="b"))
    take(state, conference, MINUTE)
    for command in (DECIDE, MINUTE, ConferenceCommand("add_item", "王某", title="a")):
        with pytest.raises(NotAllowed, match="纪要已签发"):
            decided(conference, command)
    take(state, conference, ConferenceCommand("close_item", "王某", "1", text="已复工"))
    assert conference.topics[0].status == "closed"


def test_a_command_knows_its_own_record() -> None:
    """Every kind of step, and no other."""
    state, conference = called()
    commands = [
        DECIDE,
        ConferenceCommand("add_item", "王某", title="机制", text="每季度", county="379001", lead="联席办"),
        ConferenceCommand("close_item", "王某", "2", text="已清欠"),
        MINUTE,
    ]
    events = [item.event for item in take(state, conference, *commands)]
    for place, event in enumerate(events):
        assert [records(event, command) for command in commands] == [place == other for other in range(len(commands))]


def test_called_by_title_and_day() -> None:
    """The same title on the same day is the same conference."""
    ids = [
        call_conference(title, day, "王某", (), NOW).conference_id
        for title, day in [("甲", date(2026, 11, 30)), ("甲", date(2026, 11, 30)), ("甲", date(2026, 12, 1))]
    ]
    assert ids[0] == ids[1] != ids[2]
    with pytest.raises(Incomplete):
        call_conference(" ", date(2026, 11, 30), "王某", (), NOW)


def test_a_decision_is_a_duty_with_a_deadline() -> None:
    """Who leads, who supports, by when, and what it is about."""
    _, conference = called()
    event, duty, deadline = decided(conference, DECIDE)
    assert isinstance(event, ConferenceDecided)
    assert isinstance(duty, DutyAssigned)
    assert isinstance(deadline, DeadlineStarted)
    assert (duty.duty_id, duty.origin, duty.origin_id) == (
        duty_of(event.decision_id),
        "conference",
        conference.conference_id,
    )
    assert (duty.text, duty.lead, duty.support, duty.deadline) == ("列出复工条件", "住建局", ("法院",), "15日内")
    assert (deadline.code, deadline.about_id, deadline.owing) == ("duty.due", duty.duty_id, "住建局")
    assert deadline.count.last_day == date(2026, 12, 10)
    without = decided(conference, ConferenceCommand("decide", "王某", "1", text="a", lead="b"))
    assert without[2].code == "duty.answer"


@pytest.mark.parametrize(
    ("status", "stands", "may_close"),
    [
        ("assigned", "assigned", False),
        ("sent_back", "assigned", False),
        ("answered", "answered", False),
        ("accepted", "answered", True),
        ("withdrawn", "answered", True),
    ],
)
def test_an_item_is_closed_when_its_duties_are(status: str, stands: str, may_close: bool) -> None:
    """反馈 before 销号."""
    state, conference = called()
    stream = f"conference-{conference.conference_id}"
    event, assigned, _ = decided(conference, DECIDE)
    record(state, stream, event)
    duties = {assigned.duty_id: Duty(assigned, status)}
    topic = conference.topics[0]
    assert standing(topic, duties) == stands
    close = ConferenceCommand("close_item", "王某", "1", text="已复工")
    if may_close:
        record(state, stream, decided(conference, close, duties)[0])
        assert standing(topic, duties) == "closed"
    else:
        with pytest.raises(NotAllowed, match="住建局“列出复工条件”"):
            decided(conference, close, duties)
