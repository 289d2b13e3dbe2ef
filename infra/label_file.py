"""Files of labelled dispute events: JSON Lines in, checked and masked examples out."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from infra.model_store import TrainingData
from risk_model.masking import Masker
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.fields import ScoringFields
from schemas.event_types import EVENT_TYPES, PREFIX
from schemas.levels import Level
from schemas.taxonomy import CATEGORY_INDEX

SHOWN_ERRORS = 20
MASK_ROWS = 500

_Count = Annotated[int, msgspec.Meta(ge=0)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class LabelLine(msgspec.Struct, frozen=True):
    """One line of a label file; unknown members are ignored.

    Attributes:
        names: names of the event's persons, to be masked in the text as ASSESS masks them.
        source, county: reporting agency and county code, for measures by agency and region.
    """

    text: str
    event_type: str
    category: str
    level: int | str
    occurred_at: _Moment
    people_involved: _Count | None = None
    amount_fen: _Count | None = None
    repeat_count: _Count = 0
    names: tuple[str, ...] = ()
    source: str | None = None
    county: str | None = None


class RowError(NamedTuple):
    """Why a line was refused; rows are counted from 1."""

    row: int
    message: str


class LabelFileError(RuntimeError):
    """A label file has bad rows; the message lists the first of them.

    Attributes:
        errors: all bad rows, in order.
    """

    for_operator = True

    def __init__(self, path: Path, errors: list[RowError]) -> None:
        shown = "\n".join(f"  第 {error.row} 行 row {error.row}: {error.message}" for error in errors[:SHOWN_ERRORS])
        more = f"\n  …… 共 {len(errors)} 行有误 rows in error" if len(errors) > SHOWN_ERRORS else ""
        super().__init__(f"{path} 中有 {len(errors)} 行不能使用 rows cannot be used:\n{shown}{more}")
        self.errors = errors


class LabelFile(NamedTuple):
    """Checked examples of a file and what the manifest says of it."""

    examples: list[LabelledExample]
    data: TrainingData


def read_labels(path: Path, description: str, advance: Callable[[int], None] = lambda _: None) -> LabelFile:
    """Read, check and mask a label file.

    Texts are masked as ASSESS masks them, so that the model learns from what it will see.

    Args:
        path: JSON Lines, UTF-8; blank lines are skipped.
        description: sentence on the data's origin, for the manifest and card.
        advance: told the number of bytes of each line as it is read.

    Raises:
        LabelFileError: a row is not valid, or there is none.
    """
    decoder = msgspec.json.Decoder(LabelLine)
    digest = hashlib.sha256()
    lines: list[LabelLine] = []
    errors: list[RowError] = []
    levels: list[int] = []
    with path.open("rb") as stream:
        for row, raw in enumerate(stream, start=1):
            digest.update(raw)
            advance(len(raw))
            if not raw.strip():
                continue
            try:
                line = decoder.decode(raw)
                levels.append(_checked_level(line))
                lines.append(line)
            except (msgspec.DecodeError, ValueError) as broken:
                errors.append(RowError(row, str(broken)))
    if not lines and not errors:
        errors.append(RowError(1, "文件没有内容 the file is empty"))
    if errors:
        raise LabelFileError(path, errors)
    texts = _masked(lines)
    examples = [_example(line, level, text) for line, level, text in zip(lines, levels, texts, strict=True)]
    moments = [example.occurred_at for example in examples]
    span = (min(moments).isoformat(), max(moments).isoformat())
    return LabelFile(examples, TrainingData(digest.hexdigest(), len(examples), *span, description))


def _checked_level(line: LabelLine) -> int:
    """Level number of a line; ValueError says what was got and what was expected."""
    if line.category not in CATEGORY_INDEX:
        raise ValueError(
            f"category: 未知类别 {line.category!r}，应为 23 类之一 / unknown category, expected one of the taxonomy"
        )
    if line.event_type.removeprefix(PREFIX) not in EVENT_TYPES:
        raise ValueError(f"event_type: 未知事件类型 {line.event_type!r} / unknown event type")
    if isinstance(line.level, str):
        return int(Level.parse(line.level))
    if line.level not in set(Level):
        raise ValueError(
            f"level: 应为 1..4 或 blue/yellow/orange/red，实为 {line.level} / expected 1..4 or a level's name"
        )
    return line.level


def _masked(lines: Sequence[LabelLine]) -> list[str]:
    masker = Masker()
    result: list[str] = []
    for start in range(0, len(lines), MASK_ROWS):
        part = lines[start : start + MASK_ROWS]
        result += masker.mask_batch([line.text for line in part], [line.names for line in part])
    return result


def _example(line: LabelLine, level: int, text: str) -> LabelledExample:
    fields = ScoringFields(
        line.event_type.removeprefix(PREFIX), line.people_involved, line.amount_fen, line.repeat_count
    )
    return LabelledExample(text, fields, line.category, level, line.occurred_at, line.source, line.county)
