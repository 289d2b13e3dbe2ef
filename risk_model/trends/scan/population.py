"""People at risk: populations between censuses, and expected counts from them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from risk_model.trends.scan.arrays import Floats, table


def interpolated(census_days: Sequence[int], population: ArrayLike, period_starts: Sequence[int]) -> Floats:
    """Person-days at risk in each period, the population going linearly from census to census and level before and after.

    SaTScan's reading of a census given by its year alone is 1 July of it; a day counts with the population of its middle.

    Args:
        census_days: (n_censuses,) day numbers such as `datetime.date.toordinal` gives, rising.
        population: (..., n_censuses).
        period_starts: (n_periods + 1,) first day of each period, and the day after the last; rising.

    Returns:
        (..., n_periods) person-days.

    Raises:
        ValueError: for days out of order or shapes that do not fit.
    """
    counted = np.asarray(population, dtype=np.float64)
    census, starts = np.asarray(census_days, dtype=np.float64), np.asarray(period_starts, dtype=np.int64)
    if census.ndim != 1 or (np.diff(census) <= 0).any() or counted.shape[-1:] != census.shape:
        raise ValueError(
            f"普查日须递增，且每个普查一列人口 / census days must rise, one column of population each; "
            f"got {census.shape} and {counted.shape}"
        )
    if len(starts) < 2 or (np.diff(starts) <= 0).any():
        raise ValueError("时段起日须递增 / period starts must rise, with the day after the last period at the end")
    days = np.arange(starts[0], starts[-1]) + 0.5
    # Weight of each census on each day, summed over the days of a period: one product for all populations.
    weights = np.array([np.interp(days, census, unit) for unit in np.eye(len(census))])
    summed = np.add.reduceat(weights, starts[:-1] - starts[0], axis=1)
    return np.asarray(counted @ summed, dtype=np.float64)


def standardised(cases: ArrayLike, population: ArrayLike) -> Floats:
    """Expected counts of each region and period, by indirect standardisation.

    In each stratum (an age group, a kind of enterprise) the cases are spread over regions and periods as the people of the stratum
    are; the sum over strata is what would be seen were the rate of each stratum the same everywhere (Kulldorff 1997, covariates).

    Args:
        cases: (n_strata,) in all regions and periods.
        population: (n_strata, n_regions, n_periods) at risk, in any unit of people × time.

    Returns:
        (n_regions, n_periods), of the sum of ``cases``.

    Raises:
        ValueError: for shapes that do not fit, negative numbers, or a stratum with cases and no people.
    """
    seen, people = np.asarray(cases, dtype=np.float64), np.asarray(population, dtype=np.float64)
    if people.ndim != 3 or seen.shape != people.shape[:1] or (seen < 0).any() or (people < 0).any():
        raise ValueError(
            f"病例与人口的层数须一致且非负 / cases and population need the same strata and no negative numbers; "
            f"got {seen.shape} and {people.shape}"
        )
    at_risk = people.sum(axis=(1, 2))
    if ((seen > 0) & (at_risk == 0)).any():
        raise ValueError(
            f"第 {np.flatnonzero((seen > 0) & (at_risk == 0)).tolist()} 层有病例而无人口 / strata with cases have no people"
        )
    rate = np.divide(seen, at_risk, out=np.zeros_like(seen), where=at_risk > 0)
    return table(np.einsum("s,srt->rt", rate, people), "期望值 expected ")
