"""Merging matters that turn out to be one, splitting one that turns out to be several, and taking either back. Pure decisions.

Officials decide by commands, the machine (names resolved, the city's clock) by the same functions; only they say why.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from risk_model.alerts.handling import reopen
from risk_model.alerts.raising import Trigger
from risk_model.alerts.status import DUPLICATE
from risk_model.entities import OPEN, SETTLED, Matter
from risk_model.folding import record
from risk_model.folding.matters import lineage
from risk_model.matters.alerts import News, alert_matter, alert_of, news, open_alert_of, pass_alert
from risk_model.matters.level_rules import head, peak, standing
from risk_model.matters.sighting import claim_of, marks
from risk_model.refusals import NotAllowed
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import (
    MatterAbsorbed,
    MatterRegraded,
    MatterReleased,
    MatterReopened,
    MattersMerged,
    MatterSplit,
    MatterSplitOff,
    MergeUndone,
    Recorded,
    Sighted,
)
from schemas.identifiers import derived_id
from schemas.levels import Level
from schemas.reasons import Reason


class Decided(NamedTuple):
    """Who decided, when and why; ``by`` is empty when the machine did."""

    by: str
    at: datetime
    reason: str


def merge(
    state: State,
    into_id: str,
    from_id: str,
    decided: Decided,
    rules: Rules,
    evidence: tuple[Reason, ...] = (),
    strength: float | None = None,
) -> list[Recorded]:
    """Make a matter part of another; levels, alert and plan follow.

    Args:
        state: with both matters, those they are part of, and the alerts of all these.
        into_id: the matter that stays. One that is itself part of another takes the newcomer to that.
        from_id: the matter that becomes part of it.
        decided: who, when and why.
        rules: by which levels follow.
        evidence: what speaks for it.
        strength: probability that they are one, 0 to 1; None when a person said so.

    Raises:
        NotAllowed: they are one already, or ``from_id`` is part of a third.
    """
    into, part = head(state, into_id), state.matters[from_id]
    if part.merged_into is not None:
        if head(state, from_id) is into:
            raise NotAllowed("两个事项已经是同一事项", "they are one matter already")
        raise NotAllowed(
            f"事项「{part.title}」已并入 {part.merged_into}，请将后者并入，或先撤销",
            f"it is part of {part.merged_into}",
        )
    if part is into:
        raise NotAllowed("不能将事项并入它自己", "a matter cannot become part of itself")
    merged = MattersMerged(into.matter_id, from_id, decided.by, decided.at, decided.reason, evidence, strength)
    absorbed = MatterAbsorbed(from_id, into.matter_id, decided.by, decided.at)
    recorded = [record(state, f"matter-{into.matter_id}", merged), record(state, f"matter-{from_id}", absorbed)]
    trigger = _trigger(state, part)
    recorded += _lift(state, into, part, trigger, rules)
    return recorded + _carry_alert(state, into, part, trigger, decided.at, rules)


def undo_merge(state: State, matter_id: str, decided: Decided, rules: Rules) -> list[Recorded]:
    """Let a matter stand by itself again, with whatever came to it meanwhile; both are graded by what they hold.

    Args:
        state: with the matter, those it is part of, the parts of these, and the alerts of all.
        matter_id: the part.
        decided: who, when and why.
        rules: by which levels follow.

    Raises:
        NotAllowed: it is not part of another.
    """
    part = state.matters[matter_id]
    if part.merged_into is None:
        raise NotAllowed(f"事项「{part.title}」没有并入别的事项，不能撤销", "it is not part of another matter")
    into = state.matters[part.merged_into]
    undone = MergeUndone(into.matter_id, matter_id, decided.by, decided.at, decided.reason)
    released = MatterReleased(matter_id, into.matter_id, decided.by, decided.at)
    recorded = [record(state, f"matter-{into.matter_id}", undone), record(state, f"matter-{matter_id}", released)]
    why = Reason("matter.unmerged", f"撤销归并：{decided.reason}", "person")
    recorded += _grade_anew(state, part, part.level, why, rules)
    for matter in lineage(state, into.matter_id):
        recorded += _grade_anew(state, matter, matter.level if matter.own is None else matter.own.level, why, rules)
    recorded += _give_alert_back(state, part, "撤销归并，事项重新单列", rules)
    top = head(state, into.matter_id)
    if not _grave(top.level, rules):
        recorded += pass_alert(state, top, part, f"撤销归并，预警归还事项「{part.title}」", decided.at)
    return recorded


def split(
    state: State,
    matter_id: str,
    moved: frozenset[str],
    disputes: Mapping[str, Assessed],
    sighted: Mapping[str, Sighted],
    title: str,
    decided: Decided,
    rules: Rules,
) -> list[Recorded]:
    """Make a matter of some of a matter's own events; both are graded by what they hold.

    Args:
        state: with the matter, those it is part of, the parts of these, the alerts of all, and the link keys of ``disputes``.
        matter_id: the matter they are taken from.
        moved: ids of the events taken out.
        disputes: every event of the matter's own, as assessed.
        sighted: the same, as the matter took them over.
        title: of the new matter; empty to derive one.
        decided: who, when and why.
        rules: by which levels follow.

    Raises:
        NotAllowed: events that are not its own, none, or all of them.
    """
    matter = state.matters[matter_id]
    if strange := sorted(moved - sighted.keys()):
        parts = f"；并入的事项（{'、'.join(matter.members)}）的事件，请在该事项上拆分" if matter.members else ""
        raise NotAllowed(f"事件 {strange[0]} 不属于本事项{parts}", f"event {strange[0]} is not of this matter's own")
    if not moved or len(moved) == len(sighted):
        raise NotAllowed(
            f"请选出要拆出的事件：至少 1 件，且不是全部 {len(sighted)} 件",
            "choose some of its events, not none and not all",
        )
    out = tuple(_known(sighted[one], disputes[one], rules) for one in sorted(moved))
    kept = tuple(_known(sighted[one], disputes[one], rules) for one in sorted(sighted.keys() - moved))
    staying = {key for one in kept for key in disputes[one.dispute_id].link_keys}
    leaving = {key for one in out for key in disputes[one.dispute_id].link_keys} - staying
    keys = tuple(sorted(key for key in leaving if state.keys.get(key) == matter_id))
    gravest = disputes[max(out, key=lambda one: (one.level, one.occurred_at, one.dispute_id)).dispute_id]
    version = str(state.versions.get(f"matter-{matter_id}", 0))
    new_id = derived_id("matter", "split", matter_id, version)
    by = (decided.by, decided.at)
    whole = head(state, matter_id)
    top = gravest.level if not matter.settled else min(gravest.level, matter.level)
    off = MatterSplitOff(
        new_id,
        matter_id,
        title.strip() or f"{matter.title}（拆出）",
        gravest.category,
        gravest.place.county,
        top,
        (Reason("matter.split", f"自事项「{matter.title}」拆出：{decided.reason}", "person"), *gravest.reasons),
        out,
        keys,
        *by,
    )
    left = MatterSplit(matter_id, new_id, *by, decided.reason, tuple(sorted(moved)), keys, kept)
    recorded = [record(state, f"matter-{matter_id}", left), record(state, f"matter-{new_id}", off)]
    new = state.matters[new_id]
    why = Reason("matter.split", f"拆出 {len(out)} 件为事项「{new.title}」：{decided.reason}", "person")
    recorded += _grade_anew(state, new, new.level, why, rules)
    for each in lineage(state, matter_id):
        recorded += _grade_anew(state, each, 0 if each.own is None else each.own.level, why, rules)
    trigger = Trigger((gravest.dispute_id,), gravest.place.region_keys()[0], gravest.occurred_at)
    recorded += alert_matter(state, new, trigger, gravest, rules)
    if not _grave(whole.level, rules):
        recorded += pass_alert(state, whole, new, f"预警随事件拆至事项「{new.title}」", decided.at)
    return recorded


def _known(sighted: Sighted, dispute: Assessed, rules: Rules) -> Sighted:
    """What a matter took over, with what earlier releases did not say of it."""
    if sighted.level:
        return sighted
    wanted = {mark for rule in rules.policy.matter_rule for mark in rule.marks}
    marked = tuple(mark for mark in marks(dispute) if mark in wanted)
    return msgspec.structs.replace(
        sighted,
        level=dispute.level,
        claim=claim_of(dispute, rules.policy),
        case=dispute.case_number or "",
        marks=marked,
    )


def _lift(state: State, into: Matter, part: Matter, trigger: Trigger, rules: Rules) -> list[Recorded]:
    """Lift a matter to what it holds together with a new part; a closed one is opened by a part that is open, or by what both come to."""
    closed = into.status == SETTLED
    brings = part.status == OPEN
    level = max(into.level, part.level if brings else 0)
    level, found = standing(into, level, rules.policy)
    about = f"并入事项「{part.title}」（{Level(part.level).zh}，{part.events} 件，{part.people} 人）"
    reasons = (Reason("matter.merged", about, "rule"), *found, *(part.reasons if part.level > into.level else ()))
    stream, ids = f"matter-{into.matter_id}", trigger.dispute_ids
    if closed:
        if not brings and level < Level.parse(rules.policy.settle.reopen_level):
            return []
        opened = MatterReopened(into.matter_id, "", None, f"销号之后{about}", level, reasons, ids)
        recorded = [record(state, stream, opened)]
    elif level > into.level:
        recorded = [record(state, stream, MatterRegraded(into.matter_id, into.level, level, reasons, ids))]
    else:
        return []
    return recorded + alert_matter(state, into, trigger, None, rules)


def _carry_alert(
    state: State, into: Matter, part: Matter, trigger: Trigger, now: datetime, rules: Rules
) -> list[Recorded]:
    """Leave one open alert: a part's that is open goes to the matter it is part of now."""
    carried = open_alert_of(state, part)
    if carried is None:
        return []
    recorded: list[Recorded] = []
    if alert_of(state, into) is None:
        raised = msgspec.structs.replace(into, level=max(into.level, carried.level))
        recorded += alert_matter(state, raised, trigger, None, rules)
    why = f"并入的事项「{part.title}」有未办结的预警"
    recorded += news(state, into, News(carried.level, why, tuple(carried.reasons), trigger.dispute_ids), None, rules)
    return recorded + pass_alert(state, part, into, f"所属事项已并入「{into.title}」", now)


