"""Random streams of the simulated city: one for each component, so that a change in one leaves the others alone."""

import math
import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")
Rng = random.Random


def stream(seed: int, component: str) -> Rng:
    """Own random stream of a component; the same seed and name give the same numbers on every platform."""
    return random.Random(f"fuyuan/{seed}/{component}")  # noqa: S311 - a practice city, nothing secret


def poisson(rng: Rng, mean: float) -> int:
    """A Poisson count (Knuth below 30, rounded normal above)."""
    if mean <= 0:
        return 0
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


class Weighted(Generic[T]):
    """Draws items in proportion to their weights (cumulative table and bisection)."""

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        if len(items) != len(weights) or not items:
            raise ValueError(f"got {len(items)} items and {len(weights)} weights, expected the same positive number")
        self._items = list(items)
        self._cumulative = list(accumulate(weights))

    def draw(self, rng: Rng) -> T:
        """One item."""
        return self._items[bisect(self._cumulative, rng.random() * self._cumulative[-1])]
