"""Candidate zones: each is a smaller zone and one region more, kept level by level.

A zone of k+1 regions names its parent (a zone of k regions) and the region added, so the counts of all zones of a level are those of
the level before plus one row each. Sums over zones are then array additions whose cost does not grow with zone size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk_model.trends.scan.arrays import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Level:
    """Zones of one size, ``start .. start + size`` of all zones."""

    start: int
    parent: Ints
    """(size,) places in the level before; of the first level, unused."""
    added: Ints
    """(size,) regions."""

    @property
    def size(self) -> int:
        """Zones in the level."""
        return len(self.added)

    @cached_property
    def grows_in_place(self) -> bool:
        """Whether zone i grows from zone i of the level before, as circles do."""
        return bool((self.parent == np.arange(self.size)).all())


@dataclass(frozen=True, eq=False)
class Zones:
    """All candidate zones of a map."""

    regions: tuple[str, ...]
    levels: tuple[Level, ...]
    centre: Ints
    """(n_zones,) the region a zone is named for."""
    radius: Floats
    """(n_zones,) of the circle, nan where the zone is no circle."""
    candidate: Bools
    """(n_zones,) False for a step on the way to a zone, such as half of a tie in distance."""

    def __len__(self) -> int:
        return len(self.centre)

    @property
    def widest(self) -> int:
        """Zones in the largest level."""
        return max(level.size for level in self.levels)

    def totals(self, values: Floats) -> Floats:
        """Sums over the regions of every zone.

        Args:
            values: (n_regions, n_columns).

        Returns:
            (n_zones, n_columns).
        """
        sums = np.empty((len(self), values.shape[1]))
        before = sums[:0]
        for level in self.levels:
            here = sums[level.start : level.start + level.size]
            np.take(values, level.added, axis=0, out=here)
            if level.start:
                here += before[: level.size] if level.grows_in_place else before[level.parent]
            before = here
        return sums

    @cached_property
    def members(self) -> NDArray[np.uint8]:
        """(n_zones, ceil(n_regions / 8)) membership, one bit a region."""
        own = np.packbits(np.eye(len(self.regions), dtype=bool), axis=1)
        bits = np.empty((len(self), own.shape[1]), np.uint8)
        before = bits[:0]
        for level in self.levels:
            here = bits[level.start : level.start + level.size]
            here[:] = own[level.added]
            if level.start:
                here |= before[level.parent]
            before = here
        return bits

    def grown(self, zone: int) -> list[int]:
        """The regions of a zone in the order they were added."""
        return [int(region) for region in self._back(zone)][::-1]

    def _back(self, zone: int) -> Iterator[int]:
        at = max(i for i, level in enumerate(self.levels) if level.start <= zone)
        place = zone - self.levels[at].start
        while at >= 0:
            level = self.levels[at]
            yield int(level.added[place])
            place, at = int(level.parent[place]), at - 1
