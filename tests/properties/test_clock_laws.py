"""Laws of deadlines: what a suspension, an extension, a holiday and a tick may do to them, whatever the days."""

from datetime import date, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_model.clocks.clock import Clock, Granted, extend, resume, start, suspend
from risk_model.clocks.due import Due, counted_day, due, left_to_count
from risk_model.clocks.rules import ClockRule, ExtensionRule
from risk_model.clocks.status import notices, status
from risk_model.local_time import SHANGHAI, local_day
from risk_model.working_days import WorkingDays
from tests.clocks import book, lapse, noon

CALENDAR = WorkingDays()
FIRST = date(2024, 1, 1)
days = st.integers(0, 700).map(lambda ahead: FIRST + timedelta(days=ahead))  # to the end of 2025: all published
moments = st.tuples(days, st.integers(0, 24 * 60 - 1)).map(
    lambda pair: datetime(pair[0].year, pair[0].month, pair[0].day, tzinfo=SHANGHAI) + timedelta(minutes=pair[1])
)
units = st.sampled_from(["days", "working_days", "months"])


@st.composite
def rules(draw: st.DrawFn) -> ClockRule:
    """Any kind of deadline counted forward that may be suspended and extended."""
    unit = draw(units)
    top = 6 if unit == "months" else 60
    return ClockRule(
        code="x",
        name="某事",
        length=draw(st.integers(1, top)),
        unit=unit,
        starts="收到",
        owing="甲",
        chain="duty",
        last_day=draw(st.sampled_from(["next_working_day", "as_counted"])),
        shorter=True,
        suspension="事由",
        extension=ExtensionRule(draw(st.integers(1, top)), "负责人", ("某条",)),
        warn_days=(3, 1),
    )


def _due(clock: Clock, rule: ClockRule) -> Due:
    found = due(clock, rule, CALENDAR)
    assert found is not None
    return found


def _stand(clock: Clock, rule: ClockRule, since: datetime, until: datetime) -> Clock:
    return resume(suspend(clock, rule, since, "事由", _due(clock, rule).lapses_at), rule, until)


@given(rules(), moments, st.data())
def test_suspended_for_n_days_the_due_day_moves_by_n(rule: ClockRule, at: datetime, data: st.DataObject) -> None:
    """In days (working days for such a kind), before it moves off a day without work; and it never comes sooner."""
    clock = start(rule, "c", at)
    plain = _due(clock, rule)
    since = at + timedelta(days=data.draw(st.integers(0, (plain.counted - local_day(at)).days)))
    until = since + timedelta(days=data.draw(st.integers(0, 120)))
    later = _due(_stand(clock, rule, since, until), rule)
    first, last = local_day(since), local_day(until)
    if rule.unit == "working_days":
        assert CALENDAR.between(plain.counted, later.counted) == CALENDAR.between(first, last)
    else:
        assert later.counted == plain.counted + (last - first)
    assert later.day >= plain.day


@given(rules(), moments, st.integers(0, 50), st.integers(0, 120))
def test_a_deadline_that_went_on_can_still_be_met(rule: ClockRule, at: datetime, wait: int, stood: int) -> None:
    """It never lapses before it goes on, and what was left while it stood is what is left then."""
    clock = start(rule, "c", at)
    since = min(at + timedelta(days=wait), _due(clock, rule).lapses_at - timedelta(minutes=1))
    stopped = suspend(clock, rule, since, "事由", _due(clock, rule).lapses_at)
    until = since + timedelta(days=stood)
    left = left_to_count(stopped, rule, CALENDAR)
    later = _due(resume(stopped, rule, until), rule)
    assert later.lapses_at > until
    assert left >= 1 or rule.unit == "working_days"
    first = local_day(until)
    if rule.unit == "working_days":
        assert CALENDAR.between(first, later.day + timedelta(days=1)) == left
    elif rule.last_day == "as_counted":
        assert (later.day - first).days + 1 == left


@given(rules(), moments, st.integers(0, 60), st.data())
def test_an_extension_never_shortens(rule: ClockRule, at: datetime, wait: int, data: st.DataObject) -> None:
    """And is bounded by the kind's own maximum."""
    clock = start(rule, "c", at)
    plain = _due(clock, rule)
    granted_at = min(at + timedelta(days=wait), plain.lapses_at - timedelta(minutes=1))
    assert rule.extension is not None
    length = data.draw(st.integers(1, rule.extension.max))
    extended = extend(clock, rule, Granted(length, granted_at, "负责人", "理由"), plain.lapses_at)
    later = _due(extended, rule)
    assert later.counted > plain.counted
    assert later.day >= plain.day
    longest = extend(clock, rule, Granted(rule.extension.max, granted_at, "负责人", "理由"), plain.lapses_at)
    assert later.day <= _due(longest, rule).day


