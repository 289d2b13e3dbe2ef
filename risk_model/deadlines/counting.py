"""How a deadline is counted, and when somebody is to be told of it next."""

from datetime import UTC, datetime

import msgspec

from risk_model.clocks.book import ClockBook
from risk_model.clocks.clock import Clock
from risk_model.clocks.clock import start as start_clock
from risk_model.clocks.due import due
from risk_model.clocks.status import Notice, notices
from schemas.domain_events import DeadlineCount, DeadlineStarted

_EVER = datetime.max.replace(tzinfo=UTC)


def count(clock: Clock, book: ClockBook, told: datetime) -> DeadlineCount | None:
    """Last day of a running clock, and the first notice after ``told``; None while it stands still.

    Args:
        clock: not ended.
        book: deadlines with their chains.
        told: up to when notices were given, aware.
    """
    lapses = due(clock, book.rule(clock.code), book.calendar)
    if lapses is None:
        return None
    following = notices(clock, book, told, _EVER)
    return DeadlineCount(
        lapses.day, lapses.lapses_at, following[0].at if following else None, tuple(lapses.assumed_years)
    )


def notices_due(clock: Clock, book: ClockBook, since: datetime, now: datetime) -> tuple[list[Notice], datetime | None]:
    """Notices from ``since`` (inclusive) up to ``now``, in order, and when the one after them is due."""
    found = [notice for notice in notices(clock, book, datetime.min.replace(tzinfo=UTC), _EVER) if notice.at >= since]
    past = [notice for notice in found if notice.at <= now]
    return past, found[len(past)].at if len(found) > len(past) else None


class Subject(msgspec.Struct, frozen=True):
    """What a deadline is about, and between whom.

    Attributes:
        about, about_id: kind and id, see ``DeadlineStarted``.
        title, county: of that.
        owing, asking: who must act, and for whom; the kind's own words where empty.
        matter_id, alert_id, dispute_id: what it belongs to.
        by: the official who starts it; empty when the machine does.
    """

    about: str
    about_id: str
    title: str
    county: str
    owing: str = ""
    asking: str = ""
    matter_id: str | None = None
    alert_id: str | None = None
    dispute_id: str | None = None
    by: str = ""


def started(
    book: ClockBook,
    code: str,
    deadline_id: str,
    at: datetime,
    told: datetime,
    subject: Subject,
    length: int | None = None,
) -> DeadlineStarted:
    """The fact that a deadline runs.

    Args:
        book: deadlines.
        code: which kind.
        deadline_id: its identity.
        at: when what starts it happened.
        told: when it became known; of a deadline counted backwards nothing is said that was due before.
        subject: what it is about.
        length: shorter than the kind's, where it allows that.

    Raises:
        PolicyError: there is no such kind.
        ClockRefused: the length is not allowed.
    """
    rule = book.rule(code)
    clock = start_clock(rule, deadline_id, at, length)
    counted = count(clock, book, at if rule.direction == "after" else told)
    assert counted is not None, "a deadline that was just started does not stand still"
    return DeadlineStarted(
        deadline_id,
        code,
        rule.name,
        at,
        clock.length,
        counted,
        subject.owing or rule.owing,
        subject.about,
        subject.about_id,
        subject.title,
        subject.county,
        subject.asking or rule.asking,
        subject.matter_id,
        subject.alert_id,
        subject.dispute_id,
        subject.by,
    )
