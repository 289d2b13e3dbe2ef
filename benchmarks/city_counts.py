"""Counts of a simulated city as an office would have them: by region and category, seven days each midnight, as far as known then."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from infra.simulation.geography import Geography
from infra.simulation.truth import StoryTruth
from risk_model.local_time import local_day
from schemas.assessed import Assessed
from schemas.taxonomy import CATEGORIES

WEEK = 7
Counts = NDArray[np.int32]


@dataclass(frozen=True)
class WeeklyCounts:
    """What a spreadsheet would have shown each midnight of the judged days.

    Attributes:
        series: (region key, category) of each row.
        first: first judged day.
        week, before: events of the seven days to midnight and of the seven before, as known then; shape (n_series, n_days).
        stories: ids.
        of_story: each story's part of ``week``; shape (n_stories, n_series, n_days).
    """

    series: tuple[tuple[str, str], ...]
    first: date
    week: Counts
    before: Counts
    stories: tuple[str, ...]
    of_story: Counts


class Sheet:
    """Counts by region and category as they become known, and the sums of seven days each midnight."""

    def __init__(self, geography: Geography, start: date, days: int, judged_from: int) -> None:
        regions = [*geography.counties, *(township.code for township in geography.townships)]
        self._series = tuple((region, category) for region in regions for category in CATEGORIES)
        self._rows = {series: row for row, series in enumerate(self._series)}
        self._origin = start - timedelta(2 * WEEK)
        self._first = start + timedelta(judged_from)
        self._counts = np.zeros((len(self._series), days + 2 * WEEK), dtype=np.int32)
        self._of_story: dict[str, list[tuple[int, int]]] = {}
        self._weeks: list[Counts] = []
        self._befores: list[Counts] = []
        self._parts: list[dict[str, Counts]] = []

    def count(self, dispute: Assessed, story: str | None) -> None:
        """An event became known."""
        column = (local_day(dispute.occurred_at) - self._origin).days
        if not 0 <= column < self._counts.shape[1]:
            return
        for region in dispute.place.region_keys():
            row = self._rows.get((region, dispute.category))
            if row is not None:
                self._counts[row, column] += 1
                if story:
                    self._of_story.setdefault(story, []).append((row, column))

    def close(self, day: date) -> None:
        """A day is over."""
        if day < self._first:
            return
        end = (day - self._origin).days + 1
        self._weeks.append(self._counts[:, end - WEEK : end].sum(axis=1, dtype=np.int32))
        self._befores.append(self._counts[:, end - 2 * WEEK : end - WEEK].sum(axis=1, dtype=np.int32))
        self._parts.append({
            story: np.bincount(rows, minlength=len(self._series)).astype(np.int32)
            for story, cells in self._of_story.items()
            if (rows := [row for row, column in cells if end - WEEK <= column < end])
        })  # fmt: skip

    def weekly(self, stories: list[StoryTruth]) -> WeeklyCounts:
        """All that was kept."""
        nothing = np.zeros(len(self._series), dtype=np.int32)
        ids = tuple(story.id for story in stories)
        parts = np.array([[part.get(story, nothing) for part in self._parts] for story in ids], dtype=np.int32)
        if not ids:
            parts = np.zeros((0, len(self._parts), len(self._series)), dtype=np.int32)
        return WeeklyCounts(
            self._series,
            self._first,
            np.array(self._weeks).T,
            np.array(self._befores).T,
            ids,
            parts.transpose(0, 2, 1),
        )
