"""Candidate windows of time: runs of whole periods."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk_model.trends.scan.arrays import Counts, Floats, Ints


@dataclass(frozen=True, eq=False)
class Windows:
    """Runs of periods ``first .. last``, both counted from 0 and included; the shortest come first, then the latest."""

    n_periods: int
    first: Ints
    last: Ints

    def __len__(self) -> int:
        return len(self.first)

    @property
    def prospective(self) -> bool:
        """Whether all windows reach the last period: only clusters that are still alive are sought."""
        return bool((self.last == self.n_periods - 1).all())

    @property
    def since(self) -> int:
        """The first period that is in any window."""
        return int(self.first.min())

    def part(self, start: int, stop: int) -> "Windows":
        """Some of the windows."""
        return Windows(self.n_periods, self.first[start:stop], self.last[start:stop])

    def totals(self, values: Floats) -> Floats:
        """Sums over every window.

        Args:
            values: (..., n_periods).

        Returns:
            (..., n_windows).
        """
        return _sums(values, self.first, self.last)

    def totals_since(self, counts: Counts) -> Counts:
        """Sums over every window of counts that begin at `since` only: (..., n_periods - since) to (..., n_windows), same type."""
        return _sums(counts, self.first - self.since, self.last - self.since)


def _sums(values: NDArray[Any], first: Ints, last: Ints) -> NDArray[Any]:
    running = np.zeros((*values.shape[:-1], values.shape[-1] + 1), values.dtype)
    np.cumsum(values, axis=-1, dtype=values.dtype, out=running[..., 1:])
    return running[..., last + 1] - running[..., first]


def _checked(n_periods: int, shortest: int, longest: int) -> None:
    if not 1 <= shortest <= longest <= n_periods:
        raise ValueError(
            f"窗口长度须满足 1 ≤ 最短 ≤ 最长 ≤ 时段数 / window lengths need 1 <= shortest <= longest <= periods, "
            f"got {shortest}, {longest}, {n_periods}"
        )


def prospective(n_periods: int, longest: int, shortest: int = 1) -> Windows:
    """Windows of ``shortest .. longest`` periods that end with the last one (Kulldorff 2001).

    Raises:
        ValueError: for lengths out of order.
    """
    _checked(n_periods, shortest, longest)
    first = np.arange(n_periods - shortest, n_periods - longest - 1, -1)
    return Windows(n_periods, first, np.full(len(first), n_periods - 1))


def retrospective(n_periods: int, longest: int, shortest: int = 1) -> Windows:
    """Windows of ``shortest .. longest`` periods anywhere.

    Raises:
        ValueError: for lengths out of order.
    """
    _checked(n_periods, shortest, longest)
    first, last = np.meshgrid(np.arange(n_periods), np.arange(n_periods), indexing="ij")
    length = last - first + 1
    kept = (length >= shortest) & (length <= longest)
    first, last, length = first[kept], last[kept], length[kept]
    order = np.lexsort((-first, length))
    return Windows(n_periods, first[order], last[order])
