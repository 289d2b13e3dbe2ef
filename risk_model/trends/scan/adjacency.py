"""Connected sets of neighbouring regions (Tango & Takahashi 2005; Duczmal & Assunção 2004): clusters of any shape, along a river or a road.

Their number grows steeply with their size, so both are limited by the caller.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from risk_model.trends.scan.arrays import Bools, Floats, Ints
from risk_model.trends.scan.circles import checked_weights
from risk_model.trends.scan.zones import Level, Zones


def connected(
    regions: Sequence[str],
    adjacent: ArrayLike,
    weights: ArrayLike,
    largest_size: int,
    largest_share: float = 0.5,
    at_most: int = 200_000,
) -> Zones:
    """Every connected set of up to ``largest_size`` regions, each once.

    Args:
        regions: ids.
        adjacent: (n_regions, n_regions) symmetric, true where two regions touch; the diagonal is not read.
        weights: (n_regions,) population, or cases for the permutation model.
        largest_size: regions in a zone at most.
        largest_share: of the sum of the weights, in (0, 1].
        at_most: zones in all.

    Returns:
        The sets, named for the heaviest region in them.

    Raises:
        ValueError: for shapes that do not fit, an adjacency that is not symmetric, or more zones than ``at_most``.
    """
    held = checked_weights(regions, weights, largest_share)
    n = len(regions)
    touches = np.asarray(adjacent, dtype=bool)
    if touches.shape != (n, n) or (touches != touches.T).any():
        raise ValueError(f"邻接表须为对称的 / adjacency must be symmetric and ({n}, {n}), got {touches.shape}")
    if largest_size < 1:
        raise ValueError(f"最大区域数须至少为 1 / the largest size must be at least 1, got {largest_size}")
    limit = held.sum() * largest_share * (1 + 1e-12)
    added = np.flatnonzero(held <= limit)
    if not added.size:
        raise ValueError("没有一个区域在份额内 / no region is within the largest share; raise it")
    sets: Bools = np.zeros((len(added), n), dtype=bool)
    sets[np.arange(len(added)), added] = True
    levels, centres, start = [Level(0, np.arange(len(added)), added)], [_heaviest(sets, held)], 0
    for _ in range(1, largest_size):
        start += len(added)
        parent, added = np.nonzero(((sets.astype(np.float32) @ touches.astype(np.float32)) > 0) & ~sets)
        fits = sets[parent] @ held + held[added] <= limit
        parent, added = parent[fits], added[fits]
        if not added.size:
            break
        larger = sets[parent]
        larger[np.arange(len(added)), added] = True
        # The same set grows from several of its parts; one is enough.
        _, first = np.unique(np.packbits(larger, axis=1), axis=0, return_index=True)
        first.sort()
        parent, added, sets = parent[first], added[first], larger[first]
        if start + len(added) > at_most:
            raise ValueError(
                f"连通区域超过 {at_most} 个，请减小最大区域数 {largest_size} / more than {at_most} connected sets; "
                f"lower the largest size {largest_size}, or raise at_most if there is memory"
            )
        levels.append(Level(start, parent, added))
        centres.append(_heaviest(sets, held))
    centre = np.concatenate(centres)
    return Zones(tuple(regions), tuple(levels), centre, np.full(len(centre), np.nan), np.ones(len(centre), dtype=bool))


def _heaviest(sets: Bools, held: Floats) -> Ints:
    return np.asarray(np.where(sets, held, -1.0).argmax(axis=1), dtype=np.int64)
