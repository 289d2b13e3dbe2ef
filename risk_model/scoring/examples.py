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
        category: taxonomy name.
        level: 1 blue … 4 red.
        occurred_at: aware; the time split goes by it.
        source: CloudEvents source of the reporting agency, None when not known; measures are given by it, nothing learns from it.
        county: code of the county, None when not known; likewise.
    """

    text: str
    fields: ScoringFields
    category: str
    level: int
    occurred_at: datetime
    source: str | None = None
    county: str | None = None


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
