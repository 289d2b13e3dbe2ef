"""What every detector answers: an expected count and the largest count that is still usual, for each series and time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Expected counts and upper bounds, both of the shape of the counts they belong to.

    NaN where a detector says nothing (too short a history, too few cases); nothing is ever an alarm there.
    """

    expected: Floats
    upper: Floats

    def alarms(self, counts: Counts) -> Flags:
        """Whether each count lies above its bound."""
        return counts > self.upper


def count_matrix(counts: object) -> Counts:
    """Counts as an int64 array of shape (n_series, n_time).

    Raises:
        ValueError: not two-dimensional, not whole numbers, or negative.
    """
    given = np.asarray(counts)
    if given.ndim != 2:
        raise ValueError(
            f"计数应为二维 (序列, 时间)，收到 {given.shape} / counts must be (n_series, n_time), got {given.shape}"
        )
    if given.dtype.kind not in "iub":
        raise ValueError(f"计数应为整数，收到 {given.dtype} / counts must be whole numbers, got dtype {given.dtype}")
    if given.size and given.min() < 0:
        raise ValueError(f"计数不能为负，收到 {given.min()} / counts must not be negative, got {given.min()}")
    return given.astype(np.int64, copy=False)
