"""Log-linear (quasi-Poisson) regressions of many series on one design at once, by iteratively reweighted least squares.

The iteration is that of R's ``glm`` (McCullagh and Nelder 1989, 2.5): start at ``y + 0.1``, stop when the deviance moves by less than ``tolerance``
of itself, halve a step that leaves it infinite. With a log link the working response need not be formed after the first step: the new
coefficients are the old ones plus ``(X' W X)^-1 X' w (y - mu)``, and the deviance follows from sums already known, so an iteration costs two matrix products
and one exponential a point. Series that have converged leave the batch.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from risk_model.trends.bounds import Floats
from risk_model.trends.design import Design
from risk_model.trends.information import Information, Pair

TOLERANCE = 1e-8  # of R's glm.control
MAX_ITERATIONS = 25  # of R's glm.control
START = 0.1  # added to the counts to start from
LEAST_MEAN = float(np.finfo(np.float64).eps)  # R's log link gives no smaller mean


@dataclass(frozen=True, slots=True)
class Fit:
    """Fitted regressions.

    Args:
        design: the design they share.
        coefficients: shape (n_columns, n_series).
        fitted: means of the reference points, shape (n_series, n_points).
        weights: working weights of the last step, shape (n_series, n_points): prior weight times the mean before that step, as R keeps them.
    """

    design: Design
    coefficients: Floats
    fitted: Floats
    weights: Floats

    def information(self) -> Information:
        """Information of the last step."""
        return Information(self.design.moments(self.weights)[1], self.design.size)

    def pearson(self, counts: Floats, weights: Floats) -> Floats:
        """Sum of ``weights * ((y - mu) / mu)^2`` over the residual degrees of freedom, shape (n_series,)."""
        with np.errstate(over="ignore"):
            relative = counts / self.fitted - 1
        relative *= relative
        total: Floats = np.einsum("sn,sn->s", weights, relative)
        return total / (self.design.points - self.design.size)


def fit(counts: Floats, design: Design, prior: Floats | None = None, offset: Floats | None = None) -> Fit:
    """Fit every series.

    Args:
        counts: counts of the reference points, shape (n_series, n_points).
        design: their design.
        prior: prior weights of the same shape; None for 1.
        offset: known addition to the linear predictor, same shape.

    Returns:
        The fits; series that do not converge in 25 iterations are as they were then, as in R.

    Raises:
        ValueError: fewer points than columns.
    """
    if design.points <= design.size:
        raise ValueError(
            f"参照点 {design.points} 个，不足以估计 {design.size} 个系数 / "
            f"{design.points} reference points cannot carry {design.size} coefficients, need more points than coefficients"
        )
    weighted = counts if prior is None else prior * counts
    response = design.columns.T @ weighted.T
    constant = xlogy(weighted, counts).sum(axis=1) - weighted.sum(axis=1)
    if offset is not None:
        constant -= np.einsum("sn,sn->s", weighted, offset)

    start = counts + START
    working = start if prior is None else prior * start
    target = np.log(start) - START / start
    if offset is not None:
        target -= offset
    coefficients = Information(design.moments(working)[1], design.size).solve(design.columns.T @ (working * target).T)
    deviance = 2 * (
        xlogy(weighted, counts / start).sum(axis=1) + START * (counts.shape[1] if prior is None else prior.sum(axis=1))
    )

    n_series = counts.shape[0]
    fitted, last = np.empty_like(counts), np.empty_like(counts)
    final = np.empty((design.size, n_series))
    active = np.arange(n_series)
    before = coefficients
    for iteration in range(1, MAX_ITERATIONS + 1):
        means, sums, entries, new = _evaluate(design, coefficients, before, response, constant, prior, offset)
        done = np.abs(new - deviance) < TOLERANCE * (np.abs(new) + 0.1)
        if iteration == MAX_ITERATIONS:
            done[:] = True
        if done.any():
            leaving = active[done]
            fitted[leaving], last[leaving], final[:, leaving] = means[done], working[done], coefficients[:, done]
            if done.all():
                break
            staying = ~done
            active, coefficients, means, response = (
                active[staying],
                coefficients[:, staying],
                means[staying],
                response[:, staying],
            )
            constant, new, sums = constant[staying], new[staying], sums[:, staying]
            entries = {pair: entry[staying] for pair, entry in entries.items()}
            prior = None if prior is None else prior[staying]
            offset = None if offset is None else offset[staying]
        deviance, before = new, coefficients
        working = means if prior is None else prior * means
        coefficients = before + Information(entries, design.size).solve(response - sums)
    return Fit(design, final, fitted, last)


def _evaluate(
    design: Design,
    coefficients: Floats,
    before: Floats,
    response: Floats,
    constant: Floats,
    prior: Floats | None,
    offset: Floats | None,
) -> tuple[Floats, Floats, dict[Pair, Floats], Floats]:
    """Means, their sums, the information and the deviance; steps to an infinite deviance are halved in place."""
    for _ in range(MAX_ITERATIONS):
        linear = coefficients.T @ design.columns.T
        if offset is not None:
            linear += offset
        with np.errstate(over="ignore", invalid="ignore"):
            means = np.maximum(np.exp(linear, out=linear), LEAST_MEAN, out=linear)
            sums, entries = design.moments(means if prior is None else prior * means)
            total = means.sum(axis=1) if prior is None else np.einsum("sn,sn->s", prior, means)
            deviance = 2 * (constant - np.einsum("ps,ps->s", coefficients, response) + total)
        wild = ~np.isfinite(deviance)
        if not wild.any():
            break
        coefficients[:, wild] = (coefficients[:, wild] + before[:, wild]) / 2
    return means, sums, entries, deviance
