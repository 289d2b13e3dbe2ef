"""When deadlines lapse: value tables over the Spring Festivals of 2025 and 2026, exchanged days, month ends, suspensions."""

from datetime import UTC, date, datetime, timedelta

import pytest

from risk_model.clocks.clock import Granted, extend, resume, start, suspend
from risk_model.clocks.due import Due, due
from risk_model.local_time import SHANGHAI
from tests.clocks import book, lapse, noon

# code, day it starts, last day; each counted by hand on the published calendar
TABLE = [
    # natural days: the start is not counted
    ("petition.register", date(2025, 3, 3), date(2025, 3, 18)),
    ("petition.register", date(2025, 3, 7), date(2025, 3, 24)),  # the 22nd is a Saturday
    ("petition.register", date(2025, 1, 13), date(2025, 2, 5)),  # 28 January opens the Spring Festival
    ("petition.register", date(2025, 1, 11), date(2025, 1, 26)),  # a Sunday that is worked: it does not move
    ("petition.register", date(2026, 1, 31), date(2026, 2, 24)),  # 15 February 2026 opens the Spring Festival
    ("petition.register", date(2026, 1, 30), date(2026, 2, 14)),  # a Saturday that is worked
    ("petition.register", date(2026, 2, 13), date(2026, 2, 28)),  # another
    ("petition.conclude", date(2025, 8, 2), date(2025, 10, 9)),  # 1 October opens the National Day week
    ("petition.conclude", date(2024, 12, 31), date(2025, 3, 3)),  # 1 March 2025 is a Saturday
    ("reconsideration.decide", date(2025, 12, 15), date(2026, 2, 13)),
    ("reconsideration.decide", date(2025, 12, 18), date(2026, 2, 24)),  # 16 February 2026
    ("labor.arbitrate", date(2025, 1, 2), date(2025, 2, 17)),  # 16 February is a Sunday
    # working days: holidays are passed over, exchanged days count
    ("sme.transfer", date(2025, 1, 20), date(2025, 2, 8)),  # 21-24, 26, 27 January, 5-8 February
    ("sme.transfer", date(2026, 2, 9), date(2026, 2, 28)),  # 10-14 February, 24-28 February
    ("petition.objection", date(2025, 9, 26), date(2025, 10, 10)),  # 28, 29, 30 September, 9, 10 October
    ("reconsideration.accept", date(2026, 2, 13), date(2026, 2, 27)),  # 14, 24-27 February
    ("land.announce", date(2025, 4, 21), date(2025, 5, 14)),
    # months: the corresponding day, or the last of the month
    ("advice.reply", date(2025, 1, 10), date(2025, 3, 10)),
    ("advice.reply", date(2024, 12, 31), date(2025, 2, 28)),
    ("advice.reply", date(2023, 12, 31), date(2024, 2, 29)),
    ("advice.reply", date(2024, 12, 5), date(2025, 2, 5)),
    ("advice.reply", date(2024, 12, 2), date(2025, 2, 5)),  # 2 February is in the Spring Festival
    ("advice.reply", date(2025, 12, 20), date(2026, 2, 24)),  # 20 February 2026 is too
    ("advice.reply", date(2025, 6, 30), date(2025, 9, 1)),  # 30 August is a Saturday
    ("bankruptcy.reorganisation_plan", date(2025, 8, 31), date(2026, 2, 28)),  # a Saturday that is worked
    # counted backwards from a hearing; a day off moves it earlier
    ("hearing.official_notice", date(2025, 3, 13), date(2025, 3, 10)),
    ("hearing.official_notice", date(2025, 3, 12), date(2025, 3, 7)),  # the 9th is a Sunday
    ("hearing.official_notice", date(2025, 2, 7), date(2025, 1, 27)),  # 4 February is in the Spring Festival
    ("hearing.official_notice", date(2026, 2, 26), date(2026, 2, 14)),
]


@pytest.mark.parametrize(("code", "started", "last"), TABLE)
def test_last_day(code: str, started: date, last: date) -> None:
    """The last day of a deadline that nothing happens to; it lapses at 24:00 of it."""
    rule = book().rule(code)
    found = due(start(rule, "c", noon(started)), rule, book().calendar)
    assert found is not None
    assert found.day == last, found.steps
    assert found.lapses_at == datetime(last.year, last.month, last.day, tzinfo=SHANGHAI) + timedelta(days=1)
    assert not found.assumed_years


def test_the_day_is_that_of_the_offices() -> None:
    """Half past midnight in China is still the day before in UTC; the start is the Chinese day."""
    rule = book().rule("petition.register")
    clock = start(rule, "c", datetime(2025, 3, 2, 16, 30, tzinfo=UTC))
    assert due(clock, rule, book().calendar).day == date(2025, 3, 18)