@given(rules(), moments, st.integers(0, 200))
def test_a_later_start_and_a_longer_time_never_lapse_sooner(rule: ClockRule, at: datetime, ahead: int) -> None:
    """The due day rises with the start and with the length."""
    clock = start(rule, "c", at)
    assert _due(start(rule, "c", at + timedelta(days=ahead)), rule).day >= _due(clock, rule).day
    if rule.length > 1:
        assert _due(start(rule, "c", at, rule.length - 1), rule).day <= _due(clock, rule).day


@given(rules(), moments)
def test_the_last_day_is_the_nth(rule: ClockRule, at: datetime) -> None:
    """Working days count themselves; a moved last day is a working day and the first one from where it was counted."""
    found = _due(start(rule, "c", at), rule)
    if rule.unit == "working_days":
        after = local_day(at) + timedelta(days=1)
        assert CALENDAR.between(after, found.day + timedelta(days=1)) == rule.length
        assert CALENDAR.is_working(found.day)
    if rule.last_day == "next_working_day":
        assert CALENDAR.is_working(found.day)
        assert CALENDAR.between(found.counted, found.day) == 0
    assert found.lapses_at.astimezone(SHANGHAI).time().isoformat() == "00:00:00"
    assert found.counted == counted_day(start(rule, "c", at), rule, CALENDAR)[0]


@given(rules(), moments, st.integers(0, 20), st.integers(0, 30), st.integers(1, 6))
def test_extension_and_suspension_in_either_order(
    rule: ClockRule, at: datetime, wait: int, stood: int, length: int
) -> None:
    """Granted before or after a suspension, an extension of days gives the same last day, up to a move."""
    clock = start(rule, "c", at)
    since = at + timedelta(days=min(wait, (_due(clock, rule).counted - local_day(at)).days))
    until = since + timedelta(days=stood)
    assert rule.extension is not None
    length = min(length, rule.extension.max)
    first = extend(clock, rule, Granted(length, since, "负责人", "理由"), lapses_at=None)
    first = _stand(first, rule, since, until)
    second = _stand(clock, rule, since, until)
    second = extend(second, rule, Granted(length, until, "负责人", "理由"), lapses_at=None)
    if rule.unit != "months":
        assert _due(first, rule).counted == _due(second, rule).counted


codes = st.sampled_from(sorted(code for code, rule in book().rules.items() if rule.direction == "after"))


@given(codes, moments, st.lists(st.integers(1, 60 * 24 * 40), min_size=1, max_size=8))
@settings(max_examples=200)
def test_ticks_lose_and_repeat_nothing(code: str, at: datetime, steps: list[int]) -> None:
    """However time is cut into ticks, the same notices go out, each once, in order."""
    clock = start(book().rule(code), "c", at)
    whole, now = [], at
    for minutes in steps:
        following = now + timedelta(minutes=minutes)
        whole += notices(clock, book(), now, following)
        now = following
    assert tuple(whole) == notices(clock, book(), at, now)
    assert [notice.at for notice in whole] == sorted(notice.at for notice in whole)
    lapses_at = lapse(clock)
    assert lapses_at is not None
    assert all((notice.kind == "lapse") == (notice.at >= lapses_at) for notice in whole)


@given(codes, moments, st.lists(st.integers(0, 60 * 24 * 60), min_size=2, max_size=6))
def test_a_state_never_goes_back(code: str, at: datetime, steps: list[int]) -> None:
    """Running, then warning, then lapsed; told a warning exactly when the state is one."""
    clock = start(book().rule(code), "c", at)
    order = ["running", "warning", "lapsed"]
    states = [status(clock, book(), at + timedelta(minutes=minutes)).state for minutes in sorted(steps)]
    assert [order.index(state) for state in states] == sorted(order.index(state) for state in states)


@given(codes, moments)
def test_a_clock_survives_its_encoding(code: str, at: datetime) -> None:
    """Stored and read again it lapses at the same moment."""
    clock = start(book().rule(code), "c", at)
    assert msgspec.json.decode(msgspec.json.encode(clock), type=Clock) == clock


def test_a_backward_deadline_is_never_on_a_day_off() -> None:
    """A notice can be served only on a working day, and never later than the count allows."""
    rule = book().rule("hearing.official_notice")
    for ahead in range(700):
        hearing = FIRST + timedelta(days=ahead)
        found = due(start(rule, "c", noon(hearing)), rule, CALENDAR)
        assert found is not None
        assert CALENDAR.is_working(found.day)
        assert found.day <= hearing - timedelta(days=rule.length)
