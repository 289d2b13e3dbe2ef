"""Reports made up to fill a quota: copies, round numbers, a rush at the end of the month. It points people to them; it removes nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from risk_model.local_time import local_day
from risk_model.quality.observed import Observed, observed_examples
from risk_model.quality.thresholds import JunkTable
from risk_model.scoring.examples import LabelledExample
from risk_model.text.near_duplicates import copies
from schemas.reasons import Reason

REPEATED_TYPES = frozenset({"gov.repeat_petition"})
ROUND_PEOPLE = 5
ROUND_FEN = 1_000_000  # whole 万元
# How far each sign alone moves the score; copies count with their share of the month.
ROUND_WEIGHT, MONTH_END_WEIGHT, QUOTA_WEIGHT = 0.35, 0.35, 0.1

Month = tuple[int, int]


class JunkFinding(msgspec.Struct, frozen=True):
    """One reporter's month that a person should look at.

    Attributes:
        reporter, source: who.
        month: ``YYYY-MM``, local.
        reports: reports of the month.
        score: in [0, 1].
        reasons: signs, in Chinese.
        event_ids: the reports behind them: the copies where there are any.
    """

    reporter: str
    source: str
    month: str
    reports: int
    score: float
    reasons: tuple[Reason, ...]
    event_ids: tuple[str, ...]


class _Sign(NamedTuple):
    strength: float
    reason: Reason
    events: list[int]


def quota_junk(observed: Sequence[Observed], limits: JunkTable) -> list[JunkFinding]:
    """Months of reporters that look made up, highest score first.

    Signs: a share of near-copies among different matters; head counts or amounts that are round more often than other reporters' of the
    same kinds of events; more events in the last days than others have; a quota mark as the number of reports (only beside others).

    Args:
        observed: events of one or more whole months.
        limits: ``[model.junk]``.
    """
    events = sorted(observed, key=lambda o: (o.reporter, o.occurred_at, o.event_id))
    months: dict[tuple[str, Month], list[int]] = defaultdict(list)
    for row, event in enumerate(events):
        if event.reporter:
            months[event.reporter, _month(event.occurred_at)].append(row)
    judged = {key: rows for key, rows in months.items() if len(rows) >= limits.min_reports}
    if not judged:
        return []
    copied = _copied(events, limits, limits.min_copies)
    chance = limits.significance / len(judged)
    habits = [
        _Habit("junk.round_people", "人数为 5 的倍数", ROUND_WEIGHT, events, _round_people, False),
        _Habit("junk.round_amount", "金额为整万元", ROUND_WEIGHT, events, _round_amount, False),
        _Habit(
            "junk.month_end",
            f"发生在当月最后 {limits.month_end_days} 天",
            MONTH_END_WEIGHT,
            events,
            _late(limits),
            True,
        ),
    ]
    found = []
    for (reporter, month), rows in judged.items():
        signs = [sign for habit in habits if (sign := habit.sign(rows, chance))]
        if (sign := _copy_sign(rows, copied, limits)) is not None:
            signs.insert(0, sign)
        if signs and len(rows) % limits.quota_step == 0:
            text = f"当月恰好 {len(rows)} 件"
            signs.append(_Sign(QUOTA_WEIGHT, Reason("junk.quota_mark", text, "detector"), []))
        score = 1.0 - float(np.prod([1.0 - sign.strength for sign in signs]))
        if score >= limits.flag_score:
            behind = signs[0].events if signs[0].reason.code == "junk.copies" else [r for s in signs for r in s.events]
            found.append(
                JunkFinding(
                    reporter,
                    events[rows[0]].source,
                    f"{month[0]:04d}-{month[1]:02d}",
                    len(rows),
                    round(score, 3),
                    tuple(sign.reason for sign in signs),
                    tuple(events[row].event_id for row in sorted(set(behind))),
                )
            )
    return sorted(found, key=lambda f: (-f.score, f.reporter, f.month))


def suspicious(examples: Sequence[LabelledExample], limits: JunkTable) -> set[int]:
    """Positions of examples that look made up to fill a quota: by month as ``quota_junk``, and large sets of copies whatever their share.

    A label file knows the agency, not the township, so one township's copies are few among the agency's reports; a set of
    ``file_copies`` of them is odd all the same, and teaches the model no more than one of them does. Answerable for an example is its
    agency, else who labelled it; nobody's are not judged.

    Args:
        examples: of a label file.
        limits: ``[model.junk]``.
    """
    observed = observed_examples(examples)
    observed = [
        msgspec.structs.replace(o, reporter=o.source or example.labelled_by or "")
        for o, example in zip(observed, examples, strict=True)
    ]
    found: set[int] = set()
    if all(example.occurred_at is not None for example in examples):  # months need times
        found = {int(event_id) for finding in quota_junk(observed, limits) for event_id in finding.event_ids}
    return found | set(np.flatnonzero(_copied(observed, limits, limits.file_copies)).tolist())


def _copied(events: Sequence[Observed], limits: JunkTable, least: int) -> NDArray[np.bool_]:
    """Whether each event is one of ``least`` or more copies by one reporter about different matters, in whatever month.

    Repeated complaints are alike because they are repeated, and reports of nobody known may be of many: neither is compared. The
    reports of one matter count once.
    """
    numbers: dict[str, int] = {}
    groups = [-1 if _repeated(e) or not e.reporter else numbers.setdefault(e.reporter, len(numbers)) for e in events]
    label = copies([e.text for e in events], groups, limits.similarity, limits.min_characters)
    matters: dict[int, set[str]] = defaultdict(set)
    for number, event in zip(label.tolist(), events, strict=True):
        matters[number].add(event.matter_id or event.event_id)
    return np.array([len(matters[number]) >= least for number in label.tolist()], dtype=np.bool_)


def _repeated(event: Observed) -> bool:
    return event.fields.repeat_count > 0 or event.fields.event_type in REPEATED_TYPES


def _copy_sign(rows: Sequence[int], copied: NDArray[np.bool_], limits: JunkTable) -> _Sign | None:
    found = [row for row in rows if copied[row]]
    share = len(found) / len(rows)
    if len(found) < limits.min_copies or share < limits.copy_share:
        return None
    text = f"{len(rows)} 件中有 {len(found)} 件正文雷同（{share:.0%}），且分属不同事项"
    return _Sign(share, Reason("junk.copies", text, "detector"), found)


class _Habit:
    """A yes-or-no trait of events, and how usual it is with all other reporters of the same kind of event.

    Args:
        code, what: of the reason.
        weight: strength of the sign.
        events: all events.
        trait: whether an event has it; None where it cannot be said.
        same_month: whether others are compared within the same month only.
    """

    def __init__(
        self,
        code: str,
        what: str,
        weight: float,
        events: Sequence[Observed],
        trait: Callable[[Observed], bool | None],
        same_month: bool,
    ) -> None:
        self._code, self._what, self._weight = code, what, weight
        self._traits = [trait(event) for event in events]
        self._kinds = [(e.fields.event_type, _month(e.occurred_at) if same_month else None) for e in events]
        self._known: dict[object, int] = defaultdict(int)
        self._having: dict[object, int] = defaultdict(int)
        for kind, has in zip(self._kinds, self._traits, strict=True):
            if has is not None:
                self._known[kind] += 1
                self._having[kind] += has

    def sign(self, rows: Sequence[int], chance: float) -> _Sign | None:
        """A sign when these events of one reporter's month have the trait more often than chance allows."""
        known = [row for row in rows if self._traits[row] is not None]
        having = [row for row in known if self._traits[row]]
        if not known:
            return None
        usual = float(np.mean([self._others(row, known) for row in known]))
        if binom.sf(len(having) - 1, len(known), usual) > chance:
            return None
        text = f"{len(known)} 件中有 {len(having)} 件{self._what}（{len(having) / len(known):.0%}），同类上报通常为 {usual:.0%}"
        return _Sign(self._weight, Reason(self._code, text, "detector"), having)

    def _others(self, row: int, own: Iterable[int]) -> float:
        """Share of other reporters' events of the kind that have the trait, smoothed towards one half."""
        kind = self._kinds[row]
        mine = [r for r in own if self._kinds[r] == kind]
        having = self._having[kind] - sum(bool(self._traits[r]) for r in mine)
        return (having + 1.0) / (self._known[kind] - len(mine) + 2.0)


def _round_people(event: Observed) -> bool | None:
    people = event.fields.people_involved
    return None if not people else people % ROUND_PEOPLE == 0


def _round_amount(event: Observed) -> bool | None:
    amount = event.fields.amount_fen
    return None if not amount else amount % ROUND_FEN == 0


def _late(limits: JunkTable) -> Callable[[Observed], bool | None]:
    return lambda event: _days_left(event.occurred_at) < limits.month_end_days


def _days_left(moment: datetime) -> int:
    """Days of the local month after this one."""
    day = local_day(moment)
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (following - day).days - 1


def _month(moment: datetime) -> Month:
    day = local_day(moment)
    return day.year, day.month
