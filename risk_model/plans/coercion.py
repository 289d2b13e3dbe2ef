"""Coercive measures (突发事件应对法 74 and the like) have no place in a plan: what a text says of them is found by words of the policy."""

from collections.abc import Iterable, Sequence

from schemas.domain_events import PlannedMeasure
from schemas.errors import FieldError, field_error


def coercive_word(text: str, words: Sequence[str]) -> str | None:
    """The first of the words that a text has; None when it has none. Blanks within a word do not hide it."""
    flat = "".join(text.split())
    return next((word for word in words if word in flat), None)


def coercive_errors(measures: Iterable[PlannedMeasure], words: Sequence[str]) -> list[FieldError]:
    """Every measure that says something coercive, with the word."""
    errors = []
    for number, measure in enumerate(measures):
        word = coercive_word(measure.text, words)
        if word is not None:
            zh, en = "不含强制措施的措施", "a measure that is not coercive"
            advice = "确需采取强制措施的，由有权机关依法另行决定，不写入处置方案"
            advice_en = (
                "the authority concerned decides on a coercive one by itself, under the law; it has no place in a plan"
            )
            errors.append(field_error("not_allowed", f"measures[{number}].text", word, zh, en, advice, advice_en))
    return errors
