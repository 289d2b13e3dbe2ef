"""A cluster: where, since when, how much more than usual, and how rare that is."""

from dataclasses import dataclass
from datetime import date

MOST_DAYS = 3_652_500.0
"""Recurrence intervals are not told beyond ten thousand years."""


@dataclass(frozen=True)
class Cluster:
    """More of a category in some regions than their usual share.

    Attributes:
        regions: codes, the greatest excess first.
        last: the day that was closed; ``first`` the day it began.
        counts, usual: observed and expected of each region.
        upper: the largest count of all its regions that would have been no signal; below ``observed``.
        p_value: of so large an excess anywhere in the category on one day, by one scan.
        recurrence_days: in which chance alone would show one like it, all categories and both scans taken together.
        method: which scan found it.
    """

    category: str
    regions: tuple[str, ...]
    first: date
    last: date
    counts: tuple[int, ...]
    usual: tuple[float, ...]
    upper: float
    p_value: float
    recurrence_days: float
    method: str

    @property
    def observed(self) -> int:
        """Cases in all its regions."""
        return sum(self.counts)

    @property
    def expected(self) -> float:
        """Cases expected in all its regions."""
        return sum(self.usual)

    @property
    def days(self) -> int:
        """Length of the window."""
        return (self.last - self.first).days + 1
