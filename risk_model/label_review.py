"""Labels that contradict each other or look reported for a quota: named, and left out of training unless told otherwise."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from risk_model.scoring.examples import LabelledExample
from risk_model.text.near_duplicates import near_duplicates
from schemas.domain_events import LabelGiven
from schemas.levels import Level

Kind = Literal["officials", "repeated", "near_identical", "suspicious"]

KINDS_ZH: dict[Kind, str] = {
    "officials": "同一事件，不同标注人说法不一",
    "repeated": "同一编号多次出现，标注不同",
    "near_identical": "正文几乎相同，标注不同",
    "suspicious": "疑似凑数上报",
}

Suspicious = Callable[[Sequence[LabelledExample]], Collection[int]]
"""Indices of examples that look made up to fill a quota."""


class LabelDoubt(msgspec.Struct, frozen=True):
    """Examples whose labels cannot all be right.

    Attributes:
        kind: what is wrong.
        head: ``category`` or ``level``; empty for ``suspicious``.
        examples: indices of all concerned.
        left_out: indices of those not to be learnt from.
        detail: who or what says which, in Chinese.
    """

    kind: Kind
    head: str
    examples: tuple[int, ...]
    left_out: tuple[int, ...]
    detail: str


class ReviewSettings(msgspec.Struct, frozen=True):
    """When labels contradict each other.

    Attributes:
        resemblance: least resemblance of texts that count as the same.
        majority: where so large a share of a group agrees, only the others are left out; else the whole group.
    """

    resemblance: float = 0.9
    majority: float = 0.75


class LabelReview(NamedTuple):
    """Doubts, and the indices of all examples they leave out."""

    doubts: tuple[LabelDoubt, ...]
    left_out: frozenset[int]

    def doubted(self, kind: Kind) -> int:
        """Examples that doubts of a kind concern."""
        return len({index for doubt in self.doubts if doubt.kind == kind for index in doubt.examples})

    def count(self, kind: Kind) -> int:
        """Examples that doubts of a kind leave out."""
        return len({index for doubt in self.doubts if doubt.kind == kind for index in doubt.left_out})


def nothing_suspicious(_: Sequence[LabelledExample]) -> Collection[int]:
    """No example at all."""
    return ()


def review_labels(
    examples: Sequence[LabelledExample],
    given: Mapping[str, Sequence[LabelGiven]] | None = None,
    suspicious: Suspicious = nothing_suspicious,
    settings: ReviewSettings | None = None,
) -> LabelReview:
    """Doubts about the labels of examples.

    Args:
        examples: all examples.
        given: labels of officials, oldest first, by ``example_id``.
        suspicious: finds quota junk.
        settings: when labels contradict each other.
    """
    settings = settings or ReviewSettings()
    doubts = [*_of_officials(examples, given or {}), *_repeated(examples, settings)]
    doubts += _near_identical(examples, settings)
    doubts += _suspected(examples, sorted(suspicious(examples)))
    return LabelReview(tuple(doubts), frozenset(index for doubt in doubts for index in doubt.left_out))


def _suspected(examples: Sequence[LabelledExample], found: Sequence[int]) -> Iterable[LabelDoubt]:
    """Reports that look made up; those an official looked at and labelled are named and learnt from all the same."""
    if found:
        left_out = tuple(index for index in found if examples[index].labelled_by is None)
        yield LabelDoubt("suspicious", "", tuple(found), left_out, "内容雷同、数字整齐；有权人员看过并标注的照用")


def _of_officials(
    examples: Sequence[LabelledExample], given: Mapping[str, Sequence[LabelGiven]]
) -> Iterable[LabelDoubt]:
    """Events of which two officials' last words differ; one who corrects himself does not contradict himself."""
    for index, example in enumerate(examples):
        labels = given.get(example.example_id or "", ())
        for head in ("category", "level"):
            last = {label.given_by: value for label in labels if (value := getattr(label, head)) is not None}
            if len(set(last.values())) > 1:
                said = "，".join(f"{who} 说 {_shown(value)}" for who, value in last.items())
                yield LabelDoubt("officials", head, (index,), (index,), said)


def _repeated(examples: Sequence[LabelledExample], settings: ReviewSettings) -> Iterable[LabelDoubt]:
    by_id: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, example in enumerate(examples):
        if example.example_id is not None:
            by_id[example.origin, example.example_id].append(index)
    for group in by_id.values():
        yield from _contradictions("repeated", examples, group, settings)


def _near_identical(examples: Sequence[LabelledExample], settings: ReviewSettings) -> Iterable[LabelDoubt]:
    """Of the same text a level may rightly differ where the fields do, a category may not."""
    for group in near_duplicates([example.text for example in examples], settings.resemblance):
        yield from _contradictions("near_identical", examples, group, settings, heads=("category",))
        by_fields = defaultdict(list)
        for index in group:
            by_fields[examples[index].fields].append(index)
        for alike in by_fields.values():
            yield from _contradictions("near_identical", examples, alike, settings, heads=("level",))


def _contradictions(
    kind: Kind,
    examples: Sequence[LabelledExample],
    group: Sequence[int],
    settings: ReviewSettings,
    heads: Sequence[str] = ("category", "level"),
) -> Iterable[LabelDoubt]:
    for head in heads:
        said = {index: value for index in group if (value := getattr(examples[index], head)) is not None}
        counts = Counter(said.values())
        if len(counts) < 2:
            continue
        leader, most = counts.most_common(1)[0]
        agreed = most >= settings.majority * len(said)
        left_out = tuple(index for index, value in said.items() if not (agreed and value == leader))
        detail = "，".join(f"{_shown(value)} {count} 条" for value, count in counts.most_common())
        yield LabelDoubt(kind, head, tuple(said), left_out, detail)


def _shown(value: str | int) -> str:
    return value if isinstance(value, str) else f"{Level(value).zh}色"
