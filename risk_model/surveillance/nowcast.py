"""How much of a day's events is known how many days later, and what a day's count will come to.

Reverse-time hazards of a reporting triangle (Lawless 1994, Can. J. Stat. 22; Höhle, an der Heiden 2014, Biometrics 70), which is the chain
ladder of insurers. With T(t, d) events of day t that became known d days later, ``g(d)`` is the share of delay d among those known by then,
over all days old enough to tell; the share known by d is the product of ``1 - g`` over the longer delays.
"""

from typing import NamedTuple

import numpy as np

from risk_model.surveillance.calendar import Counts
from risk_model.trends.bounds import Floats
from risk_model.trends.count_laws import quantile


def known_cells(n_days: int, n_delays: int) -> Floats:
    """1 where a delay of a day has been reached on the last day, else 0; shape (n_days, n_delays)."""
    age = np.arange(n_days)[::-1, None]
    reached: Floats = (age >= np.arange(n_delays)).astype(np.float64)
    return reached


def completeness(triangle: Counts, prior: Floats | None = None, prior_events: float = 0.0) -> Floats:
    """Share of a day's events known after each delay, shape (n_delays,), rising to 1.

    Args:
        triangle: shape (n_days, n_delays), as known on the last day; the last column holds longer delays too.
        prior: completeness to start from, shape (n_delays,); None: everything is known at once.
        prior_events: events it stands for.
    """
    reached = known_cells(*triangle.shape)
    known = triangle * reached
    arrived = known.sum(axis=0)
    by_then = (np.cumsum(known, axis=1) * reached).sum(axis=0)
    prior = np.ones(triangle.shape[1]) if prior is None else prior
    before = np.concatenate([[0.0], prior[:-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(prior > 0, (prior - before) / prior, 0.0)
        hazard = (arrived + prior_events * expected) / (by_then + prior_events)
    hazard = np.where(np.isfinite(hazard), hazard, expected)
    hazard[0] = 0.0
    shares: Floats = np.cumprod((1 - hazard)[::-1])[::-1]
    return np.append(shares[1:], 1.0)


class Nowcast(NamedTuple):
    """Counts the days will come to, each of shape (n_days,): ``expected`` and the bounds of an interval."""

    expected: Floats
    lower: Floats
    upper: Floats


def nowcast(known: Counts, shares: Floats, dispersion: float = 1.0, coverage: float = 0.95) -> Nowcast:
    """What counts known so far will come to.

    The unseen part of a day with ``y`` known and share ``c`` is negative binomial with mean ``(y + 1/2)(1 - c)/c``: the law of failures before
    ``y + 1/2`` successes (Jeffreys), widened by the dispersion of counts.

    Args:
        known: counts known, shape (n_days,).
        shares: share known of each day, in (0, 1], shape (n_days,).
        dispersion: variance over mean of a day's count, at least 1.
        coverage: of the interval, in (0, 1).

    Raises:
        ValueError: a share outside (0, 1].
    """
    if np.any((shares <= 0) | (shares > 1)):
        raise ValueError(
            f"完整率应在 (0, 1]，收到 {shares.min()}…{shares.max()} / shares must lie in (0, 1], got these"
        )
    unseen = np.maximum((known + 0.5) * (1 - shares) / shares, 1e-12)
    spread = np.maximum(dispersion / shares, 1.0)
    tail = (1 - coverage) / 2
    whole = shares >= 1
    seen = known.astype(np.float64)
    lower = seen + np.where(whole, 0.0, quantile(tail, unseen, spread))
    upper = seen + np.where(whole, 0.0, quantile(1 - tail, unseen, spread))
    return Nowcast(seen + np.where(whole, 0.0, seen * (1 - shares) / shares), lower, upper)
