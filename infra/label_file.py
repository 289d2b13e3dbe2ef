"""Files of labelled dispute events: rows in, checked and masked examples out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from infra.label_columns import CATEGORY, LEVEL, ColumnMissing, described
from infra.label_rows import LabelRow, LabelRows, RowError
from infra.model_saving import TrainingData
from risk_model.masking import Masker
from risk_model.scoring.examples import LabelledExample
from risk_model.text.lead import scoring_text
from schemas.taxonomy import CATEGORIES, CATEGORY_INDEX

SHOWN_ERRORS = 20
FREE_ADVICE = (
    f"23 类 the taxonomy: {'、'.join(CATEGORIES)}\n"
    "文件中也有这些类别；若确为另一套标签，请加 --labels free / add --labels free if these are labels of another kind"
)
MASK_ROWS = 500

LabelSet = Literal["auto", "taxonomy", "free"]
"""Which categories a file may have: those of the taxonomy, any, or (auto) any when none of them is in the taxonomy."""


class LabelFileError(RuntimeError):
    """A label file has bad rows; the message lists the first of them.

    Attributes:
        errors: all bad rows, in order.
    """

    for_operator = True

    def __init__(self, path: Path, errors: list[RowError], advice: str = "") -> None:
        shown = "\n".join(f"  第 {error.row} 行 row {error.row}: {error.message}" for error in errors[:SHOWN_ERRORS])
        more = f"\n  …… 共 {len(errors)} 行有误 rows in error" if len(errors) > SHOWN_ERRORS else ""
        told = f"\n{advice}" if advice else ""
        super().__init__(f"{path} 中有 {len(errors)} 行不能使用 rows cannot be used:\n{shown}{more}{told}")
        self.errors = errors


class LabelFile(NamedTuple):
    """Checked examples of a file, what the manifest says of it, and what the user should know of how it was read."""

    examples: list[LabelledExample]
    data: TrainingData
    notes: tuple[str, ...] = ()


def read_labels(
    path: Path,
    description: str,
    advance: Callable[[int], None] = lambda _: None,
    columns: Mapping[str, str] | None = None,
    labels: LabelSet = "auto",
) -> LabelFile:
    """Read, check and mask a label file.

    Texts are masked as ASSESS masks them, title and body apart, so that the model learns from what it will see.

    Args:
        path: JSON Lines, CSV or Excel; blank rows are skipped.
        description: sentence on the data's origin, for the manifest and card.
        advance: told the number of rows read, now and then.
        columns: field -> column, where the file's names do not say it.
        labels: which categories are allowed.

    Raises:
        LabelFileError: a row is not valid, or there is none.
        ColumnMissing: there is no text, or neither a category nor a level.
        FileRefused: it is not a file of a form that can be read.
    """
    opened = LabelRows(path, columns)
    if not {CATEGORY, LEVEL} & opened.columns.keys():
        raise ColumnMissing(
            f"{path.name}: 既没有类别列也没有等级列（现有 {described(opened.columns)}）；请用 --category-column 或 --level-column 指定 "
            "/ neither a category nor a level column was recognised: name one"
        )
    rows, errors = _checked_rows(opened, advance)
    free, wrong = _label_set(rows, labels)
    errors = sorted([*errors, *wrong])
    if not rows and not errors:
        errors.append(RowError(1, "文件没有内容 the file is empty"))
    if errors:
        raise LabelFileError(path, errors, FREE_ADVICE if wrong and labels == "auto" else "")
    notes = [f"采用的列 columns: {described(opened.columns)}"]
    if free:
        notes.append("类别不在本系统的 23 类之内，按自由标签训练 categories are not of the taxonomy: free labels")
    examples = list(masked_examples(rows))
    return LabelFile(examples, training_data(opened.facts.sha256, examples, description), tuple(notes))


def training_data(sha256: str, examples: Sequence[LabelledExample], description: str) -> TrainingData:
    """What the manifest says of examples; the span is empty when not all have times."""
    moments = [example.occurred_at for example in examples if example.occurred_at is not None]
    timed = bool(moments) and len(moments) == len(examples)
    span = (min(moments).isoformat(), max(moments).isoformat()) if timed else ("", "")
    return TrainingData(sha256, len(examples), *span, description)


def masked_examples(rows: Iterable[LabelRow]) -> Iterator[LabelledExample]:
    """Examples of rows, their texts masked, some hundreds at a time."""
    masker, waiting = Masker(), iter(rows)
    while part := list(islice(waiting, MASK_ROWS)):
        texts = [text for row in part for text in (row.title, row.text)]
        masked = iter(masker.mask_batch(texts, [row.names for row in part for _ in range(2)]))
        for row, title, text in zip(part, masked, masked, strict=True):
            yield LabelledExample(
                text=scoring_text(title, text),
                fields=row.fields,
                category=row.category,
                level=row.level,
                occurred_at=row.occurred_at,
                source=row.source,
                county=row.county,
                example_id=row.id or f"row {row.row}",
                labelled_by=row.labelled_by,
            )


def _checked_rows(opened: LabelRows, advance: Callable[[int], None]) -> tuple[list[LabelRow], list[RowError]]:
    rows: list[LabelRow] = []
    errors: list[RowError] = []
    for number, row in enumerate(opened.rows(), start=1):
        if isinstance(row, RowError):
            errors.append(row)
        elif row.category is None and row.level is None:
            errors.append(RowError(row.row, "没有类别也没有等级 neither a category nor a level"))
        else:
            rows.append(row)
        if number % MASK_ROWS == 0:
            advance(MASK_ROWS)
    return rows, errors


def _label_set(rows: Sequence[LabelRow], labels: LabelSet) -> tuple[bool, list[RowError]]:
    """Whether the categories are free ones, and the rows whose category is not allowed."""
    found = Counter(row.category for row in rows if row.category is not None)
    known = found.keys() & CATEGORY_INDEX.keys()
    if labels == "free" or (labels == "auto" and not known):
        return bool(found) and not known, []
    return False, [
        RowError(
            row.row,
            f"category: 未知类别 {row.category!r}，应为 23 类之一 unknown category, expected one of the taxonomy",
        )
        for row in rows
        if row.category is not None and row.category not in CATEGORY_INDEX
    ]
