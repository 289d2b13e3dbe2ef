"""How sure a share of a count is."""

import math
from statistics import NormalDist


def wilson(hits: float, count: int, confidence: float) -> tuple[float, float]:
    """Wilson (1927) score interval of a share of ``hits`` among ``count`` (at least 1)."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, scale = hits / count, 1 + z * z / count
    centre = (share + z * z / (2 * count)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)
