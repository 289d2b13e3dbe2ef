"""Kulldorff's space-time scan: the cylinders of zone × window that hold more cases than chance explains."""

import numpy as np

from risk_model.trends.scan.cylinders import TABLE_BYTES, cylinders
from risk_model.trends.scan.maxima import Sweep
from risk_model.trends.scan.models import Model
from risk_model.trends.scan.result import Cluster, ScanResult
from risk_model.trends.scan.secondary import Choice, Rule, choose
from risk_model.trends.scan.significance import Chance, MonteCarlo, chance, recurrence_interval
from risk_model.trends.scan.windows import Windows
from risk_model.trends.scan.zones import Zones


def scan(
    model: Model,
    zones: Zones,
    windows: Windows,
    *,
    rule: Rule,
    monte_carlo: MonteCarlo | None = None,
    at_most: int = 10,
    least_cases: int = 2,
    periods_between_scans: float = 1.0,
    table_bytes: int = TABLE_BYTES,
) -> ScanResult:
    """Scan, choose clusters, and say how rare they are.

    Source: Kulldorff (1997) Commun. Stat. Theory Methods 26:1481; Kulldorff (2001) J. R. Stat. Soc. A 164:61 (prospective, in time);
    Kulldorff et al. (2005) PLoS Med. 2:e59 (permutation).

    Args:
        model: counts and what is expected.
        zones: candidates, of the regions of the model in the same order.
        windows: candidates, of the periods of the model.
        rule: which clusters beside the most likely one are reported.
        monte_carlo: how p-values are made; None for none.
        at_most: clusters reported, 1 or more.
        least_cases: in a cluster, 1 or more.
        periods_between_scans: for the recurrence interval, how often the scan is repeated.
        table_bytes: memory of one table of zone × window, of which a scan holds a handful.

    Returns:
        The clusters, best first; none where no cylinder has more cases than expected.

    Raises:
        ValueError: where model, zones and windows do not fit together, or limits below 1.
    """
    n_regions, n_periods = model.counts.shape
    if len(zones.regions) != n_regions or windows.n_periods != n_periods:
        raise ValueError(
            f"模型为 {n_regions} 区 × {n_periods} 时段，候选为 {len(zones.regions)} 区、{windows.n_periods} 时段 / "
            f"the model has {n_regions} regions × {n_periods} periods, "
            f"the candidates {len(zones.regions)} regions, {windows.n_periods} periods"
        )
    if at_most < 1 or least_cases < 1:
        raise ValueError(
            f"最多簇数与最少病例须至少为 1 / at_most and least_cases must be 1 or more, got {at_most}, {least_cases}"
        )
    made = cylinders(model, zones, windows, least_cases, table_bytes)
    if 8 * len(zones) * len(windows) <= table_bytes:
        only = list(made)
        chosen = choose(lambda: only, zones, windows, rule, at_most)
    else:
        again = lambda: cylinders(model, zones, windows, least_cases, table_bytes)  # noqa: E731
        chosen = choose(again, zones, windows, rule, at_most)
    by_chance = None
    if monte_carlo and chosen:
        by_chance = chance(Sweep(model, zones, windows, least_cases, table_bytes), monte_carlo, chosen[0].ratio)
    return ScanResult(
        clusters=tuple(_cluster(one, model, zones, windows, by_chance, periods_between_scans) for one in chosen),
        model=model.name,
        prospective=windows.prospective,
        rule=rule,
        p_method=monte_carlo.method if monte_carlo else None,
        null_maxima=by_chance.maxima if by_chance else np.empty(0),
    )


def _cluster(
    one: Choice, model: Model, zones: Zones, windows: Windows, by_chance: Chance | None, periods_between_scans: float
) -> Cluster:
    radius, p_value = float(zones.radius[one.zone]), by_chance.p_value(one.ratio) if by_chance else None
    lasting = p_value is not None and windows.prospective
    return Cluster(
        regions=tuple(zones.regions[region] for region in zones.grown(one.zone)),
        centre=zones.regions[zones.centre[one.zone]],
        radius=None if np.isnan(radius) else radius,
        first_period=one.first,
        last_period=one.last,
        observed=round(one.observed),
        expected=one.expected,
        relative_risk=model.relative_risk(one.observed, one.expected),
        log_likelihood_ratio=one.ratio,
        p_value=p_value,
        recurrence_interval=recurrence_interval(p_value, periods_between_scans)
        if lasting and p_value is not None
        else None,
    )
