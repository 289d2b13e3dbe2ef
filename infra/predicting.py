"""Predictions for a file of events: read, masked, judged and written some hundreds at a time."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from infra.label_columns import ID
from infra.label_file import LabelFileError, masked_examples
from infra.label_rows import LabelRow, LabelRows, RowError
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.judgements import Judgements
from risk_model.scoring.runtime import RiskModel
from schemas.levels import Level

BATCH = 500
_CATEGORY = ("category", "category_probability")
_LEVEL = ("level", *(f"probability_{level.code}" for level in Level))
_DOUBT = ("needs_person", "why")


class Right(NamedTuple):
    """How predictions compare with the labels a file has.

    Attributes:
        rows: rows with a label.
        macro_f1: mean F1 over the labels that occur.
        accuracy: share of rows predicted right.
        unknown: labels that occur and that the model does not know.
    """

    rows: int
    macro_f1: float
    accuracy: float
    unknown: tuple[str, ...]


class Predicted(NamedTuple):
    """What a file came to: rows, how many need a person, and how right the model was where the file has labels."""

    rows: int
    needs_person: int
    category: Right | None
    level: Right | None


def predict_file(
    model: RiskModel,
    path: Path,
    out: Path,
    advance: Callable[[int], None] = lambda _: None,
    columns: Mapping[str, str] | None = None,
) -> Predicted:
    """Judge every row of a file and write what the model says; the texts are masked and joined as in training.

    Args:
        model: category, level, or both.
        path: CSV, Excel or JSON Lines; no labels are needed.
        out: CSV (UTF-8 with BOM, as Excel wants it), or JSON Lines if it ends so. It appears only when it is complete.
        advance: told the number of rows judged.
        columns: field -> column, where the file's names do not say it.

    Raises:
        LabelFileError: a row cannot be read, or there is none; nothing is written.
        ColumnMissing: there is no text.
        FileRefused: it is not a file of a form that can be read.
    """
    opened = LabelRows(path, columns)
    _check(opened, path)
    has_category, has_level = model.has_category, model.has_level
    head = ["row", *(("id",) if ID in opened.columns else ())]
    head += [*(_CATEGORY if has_category else ()), *(_LEVEL if has_level else ()), *_DOUBT]
    said: dict[str, list[tuple[Any, Any]]] = {"category": [], "level": []}
    needs_person, count = 0, 0
    rows = (row for row in opened.rows() if isinstance(row, LabelRow))
    with _writer(out, head) as write:
        while part := list(islice(rows, BATCH)):
            examples = list(masked_examples(part))
            judged = model.assess([e.text for e in examples], [e.fields for e in examples])
            for position, (row, example) in enumerate(zip(part, examples, strict=True)):
                answer = _answer(row, judged, position, has_category, has_level)
                write(answer)
                _compare(said, example, answer)
            needs_person += int(judged.needs_person.sum())
            count += len(part)
            advance(len(part))
    levels = tuple(Level(level).code for level in model.weights.levels)
    return Predicted(count, needs_person, _right(said["category"], model.categories), _right(said["level"], levels))


def _check(opened: LabelRows, path: Path) -> None:
    """Every row is read once before anything is written: a file with bad rows is refused with all of them."""
    count = 0
    errors: list[RowError] = []
    for row in opened.rows():
        count += 1
        if isinstance(row, RowError):
            errors.append(row)
    if not count:
        errors.append(RowError(1, "文件没有内容 the file is empty"))
    if errors:
        raise LabelFileError(path, errors)


def _answer(row: LabelRow, judged: Judgements, position: int, has_category: bool, has_level: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {"row": row.row, "id": row.id}
    if has_category:
        answer["category"] = judged.categories[int(judged.category[position])]
        answer["category_probability"] = round(float(judged.category_probability[position]), 4)
    if has_level:
        answer["level"] = Level(int(judged.level[position])).code
        for level in Level:
            answer[f"probability_{level.code}"] = round(float(judged.level_probabilities[position, level - 1]), 4)
    doubts = judged.doubts_of(position)
    return answer | {"needs_person": bool(doubts), "why": "；".join(doubts.zh)}


def _compare(said: dict[str, list[tuple[Any, Any]]], example: LabelledExample, answer: dict[str, Any]) -> None:
    if example.category is not None and "category" in answer:
        said["category"].append((example.category, answer["category"]))
    if example.level is not None and "level" in answer:
        said["level"].append((Level(example.level).code, answer["level"]))


def _right(pairs: Sequence[tuple[str, str]], known: Sequence[str]) -> Right | None:
    if not pairs:
        return None
    from sklearn.metrics import f1_score

    true, predicted = zip(*pairs, strict=True)
    names = sorted(set(true))
    macro_f1 = float(f1_score(true, predicted, labels=names, average="macro", zero_division=0))
    accuracy = sum(one == other for one, other in pairs) / len(pairs)
    return Right(len(pairs), macro_f1, accuracy, tuple(name for name in names if name not in known))


@contextmanager
def _writer(out: Path, head: Sequence[str]) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Writer of answers; the file is moved to its place when the block ends well."""
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(out.name + ".partial")
    try:
        if out.suffix.lower() in (".jsonl", ".ndjson"):
            with partial.open("wb") as lines:
                yield lambda answer: lines.write(orjson.dumps({name: answer[name] for name in head}) + b"\n") and None
        else:
            with partial.open("w", encoding="utf-8-sig", newline="") as table:
                write = csv.DictWriter(table, head, extrasaction="ignore")
                write.writeheader()
                yield lambda answer: write.writerow(answer | {"needs_person": str(answer["needs_person"]).lower()})
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
