"""Distances between region centroids, in the plane and on the globe."""

import numpy as np
from numpy.typing import ArrayLike

from risk_model.trends.scan.arrays import Floats

EARTH_RADIUS_KM = 6367.0
"""The radius SaTScan's printed cluster radii are made with."""


def _points(values: ArrayLike) -> Floats:
    points = np.asarray(values, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise ValueError(
            f"中心点须为 (区域数, 2) 的有限数值，收到 / centroids need finite numbers of shape (n_regions, 2), got {points.shape}"
        )
    return points


def cartesian(xy: ArrayLike) -> Floats:
    """Euclidean distances.

    Args:
        xy: (n_regions, 2) coordinates in a projection, in any unit of length.

    Returns:
        (n_regions, n_regions) in that unit.

    Raises:
        ValueError: for another shape or values that are not finite.
    """
    points = _points(xy)
    return np.asarray(np.hypot(*np.moveaxis(points[:, None] - points[None], 2, 0)), dtype=np.float64)


def great_circle(latitude_longitude: ArrayLike, radius_km: float = EARTH_RADIUS_KM) -> Floats:
    """Distances on a sphere, by the haversine formula (exact for near points, where the arc cosine is not).

    Args:
        latitude_longitude: (n_regions, 2) degrees north and east.
        radius_km: radius of the sphere in km.

    Returns:
        (n_regions, n_regions) in km.

    Raises:
        ValueError: for another shape, values that are not finite, or a latitude beyond 90 degrees.
    """
    points = np.radians(_points(latitude_longitude))
    latitude, longitude = points[:, 0], points[:, 1]
    if (np.abs(latitude) > np.pi / 2).any():
        raise ValueError(
            "纬度超出 ±90 度，先纬度后经度 / a latitude beyond ±90 degrees; expected latitude, then longitude"
        )
    chord = (
        np.sin((latitude[:, None] - latitude) / 2) ** 2
        + np.cos(latitude[:, None]) * np.cos(latitude) * np.sin((longitude[:, None] - longitude) / 2) ** 2
    )
    return np.asarray(2 * radius_km * np.arcsin(np.sqrt(np.minimum(chord, 1.0))), dtype=np.float64)
