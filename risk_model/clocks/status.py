"""Where a deadline stands at a moment, and whom to tell of it: pure, so that a tick, a replay and a test say the same."""

from datetime import date, datetime
from typing import Literal

import msgspec

from risk_model.clocks.book import ClockBook
from risk_model.clocks.clock import Clock
from risk_model.clocks.due import Due, due, left_to_count
from risk_model.clocks.rules import UNIT_ZH, ClockRule, EscalationStep
from risk_model.local_time import SHANGHAI, local_day

State = Literal["running", "warning", "lapsed", "suspended", "answered", "answered_late", "withdrawn"]
STATE_ZH: dict[str, str] = {
    "running": "办理中",
    "warning": "即将届满",
    "lapsed": "已超期",
    "suspended": "中止",
    "answered": "按期办结",
    "answered_late": "逾期办结",
    "withdrawn": "撤销",
}


class Status(msgspec.Struct, frozen=True):
    """Where a deadline stands.

    Attributes:
        state: see ``STATE_ZH``.
        due: when it lapses; None while suspended, and when it was withdrawn while suspended.
        days_left: whole days from today to the last day: 0 on it, negative after it; None without ``due``.
        left_on_resuming: while suspended, days (working days for such a kind) that remain to count when it goes on (hours for one in hours).
        text: one Chinese sentence.
    """

    state: State
    due: Due | None
    days_left: int | None
    left_on_resuming: int | None
    text: str


class Notice(msgspec.Struct, frozen=True):
    """Someone is to be told: a warning before the lapse, or a step of the chain after it.

    Attributes:
        kind: ``warning`` or ``lapse``.
        at: when.
        step: place in the warnings, longest first, or in the chain's steps.
        owing, asking: who on the side that owes and on the side that asked; ``asking`` may be empty.
        last_day: the last day this notice goes by; a deadline that moved has notices of its own.
    """

    kind: Literal["warning", "lapse"]
    at: datetime
    step: int
    owing: str
    asking: str
    last_day: date


def status(clock: Clock, book: ClockBook, now: datetime) -> Status:
    """Where a deadline stands at ``now`` (aware)."""
    rule = book.rule(clock.code)
    lapses = due(clock, rule, book.calendar)
    today = local_day(now)
    days_left = (lapses.day - today).days if lapses is not None else None
    if clock.outcome == "withdrawn":
        return Status("withdrawn", lapses, None, None, f"{rule.name}已撤销，不再计时")
    if clock.ended_at is not None:
        late = lapses is not None and clock.ended_at >= lapses.lapses_at
        ended = local_day(clock.ended_at)
        word = f"{rule.name}已于 {ended} {'逾期' if late else '按期'}办结"
        return Status("answered_late" if late else "answered", lapses, days_left, None, word)
    if lapses is None:
        left = left_to_count(clock, rule, book.calendar)
        since = local_day(clock.suspensions[-1].since)
        unit = UNIT_ZH["days" if rule.unit == "months" else rule.unit]
        text = f"{rule.name}自 {since} 中止（{clock.suspensions[-1].reason}），恢复后尚余 {left} {unit}"
        return Status("suspended", None, None, left, text)
    if now >= lapses.lapses_at:
        over = (today - lapses.day).days
        return Status(
            "lapsed", lapses, days_left, None, f"{rule.name}应于 {_last(lapses, rule)} 前办结，已超期{_over(over)}"
        )
    warned = any(now >= lapses.lapses_at - span for span in rule.warnings)
    text = f"{rule.name}应于 {_last(lapses, rule)} 前办结，{_left(days_left or 0)}"
    return Status("warning" if warned else "running", lapses, days_left, None, text)


def notices(clock: Clock, book: ClockBook, since: datetime, until: datetime) -> tuple[Notice, ...]:
    """Notices of a deadline with ``since < at <= until``, in order of time; none while suspended or after it ended.

    Consecutive spans give each notice
    once. A warning that would fall before the deadline started is not given.
    """
    rule = book.rule(clock.code)
    lapses = due(clock, rule, book.calendar)
    if lapses is None or clock.outcome == "withdrawn":
        return ()
    chain = book.chain_of(rule)
    planned = [
        _notice("warning", lapses.lapses_at - span, number, chain.warned, lapses)
        for number, span in enumerate(rule.warnings)
    ]
    planned += [
        _notice("lapse", lapses.lapses_at + step.after, number, step, lapses)
        for number, step in enumerate(chain.lapsed)
    ]
    until = min(until, clock.ended_at) if clock.ended_at is not None else until
    begun = clock.started_at if rule.direction == "after" else since
    return tuple(notice for notice in planned if max(since, begun) < notice.at <= until)


def _notice(kind: Literal["warning", "lapse"], at: datetime, number: int, step: EscalationStep, lapses: Due) -> Notice:
    return Notice(kind, at, number, step.owing, step.asking, lapses.day)


def _last(lapses: Due, rule: ClockRule) -> str:
    if rule.unit == "hours":
        return f"{lapses.lapses_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return f"{lapses.day} 24:00"


def _left(days: int) -> str:
    return "今日为最后一日" if days == 0 else f"尚余 {days} 日"


def _over(days: int) -> str:
    return f" {days} 日" if days else ""
