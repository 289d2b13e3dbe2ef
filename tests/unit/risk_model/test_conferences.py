"""Steps of a conference: what is allowed when, what is missing, what a repeat looks like; folded by replay."""

from datetime import UTC, date, datetime

import pytest

from risk_model.conferences.entity import Conference
from risk_model.conferences.steps import (
    ConferenceCommand,
    ConferenceIncomplete,
    ConferenceNotAllowed,
    call_conference,
    decide_conference,
    records,
    undecided,
)
from risk_model.folding import evolve, record
from risk_model.state import State
from schemas.domain_events import AgendaItem, Recorded

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
    return [record(state, stream, decide_conference(conference, command, NOW)) for command in commands]


def test_from_topic_to_done() -> None:
    """议题, 交办, 销号; a replay of the facts is the same conference."""
    state, conference = called()
    assert [topic.status for topic in conference.topics] == ["listed", "listed"]
    close = ConferenceCommand("close_item", "王某", "2", text="已清欠")
    added = ConferenceCommand("add_item", "王某", title="建立会商机制", text="每季度一次")
    recorded = take(state, conference, DECIDE, DECIDE, close, added, MINUTE)
    assert [topic.status for topic in conference.topics] == ["assigned", "closed", "listed"]
    assert len({d.decision_id for d in conference.topics[0].decisions}) == 2
    assert [item.title for item in undecided(conference)] == ["建立会商机制"]
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
    with pytest.raises(ConferenceIncomplete) as wrong:
        decide_conference(conference, command, NOW)
    assert [error.path for error in wrong.value.errors] == [field]


def test_not_allowed() -> None:
    """Nothing more after the minutes but to close; nothing more on an item that is done with."""
    state, conference = called()
    take(state, conference, ConferenceCommand("close_item", "王某", "2", text="已清欠"))
    with pytest.raises(ConferenceNotAllowed, match="已销号"):
        decide_conference(conference, ConferenceCommand("decide", "王某", "2", text="a", lead="b"), NOW)
    take(state, conference, MINUTE)
    for command in (DECIDE, MINUTE, ConferenceCommand("add_item", "王某", title="a")):
        with pytest.raises(ConferenceNotAllowed, match="纪要已签发"):
            decide_conference(conference, command, NOW)
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
    with pytest.raises(ConferenceIncomplete):
        call_conference(" ", date(2026, 11, 30), "王某", (), NOW)
