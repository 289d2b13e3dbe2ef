"""What may happen to a deadline, and what is refused with which words."""

from datetime import date, datetime

import pytest

from risk_model.clocks.clock import ClockRefused, Granted, end, extend, resume, start, suspend
from tests.clocks import book, lapse, noon

MARCH_3, MARCH_10, MARCH_20 = (noon(date(2025, 3, day)) for day in (3, 10, 20))


def _granted(length: int = 10, at: datetime = MARCH_10, by: str = "负责人", reason: str = "情况复杂") -> Granted:
    return Granted(length, at, by, reason)


def test_a_court_may_set_a_shorter_time() -> None:
    """一般不超过两个月: one month is in order, two are the kind's own, three are not."""
    rule = book().rule("advice.reply")
    assert start(rule, "c", MARCH_3, 1).length == 1
    assert start(rule, "c", MARCH_3, 2).length == 2
    with pytest.raises(ClockRefused, match="应为 1 至 2个月"):
        start(rule, "c", MARCH_3, 3)


def test_a_fixed_length_stays() -> None:
    """The law's sixty days are sixty days."""
    with pytest.raises(ClockRefused, match="期限为60日，不得另定"):
        start(book().rule("petition.conclude"), "c", MARCH_3, 30)


def test_times_have_a_zone() -> None:
    """A naive time is a programming error."""
    with pytest.raises(ValueError, match="时区"):
        start(book().rule("petition.conclude"), "c", datetime(2025, 3, 3))


def test_extended_once_with_its_maximum() -> None:
    """Thirty days at most, once, named and reasoned, before the lapse."""
    rule = book().rule("petition.conclude")
    clock = start(rule, "c", MARCH_3)
    with pytest.raises(ClockRefused, match="延长收到 31，应为 1 至 30日"):
        extend(clock, rule, _granted(31), lapse(clock))
    with pytest.raises(ClockRefused, match="须写明批准人（本机关、单位负责人）"):
        extend(clock, rule, _granted(by=" "), lapse(clock))
    with pytest.raises(ClockRefused, match="须写明延长的理由"):
        extend(clock, rule, _granted(reason=""), lapse(clock))
    with pytest.raises(ClockRefused, match="已于 2025-05-07 00:00 届满，不能再延长"):
        extend(clock, rule, _granted(at=noon(date(2025, 5, 7))), lapse(clock))
    extended = extend(clock, rule, _granted(30), lapse(clock))
    with pytest.raises(ClockRefused, match="已延长过一次，不得再延"):
        extend(extended, rule, _granted(1), lapse(extended))


@pytest.mark.parametrize(
    "code", ["petition.register", "advice.reply", "reconsideration.decide_summary", "hearing.official_notice"]
)
def test_not_extended_where_no_law_allows_it(code: str) -> None:
    """No article, no extension."""
    rule = book().rule(code)
    clock = start(rule, "c", MARCH_3)
    with pytest.raises(ClockRefused, match="不得延长"):
        extend(clock, rule, _granted(1, MARCH_3), lapse(clock))


def test_suspended_only_on_a_ground() -> None:
    """A kind that knows no suspension is not suspended; a ground is named; not twice; not after the lapse."""
    rule = book().rule("petition.conclude")
    clock = start(rule, "c", MARCH_3)
    with pytest.raises(ClockRefused, match="没有中止的依据"):
        suspend(clock, rule, MARCH_10, "等待", lapse(clock))
    rule = book().rule("reconsideration.decide_summary")
    clock = start(rule, "c", MARCH_3)
    with pytest.raises(ClockRefused, match="须写明中止的事由"):
        suspend(clock, rule, MARCH_10, "", lapse(clock))
    with pytest.raises(ClockRefused, match="届满，不能中止"):
        suspend(clock, rule, noon(date(2025, 4, 3)), "调解", lapse(clock))
    stood = suspend(clock, rule, MARCH_10, "调解", lapse(clock))
    with pytest.raises(ClockRefused, match="已在中止"):
        suspend(stood, rule, MARCH_20, "调解", lapse(stood))
    with pytest.raises(ClockRefused, match="早于中止时间"):
        resume(stood, rule, MARCH_3)
    with pytest.raises(ClockRefused, match="没有中止，无需恢复"):
        resume(clock, rule, MARCH_20)


def test_what_is_recorded_stays_in_order() -> None:
    """Nothing happens to a deadline before what is recorded of it, or after it ended."""
    rule = book().rule("reconsideration.decide")
    clock = start(rule, "c", MARCH_10)
    with pytest.raises(ClockRefused, match="早于已记录的 2025-03-10 12:00"):
        end(clock, rule, MARCH_3, "answered")
    stood = resume(suspend(clock, rule, MARCH_10, "调解", lapse(clock)), rule, MARCH_20)
    with pytest.raises(ClockRefused, match="早于已记录的 2025-03-20 12:00"):
        suspend(stood, rule, MARCH_10, "调解", lapse(stood))
    ended = end(stood, rule, MARCH_20, "answered")
    with pytest.raises(ClockRefused, match="已于 2025-03-20 12:00 办结"):
        end(ended, rule, MARCH_20, "answered")
    with pytest.raises(ClockRefused, match="办结"):
        extend(ended, rule, _granted(at=MARCH_20), lapse(ended))


def test_extended_while_suspended() -> None:
    """A deadline that stands still cannot lapse and may be extended."""
    rule = book().rule("reconsideration.decide")
    clock = start(rule, "c", MARCH_3)
    clock = suspend(clock, rule, MARCH_10, "调解", lapse(clock))
    clock = extend(clock, rule, _granted(30, noon(date(2025, 6, 3))), lapse(clock))
    clock = resume(clock, rule, noon(date(2025, 6, 10)))
    assert str(lapse(clock))[:10] == "2025-09-02"  # 60 + 30 + 92 days: 1 September
