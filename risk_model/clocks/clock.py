"""A running deadline and what may happen to it: it is started, suspended, resumed, extended once, and ends."""

from datetime import datetime
from typing import Literal

import msgspec

from risk_model.clocks.rules import UNIT_ZH, ClockRule
from risk_model.local_time import SHANGHAI

Outcome = Literal["answered", "withdrawn"]


class ClockRefused(ValueError):
    """What was asked of a deadline cannot be done; the message says why, in Chinese and English."""

    for_operator = True


class Suspension(msgspec.Struct, frozen=True, omit_defaults=True):
    """Time that does not count: from ``since`` up to, not including, the day of ``until``; still open when that is None."""

    since: datetime
    reason: str
    until: datetime | None = None


class Granted(msgspec.Struct, frozen=True):
    """An extension: how much (in the deadline's unit), when, by whom, why."""

    length: int
    at: datetime
    by: str
    reason: str


class Clock(msgspec.Struct, frozen=True, omit_defaults=True):
    """A deadline that runs. Times are aware; days are those of the offices (Asia/Shanghai).

    Attributes:
        clock_id: its identity.
        code: which kind of deadline, see ``ClockRule``.
        started_at: when what starts it happened (for a deadline counted backwards: when the hearing is).
        length: how long, in the kind's unit.
        ended_at, outcome: when and how it ended.
    """

    clock_id: str
    code: str
    started_at: datetime
    length: int
    suspensions: tuple[Suspension, ...] = ()
    extension: Granted | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None

    @property
    def suspended(self) -> bool:
        """Whether it stands still."""
        return bool(self.suspensions) and self.suspensions[-1].until is None


def start(rule: ClockRule, clock_id: str, at: datetime, length: int | None = None) -> Clock:
    """Start a deadline.

    Args:
        rule: its kind.
        clock_id: its identity.
        at: when what starts it happened, aware.
        length: a shorter length than the kind's, where the kind allows it.

    Raises:
        ClockRefused: the length is not allowed.
        ValueError: ``at`` has no time zone.
    """
    _aware(at)
    if length is None or length == rule.length:
        return Clock(clock_id, rule.code, at, rule.length)
    if not rule.shorter:
        raise ClockRefused(
            f"{rule.name}的期限为{_span(rule, rule.length)}，不得另定 / {rule.code}: the length is fixed"
        )
    if not 1 <= length < rule.length:
        raise ClockRefused(
            f"{rule.name}的期限收到 {length}，应为 1 至 {_span(rule, rule.length)} / {rule.code}: got {length}, expected 1 to {rule.length}"
        )
    return Clock(clock_id, rule.code, at, length)


def suspend(clock: Clock, rule: ClockRule, at: datetime, reason: str, lapses_at: datetime | None) -> Clock:
    """Stop the count.

    Args:
        clock: the deadline.
        rule: its kind.
        at: when the ground arose; that day no longer counts.
        reason: the ground.
        lapses_at: when the deadline lapses as it stands, see ``due``; None while suspended.

    Raises:
        ClockRefused: the kind cannot be suspended, no ground is given, it ended or lapsed, or it stands still already.
    """
    _running(clock, rule, at)
    if not rule.suspension:
        raise ClockRefused(
            f"{rule.name}没有中止的依据；如有规定，请在 clocks.toml 写明 suspension / {rule.code}: nothing allows suspension"
        )
    _given(reason, "中止的事由", "the ground of suspension")
    if clock.suspended or lapses_at is None:
        raise ClockRefused(f"{rule.name}已在中止 / {rule.code}: suspended already")
    if at >= lapses_at:
        raise ClockRefused(f"{rule.name}已于 {_shown(lapses_at)} 届满，不能中止 / {rule.code}: it has lapsed")
    return msgspec.structs.replace(clock, suspensions=(*clock.suspensions, Suspension(at, reason)))


def resume(clock: Clock, rule: ClockRule, at: datetime) -> Clock:
    """Let the count go on, from the day of ``at``.

    Raises:
        ClockRefused: it does not stand still, or ``at`` is before the suspension.
    """
    _aware(at)
    if not clock.suspended or clock.ended_at is not None:
        raise ClockRefused(f"{rule.name}没有中止，无需恢复 / {rule.code}: not suspended")
    last = clock.suspensions[-1]
    if at < last.since:
        raise ClockRefused(f"恢复时间 {_shown(at)} 早于中止时间 {_shown(last.since)} / resumed before it was suspended")
    closed = msgspec.structs.replace(last, until=at)
    return msgspec.structs.replace(clock, suspensions=(*clock.suspensions[:-1], closed))


def extend(clock: Clock, rule: ClockRule, granted: Granted, lapses_at: datetime | None) -> Clock:
    """Extend a deadline, once.

    Args:
        clock: the deadline.
        rule: its kind.
        granted: how much, when, by whom, why.
        lapses_at: when it lapses as it stands; None while suspended, when it cannot lapse.

    Raises:
        ClockRefused: the kind has no extension, it was extended before, it is too much, or it lapsed before it was granted.
    """
    _running(clock, rule, granted.at)
    if rule.extension is None:
        raise ClockRefused(f"{rule.name}的期限不得延长 / {rule.code}: cannot be extended")
    if clock.extension is not None:
        raise ClockRefused(f"{rule.name}已延长过一次，不得再延 / {rule.code}: extended once already")
    if not 1 <= granted.length <= rule.extension.max:
        raise ClockRefused(
            f"延长收到 {granted.length}，应为 1 至 {_span(rule, rule.extension.max)} / got {granted.length}, expected 1 to {rule.extension.max}"
        )
    _given(granted.by, f"批准人（{rule.extension.approver}）", "who granted it")
    _given(granted.reason, "延长的理由", "the reason")
    if lapses_at is not None and granted.at >= lapses_at:
        raise ClockRefused(f"{rule.name}已于 {_shown(lapses_at)} 届满，不能再延长 / {rule.code}: it has lapsed")
    return msgspec.structs.replace(clock, extension=granted)


def end(clock: Clock, rule: ClockRule, at: datetime, outcome: Outcome) -> Clock:
    """End a deadline: answered (in time or late, ``status`` says), or withdrawn because nothing is owed any more.

    Raises:
        ClockRefused: it ended before, or ``at`` is before it started.
    """
    _running(clock, rule, at)
    return msgspec.structs.replace(clock, ended_at=at, outcome=outcome)


def _running(clock: Clock, rule: ClockRule, at: datetime) -> None:
    _aware(at)
    if clock.ended_at is not None:
        raise ClockRefused(f"{rule.name}已于 {_shown(clock.ended_at)} 办结 / {rule.code}: it has ended")
    happened = [s.until or s.since for s in clock.suspensions]
    if rule.direction == "after":
        happened.append(clock.started_at)
    if happened and at < max(happened):
        raise ClockRefused(
            f"{rule.name}：{_shown(at)} 早于已记录的 {_shown(max(happened))} / {rule.code}: earlier than what is recorded"
        )


def _given(text: str, zh: str, en: str) -> None:
    if not text.strip():
        raise ClockRefused(f"须写明{zh} / {en} must be given")


def _aware(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError(f"时间须带时区，收到 {at} / a time must have a zone, got {at}")


def _span(rule: ClockRule, length: int) -> str:
    return f"{length}{UNIT_ZH[rule.unit]}"


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
