"""Floors: the least level of an event by policy, applied after the model and named apart from it."""

import re
from typing import NamedTuple

from risk_model.policy import Floor, Policy
from schemas.event_types import EVENT_TYPES
from schemas.levels import Level
from schemas.reasons import Reason

_ORDINALS = {level.code: int(level) for level in Level}
NEGATIONS = ("没有", "并未", "未曾", "未", "不会", "防止", "避免", "无")


class _Row(NamedTuple):
    """A floor, the level it gives, and the pattern of its signal words."""

    floor: Floor
    level: int
    words: re.Pattern[str] | None


class Floors:
    """The floors of a policy, made ready: patterns compiled, and for each event type those that can hold for it."""

    def __init__(self, policy: Policy) -> None:
        rows = [_Row(floor, _ORDINALS[floor.level], _pattern(floor.words)) for floor in policy.floor]
        self._of_type = {
            name: [row for row in rows if not row.floor.types or name in row.floor.types] for name in EVENT_TYPES
        }

    def apply(
        self, model_level: int, event_type: str, text: str, people_involved: int | None, repeat_count: int
    ) -> tuple[int, tuple[Reason, ...]]:
        """Final level of an event and the floors that hold for it.

        Args:
            model_level: the model's level, 1 … 4.
            event_type: a registered type without prefix.
            text: masked title and narrative.
            people_involved: head count, None when not known.
            repeat_count: earlier complaints about the same.

        Returns:
            ``(level, reasons)``: level is the highest of the model's and every floor that holds; a reason stands for
            each floor that alone would give that level, and for signal words whatever the level: plans depend on them.
        """
        level = model_level
        held: list[tuple[_Row, Reason]] = []
        people = people_involved or 0
        for row in self._of_type[event_type]:
            floor, least, pattern = row
            if least <= model_level and pattern is None:
                continue
            if floor.min_people is not None and people < floor.min_people:
                continue
            if floor.min_repeat is not None and repeat_count < floor.min_repeat:
                continue
            words: list[str] = []
            if pattern is not None:
                words = _found(pattern, text)
                if not words or any(denial in text for denial in floor.unless):
                    continue
            sentence = floor.text.format(people=people, repeat=repeat_count, words="、".join(words))
            held.append((row, Reason(floor.code, sentence, "floor")))
            level = max(level, least)
        return level, tuple(reason for row, reason in held if row.words or row.level == level)


def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, words))) if words else None


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    """Signal words in a text that are not negated right before them."""
    if pattern.search(text) is None:  # nearly always
        return []
    hits = pattern.finditer(text)
    return sorted({hit[0] for hit in hits if not text.endswith(NEGATIONS, max(0, hit.start() - 3), hit.start())})
