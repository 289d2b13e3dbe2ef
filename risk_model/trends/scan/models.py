"""Models of what is usual: expected counts, the ratio that measures excess, and the null hypothesis it is judged by."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from risk_model.trends.scan.arrays import Floats, Ints, table, whole_table
from risk_model.trends.scan.likelihood import Conditional, Expectation, Likelihood
from risk_model.trends.scan.null import Independent, Multinomial, Null, Permuted, Shared

ModelName = Literal["poisson", "permutation", "expectation_poisson", "shares"]


@dataclass(frozen=True, eq=False)
class Model:
    """Counts and what a model says about them; made by the functions below."""

    name: ModelName
    counts: Ints
    """(n_regions, n_periods)."""
    expected: Floats
    """(n_regions, n_periods)."""
    likelihood: Likelihood
    null: Null

    def relative_risk(self, observed: float, expected: float) -> float:
        """Poisson and shares: risk inside over risk outside, ``(c/E) / ((C-c)/(C-E))``; the others know no outside: ``c/E``."""
        if self.name not in ("poisson", "shares"):
            return observed / expected
        outside = float(self.counts.sum()) - observed
        return float("inf") if outside <= 0 else observed / expected * (outside + observed - expected) / outside


def poisson(counts: ArrayLike, population: ArrayLike) -> Model:
    """Kulldorff's Poisson model: cases in proportion to people and time (1997; in space and time 2001).

    Args:
        counts: (n_regions, n_periods) cases.
        population: (n_regions,) constant, or (n_regions, n_periods) changing with time.

    Raises:
        ValueError: for shapes that do not fit, no cases, or cases where there are no people.
    """
    cases = whole_table(counts, "病例数 cases ")
    people = np.asarray(population, dtype=np.float64)
    if people.ndim == 1:
        people = np.repeat(people[:, None], cases.shape[1], axis=1)
    return adjusted_poisson(cases, people)


def adjusted_poisson(counts: ArrayLike, expected: ArrayLike) -> Model:
    """The Poisson model with expected counts of the caller's own: standardised for covariates, or from a fitted model of each region.

    Args:
        counts: (n_regions, n_periods) cases.
        expected: (n_regions, n_periods), in any unit: scaled so that the totals agree, for the model is given the total.

    Raises:
        ValueError: for shapes that do not fit, no cases, or cases where none is expected.
    """
    cases, usual = whole_table(counts, "病例数 cases "), table(expected, "期望值 expected ")
    _fit(cases, usual)
    total = int(cases.sum())
    if not total:
        raise ValueError("没有病例，无从扫描 / there are no cases to scan; expected at least one")
    usual = usual * (total / usual.sum())
    return Model("poisson", cases, usual, Conditional(total), Multinomial(usual, total))


def permutation(counts: ArrayLike) -> Model:
    """The space-time permutation model: no population needed, only purely spatial and purely temporal variation is taken as usual.

    Expected is row sum × column sum / total (Kulldorff, Heffernan, Hartman, Assunção & Mostashari 2005).

    Args:
        counts: (n_regions, n_periods) cases.

    Raises:
        ValueError: for another shape, or no cases.
    """
    cases = whole_table(counts, "病例数 cases ")
    total = int(cases.sum())
    if not total:
        raise ValueError("没有病例，无从扫描 / there are no cases to scan; expected at least one")
    usual = np.outer(cases.sum(axis=1), cases.sum(axis=0)) / total
    return Model("permutation", cases, usual, Conditional(total), Permuted(cases))


def expectation_poisson(counts: ArrayLike, baseline: ArrayLike) -> Model:
    """Expectation-based Poisson (Neill, Moore, Sabhnani & Daniel 2005): a rise everywhere at once is a cluster too.

    Args:
        counts: (n_regions, n_periods) cases.
        baseline: (n_regions, n_periods) expected, from earlier data.

    Raises:
        ValueError: for shapes that do not fit, or cases where none is expected.
    """
    cases, usual = whole_table(counts, "病例数 cases "), table(baseline, "基线 baseline ")
    _fit(cases, usual)
    return Model("expectation_poisson", cases, usual, Expectation(), Independent(usual))


def shared_out(counts: ArrayLike, shares: ArrayLike, certainty: ArrayLike) -> Model:
    """Each period's cases, whatever their number, are shared out as they were before; a rise everywhere is no cluster.

    Between the permutation model and one with a baseline: expected is share × period total, the shares being learnt from earlier
    periods, so that a cluster does not raise what is expected of its own regions by lasting, and season, day of the week, holidays
    and late reports, which all regions have in common, cancel.

    Args:
        counts: (n_regions, n_periods) cases.
        shares: (n_regions,) of earlier cases, positive; scaled to sum 1.
        certainty: (n_regions,) cases that each share is worth, positive, may be infinite.

    Raises:
        ValueError: for shapes that do not fit, no cases, or shares or certainties that are not positive.
    """
    cases = whole_table(counts, "病例数 cases ")
    share, worth = np.asarray(shares, dtype=np.float64), np.asarray(certainty, dtype=np.float64)
    if not cases.sum():
        raise ValueError("没有病例，无从扫描 / there are no cases to scan; expected at least one")
    if share.shape != cases.shape[:1] or worth.shape != share.shape or not (share > 0).all() or not (worth > 0).all():
        raise ValueError(
            f"份额与把握须每区域一个且为正 / shares and certainties must be one a region and positive; "
            f"got {share.shape} and {worth.shape} for {cases.shape[0]} regions"
        )
    share = share / share.sum()
    totals = cases.sum(axis=0)
    return Model("shares", cases, np.outer(share, totals), Conditional(int(totals.sum())), Shared(totals, share, worth))


def _fit(cases: Ints, usual: Floats) -> None:
    if cases.shape != usual.shape:
        raise ValueError(f"病例与期望的形状不同 / cases {cases.shape} and expected {usual.shape} differ in shape")
    if ((usual == 0) & (cases > 0)).any():
        region, period = np.argwhere((usual == 0) & (cases > 0))[0]
        raise ValueError(
            f"第 {region} 区第 {period} 时段期望为 0 却有病例，请给出正的期望 / "
            f"cases at region {region}, period {period} where 0 are expected; give a positive expected number there"
        )
