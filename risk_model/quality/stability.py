"""Population stability index of two samples, beside what it would be by chance alone.

PSI = Σ (p - q) ln(p / q) over bins. Under one distribution, PSI / (1/n + 1/m) follows χ² with (bins - 1) degrees of freedom
(Yurdakul, 2018, Statistical Properties of Population Stability Index). Dispute events are no independent draws: one incident is
reported several times, stories come in waves, seasons turn. So the unit of noise is φ (1/n + 1/m) + τ² (1/k_n + 1/k_m), with φ the
dispersion of a single event and τ² the variance between periods, both estimated by moments from the reference itself (Rao and Scott,
1984, for the idea of correcting χ² by the design effect); k are the lengths of the samples in periods. Where an event is spread over many
bins, which then move together (the character pairs of one phrase), there are fewer degrees of freedom than bins: ρ (bins - 1), by
Satterthwaite's approximation.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import chi2

SMOOTHING = 0.5  # added to every bin, so that an empty one has a logarithm (Jeffreys)
_LEAST_PER_CELL = 1.0  # expected events in a cell of a table by period


class Spread(NamedTuple):
    """Variation in the reference.

    Attributes:
        phi: of one event, 1 when it lies in one bin.
        rho: degrees of freedom over (bins - 1), 1 when an event lies in one bin.
        tau2: between periods.
    """

    phi: float
    rho: float
    tau2: float


class Stability(NamedTuple):
    """How far two samples are apart.

    Attributes:
        psi: population stability index.
        noise: what it would be on average without any change.
        p_value: chance of at least this PSI without any change.
        merged: shape (n_bins,), whether a bin was too rare and was merged with the other rare ones.
    """

    psi: float
    noise: float
    p_value: float
    merged: NDArray[np.bool_]

    @property
    def excess(self) -> float:
        """PSI above noise, at least 0."""
        return max(0.0, self.psi - self.noise)


def stability(
    reference: NDArray[np.float64],
    current: NDArray[np.float64],
    spread: Spread,
    periods: tuple[float, float],
    min_expected: float,
) -> Stability:
    """Compare two samples.

    Args:
        reference: events in each bin, shape (n_bins,); may be fractions of events.
        current: the same of the other sample.
        spread: variation within the reference.
        periods: length of each sample in periods of the reference.
        min_expected: bins that should hold fewer current events (in units of φ) are merged.

    Raises:
        ValueError: a sample is empty.
    """
    n, m = float(reference.sum()), float(current.sum())
    if n <= 0 or m <= 0:
        raise ValueError(f"got samples of {n} and {m} events, expected more than 0")
    merged = np.asarray(reference * (m / n) < min_expected * spread.phi, dtype=np.bool_)  # φ: what one event weighs
    q, p = (_smoothed(_merge(counts, merged)) for counts in (reference, current))
    psi = float(((p - q) * np.log(p / q)).sum())
    unit = spread.phi * (1 / n + 1 / m) + spread.tau2 * (1 / periods[0] + 1 / periods[1])
    freedom = len(q) - 1
    if freedom == 0:
        return Stability(0.0, 0.0, 1.0, merged)
    return Stability(psi, freedom * unit, float(chi2.sf(psi / unit * spread.rho, freedom * spread.rho)), merged)


def single_event(weights: sparse.csr_matrix) -> tuple[float, float]:
    """φ and ρ of events spread over bins.

    With D the covariance of an event's weights, each divided by the roots of the bins' shares, φ is the mean eigenvalue of D and ρ the
    number of equal eigenvalues that vary as much as D's, both over (bins - 1); for events in one bin each, D is a projection and both
    are 1.

    Args:
        weights: shape (n_events, n_bins), rows adding up to 1 or, where nothing is said, to 0.
    """
    kept = weights[np.asarray(weights.sum(axis=1)).ravel() > 0]
    kept = kept[:, np.asarray(kept.sum(axis=0)).ravel() > 0]
    events, bins = kept.shape
    if bins < 2:
        return 1.0, 1.0
    shares = np.asarray(kept.mean(axis=0)).ravel()
    root = np.sqrt(shares)
    scaled = ((kept.T @ kept).toarray() / events - np.outer(shares, shares)) / np.outer(root, root)
    trace = float(np.trace(scaled))
    if trace <= 0:
        return 1.0, 1.0
    return trace / (bins - 1), trace**2 / float((scaled**2).sum()) / (bins - 1)


def dispersion(cube: NDArray[np.float64], unit: float = 1.0) -> tuple[float, int, float]:
    """Pearson's X² of a table of periods by bins against equal shares, its degrees of freedom, and events a period.

    Args:
        cube: shape (n_periods, n_bins).
        unit: what an event adds to one bin, 1 when it lies in a single bin.
    """
    sizes = cube.sum(axis=1)
    cube, sizes = cube[sizes > 0], sizes[sizes > 0]
    if len(sizes) < 2:
        return 0.0, 0, 0.0
    shares = cube.sum(axis=0) / sizes.sum()
    rare = np.asarray(shares * sizes.mean() < _LEAST_PER_CELL * unit, dtype=np.bool_)
    table = np.array([_merge(row, rare) for row in cube])
    table = table[:, table.sum(axis=0) > 0]
    expected = np.outer(sizes, table.sum(axis=0) / sizes.sum())
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    return float(((table - expected) ** 2 / expected).sum()), freedom, float(sizes.mean())


def _merge(counts: NDArray[np.float64], rare: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Counts of the bins kept, and of all rare ones together as the last when there are any."""
    return np.append(counts[~rare], counts[rare].sum()) if rare.any() else counts


def _smoothed(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    smoothed: NDArray[np.float64] = (counts + SMOOTHING) / (counts.sum() + SMOOTHING * len(counts))
    return smoothed
