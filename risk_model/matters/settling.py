"""Downgrading (降级), closing (销号), visiting (回访) and reopening a matter: what a named official may do, and what follows. Pure decisions."""

from datetime import date

from risk_model.alerts.raising import Trigger
from risk_model.alerts.status import STATUS_ZH
from risk_model.clocks.clock import start
from risk_model.clocks.due import due
from risk_model.entities import OPEN, SETTLED, Matter
from risk_model.folding import record
from risk_model.local_time import local_day
from risk_model.matters.alerts import alert_matter, open_alert_of
from risk_model.matters.level_rules import head
from risk_model.matters.merging import Decided
from risk_model.refusals import NotAllowed
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import (
    MatterClosed,
    MatterDowngraded,
    MatterRegraded,
    MatterReopened,
    MatterRevisited,
    Recorded,
)
from schemas.levels import Level
from schemas.reasons import Reason

REVISIT = "matter.revisit"  # code of the limit for a visit, in clocks.toml
OK, RELAPSED = "ok", "relapsed"
RESULT_ZH = {OK: "稳定", RELAPSED: "反弹"}


def downgrade(
    state: State, matter_id: str, level: int, revisit_on: date | None, decided: Decided, rules: Rules
) -> list[Recorded]:
    """Lower a matter's level.

    Args:
        state: with the matter and its alert.
        matter_id: which stands by itself.
        level: the new, lower level.
        revisit_on: when to look again; None for the last day that the limit allows.
        decided: who, when and why.
        rules: with the limit.

    Raises:
        NotAllowed: it is closed, part of another, not above the level, or the day of the visit is not allowed.
    """
    matter = by_itself(state, matter_id)
    _open(matter)
    if level >= matter.level:
        now, wanted = Level(matter.level), Level(level)
        raise NotAllowed(
            f"事项现为{now.zh}色，降级须低于现在的等级，收到{wanted.zh}色",
            f"it is {now.code}: a downgrade is to a lower level, got {wanted.code}",
        )
    on = _visit_day(revisit_on, decided, rules)
    lowered = MatterDowngraded(matter_id, matter.level, level, decided.by, decided.at, decided.reason, on)
    return [record(state, f"matter-{matter_id}", lowered)]


def close(state: State, matter_id: str, revisit_on: date | None, decided: Decided, rules: Rules) -> list[Recorded]:
    """Close a matter whose alert is closed.

    Raises:
        NotAllowed: as ``downgrade``; or its alert is open: nothing grave is settled behind it.
    """
    matter = by_itself(state, matter_id)
    _open(matter)
    alert = open_alert_of(state, matter)
    if alert is not None:
        raise NotAllowed(
            f"事项的预警 {alert.alert_id} {STATUS_ZH[alert.status]}，请先办结预警再销号",
            f"its alert {alert.alert_id} is {alert.status}: close the alert first",
        )
    on = _visit_day(revisit_on, decided, rules)
    return [
        record(
            state,
            f"matter-{matter_id}",
            MatterClosed(matter_id, matter.level, decided.by, decided.at, decided.reason, on),
        )
    ]


def revisit(
    state: State,
    matter_id: str,
    result: str,
    next_on: date | None,
    level: int | None,
    decided: Decided,
    rules: Rules,
) -> list[Recorded]:
    """Record a visit. What relapsed is open again, at the level the official says.

    Args:
        state: with the matter and its alert.
        matter_id: which was downgraded or closed.
        result: ``ok`` or ``relapsed``.
        next_on: when to look again after ``ok``; None when no more.
        level: after a relapse; None for the level it had before it was downgraded or closed.
        decided: who, when and what was found.
        rules: with the limit.

    Raises:
        NotAllowed: no visit is due, the next day is not allowed, or the level is below that it has.
    """
    matter = by_itself(state, matter_id)
    if matter.revisit_on is None:
        raise NotAllowed("事项没有待回访（降级、销号后才回访）", "no visit is due: only after a downgrade or close")
    if result == OK and level is not None:
        raise NotAllowed("回访稳定的不填等级", "a level is given for a relapse only")
    on = None if next_on is None or result == RELAPSED else _visit_day(next_on, decided, rules)
    visited = MatterRevisited(matter_id, result, decided.by, decided.at, decided.reason, on)
    recorded = [record(state, f"matter-{matter_id}", visited)]
    if result == OK:
        return recorded
    text = f"回访发现反弹：{decided.reason}"
    return recorded + _open_again(state, matter, level or matter.settled_level, text, decided, rules)


def reopen(state: State, matter_id: str, level: int | None, decided: Decided, rules: Rules) -> list[Recorded]:
    """Open a closed matter again.

    Raises:
        NotAllowed: it is not closed, or the level is below that it has.
    """
    matter = by_itself(state, matter_id)
    if matter.status != SETTLED:
        raise NotAllowed("事项没有销号，不能重新打开", "it is not closed")
    return _open_again(state, matter, level or matter.settled_level, decided.reason, decided, rules)


def _open_again(state: State, matter: Matter, level: int, text: str, decided: Decided, rules: Rules) -> list[Recorded]:
    if level < matter.level:
        raise NotAllowed(
            f"重新打开的等级不得低于现在的{Level(matter.level).zh}色", f"not below its level {Level(matter.level).code}"
        )
    newest = matter.recent[-1]
    ids = (newest.dispute_id,)
    reasons = (Reason("matter.reopened", text, "person"), *matter.reasons)
    stream = f"matter-{matter.matter_id}"
    if matter.status == SETTLED:
        opened = MatterReopened(matter.matter_id, decided.by, decided.at, text, level, reasons, ids)
        recorded = [record(state, stream, opened)]
    elif level > matter.level:
        recorded = [record(state, stream, MatterRegraded(matter.matter_id, matter.level, level, reasons, ids))]
    else:
        recorded = []
    trigger = Trigger(ids, matter.county, matter.last_at or decided.at)
    return recorded + alert_matter(state, matter, trigger, None, rules)


def by_itself(state: State, matter_id: str) -> Matter:
    """A matter that stands by itself.

    Raises:
        NotAllowed: it is part of another; says of which.
    """
    matter = state.matters[matter_id]
    if matter.merged_into is not None:
        top = head(state, matter_id)
        raise NotAllowed(
            f"事项已并入「{top.title}」（{top.matter_id}），请在该事项上办理",
            f"it is part of {top.matter_id}: act on that",
        )
    return matter


def _open(matter: Matter) -> None:
    if matter.status != OPEN:
        raise NotAllowed("事项已销号；如有反复，请重新打开或记录回访", "it is closed: reopen it or record a visit")


def _visit_day(wanted: date | None, decided: Decided, rules: Rules) -> date:
    """The day of the visit: as wanted, within the limit; the limit's last day when none is."""
    today, rule = local_day(decided.at), rules.clocks.rules.get(REVISIT)
    last = None
    if rule is not None:
        lapses = due(start(rule, "", decided.at), rule, rules.clocks.calendar)
        last = lapses.day if lapses is not None else None
    day = wanted or last
    if day is None:
        raise NotAllowed("请填回访日期 revisit_on（clocks.toml 未设 matter.revisit）", "revisit_on is missing")
    if day <= today or (last is not None and day > last):
        until = f"{last} 以前" if last is not None else "以后"
        raise NotAllowed(
            f"回访日期收到 {day}，应在 {today} 之后、{until}（含）",
            f"revisit_on: got {day}, after {today}, at most {last}",
        )
    return day
