"""Where a deadline stands, and who is told when, on both sides."""

from datetime import date, datetime, timedelta

import pytest

from risk_model.clocks.clock import Clock, end, resume, start, suspend
from risk_model.clocks.status import Notice, notices, status
from risk_model.local_time import SHANGHAI
from tests.clocks import book, lapse, noon

STARTED = date(2025, 3, 3)


def _clock(code: str = "petition.conclude", started: date = STARTED) -> Clock:
    return start(book().rule(code), "c", noon(started))


def _midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "state", "days_left", "text"),
    [
        (noon(STARTED), "running", 64, "信访事项办结应于 2025-05-06 24:00 前办结，尚余 64 日"),
        (_midnight(2025, 4, 21) - timedelta(seconds=1), "running", 16, "尚余 16 日"),
        (_midnight(2025, 4, 21), "warning", 15, "尚余 15 日"),
        (noon(date(2025, 5, 6)), "warning", 0, "今日为最后一日"),
        (_midnight(2025, 5, 7) - timedelta(seconds=1), "warning", 0, "今日为最后一日"),
        (_midnight(2025, 5, 7), "lapsed", -1, "已超期 1 日"),
        (noon(date(2025, 5, 16)), "lapsed", -10, "已超期 10 日"),
    ],
)
def test_state_over_time(now: datetime, state: str, days_left: int, text: str) -> None:
    """Sixty days end on 2 May 2025, in the Labour Day break, so on 6 May; warned fifteen days before."""
    found = status(_clock(), book(), now)
    assert (found.state, found.days_left) == (state, days_left)
    assert text in found.text


def test_answered_in_time_late_and_withdrawn() -> None:
    """The moment of the answer decides, not the moment of asking."""
    rule = book().rule("petition.conclude")
    later = noon(date(2025, 12, 1))
    in_time = end(_clock(), rule, _midnight(2025, 5, 7) - timedelta(seconds=1), "answered")
    late = end(_clock(), rule, _midnight(2025, 5, 7), "answered")
    gone = end(_clock(), rule, noon(date(2025, 4, 1)), "withdrawn")
    assert [status(clock, book(), later).state for clock in (in_time, late, gone)] == [
        "answered",
        "answered_late",
        "withdrawn",
    ]


@pytest.mark.parametrize(
    ("code", "since", "left", "unit"),
    [
        ("reconsideration.decide", date(2025, 3, 10), 54, "54 日"),  # of 60, 4 to 9 March are used
        ("request.information", date(2025, 3, 10), 6, "6 个工作日"),  # of 10, 4 to 7 March are used
    ],
)
def test_suspended(code: str, since: date, left: int, unit: str) -> None:
    """It has no last day, and says how much remains when it goes on."""
    rule = book().rule(code)
    clock = _clock(code)
    clock = suspend(clock, rule, noon(since), "等待补正", lapse(clock))
    found = status(clock, book(), noon(date(2026, 1, 1)))
    assert (found.state, found.due, found.left_on_resuming) == ("suspended", None, left)
    assert unit in found.text
    assert (
        status(end(clock, rule, noon(date(2026, 1, 1)), "answered"), book(), noon(date(2026, 2, 1))).state == "answered"
    )


def test_hours() -> None:
    """A red alert: warned after one hour, lapsed after two."""
    clock = _clock("alert.acknowledge.red")
    at = noon(STARTED)
    states = [status(clock, book(), at + timedelta(minutes=minutes)).state for minutes in (0, 59, 60, 119, 120)]
    assert states == ["running", "running", "warning", "warning", "lapsed"]
    assert "2025-03-03 14:00" in status(clock, book(), at).text


def _told(clock: Clock, since: datetime, until: datetime) -> list[tuple[str, str, str, str]]:
    return [
        (notice.kind, f"{notice.at.astimezone(SHANGHAI):%m-%d %H:%M}", notice.owing, notice.asking)
        for notice in notices(clock, book(), since, until)
    ]


def test_both_chains_are_told() -> None:
    """Judicial advice of 10 January, due on 10 March: the department and the court, step by step."""
    clock = _clock("advice.reply", date(2025, 1, 10))
    assert _told(clock, noon(date(2025, 1, 10)), noon(date(2025, 12, 1))) == [
        ("warning", "02-23 00:00", "被建议单位联络员", "承办法官"),
        ("warning", "03-05 00:00", "被建议单位联络员", "承办法官"),
        ("lapse", "03-11 00:00", "被建议单位分管负责人", "法院承办庭室负责人"),
        ("lapse", "03-18 00:00", "被建议单位主要负责人", "法院联络员"),
        ("lapse", "03-26 00:00", "府院联席会议办公室", "法院分管院领导"),
    ]


def test_an_answer_ends_the_chain() -> None:
    """What would have been told after it is not."""
    clock = end(
        _clock("advice.reply", date(2025, 1, 10)), book().rule("advice.reply"), noon(date(2025, 3, 12)), "answered"
    )
    assert [kind for kind, *_ in _told(clock, noon(date(2025, 1, 10)), noon(date(2025, 12, 1)))] == [
        "warning",
        "warning",
        "lapse",
    ]


def test_a_suspended_deadline_is_silent_and_warns_anew() -> None:
    """Notices carry the last day they go by, so a moved deadline's are others."""
    rule = book().rule("reconsideration.decide_summary")
    clock = _clock("reconsideration.decide_summary")  # due 2 April, warned on 23 and 30 March
    first = notices(clock, book(), noon(STARTED), noon(date(2025, 3, 24)))
    clock = suspend(clock, rule, noon(date(2025, 3, 25)), "调解", lapse(clock))
    assert notices(clock, book(), noon(date(2025, 3, 24)), noon(date(2025, 6, 1))) == ()
    clock = resume(clock, rule, noon(date(2025, 6, 1)))
    second = notices(clock, book(), noon(date(2025, 6, 1)), noon(date(2025, 7, 1)))
    assert [(notice.step, notice.last_day) for notice in first] == [(0, date(2025, 4, 2))]
    assert [(notice.kind, notice.step, notice.last_day) for notice in second] == [
        ("warning", 1, date(2025, 6, 9)),
        ("lapse", 0, date(2025, 6, 9)),
        ("lapse", 1, date(2025, 6, 9)),
    ]


def test_a_hearing_is_warned_of_before_the_notice_is_due() -> None:
    """Counted backwards: hearing on 13 March, to be served by the 10th, warned on the 5th and 8th."""
    clock = _clock("hearing.official_notice", date(2025, 3, 13))
    assert [at for _, at, *_ in _told(clock, noon(STARTED), noon(date(2025, 3, 20)))] == [
        "03-05 00:00",
        "03-08 00:00",
        "03-11 00:00",
        "03-14 00:00",
    ]


def test_spans_are_half_open() -> None:
    """A tick on the very moment gives the notice once."""
    clock = _clock("advice.reply", date(2025, 1, 10))
    moment = _midnight(2025, 2, 23)
    before = notices(clock, book(), moment - timedelta(days=1), moment)
    after = notices(clock, book(), moment, moment + timedelta(days=1))
    assert before == (Notice("warning", moment, 0, "被建议单位联络员", "承办法官", date(2025, 3, 10)),)
    assert after == ()
