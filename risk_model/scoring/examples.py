"""Labelled dispute events the model learns from, and how they are split into those learnt from and those judged by."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from risk_model.scoring.fields import ScoringFields

SplitBy = Literal["auto", "time", "random"]


class ExamplesRefused(ValueError):
    """Examples cannot be learnt from, or judged by; the message says what is missing."""

    for_operator = True


class LabelledExample(msgspec.Struct, frozen=True):
    """One dispute event with its right category and level.

    Attributes:
        text: masked text as the model will read it (``text.lead.scoring_text``).
        fields: structured fields.
        category: taxonomy name, or a label of another set; None when not known: the category head does not learn from it.
        level: 1 blue … 4 red; None when not known, likewise.
        occurred_at: aware; the time split goes by it. None when not known.
        source: CloudEvents source of the reporting agency, None when not known; measures are given by it, nothing learns from it.
        county: code of the county, None when not known; likewise.
        example_id: id of the event (``dispute_id``) or of its row in the file, None when it has none.
        labelled_by: who labelled it, None when not known.
        origin: where it is from; examples of each origin are split by themselves.
    """

    text: str
    fields: ScoringFields
    category: str | None
    level: int | None
    occurred_at: datetime | None
    source: str | None = None
    county: str | None = None
    example_id: str | None = None
    labelled_by: str | None = None
    origin: str = ""


class Split(NamedTuple):
    """Examples to learn from, examples to be judged by, and how they were told apart: ``time`` or ``random``."""

    learn: list[LabelledExample]
    judge: list[LabelledExample]
    by: str


def split_examples(examples: Sequence[LabelledExample], test_share: float, seed: int, by: SplitBy = "auto") -> Split:
    """Split each origin's examples: by time, or, where times are not known, at random within each class.

    Each origin is split by itself, or the newest one (what officials labelled last week) would all be kept for judging.

    Args:
        examples: in any order; equal times keep it, so the split is deterministic.
        test_share: share to be judged by, within (0, 1).
        seed: of the random split.
        by: ``auto`` is by time when every example has one.

    Raises:
        ValueError: the share is out of range.
        ExamplesRefused: a time is missing for ``time``, or one side would be empty.
    """
    if not 0 < test_share < 1:
        raise ValueError(f"test_share must be within (0, 1), got {test_share}")
    untimed = sum(example.occurred_at is None for example in examples)
    if by == "time" and untimed:
        raise ExamplesRefused(
            f"{untimed} 条样本没有时间，不能按时间切分；请用 --split random / {untimed} examples have no time: use --split random"
        )
    how = "random" if by == "random" or untimed else "time"
    groups: dict[str, list[LabelledExample]] = defaultdict(list)
    for example in examples:
        groups[example.origin].append(example)
    learn: list[LabelledExample] = []
    judge: list[LabelledExample] = []
    for _, group in sorted(groups.items()):
        first, last = _by_time(group, test_share) if how == "time" else _at_random(group, test_share, seed)
        learn += first
        judge += last
    if not learn or not judge:
        raise ExamplesRefused(
            f"{len(examples)} 条样本切分不出 {test_share:.0%}，请增加样本或改用别的比例 "
            f"/ {len(examples)} examples cannot be split at {test_share:.0%}: give more of them, or another share"
        )
    return Split(learn, judge, how)


def _by_time(
    group: Sequence[LabelledExample], test_share: float
) -> tuple[list[LabelledExample], list[LabelledExample]]:
    ordered = sorted(group, key=lambda example: example.occurred_at)  # type: ignore[arg-type, return-value]  # none is None here
    cut = len(ordered) - round(len(ordered) * test_share)
    return ordered[:cut], ordered[cut:]


def _at_random(
    group: Sequence[LabelledExample], test_share: float, seed: int
) -> tuple[list[LabelledExample], list[LabelledExample]]:
    """The same share of every (category, level); the sides keep the order of the examples."""
    classes: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, example in enumerate(group):
        classes[example.category or "", example.level or 0].append(index)
    chance = np.random.default_rng(seed)
    judged: set[int] = set()
    carried = 0.0  # classes of a few examples share one rounding error
    for _, members in sorted(classes.items()):
        wanted = len(members) * test_share + carried
        taken = min(round(wanted), len(members) - 1)
        carried = wanted - taken
        judged.update(chance.permutation(members)[:taken].tolist())
    return (
        [example for index, example in enumerate(group) if index not in judged],
        [example for index, example in enumerate(group) if index in judged],
    )
