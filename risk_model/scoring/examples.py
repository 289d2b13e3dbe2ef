"""Labelled dispute events the model learns from."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from risk_model.scoring.fields import ScoringFields


class LabelledExample(msgspec.Struct, frozen=True):
    """One dispute event with its right category and level.

    Attributes:
        text: masked text as the model will read it (``runtime.scoring_text``).
        fields: structured fields.
        category: name, usually of the taxonomy; None when not labelled.
        level: 1 blue … 4 red; None when not labelled.
        occurred_at: aware; the time split goes by it.
    """

    text: str
    fields: ScoringFields
    category: str | None
    level: int | None
    occurred_at: datetime


def split_by_time(
    examples: Sequence[LabelledExample], test_share: float
) -> tuple[list[LabelledExample], list[LabelledExample]]:
    """Earlier examples to learn from and the latest ``test_share`` of them to be judged by.

    Equal times keep the order of the file, so the split is deterministic.

    Raises:
        ValueError: the share is not within (0, 1), or one side would be empty.
    """
    if not 0 < test_share < 1:
        raise ValueError(f"test_share must be within (0, 1), got {test_share}")
    ordered = sorted(examples, key=lambda example: example.occurred_at)
    cut = len(ordered) - round(len(ordered) * test_share)
    if not 0 < cut < len(ordered):
        raise ValueError(
            f"{len(ordered)} 条样本无法按时间切分出 {test_share:.0%} / {len(ordered)} examples cannot be split by time"
        )
    return ordered[:cut], ordered[cut:]
