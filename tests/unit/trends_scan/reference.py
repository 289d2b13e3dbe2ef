"""Runs of SaTScan 10.3.2 and of an independent brute force, from the folder of real data (see its detectors/README.md)."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from risk_model.trends.scan import (
    Model,
    Windows,
    Zones,
    adjusted_poisson,
    cartesian,
    circles,
    great_circle,
    interpolated,
    permutation,
    poisson,
    prospective,
    retrospective,
    standardised,
)
from tests.disputes import shared_data

REASON = "参照结果不在 SaTScan's results are not here: set FUYUAN_REAL_DATA to the shared data folder"
Row = dict[str, str]


def _folder() -> Path | None:
    data = shared_data()
    folder = data / "detectors" / "spacetime" if data else None
    return folder if folder and folder.is_dir() else None


FOLDER = _folder()


@cache
def rows(name: str) -> tuple[Row, ...]:
    """A CSV file of the folder."""
    assert FOLDER is not None
    with (FOLDER / name).open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


def words(name: str) -> list[list[str]]:
    """A file of SaTScan's own format: words between blanks."""
    assert FOLDER is not None
    return [line.split() for line in (FOLDER / name).read_text(encoding="utf-8").splitlines() if line.strip()]


@cache
def by_run(name: str) -> dict[str, list[Row]]:
    """Rows of a file of results, by run."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows(name):
        grouped[row["run"]].append(row)
    return grouped


def runs() -> list[str]:
    """Every run the brute force was made for, and those of SaTScan alone."""
    if not FOLDER:
        return ["absent"]
    return [*by_run("grid_brute_top.csv"), *by_run("real_brute_top.csv")]


@dataclass(frozen=True)
class Run:
    """One run, ready to scan."""

    model: Model
    zones: Zones
    windows: Windows


def counts_of(name: str) -> tuple[list[str], NDArray[np.int64]]:
    """Region ids and counts (n_regions, n_periods)."""
    table = rows(f"{name}_counts.csv")
    ids = [key for key in table[0] if key not in ("t", "year")]
    return ids, np.array([[int(row[key]) for key in ids] for row in table]).T


def _places(name: str, ids: list[str], *columns: str) -> NDArray[np.float64]:
    places = {row["id"]: row for row in rows(name)}
    return np.array([[float(places[key][column]) for column in columns] for key in ids])


def _windows(direction: str, n_periods: int, longest: int) -> Windows:
    return (prospective if direction == "prospective" else retrospective)(n_periods, longest)


def grid_distances() -> NDArray[np.float64]:
    """Between the thirty regions of the grid."""
    return cartesian(_places("grid_regions.csv", counts_of("grid_null")[0], "x", "y"))


def run_named(name: str) -> Run:
    """Read ``data_model_direction[_toWEEK]_tmaxN``."""
    parts = name.split("_")
    if parts[0] == "nycfever":
        return _nyc()
    if name.startswith("nm_adjusted"):
        return _nm_adjusted(parts[2])
    direction = "prospective" if "prospective" in parts else "retrospective"
    longest = int(parts[-1].removeprefix("tmax"))
    if parts[0] == "grid":
        ids, counts = counts_of(f"grid_{parts[1]}")
        people = _places("grid_regions.csv", ids, "population")[:, 0]
        distances = grid_distances()
        if parts[2] == "permutation":
            zones = circles(ids, distances, counts.sum(axis=1))
            return Run(permutation(counts), zones, _windows(direction, counts.shape[1], longest))
    else:
        ids, counts = counts_of(parts[0])
        until = next((int(part.removeprefix("to")) for part in parts if part.startswith("to")), None)
        counts = counts[:, : until - 1972 if until and until > 1900 else until]
        column = "pop1982" if parts[0] == "nm" else "population"
        people = _places(f"{parts[0]}_regions.csv", ids, column)[:, 0]
        distances = great_circle(_places(f"{parts[0]}_regions.csv", ids, "lat", "lon"))
    windows = _windows(direction, counts.shape[1], longest)
    return Run(poisson(counts, people), circles(ids, distances, people), windows)


def _nyc() -> Run:
    places = words("NYCfever.geo")
    ids = [place[0] for place in places]
    counts = np.zeros((len(ids), 24), dtype=int)
    for region, cases, day in words("NYCfever.cas"):
        counts[ids.index(region), int(day.split("/")[2]) - 1] += int(cases)
    distances = great_circle([[float(place[1]), float(place[2])] for place in places])
    return Run(permutation(counts), circles(ids, distances, counts.sum(axis=1)), prospective(24, 7))


def _nm_adjusted(direction: str) -> Run:
    """Brain cancer adjusted for age and sex, the population going linearly between 1 July of 1973, 1982 and 1991."""
    places, years, censuses = words("nm.geo"), range(1973, 1992), (73, 82, 91)
    ids = [place[0] for place in places]
    strata = sorted({(line[3], line[4]) for line in words("nm.pop")})
    people, cases = np.zeros((len(strata), len(ids), 3)), np.zeros(len(strata))
    for region, year, number, *stratum in words("nm.pop"):
        people[strata.index((stratum[0], stratum[1])), ids.index(region), censuses.index(int(year))] += float(number)
    counts = np.zeros((len(ids), len(years)), dtype=int)
    for region, number, year, *stratum in words("nm.cas"):
        cases[strata.index((stratum[0], stratum[1]))] += int(number)
        counts[ids.index(region), int(year) - 1973] += int(number)
    starts = [date(year, 1, 1).toordinal() for year in (*years, 1992)]
    at_risk = interpolated([date(1900 + year, 7, 1).toordinal() for year in censuses], people, starts)
    distances = great_circle([[float(place[1]), float(place[2])] for place in places])
    model = adjusted_poisson(counts, standardised(cases, at_risk))
    # SaTScan's defaults: half of what is expected, and half of the study period, 9 of 19 years.
    return Run(model, circles(ids, distances, model.expected.sum(axis=1)), _windows(direction, 19, 9))
