"""Whom to tell of a deadline at a tick. Pure; ticks may be late, repeated or concurrent: what was told is in the deadline's own facts."""

from datetime import datetime

from risk_model.clocks.book import ClockBook
from risk_model.clocks.due import due
from risk_model.deadlines.counting import count, notices_due
from risk_model.deadlines.entity import Deadline
from schemas.domain_events import DeadlineLapsed, DeadlineRecounted, DeadlineWarned


def recounted(deadline: Deadline, book: ClockBook) -> DeadlineRecounted | None:
    """The fact that a deadline falls on another day than was counted; None when it does not.

    Holidays are published year by year, and a city may change its rules: what was counted before is counted again.
    """
    if not deadline.running or deadline.last_day is None or deadline.code not in book.rules:
        return None
    clock = deadline.clock
    assert clock is not None, "it runs"
    lapses = due(clock, book.rule(deadline.code), book.calendar)
    if lapses is None or (lapses.day, lapses.lapses_at) == (deadline.last_day, deadline.lapses_at):
        return None
    counted = count(clock, book, clock.started_at)
    assert counted is not None, "it does not stand still"
    return DeadlineRecounted(deadline.deadline_id, deadline.last_day, counted)


def notice_due(deadline: Deadline, book: ClockBook, now: datetime) -> DeadlineWarned | DeadlineLapsed | None:
    """The newest notice that has fallen due by ``now``; None when there is none.

    Of several that fell due since the last look only the newest is given, and says how many it passes over: nobody is helped by being told
    three times at once of a deadline that came in late.

    Args:
        deadline: as it stands, counted by the calendar of today (see ``recounted``).
        book: deadlines with their chains.
        now: aware.
    """
    if not deadline.running or deadline.next_at is None or deadline.next_at > now or deadline.code not in book.rules:
        return None
    clock, lapses_at, last_day = deadline.clock, deadline.lapses_at, deadline.last_day
    assert clock is not None and lapses_at is not None and last_day is not None, (
        "what has a notice does not stand still"
    )
    past, following = notices_due(clock, book, deadline.next_at, now)
    if not past:
        return None
    notice = past[-1]
    said = (
        deadline.deadline_id,
        deadline.name,
        deadline.title,
        deadline.owing,
        deadline.asking,
        deadline.about,
        deadline.about_id,
        deadline.county,
        notice.at,
        notice.step,
        last_day,
        lapses_at,
        notice.owing,
    )
    if notice.kind == "warning":
        return DeadlineWarned(*said, notice.asking, len(past) - 1, following)
    steps = book.chain_of(book.rule(deadline.code)).lapsed
    final = notice.step == len(steps) - 1
    return DeadlineLapsed(*said, final, notice.asking, len(past) - 1, following)
