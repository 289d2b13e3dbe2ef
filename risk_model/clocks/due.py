"""When a deadline lapses, and how that was counted.

The day it starts is not counted; then the length; then, in the order they happened, the extension and the time it stood still;
last, a last day that is no working day moves as the kind says (民事诉讼法 85, 民法典 200-203).
"""

import calendar as months
from datetime import date, datetime, time, timedelta

import msgspec

from risk_model.clocks.clock import Clock, Granted, Suspension
from risk_model.clocks.rules import UNIT_ZH, ClockRule
from risk_model.local_time import SHANGHAI, local_day
from risk_model.working_days import WorkingDays

_DAY = timedelta(days=1)


class Due(msgspec.Struct, frozen=True):
    """When a deadline lapses.

    Attributes:
        day: the last day, local.
        lapses_at: the moment from which it is late: the end of that day (24:00, 民法典 203), or the hour.
        counted: the last day before it moved off a day without work.
        steps: how it was counted, a Chinese sentence each.
        assumed_years: years whose holidays are not published and were taken as weekends only; the day may still change.
    """

    day: date
    lapses_at: datetime
    counted: date
    steps: tuple[str, ...]
    assumed_years: tuple[int, ...] = ()


def due(clock: Clock, rule: ClockRule, calendar: WorkingDays) -> Due | None:
    """When a deadline lapses as it stands; None while it is suspended.

    Args:
        clock: the deadline.
        rule: its kind.
        calendar: working days.
    """
    if clock.suspended:
        return None
    if rule.unit == "hours":
        return _hours(clock)
    counted, steps = counted_day(clock, rule, calendar)
    day = _moved(counted, rule, calendar)
    if day != counted:
        basis = f"（{rule.last_day_basis}）" if rule.last_day_basis else ""
        way = "顺延至" if day > counted else "提前至"
        steps.append(f"{counted} 为休息日，{way} {day}{basis}")
    years = range(local_day(clock.started_at).year, day.year + 1) if _needs_calendar(rule) else range(0)
    if rule.direction == "before":
        years = range(day.year, local_day(clock.started_at).year + 1)
    assumed = tuple(year for year in years if not calendar.published(year))
    if assumed:
        named = "、".join(map(str, assumed))
        steps.append(f"{named} 年放假安排未公布，按周六、周日休息计算，公布后须复核")
    lapses_at = datetime.combine(day + _DAY, time.min, SHANGHAI)
    return Due(day, lapses_at, counted, tuple(steps), assumed)


def counted_day(clock: Clock, rule: ClockRule, calendar: WorkingDays) -> tuple[date, list[str]]:
    """Last day before it moves off a day without work, with closed suspensions; and the steps of the count."""
    first = local_day(clock.started_at)
    if rule.direction == "before":
        day = _ahead(first, -clock.length, rule, calendar)
        return day, [f"自 {first} 倒算 {clock.length} {UNIT_ZH[rule.unit]}，当日不计入，至 {day}"]
    day = _ahead(first, clock.length, rule, calendar)
    steps = [f"自 {first} 起算 {clock.length} {UNIT_ZH[rule.unit]}，当日不计入，至 {day}"]
    for change in _changes(clock):
        if isinstance(change, Granted):
            day = _ahead(day, change.length, rule, calendar)
            steps.append(f"经批准延长 {change.length} {UNIT_ZH[rule.unit]}，至 {day}")
        elif change.until is not None:
            day, lost = _stood(day, local_day(change.since), local_day(change.until), rule, calendar)
            unit = UNIT_ZH["working_days" if rule.unit == "working_days" else "days"]
            span = f"{local_day(change.since)} 至 {local_day(change.until)}"
            steps.append(f"{span} 中止 {lost} {unit}（{change.reason}），至 {day}")
    return day, steps


def _changes(clock: Clock) -> list[Granted | Suspension]:
    """What happened to a deadline, in order of time; a suspension stands where it began."""
    changes: list[tuple[datetime, int, Granted | Suspension]] = [(s.since, 0, s) for s in clock.suspensions]
    if clock.extension is not None:
        changes.append((clock.extension.at, 1, clock.extension))
    return [change for _, _, change in sorted(changes, key=lambda change: change[:2])]


def left_to_count(clock: Clock, rule: ClockRule, calendar: WorkingDays) -> int:
    """Of a suspended deadline: days (working days, hours) that remain to count when it goes on, its first day included."""
    stood = clock.suspensions[-1]
    if rule.unit == "hours":
        before = _hours(msgspec.structs.replace(clock, suspensions=clock.suspensions[:-1]))
        return int((before.lapses_at - stood.since) / timedelta(hours=1))
    day, since = counted_day(clock, rule, calendar)[0], local_day(stood.since)
    if since > day:
        day = _moved(day, rule, calendar)
    return calendar.between(since, day + _DAY) if rule.unit == "working_days" else (day - since).days + 1


def _stood(day: date, since: date, until: date, rule: ClockRule, calendar: WorkingDays) -> tuple[date, int]:
    """Last day after a suspension, and how many days it took: those from ``since`` up to, not including, ``until``."""
    if (
        since > day
    ):  # it was suspended on the days off that the last day had moved over: what counts is where it moved to
        day = _moved(day, rule, calendar)
    if rule.unit == "working_days":
        lost = calendar.between(since, until)
        return calendar.add(day, lost), lost
    lost = (until - since).days
    return day + timedelta(days=lost), lost


def _hours(clock: Clock) -> Due:
    """Hours run from the moment itself (民法典 201), whatever the day."""
    at = clock.started_at + timedelta(hours=clock.length + (clock.extension.length if clock.extension else 0))
    steps = [f"自 {_minute(clock.started_at)} 起算 {clock.length} 小时"]
    if clock.extension is not None:
        steps.append(f"经批准延长 {clock.extension.length} 小时")
    for stood in clock.suspensions:
        if stood.until is not None:
            at += stood.until - stood.since
            steps.append(f"{_minute(stood.since)} 至 {_minute(stood.until)} 中止（{stood.reason}）")
    steps.append(f"至 {_minute(at)}")
    day = local_day(at)
    return Due(day, at.astimezone(SHANGHAI), day, tuple(steps))


def _ahead(day: date, length: int, rule: ClockRule, calendar: WorkingDays) -> date:
    """``length`` units after a day (before it, if negative)."""
    if rule.unit == "working_days":
        return calendar.add(day, length)
    if rule.unit == "months":
        return _months_ahead(day, length)
    return day + timedelta(days=length)


def _months_ahead(day: date, length: int) -> date:
    """The corresponding day so many months on; where there is none, the last day of that month (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + length, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _moved(day: date, rule: ClockRule, calendar: WorkingDays) -> date:
    if rule.last_day == "next_working_day":
        return calendar.next_working(day)
    if rule.last_day == "previous_working_day":
        return calendar.previous_working(day)
    return day


def _needs_calendar(rule: ClockRule) -> bool:
    return rule.unit == "working_days" or rule.last_day != "as_counted"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
