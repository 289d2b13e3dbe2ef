"""``[[deadline]]`` of the policy: which reported events start a statutory deadline, who owes it, and what ends it."""

from functools import cached_property
from typing import Any, Literal

import msgspec

from risk_model.policy_table import NonEmpty, PolicyTable
from schemas.assessed import Assessed
from schemas.levels import Level

RequestKind = Literal["judicial_advice", "information", "enforcement_help", "prior_opinion", "joint_reception"]
BLANKS = ("county", "agency", "addressee")
Values = dict[str, tuple[NonEmpty, ...]]


class Ending(PolicyTable, frozen=True):
    """``ended_by``: an event that ends the deadline of the event it refers to (or of the same document).

    Attributes:
        types: event types.
        where: fields of the type's own, or of the source's, with the values of which one must be there; as text, ``true`` for a truth.
    """

    types: tuple[NonEmpty, ...]
    where: Values = msgspec.field(default_factory=dict)

    def fits(self, dispute: Assessed) -> bool:
        """Whether an event is one of these."""
        return dispute.type in self.types and _has(dispute, self.where)


class DeadlineRule(PolicyTable, frozen=True, dict=True):
    """``[[deadline]]``: an event starts a deadline by itself.

    Attributes:
        clock: code of the deadline in ``clocks.toml``.
        types: event types that start it; all conditions given must hold.
        min_level: least level of the event.
        categories, subjects: one of these categories; one of these classes of the source.
        where: see ``Ending.where``.
        unless: values of which none may be there.
        owing, asking: who owes, and to whom; ``{county}``, and ``{agency}`` and ``{addressee}`` of the event. What cannot be filled in is
            taken from the deadline's own words.
        at: name of the field that holds when the deadline starts, where that is not when the event happened; without it nothing starts.
        key: name of the field that the starting and the ending event share (a document has one deadline); empty: the ending event refers to the
            starting one.
        ended_by: what ends it; nothing here: only an official.
        request: kind of request this is in the ledger; empty: none.
    """

    clock: NonEmpty
    types: tuple[NonEmpty, ...]
    min_level: str = ""
    categories: tuple[str, ...] = ()
    subjects: tuple[NonEmpty, ...] = ()
    where: Values = msgspec.field(default_factory=dict)
    unless: Values = msgspec.field(default_factory=dict)
    owing: str = ""
    asking: str = ""
    at: str = ""
    key: str = ""
    ended_by: tuple[Ending, ...] = ()
    request: RequestKind | Literal[""] = ""

    @cached_property
    def events(self) -> frozenset[str]:
        """Event types that may start or end it."""
        return frozenset(self.types).union(*(ending.types for ending in self.ended_by))

    def starts(self, dispute: Assessed) -> bool:
        """Whether an event starts it."""
        return (
            dispute.type in self.types
            and (not self.min_level or dispute.level >= Level.parse(self.min_level))
            and (not self.categories or dispute.category in self.categories)
            and (not self.subjects or any(part in self.subjects for part in dispute.subject))
            and _has(dispute, self.where)
            and not any(field_text(dispute, name) in barred for name, barred in self.unless.items())
        )

    def ends(self, dispute: Assessed) -> bool:
        """Whether an event ends it, if it refers to one that started it."""
        return any(ending.fits(dispute) for ending in self.ended_by)


def field_text(dispute: Assessed, name: str) -> str:
    """A field of the event's type or of its source as text; empty when it has none."""
    value: Any = dispute.extra.get(name)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip() if isinstance(value, str | int) else ""


def _has(dispute: Assessed, values: Values) -> bool:
    return all(field_text(dispute, name) in allowed for name, allowed in values.items())
