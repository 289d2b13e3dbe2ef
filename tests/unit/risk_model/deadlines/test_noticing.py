"""Who is told of a deadline when, whatever the looks: by value tables over a Spring Festival, an extension, a suspension."""

from datetime import datetime, timedelta

import msgspec
import pytest

from risk_model.clocks.book import parse_clocks
from risk_model.clocks.clock import ClockRefused
from risk_model.deadlines.counting import Subject, started
from risk_model.deadlines.entity import Deadline, advance, end, start
from risk_model.deadlines.noticing import notice_due, recounted
from risk_model.deadlines.steps import DeadlineCommand, command_of, decide_deadline
from risk_model.local_time import SHANGHAI
from schemas.domain_events import DeadlineEnded, DeadlineExtended, DeadlineLapsed, DeadlineStarted, DeadlineWarned
from tests.clocks import CLOCKS_FILE, book


def at(text: str) -> datetime:
    """Local time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def begun(code: str, when: str) -> Deadline:
    """A deadline that was started then."""
    subject = Subject("request", "r", "查询财产", "379001", "云中区公安局")
    event = started(book(), code, "d", at(when), at(when), subject)
    return start(None, event)


def told(deadline: Deadline, when: str) -> tuple[str, int, str, str] | None:
    """The notice of a look, which is folded."""
    event = notice_due(deadline, book(), at(when))
    if event is None:
        return None
    advance(deadline, event)
    kind = "warned" if isinstance(event, DeadlineWarned) else "lapsed"
    return kind, event.step, event.told_owing, event.told_asking


def test_a_request_over_the_spring_festival() -> None:
    """Ten working days from 9 February 2026: the holiday of 15 to 23 February does not count; both chains hear of the lapse."""
    deadline = begun("request.information", "2026-02-09T10:00")
    assert str(deadline.last_day) == "2026-02-28"  # 10 to 14 and 24 to 28 February: the Saturdays 14 and 28 are worked
    assert told(deadline, "2026-02-24T23:59") is None
    assert told(deadline, "2026-02-25T00:00") == ("warned", 0, "承办联络员", "请求方联络员")
    assert told(deadline, "2026-02-28T23:59") is None
    assert told(deadline, "2026-03-01T00:00") == ("lapsed", 0, "承办单位分管负责人", "请求方分管负责人")
    assert told(deadline, "2026-03-01T00:01") is None
    assert told(deadline, "2026-03-06T00:00") == ("lapsed", 1, "承办单位主要负责人", "请求方主要负责人")
    assert told(deadline, "2026-03-11T00:00") == ("lapsed", 2, "府院联席会议办公室", "府院联席会议办公室")
    assert deadline.next_at is None
    assert told(deadline, "2027-01-01T00:00") is None


def test_whoever_looks_late_tells_once_how_many_were_passed_over() -> None:
    """Nobody looked for months: the newest step alone."""
    deadline = begun("request.information", "2026-02-09T10:00")
    event = notice_due(deadline, book(), at("2026-06-01T00:00"))
    assert isinstance(event, DeadlineLapsed)
    assert (event.step, event.final, event.passed_over, event.next_at) == (2, True, 3, None)


def test_an_extension_brings_warnings_of_its_own() -> None:
    """Warned, extended by five working days, warned again before the new last day."""
    deadline = begun("request.information", "2026-02-09T10:00")
    assert told(deadline, "2026-02-25T08:00") is not None
    command = DeadlineCommand("extend", "李局长", "需省厅配合", 5)
    event = decide_deadline(deadline, command, book(), at("2026-02-27T09:00"))
    assert isinstance(event, DeadlineExtended) and event.count is not None
    advance(deadline, event)
    assert (str(deadline.last_day), deadline.warned) == ("2026-03-06", 0)
    assert told(deadline, "2026-03-02T23:59") is None
    assert told(deadline, "2026-03-03T00:00") == ("warned", 0, "承办联络员", "请求方联络员")
    with pytest.raises(ClockRefused, match="已延长过一次"):
        decide_deadline(deadline, command, book(), at("2026-03-04T00:00"))


def test_nothing_is_told_while_it_stands_still() -> None:
    """Suspended for a week, it lapses a week later; the past is not told again."""
    deadline = begun("request.information", "2026-03-02T10:00")
    advance(deadline, decide_deadline(deadline, DeadlineCommand("suspend", "王某", "等待补正"), book(), at("2026-03-10T09:00")))  # type: ignore[arg-type]  # fmt: skip
    assert (deadline.last_day, told(deadline, "2026-04-30T00:00")) == (None, None)
    advance(deadline, decide_deadline(deadline, DeadlineCommand("resume", "王某"), book(), at("2026-03-17T09:00")))  # type: ignore[arg-type]  # fmt: skip
    assert str(deadline.last_day) == "2026-03-23"  # 16 March and five working days
    assert told(deadline, "2026-03-20T00:00") == ("warned", 0, "承办联络员", "请求方联络员")


def test_what_ended_is_told_of_no_more() -> None:
    """Answered late or in time, the chain ends; its command is known again."""
    deadline = begun("request.information", "2026-03-02T10:00")
    event = decide_deadline(deadline, DeadlineCommand("answer", "赵某", "已函复"), book(), at("2026-03-20T09:00"))
    assert command_of(event) == DeadlineCommand("answer", "赵某", "已函复", None, at("2026-03-20T09:00"))
    assert isinstance(event, DeadlineEnded)
    end(deadline, event)
    assert (deadline.outcome, told(deadline, "2027-01-01T00:00")) == ("answered", None)
    with pytest.raises(ClockRefused, match="已于"):
        decide_deadline(deadline, DeadlineCommand("withdraw", "赵某", "无须"), book(), at("2026-03-21T09:00"))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (DeadlineCommand("withdraw", "王某"), "理由"),
        (DeadlineCommand("answer", " "), "经办人"),
        (DeadlineCommand("suspend", "王某", ""), "事由"),
        (DeadlineCommand("answer", "王某", at=at("2030-01-01T00:00")), "晚于现在"),
        (DeadlineCommand("extend", "王某", "忙", 99), "1 至"),
    ],
)
def test_refusals_say_why(command: DeadlineCommand, said: str) -> None:
    """Each names what is missing or wrong."""
    with pytest.raises(ClockRefused, match=said):
        decide_deadline(begun("request.information", "2026-03-02T10:00"), command, book(), at("2026-03-03T09:00"))


def test_a_published_calendar_moves_what_runs() -> None:
    """Holidays of 2027 are published: the last day is counted again, once."""
    deadline = begun("request.information", "2027-02-01T10:00")
    assert deadline.assumed_years == [2027]
    assert recounted(deadline, book()) is None
    holidays = ", ".join(f"2027-02-{day:02}" for day in (5, 8, 9, 10, 11, 12))
    published = (
        CLOCKS_FILE.read_text(encoding="utf-8")
        + f"\n[[calendar]]\nyear = 2027\nholidays = [{holidays}]\nworking = []\n"
    )
    newer = parse_clocks(published.encode())
    event = recounted(deadline, newer)
    assert event is not None and event.count.last_day > event.last_day_before
    advance(deadline, event)
    assert deadline.assumed_years == [] and recounted(deadline, newer) is None


def test_a_kind_that_is_gone_is_left_alone() -> None:
    """A city took it out of clocks.toml: nothing is told, nothing breaks."""
    deadline = begun("request.information", "2026-03-02T10:00")
    deadline.code = "gone"
    assert notice_due(deadline, book(), at("2027-01-01T00:00")) is None
    assert recounted(deadline, book()) is None


def test_facts_survive_their_bytes() -> None:
    """A start is the same after storing."""
    subject = Subject("plan", "p", "t", "379001")
    event = started(book(), "plan.sign", "d", at("2026-03-02T10:00"), at("2026-03-02T10:00"), subject)
    assert msgspec.json.decode(msgspec.json.encode(event), type=DeadlineStarted) == event
    assert event.count.next_at == at("2026-03-04T00:00")
    assert event.count.lapses_at - event.count.next_at == timedelta(days=2)
