"""What a deadline is (``clocks.toml``): length, unit, how its last day moves, extension, suspension, warnings, who is told."""

from datetime import timedelta
from typing import Literal

from risk_model.policy_table import AtLeast0, AtLeast1, NonEmpty, PolicyTable

Unit = Literal["hours", "days", "working_days", "months"]
LastDay = Literal["next_working_day", "previous_working_day", "as_counted"]
Direction = Literal["after", "before"]

UNIT_ZH: dict[str, str] = {"hours": "小时", "days": "日", "working_days": "个工作日", "months": "个月"}


class ExtensionRule(PolicyTable, frozen=True):
    """``extension``: a deadline may be extended once, by at most ``max`` of its own unit.

    Attributes:
        approver: who grants it.
        basis: articles that allow it.
    """

    max: AtLeast1
    approver: NonEmpty
    basis: tuple[NonEmpty, ...]


class EscalationStep(PolicyTable, frozen=True):
    """Who is told so long after a deadline lapsed, on the side that owes the answer and on the side that asked."""

    owing: NonEmpty
    asking: str = ""
    after_days: AtLeast0 = 0
    after_hours: AtLeast0 = 0

    @property
    def after(self) -> timedelta:
        """Time after the lapse."""
        return timedelta(days=self.after_days, hours=self.after_hours)


class Chain(PolicyTable, frozen=True):
    """``[[chain]]``: who is warned before a deadline lapses, and who is told after, step by step, on both sides."""

    id: NonEmpty
    warned: EscalationStep
    lapsed: tuple[EscalationStep, ...]


class ClockRule(PolicyTable, frozen=True):
    """``[[clock]]``: one kind of deadline.

    Attributes:
        code: stable name.
        name: what is to be done by then.
        length, unit: how long.
        starts: what starts it, in words (“受理”, “收到建议书”); the day it happens is not counted.
        owing, asking: who must act, and for whom.
        basis: articles; empty for a deadline of the policy itself.
        direction: ``after`` what starts it, or ``before`` it (a hearing).
        last_day: where the last day goes when it is no working day.
        last_day_basis: the article that says so.
        shorter: whether whoever sets the deadline may set a shorter one (“一般不超过两个月”).
        extension: None when it cannot be extended.
        suspension: on which ground and article it may be suspended; empty when it cannot.
        warn_days, warn_hours: how long before the lapse warnings go out.
        chain: id of the chain told.
        note: what a reader should know of the count.
    """

    code: NonEmpty
    name: NonEmpty
    length: AtLeast1
    unit: Unit
    starts: NonEmpty
    owing: NonEmpty
    chain: NonEmpty
    last_day: LastDay
    asking: str = ""
    basis: tuple[NonEmpty, ...] = ()
    direction: Direction = "after"
    last_day_basis: str = ""
    shorter: bool = False
    extension: ExtensionRule | None = None
    suspension: str = ""
    warn_days: tuple[AtLeast1, ...] = ()
    warn_hours: tuple[AtLeast1, ...] = ()
    note: str = ""

    @property
    def statutory(self) -> bool:
        """Whether a law sets it, not this policy."""
        return bool(self.basis)

    @property
    def warnings(self) -> tuple[timedelta, ...]:
        """Times before the lapse at which to warn, longest first.

        A deadline in days lapses at the end of its last day; ``warn_days`` then means the start of the day so many days before.
        """
        whole = 0 if self.unit == "hours" else 1
        spans = [timedelta(days=days + whole) for days in self.warn_days] + [
            timedelta(hours=h) for h in self.warn_hours
        ]
        return tuple(sorted(spans, reverse=True))
