"""A sample of a county's series, silent ones among them: what dispersion and chance are learnt from."""

from collections.abc import Sequence
from math import gcd
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_model.surveillance.calendar import Counts
from risk_model.surveillance.peers import DEPTHS, LEVELS, Key, depth_of, level_of
from risk_model.surveillance.profile import Profile

MOST = 300  # series of a group: more tell nothing new


class Sample(NamedTuple):
    """Series of regions × measures, evenly spread, by group of peers.

    A silent series is one of the county's regions and measures that had no event; without them the rest look erratic.

    Attributes:
        regions, measures: names.
        region, measure: places in those, shape (n_series,).
        counts: shape (n_series, n_days).
        groups: by group of peers, where its series lie.
        sizes: by group, how many series there are in the county.
    """

    regions: tuple[str, ...]
    measures: tuple[str, ...]
    region: NDArray[np.intp]
    measure: NDArray[np.intp]
    counts: Counts
    groups: dict[str, slice]
    sizes: dict[str, int]


def sample(profile: Profile, keys: Sequence[Key], counts: Counts, county: str) -> Sample:
    """Series of every group, at most ``MOST`` of each.

    Args:
        profile: with rates and shares.
        keys: (region key, measure) of each series that had an event.
        counts: their counts, shape (n_series, n_days).
        county: its code.
    """
    regions = (county, *(region for region in profile.shares if region not in LEVELS))
    measures = tuple(profile.rates)
    of_level = {level: [n for n, region in enumerate(regions) if level_of(region) == level] for level in LEVELS}
    of_depth = {depth: [n for n, measure in enumerate(measures) if depth_of(measure) == depth] for depth in DEPTHS}
    row_of = {key: row for row, key in enumerate(keys)}
    groups: dict[str, slice] = {}
    sizes: dict[str, int] = {}
    region: list[int] = []
    measure: list[int] = []
    for level, here in of_level.items():
        for depth, kinds in of_depth.items():
            size = len(here) * len(kinds)
            if not size:
                continue
            begin = len(region)
            for at in range(0, size, stride(size, len(kinds))):
                region.append(here[at // len(kinds)])
                measure.append(kinds[at % len(kinds)])
            groups[f"{level}.{depth}"], sizes[f"{level}.{depth}"] = slice(begin, len(region)), size
    rows = np.array(
        [row_of.get((regions[r], measures[m]), -1) for r, m in zip(region, measure, strict=True)], dtype=np.intp
    )
    some = counts[rows]
    some[rows < 0] = 0
    return Sample(
        regions,
        measures,
        np.array(region, dtype=np.intp),
        np.array(measure, dtype=np.intp),
        some,
        groups,
        sizes,
    )


def stride(size: int, period: int) -> int:
    """Step that takes at most ``MOST`` of ``size``, and not the same of every ``period``."""
    step = -(-size // MOST)
    while step > 1 and gcd(step, period) > 1:
        step += 1
    return step
