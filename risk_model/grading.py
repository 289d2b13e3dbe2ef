"""Floors: the least level of an event by policy, applied after the model and named apart from it."""

import re
from functools import lru_cache

from risk_model.policy import Floor, Policy
from schemas.levels import Level
from schemas.reasons import Reason

_ORDINALS = {level.code: int(level) for level in Level}
NEGATIONS = ("没有", "并未", "未曾", "未", "不会", "防止", "避免", "无")


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


def _found(words: tuple[str, ...], text: str) -> list[str]:
    """Signal words in a text that are not negated right before them."""
    hits = _pattern(words).finditer(text)
    return sorted({hit[0] for hit in hits if not text.endswith(NEGATIONS, max(0, hit.start() - 3), hit.start())})


def apply_floors(
    policy: Policy, model_level: int, event_type: str, text: str, people_involved: int | None, repeat_count: int
) -> tuple[int, tuple[Reason, ...]]:
    """Final level of an event and the floors that hold for it.

    Args:
        policy: the floors in force.
        model_level: the model's level, 1 … 4.
        event_type: type without prefix.
        text: masked title and narrative.
        people_involved: head count, None when not known.
        repeat_count: earlier complaints about the same.

    Returns:
        ``(level, reasons)``: level is the highest of the model's and every floor that holds; a reason stands for
        each floor that alone would give that level, and for signal words whatever the level: plans depend on them.
    """
    level = model_level
    held: list[tuple[Floor, int, Reason]] = []
    people = people_involved or 0
    for floor in policy.floor:
        least = _ORDINALS[floor.level]
        if (least <= model_level and not floor.words) or (floor.types and event_type not in floor.types):
            continue
        if floor.min_people is not None and people < floor.min_people:
            continue
        if floor.min_repeat is not None and repeat_count < floor.min_repeat:
            continue
        words: list[str] = []
        if floor.words:
            words = _found(floor.words, text)
            if not words or any(denial in text for denial in floor.unless):
                continue
        sentence = floor.text.format(people=people, repeat=repeat_count, words="、".join(words))
        held.append((floor, least, Reason(floor.code, sentence, "floor")))
        level = max(level, least)
    return level, tuple(reason for floor, least, reason in held if floor.words or least == level)
