"""Space-time scan statistics: where and since when there are more cases than usual, and how rare that is.

``scan(poisson(counts, population), circles(ids, cartesian(xy), population), prospective(90, 30), rule="per_center",
monte_carlo=MonteCarlo(seed=1))``.
"""

from risk_model.trends.scan.adjacency import connected
from risk_model.trends.scan.circles import circles
from risk_model.trends.scan.distance import cartesian, great_circle
from risk_model.trends.scan.models import Model, adjusted_poisson, expectation_poisson, permutation, poisson, shared_out
from risk_model.trends.scan.population import interpolated, standardised
from risk_model.trends.scan.result import Cluster, ScanResult
from risk_model.trends.scan.scan import scan
from risk_model.trends.scan.secondary import Rule
from risk_model.trends.scan.significance import MonteCarlo
from risk_model.trends.scan.windows import Windows, prospective, retrospective
from risk_model.trends.scan.zones import Zones

__all__ = [
    "Cluster",
    "Model",
    "MonteCarlo",
    "Rule",
    "ScanResult",
    "Windows",
    "Zones",
    "adjusted_poisson",
    "cartesian",
    "circles",
    "connected",
    "expectation_poisson",
    "great_circle",
    "interpolated",
    "permutation",
    "poisson",
    "prospective",
    "retrospective",
    "scan",
    "shared_out",
    "standardised",
]
