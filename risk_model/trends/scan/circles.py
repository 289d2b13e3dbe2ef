"""Circles over region centroids (Kulldorff 1997): from each centroid outwards, region by region, until they hold too much."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from risk_model.trends.scan.arrays import Floats
from risk_model.trends.scan.zones import Level, Zones


def checked_weights(regions: Sequence[str], weights: ArrayLike, largest_share: float) -> Floats:
    """What zones are measured by, once it is sure that it can be.

    Raises:
        ValueError: for repeated region ids, another number of weights, negative weights or all zero, or a share not in (0, 1].
    """
    held = np.asarray(weights, dtype=np.float64)
    if len(set(regions)) != len(regions) or not regions:
        raise ValueError(f"区域编号须有且不重复 / region ids must be there and distinct, got {len(regions)}")
    if held.shape != (len(regions),) or not np.isfinite(held).all() or (held < 0).any() or held.sum() <= 0:
        raise ValueError(
            f"权重须每区域一个、非负、和为正，{len(regions)} 个区域收到形状 {held.shape} / "
            f"weights must be one a region, not negative, of positive sum; got shape {held.shape} for {len(regions)} regions"
        )
    if not 0 < largest_share <= 1:
        raise ValueError(f"最大份额须在 (0, 1] / the largest share must be in (0, 1], got {largest_share}")
    return held


def circles(
    regions: Sequence[str],
    distances: ArrayLike,
    weights: ArrayLike,
    largest_share: float = 0.5,
    largest_radius: float = np.inf,
) -> Zones:
    """All circles around the centroids.

    Regions at the same distance from a centre enter together, so that no order of the regions decides what is a zone.

    Args:
        regions: ids.
        distances: (n_regions, n_regions) between centroids, in any unit.
        weights: (n_regions,) what a zone holds at most a share of. As in SaTScan: population, or what is expected of each region where
            expected counts are adjusted; cases for the permutation model.
        largest_share: of the sum of the weights, in (0, 1]; a centre heavier than that has no circle.
        largest_radius: in the unit of the distances.

    Raises:
        ValueError: for shapes that do not fit, or no circle within the limits.
    """
    held = checked_weights(regions, weights, largest_share)
    n = len(regions)
    away = np.asarray(distances, dtype=np.float64)
    if away.shape != (n, n) or not (away >= 0).all():
        raise ValueError(f"距离须为 / distances must be ({n}, {n}) and not negative, got {away.shape}")
    # By distance; the centre itself before others at the same place, then heavier first: no order of the regions decides.
    own = ~np.eye(n, dtype=bool)
    order = np.lexsort((np.broadcast_to(-held, (n, n)), own, away), axis=1)
    radius = np.take_along_axis(away, order, axis=1)
    share = np.cumsum(held[order], axis=1) / held.sum()
    # A sum of floats may exceed a limit it equals by rounding alone.
    within = (share <= largest_share * (1 + 1e-12)) & (radius <= largest_radius)
    whole = np.hstack([radius[:, 1:] > radius[:, :-1], np.ones((n, 1), bool)])
    reach = np.where(within & whole, np.arange(1, n + 1), 0).max(axis=1)
    if not reach.any():
        raise ValueError(
            "没有一个圆在限度内，请放宽份额或半径 / no circle is within the limits; raise the largest share or radius"
        )
    centres = np.argsort(-reach, kind="stable")  # circles that grow longer come first: those that go on are a prefix
    levels, centre, radii, candidate, start = [], [], [], [], 0
    for size in range(int(reach.max())):
        going = centres[: int((reach > size).sum())]
        levels.append(Level(start, np.arange(len(going)), order[going, size]))
        centre.append(going)
        radii.append(radius[going, size])
        candidate.append(whole[going, size])
        start += len(going)
    return Zones(
        tuple(regions), tuple(levels), np.concatenate(centre), np.concatenate(radii), np.concatenate(candidate)
    )
