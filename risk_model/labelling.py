"""Labels: what an official says a dispute event's category and level should have been. Pure decisions."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from risk_model.refusals import LONGEST_NAME, LONGEST_REASON, Incomplete, text_errors
from schemas.domain_events import LabelGiven
from schemas.errors import FieldError, field_error
from schemas.levels import Level
from schemas.taxonomy import CATEGORIES, CATEGORY_INDEX


class Verdict(msgspec.Struct, frozen=True):
    """What an official says, before it is given to an event.

    Attributes:
        given_by: the official.
        reason: why, in their words, masked.
        category: a category of the taxonomy; None says nothing of it.
        level: 1 blue … 4 red; None says nothing of it. Not both are None.
        alert_id: the alert the official was handling, if it was one.
    """

    given_by: str
    reason: str
    category: str | None = None
    level: int | None = None
    alert_id: str | None = None


class InForce(NamedTuple):
    """What officials' labels come to: of category and of level the newest that was said; None where nobody said."""

    category: str | None = None
    level: int | None = None


def in_force(labels: Iterable[LabelGiven]) -> InForce:
    """Labels of one event, oldest first, taken together."""
    category: str | None = None
    level: int | None = None
    for label in labels:
        category = category if label.category is None else label.category
        level = level if label.level is None else label.level
    return InForce(category, level)


def decide_label(dispute_id: str, now_in_force: InForce, verdict: Verdict, now: datetime) -> LabelGiven | None:
    """The fact that follows from a verdict on one event; None when the labels in force already say the same.

    A label that confirms what the model said is a fact too: the model learns from it.

    Args:
        dispute_id: the event.
        now_in_force: what earlier labels of the event come to.
        verdict: what the official says.
        now: when, aware.

    Raises:
        Incomplete: the verdict says nothing, gives no reason or no name, or names an unknown category or level.
    """
    if errors := _wrong(verdict):
        raise Incomplete(errors)
    same_category = verdict.category in (None, now_in_force.category)
    same_level = verdict.level in (None, now_in_force.level)
    if same_category and same_level:
        return None
    return LabelGiven(
        dispute_id, verdict.given_by, now, verdict.reason, verdict.category, verdict.level, verdict.alert_id
    )


def _wrong(verdict: Verdict) -> list[FieldError]:
    errors = []
    if verdict.category is None and verdict.level is None:
        errors.append(
            field_error(
                "missing", "category, level", "nothing", "类别和等级至少填一项", "at least one of category and level"
            )
        )
    if verdict.category is not None and verdict.category not in CATEGORY_INDEX:
        choices = "、".join(CATEGORIES)
        errors.append(
            field_error(
                "not_allowed", "category", verdict.category, f"{choices} 之一", f"one of {', '.join(CATEGORIES)}"
            )
        )
    if verdict.level is not None and verdict.level not in set(Level):
        errors.append(field_error("out_of_range", "level", verdict.level, "1 至 4（蓝、黄、橙、红）", "1 to 4"))
    errors += text_errors(
        [
            ("labelled_by", verdict.given_by, LONGEST_NAME, True, "标注人姓名"),
            ("reason", verdict.reason, LONGEST_REASON, True, "理由"),
        ]
    )
    return errors
