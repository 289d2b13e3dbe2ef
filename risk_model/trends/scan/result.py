"""What a scan found."""

from dataclasses import dataclass

from risk_model.trends.scan.arrays import Floats
from risk_model.trends.scan.models import ModelName
from risk_model.trends.scan.secondary import Rule
from risk_model.trends.scan.significance import PMethod


@dataclass(frozen=True)
class Cluster:
    """More cases in some regions for some periods than the model expects."""

    regions: tuple[str, ...]
    """Ids, in the order the zone grew: the centre first and the farthest last where it is a circle."""
    centre: str
    radius: float | None
    """In the unit of the distances; None where the zone is no circle."""
    first_period: int
    last_period: int
    """Counted from 0, both included."""
    observed: int
    expected: float
    relative_risk: float
    """Poisson: inside over outside; the other models: observed over expected. Infinite when all cases are inside."""
    log_likelihood_ratio: float
    p_value: float | None
    """Of the largest ratio anywhere, so it is adjusted for all cylinders tried; None when no replicates were asked for."""
    recurrence_interval: float | None
    """Periods between two such clusters by chance; None for retrospective windows and without replicates."""

    @property
    def observed_to_expected(self) -> float:
        """Cases over expected cases."""
        return self.observed / self.expected


@dataclass(frozen=True, eq=False)
class ScanResult:
    """Clusters, best first, and how they were found."""

    clusters: tuple[Cluster, ...]
    model: ModelName
    prospective: bool
    rule: Rule
    p_method: PMethod | None
    null_maxima: Floats
    """(n_replicates,) largest ratio of each replicate made, in order; empty without."""

    @property
    def method(self) -> str:
        """One line for a reason: model, direction, rule, and how p-values were made."""
        direction = "prospective" if self.prospective else "retrospective"
        chance = f"{self.p_method} {len(self.null_maxima)}" if self.p_method else "no p-values"
        return f"space-time scan, {self.model}, {direction}, {self.rule}, {chance}"
