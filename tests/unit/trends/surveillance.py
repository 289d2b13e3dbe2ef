"""What the surveillance package of R answered on public series (its README lies beside the data); tests that need it skip without it."""

import csv
import gzip
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.disputes import shared_data

DETECTORS = (shared_data() or Path("/nonexistent")) / "detectors"
needs_r_outputs = pytest.mark.skipif(
    not (DETECTORS / "outputs").is_dir(),
    reason=f"R 的输出不在 R's outputs are not at {DETECTORS} (FUYUAN_REAL_DATA)",
)


@dataclass(frozen=True)
class Series:
    """A public series of counts."""

    counts: NDArray[np.int64]
    dates: list[date] | None
    population: NDArray[np.float64] | None
    periods: int


class Table:
    """Columns of R's output for one series (and variant), numbers with NaN for NA."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, column: str) -> NDArray[np.float64]:
        return np.array([float(row[column] or "nan") for row in self.rows])

    def whole(self, column: str) -> int:
        """The value of a column that is the same in every row."""
        (value,) = {row[column] for row in self.rows}
        return int(value)

    @property
    def times(self) -> list[int]:
        """0-based times."""
        return [int(row["t"]) - 1 for row in self.rows]


@cache
def series(name: str) -> Series:
    """A series by its id."""
    entry = _index()[name]
    with (DETECTORS / entry["file"]).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return Series(
        np.array([[int(row["observed"]) for row in rows]]),
        [date.fromisoformat(row["date"]) for row in rows] if "date" in rows[0] else None,
        np.array([[float(row["population"] or "nan") for row in rows]]) if "population" in rows[0] else None,
        entry["freq"],
    )


@cache
def _index() -> dict[str, dict]:
    return {entry["id"]: entry for entry in json.loads((DETECTORS / "series" / "index.json").read_text("utf-8"))}


def outputs(name: str, *keys: str) -> dict[tuple[str, ...], Table]:
    """R's output table, split by series and other key columns."""
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    with gzip.open(DETECTORS / "outputs" / f"{name}.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found.setdefault((row["series"], *(row[key] for key in keys)), []).append(row)
    return {key: Table(rows) for key, rows in found.items()}


def assert_same(ours: NDArray, theirs: NDArray, relative: float, what: str, *, least: float = 1e-9) -> None:
    """Equal within ``relative``, NaN where the other is NaN; names the first row that is not."""
    close = np.abs(ours - theirs) <= relative * np.maximum(np.abs(theirs), least)
    close |= (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    wrong = np.flatnonzero(~close)
    assert wrong.size == 0, (
        f"{what}: {wrong.size} rows differ, row {wrong[0]}: {ours[wrong[0]]} is not {theirs[wrong[0]]}"
    )
