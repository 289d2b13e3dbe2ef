"""Figures of a cluster that is known already, on a later day: does it last?"""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from risk_model.surveillance.regional.chance import LEAST_P
from risk_model.surveillance.regional.cluster import MOST_DAYS, Cluster
from risk_model.surveillance.regional.settings import RegionalTable
from risk_model.surveillance.regional.usual import learn_usual


def figures(
    counts: NDArray[np.int64],
    categories: tuple[str, ...],
    regions: tuple[str, ...],
    day: date,
    known: Cluster,
    table: RegionalTable,
) -> Cluster | None:
    """Present figures of a cluster already known: the same regions, a window of the same length that ends with the closed day.

    Nothing was searched for, so its count is judged by its own law alone (beta-binomial); above ``upper`` it is not over yet.
    None where none of its regions takes part.
    """
    places = [regions.index(code) for code in known.regions if code in regions]
    if not places or known.category not in categories:
        return None
    n, window = categories.index(known.category), table.longest_days
    history, now = counts[:, :, :-window], counts[n, :, counts.shape[2] - known.days :]
    usual = learn_usual(history[n], history.sum(axis=(0, 2)), window, table.prior_cases, table.clumping)
    cases, total = now[places].sum(axis=1), int(now.sum())
    own = usual.certainty(int(counts[n, :, -window:].sum()))
    inside = float(own[places].sum())
    law = _beta_binomial(total, inside, max(float(own.sum()) - inside, 1e-9))
    p_value = float(max(LEAST_P, law[int(cases.sum()) :].sum()))
    return replace(
        known,
        regions=tuple(regions[place] for place in places),
        first=day - timedelta(days=known.days - 1),
        last=day,
        counts=tuple(int(c) for c in cases),
        usual=tuple(round(float(share * total), 4) for share in usual.shares[places]),
        upper=float(np.searchsorted(law.cumsum(), 1.0 - table.rest_chance)),
        p_value=p_value,
        recurrence_days=min(MOST_DAYS, 1.0 / p_value),
    )


def _beta_binomial(total: int, inside: float, outside: float) -> NDArray[np.float64]:
    """Probabilities of 0 … ``total`` reports inside, shape (total + 1,); ``scipy.stats`` has the law too, but takes a second to import."""
    count = np.arange(total + 1, dtype=np.float64)
    ways = -betaln(total - count + 1, count + 1) - np.log(total + 1)
    chances: NDArray[np.float64] = np.exp(
        ways + betaln(count + inside, total - count + outside) - betaln(inside, outside)
    )
    return chances
