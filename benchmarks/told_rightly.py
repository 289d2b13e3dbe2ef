"""Whether what officials were told was as grave as told, by the labels of the simulated city: by what brought it to its level, and what was missed.

A message about a matter is **right** when an event behind it is truly (by its label, which carries 5 % noise) at least of the level told; behind it are
the matter's events at the time and those reported until the official closes it ``HANDLED_DAYS`` later, without what an earlier closing settled.
A later year's events do not make today's message right. Every other message is right when it is about a planted story; a matter's may be about
one without being so grave.

A **grave case** is a matter (or an event without one) with an event truly of the level; it is found when its matter is told at that level at most
``HANDLED_DAYS`` after that event was reported.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.office import Message, Office
from infra.demo_officials import HANDLED_DAYS
from risk_model.matters.level_rules import head
from risk_model.shares import wilson
from schemas.levels import Level

_WITHIN = timedelta(HANDLED_DAYS)
_DAY = timedelta(1)


@dataclass(frozen=True)
class Labels:
    """What is true of a city's events.

    Attributes:
        level: true level of each event.
        reported: when it became known.
        case_of: the matter that holds it in the end, or the event itself where it has none.
        head_of: by matter, the matter that it is in the end, or is part of.
    """

    level: Mapping[str, int]
    reported: Mapping[str, datetime]
    case_of: Mapping[str, str]
    head_of: Mapping[str, str]

    @property
    def cases(self) -> dict[str, list[str]]:
        """Events of each case."""
        found: dict[str, list[str]] = defaultdict(list)
        for event, case in self.case_of.items():
            found[case].append(event)
        return found


@dataclass(frozen=True)
class Missed:
    """Grave cases of a level: how many, days to the first message at the level, and at the level below it, of those found."""

    cases: int
    days: list[float]
    days_below: list[float]


def labels(office: Office, level: Mapping[str, int]) -> Labels:
    """Labels of the events an office heard of.

    Args:
        office: after the run.
        level: true level of each event.
    """
    state = office.watch.state
    head_of = {matter_id: head(state, matter_id).matter_id for matter_id in state.matters}
    filed = {one: file.matter_id for one, file in state.filed.items()}
    case_of = {one: head_of[matter] if (matter := filed.get(one)) else one for one in office.disputes}
    return Labels(level, {one: d.reported_at for one, d in office.disputes.items()}, case_of, head_of)


def true_levels(told: Iterable[Message], known: Labels) -> list[int]:
    """Gravest true level of the events behind each message about a matter; 0 for others."""
    cases = known.cases
    return [_true_level(message, known, cases) if message.matter_id else 0 for message in told]


def _true_level(message: Message, known: Labels, cases: Mapping[str, Sequence[str]]) -> int:
    later = cases.get(known.head_of[message.matter_id or ""], ())
    behind = {*message.behind, *(e for e in later if message.at < known.reported[e] <= message.at + _WITHIN)}
    new = [one for one in behind if message.closed is None or known.reported[one] > message.closed]
    return max((known.level[one] for one in new), default=1)


def missed(told: Iterable[Message], known: Labels, level: int) -> Missed:
    """Cases truly of a level, and when they were told."""
    told_at: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for message in told:
        if message.matter_id:
            told_at[known.head_of[message.matter_id]].append((message.at, message.level))
    first: dict[str, datetime] = {}
    for event, case in known.case_of.items():
        if known.level[event] >= level:
            first[case] = min(first.get(case, known.reported[event]), known.reported[event])
    days: dict[int, list[float]] = {level: [], level - 1: []}
    for case, begun in first.items():
        for least, found in days.items():
            at = min((at for at, of in told_at[case] if of >= least and at <= begun + _WITHIN), default=None)
            if at is not None:
                found.append(max((at - begun) / _DAY, 0.0))
    return Missed(len(first), days[level], days[level - 1])


def grounds_table(told: Sequence[Message], known: Labels, story_of: Mapping[str, str]) -> list[str]:
    """Markdown: by what brought a message to orange or red, how many were right and wrong. One with several grounds counts in each."""
    lines: list[str] = []
    for level in (Level.RED, Level.ORANGE):
        rows: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
        own = [message for message in told if message.level == level]
        for message, true in zip(own, true_levels(own, known), strict=True):
            row = (true >= level, message.alert_id in story_of)
            for code in message.grounds or ("—",):
                rows[code].append(row)
            rows[""].append(row)
        lines += [
            f"| {level.zh}：依据 | 告知 | 等级属实 | 不及此等级而属剧情 | 都不是 | 对的占（95% 区间） |",
            "|---" * 6 + "|",
        ]
        for code, found in sorted(rows.items(), key=lambda item: (not item[0], -len(item[1]), item[0])):
            lines.append(_row(f"`{code}`" if code else "合计", found))
        lines.append("")
    return lines


def _row(name: str, found: Sequence[tuple[bool, bool]]) -> str:
    grave = sum(true for true, _ in found)
    story = sum(of_story and not true for true, of_story in found)
    right, number = grave + story, len(found)
    low, high = wilson(right, number, 0.95)
    return (
        f"| {name} | {number:,} | {grave:,} | {story:,} | {number - right:,} |"
        f" {right / number:.0%}（{low:.0%}–{high:.0%}） |"
    )


def missed_table(told: Sequence[Message], known: Labels) -> list[str]:
    """Markdown: cases truly red and orange, how many of them were told in time and after how many days."""
    red, orange = missed(told, known, Level.RED), missed(told, known, Level.ORANGE)
    rows = (
        ("红，告知为红", red.cases, red.days),
        ("红，告知为橙或红", red.cases, red.days_below),
        ("橙或红，告知为橙或红", orange.cases, orange.days),
    )
    lines = [f"| 真实等级 | 事项 | {HANDLED_DAYS} 天内告知的 | 占（95% 区间） | 平均第几天 |", "|---" * 5 + "|"]
    for name, cases, days in rows:
        low, high = wilson(len(days), cases, 0.95) if cases else (0.0, 0.0)
        share = f"{len(days) / cases:.1%}（{low:.0%}–{high:.0%}）" if cases else "—"
        mean = f"{statistics.mean(days):.1f}" if days else "—"
        lines.append(f"| {name} | {cases:,} | {len(days):,} | {share} | {mean} |")
    return lines
