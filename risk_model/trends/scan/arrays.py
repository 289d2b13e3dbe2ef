"""Array types of the scan, and the one check of a table of counts."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Counts = NDArray[Any]
"""Whole numbers of any integer type; the sweep over replicates uses the smallest that holds the total."""


def table(values: ArrayLike, what: str) -> Floats:
    """``values`` as a float table of region × period.

    Args:
        values: (n_regions, n_periods), finite and not negative.
        what: what they are, for the message.

    Raises:
        ValueError: for another shape, or values that are negative or not finite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or not array.size:
        raise ValueError(
            f"{what}须为“区域 × 时段”二维表，收到形状 / needs a table of region × period, got shape {array.shape}"
        )
    if not np.isfinite(array).all() or (array < 0).any():
        raise ValueError(f"{what}含负数或非有限值 / holds negative or non-finite values; expected numbers of 0 or more")
    return array


def whole_table(values: ArrayLike, what: str) -> Ints:
    """``values`` as a table of whole numbers of region × period.

    Raises:
        ValueError: as `table`, and for fractions.
    """
    array = table(values, what)
    whole = array.astype(np.int64)
    if (whole != array).any():
        raise ValueError(f"{what}须为整数 / needs whole numbers of cases, got fractions")
    return whole
