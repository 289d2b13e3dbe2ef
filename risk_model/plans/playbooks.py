"""Playbooks (处置预案): conditions, measures, lead departments, legal basis and deadlines, as data."""

from collections.abc import Collection
from typing import Literal

import msgspec

from risk_model.policy import PolicyError
from risk_model.policy_table import AtLeast1, NonEmpty, PolicyTable
from schemas.event_types import EVENT_TYPES
from schemas.levels import Level
from schemas.taxonomy import CATEGORIES

AlertKind = Literal["matter", "emerging", "trending", "regional", "systemic"]
PartyKind = Literal["person", "enterprise", "agency", "group"]
KIND_ZH: dict[str, str] = {
    "matter": "重大事项",
    "emerging": "苗头性",
    "trending": "趋势性",
    "regional": "区域性",
    "systemic": "系统性",
}
BLANKS = ("county", "township")


class Measure(PolicyTable, frozen=True):
    """``[[playbook.measures]]``: one measure.

    Attributes:
        text, lead, support: what is done, who leads, who supports; may hold ``{county}`` and ``{township}``.
        basis: articles (《…》第N条) and local rules; those of the clock are added.
        due_days: days from the signing of the plan.
        clock: code of the deadline that governs it, where there is one.
        kinds, min_level: only for alerts of these kinds, and from this level.
    """

    text: NonEmpty
    lead: NonEmpty
    support: tuple[NonEmpty, ...] = ()
    basis: tuple[NonEmpty, ...] = ()
    due_days: AtLeast1 | None = None
    clock: str | None = None
    kinds: tuple[AlertKind, ...] = ()
    min_level: str = ""

    def fits(self, kind: str, level: int) -> bool:
        """Whether it is for an alert of a kind and level."""
        return (not self.kinds or kind in self.kinds) and _reached(self.min_level, level)


class Playbook(PolicyTable, frozen=True):
    """``[[playbook]]``: when one of its conditions holds, and the level is reached, its measures go into the draft.

    Attributes:
        categories, types, floors, subjects, min_people, kinds: the conditions; one that holds is enough. With none of them the
            level alone decides.
        parties: only where the event that gave the reason has a party of one of these kinds; what no event gave is not held to it.
        min_level: the least level of the alert.
        supplement: it adds to other playbooks and does not stand for one.
        fallback: its measures are taken when no playbook but supplements applies.
    """

    id: NonEmpty
    name: NonEmpty
    measures: tuple[Measure, ...]
    categories: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    floors: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    kinds: tuple[AlertKind, ...] = ()
    min_people: AtLeast1 | None = None
    parties: tuple[PartyKind, ...] = ()
    min_level: str = ""
    supplement: bool = False
    fallback: bool = False

    @property
    def conditions(self) -> bool:
        """Whether it names any condition but the level."""
        named = (self.categories, self.types, self.floors, self.subjects, self.kinds)
        return any(named) or self.min_people is not None

    def open_to(self, level: int, parties: Collection[str] | None) -> bool:
        """Whether an alert's level is high enough and the kinds of its parties (None: not known) are among those meant."""
        return _reached(self.min_level, level) and (
            not self.parties or parties is None or any(kind in self.parties for kind in parties)
        )


class _Document(PolicyTable, frozen=True):
    playbook: tuple[Playbook, ...]


def parse_playbooks(document: bytes, clock_codes: Collection[str] | None = None) -> tuple[Playbook, ...]:
    """Playbooks from the bytes of their TOML file.

    Args:
        document: the file.
        clock_codes: codes of the deadlines measures may name; None leaves them unchecked.

    Raises:
        PolicyError: a key, type, category, event type, level, blank or deadline does not hold; names its path.
    """
    try:
        books = msgspec.toml.decode(document, type=_Document).playbook
    except (msgspec.ValidationError, msgspec.DecodeError) as bad:
        raise PolicyError(f"处置预案文件有误：{bad} / playbooks: {bad}") from None
    seen: set[str] = set()
    for number, book in enumerate(books):
        where = f"playbook[{number}] ({book.id})"
        if book.id in seen:
            raise PolicyError(f"{where}.id: 重复 / given twice")
        seen.add(book.id)
        _check_conditions(where, book)
        for place, measure in enumerate(book.measures):
            _check_measure(f"{where}.measures[{place}]", measure, clock_codes)
    if sum(book.fallback for book in books) != 1:
        raise PolicyError("playbook: 须有且只有一个 fallback = true 的预案 / exactly one playbook must be the fallback")
    return books


def _check_conditions(where: str, book: Playbook) -> None:
    if not book.measures:
        raise PolicyError(f"{where}.measures: 至少一项措施 / at least one measure")
    _check_level(f"{where}.min_level", book.min_level)
    for key, named, known in (("categories", book.categories, CATEGORIES), ("types", book.types, EVENT_TYPES)):
        for name in named:
            if name not in known:
                raise PolicyError(f"{where}.{key}: 没有 {name!r} / no {name!r}")
    if book.fallback == (book.conditions or bool(book.min_level or book.parties)):
        raise PolicyError(
            f"{where}: 须写明选用条件，fallback 的预案除外 / conditions are expected, except of the fallback"
        )


def _check_measure(where: str, measure: Measure, clock_codes: Collection[str] | None) -> None:
    _check_level(f"{where}.min_level", measure.min_level)
    if measure.due_days is None and measure.clock is None:
        raise PolicyError(f"{where}: 须写明 due_days 或 clock / due_days or clock is expected")
    if measure.clock is not None and clock_codes is not None and measure.clock not in clock_codes:
        raise PolicyError(f"{where}.clock: clocks.toml 没有 {measure.clock!r} / no clock {measure.clock!r}")
    for text in (measure.text, measure.lead, *measure.support):
        try:
            text.format(**dict.fromkeys(BLANKS, ""))
        except (KeyError, IndexError, ValueError, AttributeError):
            raise PolicyError(
                f"{where}: {text!r} 只可使用 {{county}}、{{township}} / only {{county}} and {{township}} can be filled in"
            ) from None


def _check_level(where: str, level: str) -> None:
    try:
        _reached(level, Level.RED)
    except ValueError as bad:
        raise PolicyError(f"{where}: {bad}") from None


def _reached(least: str, level: int) -> bool:
    return not least or level >= Level.parse(least)
