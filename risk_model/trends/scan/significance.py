"""How rare a cluster is: p-values by Monte Carlo, and how long chance would take to show the like."""

from dataclasses import dataclass
from math import pi, sqrt
from typing import Literal

import numpy as np

from risk_model.trends.scan.arrays import Floats
from risk_model.trends.scan.maxima import Sweep

PMethod = Literal["monte_carlo", "sequential", "gumbel"]

_SAME = 1e-9  # relative: a replicate whose ratio is so near has the same counts, summed in another order


@dataclass(frozen=True)
class MonteCarlo:
    """How many replicates, and what is made of them.

    Args:
        seed: of the replicates; the same seed gives the same p-values.
        replicates: at most, 1 or more. 999 allows a p-value of 0.001 at best.
        enough: stop once so many replicates reach the most likely cluster (Besag & Clifford 1991); None makes all.
        gumbel: p-values from a Gumbel law fitted to the maxima (Abrams, Kulldorff & Kleinman 2010), which goes below 1/replicates.
        batch: replicates between two looks at whether it is enough; what is found does not depend on it.

    Raises:
        ValueError: for numbers below 1, or a Gumbel law of fewer than 50 replicates or of a stopped sequence.
    """

    seed: int
    replicates: int = 999
    enough: int | None = None
    gumbel: bool = False
    batch: int = 100

    def __post_init__(self) -> None:
        if self.seed < 0 or self.replicates < 1 or self.batch < 1 or (self.enough is not None and self.enough < 1):
            raise ValueError(
                f"种子须非负，重复数、批量与停止数须至少为 1 / the seed must be 0 or more, replicates, batch and enough at least 1; "
                f"got {self.seed}, {self.replicates}, {self.batch}, {self.enough}"
            )
        if self.gumbel and (self.enough is not None or self.replicates < 50):
            raise ValueError(
                "Gumbel 近似需要至少 50 次且不提前停止的重复 / the Gumbel law needs at least 50 replicates and no early stop, "
                f"got {self.replicates}, enough={self.enough}"
            )

    @property
    def method(self) -> PMethod:
        """The name of what the p-values are."""
        return "gumbel" if self.gumbel else "sequential" if self.enough else "monte_carlo"


@dataclass(frozen=True, eq=False)
class Chance:
    """The maxima that chance gave, in the order of the replicates."""

    plan: MonteCarlo
    maxima: Floats

    def p_value(self, ratio: float) -> float:
        """The probability, by chance alone, of a largest ratio of at least ``ratio`` anywhere.

        Secondary clusters are judged by the same maxima, which is conservative (Kulldorff 1997). Monte Carlo: rank of the cluster
        among replicates and itself (Dwass 1957; Barnard 1963). Sequential: ``h / l`` where the h-th replicate to reach it was the
        l-th, the rank where fewer did. Gumbel: moments.

        Args:
            ratio: log likelihood ratio of the cluster.
        """
        if self.plan.gumbel:
            return self._gumbel(ratio)
        reached = self.maxima >= ratio * (1 - _SAME)
        if self.plan.enough is not None and reached.sum() >= self.plan.enough:
            last = int(np.flatnonzero(reached)[self.plan.enough - 1]) + 1
            return self.plan.enough / last
        return (1 + int(reached.sum())) / (1 + len(self.maxima))

    def _gumbel(self, ratio: float) -> float:
        scale = float(np.std(self.maxima, ddof=1)) * sqrt(6) / pi
        if not scale:
            return 1.0 if ratio <= self.maxima[0] else 1 / (1 + len(self.maxima))
        mode = float(self.maxima.mean()) - float(np.euler_gamma) * scale
        return float(-np.expm1(-np.exp(-(ratio - mode) / scale)))


def chance(sweep: Sweep, plan: MonteCarlo, ratio: float) -> Chance:
    """Draw replicates as planned.

    Args:
        sweep: over cylinders.
        plan: how many, and when to stop.
        ratio: of the most likely cluster, which decides when it is enough.
    """
    if plan.enough is None:
        return Chance(plan, sweep.maxima(plan.seed, range(plan.replicates)))
    maxima = np.empty(0)
    for start in range(0, plan.replicates, plan.batch):
        new = sweep.maxima(plan.seed, range(start, min(start + plan.batch, plan.replicates)))
        maxima = np.concatenate([maxima, new])
        reached = np.flatnonzero(maxima >= ratio * (1 - _SAME))
        if len(reached) >= plan.enough:
            return Chance(plan, maxima[: reached[plan.enough - 1] + 1])
    return Chance(plan, maxima)


def recurrence_interval(p_value: float, periods_between_scans: float = 1.0) -> float:
    """Periods in which chance alone would show such a cluster once, when a scan is made every so many periods (Kleinman 2004).

    Args:
        p_value: in [0, 1].
        periods_between_scans: how often the scan is repeated.

    Returns:
        Periods, infinite for a p-value of 0.
    """
    return float("inf") if p_value <= 0 else periods_between_scans / p_value