def _give_alert_back(state: State, matter: Matter, why: str, rules: Rules) -> list[Recorded]:
    """Open the alert that a merge closed; raise one where a grave matter has none."""
    alert = alert_of(state, matter)
    trigger = _trigger(state, matter)
    if alert is None:
        return alert_matter(state, matter, trigger, None, rules) if _grave(matter.level, rules) else []
    if alert.outcome == DUPLICATE and not alert.handled_by:
        return reopen(state, alert.alert_id, why, tuple(alert.reasons), trigger.dispute_ids)
    return []


def _grade_anew(state: State, matter: Matter, base: int, why: Reason, rules: Rules) -> list[Recorded]:
    """Grade a matter by what it holds now, up or down but not below ``base``; what an official settled is not lifted by what was known then."""
    parts = [state.matters[member].level for member in matter.members]
    level, found = standing(matter, max([base, peak(matter), *parts]), rules.policy)
    if matter.settled or matter.status == SETTLED:
        level = min(max(level, 1), matter.level)
    if level == matter.level or level == 0:
        return []
    regraded = MatterRegraded(matter.matter_id, matter.level, level, (why, *found), _trigger(state, matter).dispute_ids)
    return [record(state, f"matter-{matter.matter_id}", regraded)]


def _trigger(state: State, matter: Matter) -> Trigger:
    """The newest event of a matter, where its alert is (its county when it has none)."""
    alert = alert_of(state, matter)
    newest = matter.recent[-1]
    region = alert.region if alert is not None else matter.county
    when = matter.last_at
    assert when is not None, "a matter has events"
    return Trigger((newest.dispute_id,), region, when)


def _grave(level: int, rules: Rules) -> bool:
    return level >= Level.parse(rules.policy.alert.matter_min_level)