@pytest.mark.parametrize(
    ("code", "started", "length", "last"),
    [
        (
            "petition.conclude",
            date(2025, 3, 3),
            30,
            date(2025, 6, 3),
        ),  # 90 days: 1 June is Sunday, 2 June the Dragon Boat day off
        ("reconsideration.decide", date(2025, 3, 3), 10, date(2025, 5, 12)),
        ("labor.arbitrate", date(2025, 3, 3), 15, date(2025, 5, 6)),  # 2 May is in the Labour Day break
        ("sme.resolve", date(2025, 3, 3), 60, date(2025, 6, 3)),  # at most 90 days in all
        ("bankruptcy.reorganisation_plan", date(2025, 8, 31), 3, date(2026, 5, 28)),  # from 28 February
        ("bankruptcy.accept", date(2025, 3, 3), 15, date(2025, 4, 2)),
    ],
)
def test_extended(code: str, started: date, length: int, last: date) -> None:
    """Extended once, from where the length ended before it moved off a day without work."""
    rule = book().rule(code)
    clock = start(rule, "c", noon(started))
    granted = Granted(length, noon(started + timedelta(days=10)), "批准人", "情况复杂")
    clock = extend(clock, rule, granted, lapse(clock))
    found = due(clock, rule, book().calendar)
    assert found is not None
    assert found.day == last, found.steps


@pytest.mark.parametrize(
    ("code", "started", "since", "until", "last"),
    [
        ("reconsideration.decide", date(2025, 3, 3), date(2025, 3, 10), date(2025, 3, 20), date(2025, 5, 12)),
        ("reconsideration.decide", date(2025, 3, 3), date(2025, 3, 10), date(2025, 3, 10), date(2025, 5, 6)),  # no day
        (
            "petition.second_review",
            date(2025, 3, 3),
            date(2025, 3, 31),
            date(2025, 4, 2),
            date(2025, 4, 7),
        ),  # 4-6 April off
        (
            "request.information",
            date(2025, 1, 20),
            date(2025, 1, 24),
            date(2025, 2, 6),
            date(2025, 2, 13),
        ),  # four working days
        (
            "request.information",
            date(2025, 1, 20),
            date(2025, 1, 28),
            date(2025, 2, 5),
            date(2025, 2, 8),
        ),  # holidays: none
        # suspended on the Sunday a lapsed Saturday had moved over: it may still be answered on the day after it goes on
        ("reconsideration.decide_summary", date(2025, 2, 13), date(2025, 3, 16), date(2025, 3, 19), date(2025, 3, 20)),
    ],
)
def test_suspended_and_resumed(code: str, started: date, since: date, until: date, last: date) -> None:
    """Days from the suspension up to, not including, the day it goes on do not count."""
    rule = book().rule(code)
    clock = start(rule, "c", noon(started))
    clock = suspend(clock, rule, noon(since), "等待补正", lapse(clock))
    assert due(clock, rule, book().calendar) is None
    clock = resume(clock, rule, noon(until))
    found = due(clock, rule, book().calendar)
    assert found is not None
    assert found.day == last, found.steps


def test_every_step_of_the_count_is_said() -> None:
    """An official can follow it with a calendar in hand."""
    rule = book().rule("reconsideration.decide")
    clock = start(rule, "c", noon(date(2025, 12, 1)))
    clock = suspend(clock, rule, noon(date(2025, 12, 10)), "当事人同意调解", lapse(clock))
    clock = resume(clock, rule, noon(date(2025, 12, 15)))
    clock = extend(clock, rule, Granted(10, noon(date(2026, 1, 5)), "机构负责人", "情况复杂"), lapse(clock))
    found = due(clock, rule, book().calendar)
    assert found is not None
    assert found.steps == (
        "自 2025-12-01 起算 60 日，当日不计入，至 2026-01-30",
        "2025-12-10 至 2025-12-15 中止 5 日（当事人同意调解），至 2026-02-04",
        "经批准延长 10 日，至 2026-02-14",
    )


def test_a_move_names_its_law() -> None:
    """Which law moves the last day is said, for each kind its own."""
    found = _due("advice.reply", date(2024, 12, 2))
    assert (
        found.steps[-1]
        == "2025-02-02 为休息日，顺延至 2025-02-05（《民事诉讼法》第85条；到期月的对应日依《民法典》第202条）"
    )
    assert "《行政复议法》第88条" in _due("reconsideration.decide", date(2025, 12, 18)).steps[-1]
    assert "参照《民法典》第203条" in _due("petition.register", date(2025, 3, 7)).steps[-1]


def test_an_unpublished_year_is_said() -> None:
    """Weekends only, and the day may still change."""
    found = _due("petition.objection", date(2035, 9, 28))
    assert found.assumed_years == (2035,)
    assert found.day == date(2035, 10, 5)
    assert "2035 年放假安排未公布" in found.steps[-1]
    assert _due("petition.register", date(2026, 12, 28)).assumed_years == (2027,)


def test_hours_run_through_nights_and_holidays() -> None:
    """A red alert of New Year's Eve is to be acknowledged two hours later."""
    rule = book().rule("alert.acknowledge.red")
    at = datetime(2025, 1, 28, 23, 30, tzinfo=SHANGHAI)
    found = due(start(rule, "c", at), rule, book().calendar)
    assert found is not None
    assert found.lapses_at == datetime(2025, 1, 29, 1, 30, tzinfo=SHANGHAI)
    assert found.day == date(2025, 1, 29)


def _due(code: str, started: date) -> Due:
    rule = book().rule(code)
    found = due(start(rule, "c", noon(started)), rule, book().calendar)
    assert found is not None
    return found
