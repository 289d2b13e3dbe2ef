"""Counts as they were known on a day: what a decision about that day may use, whenever it is taken."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Cases of categories in regions, by the day they happened and the day their county knew of them.

    Attributes:
        regions: codes of townships.
        categories: names.
        region, category: (n_rows,) places in those.
        day, known_on: (n_rows,) proleptic ordinals; ``known_on`` is the county's clock.
        cases: (n_rows,).
    """

    regions: tuple[str, ...]
    categories: tuple[str, ...]
    region: Ints
    category: Ints
    day: Ints
    known_on: Ints
    cases: Ints

    def as_of(self, day: date, n_days: int, regions: tuple[str, ...]) -> Ints:
        """(n_categories, n_regions, n_days) counts of the days up to ``day``, of these regions, known by its end."""
        last = day.toordinal()
        place = np.full(len(self.regions), -1, dtype=np.int64)
        at = {code: n for n, code in enumerate(self.regions)}
        for n, code in enumerate(regions):
            if code in at:
                place[at[code]] = n
        row = place[self.region]
        kept = (self.known_on <= last) & (self.day > last - n_days) & (self.day <= last) & (row >= 0)
        counts = np.zeros((len(self.categories), len(regions), n_days), dtype=np.int64)
        cell = (self.category[kept], row[kept], self.day[kept] - (last - n_days + 1))
        np.add.at(counts, cell, self.cases[kept])
        return counts
