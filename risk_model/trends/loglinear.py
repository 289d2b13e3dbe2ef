"""Log-linear (quasi-Poisson) regressions of many series on one design at once, by iteratively reweighted least squares.

The iteration is that of R's ``glm`` (McCullagh and Nelder 1989, 2.5): start at ``y + 0.1``, stop when the deviance moves by less than ``TOLERANCE``
of itself, halve a step that leaves it infinite. With a log link the working response need not be formed after the first step: the new coefficients are
the old ones plus ``(X' W X)^-1 X' w (y - mu)``, and the deviance follows from sums already known, so an iteration costs two matrix products and one
exponential a point. Series that have converged leave the batch.

A block of the season without any case has no finite coefficient: each step takes 1 from it, until its means no longer move the deviance. When all
other coefficients stand still these steps are known in advance and taken together; the result, and their number, stay R's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from risk_model.trends.bounds import Flags, Floats
from risk_model.trends.design import Design
from risk_model.trends.information import Information

TOLERANCE = 1e-8  # of R's glm.control
MAX_ITERATIONS = 25  # of R's glm.control
START = 0.1  # added to the counts to start from
SETTLED = 1e-6  # change of the linear predictor below which the next step is nothing (Newton's method squares it)
LEAST_MEAN = float(np.finfo(np.float64).eps)  # R's log link gives no smaller mean


@dataclass(frozen=True, slots=True)
class Response:
    """Counts of the reference points and what every fit to them needs, all of shape (n_series, n_points).

    Args:
        counts: the counts.
        log_start: ``log(counts + START)``.
        entropy: ``counts log(counts) - counts``.
        offset: known addition to the linear predictor, None for none.
    """

    counts: Floats
    log_start: Floats
    entropy: Floats
    offset: Floats | None

    @classmethod
    def of(cls, counts: Floats, offset: Floats | None = None) -> "Response":
        """Prepare counts for fitting."""
        return cls(counts, np.log(counts + START), xlogy(counts, counts) - counts, offset)

    def of_series(self, rows: Flags) -> "Response":
        """The same for some of the series."""
        offset = None if self.offset is None else self.offset[rows]
        return Response(self.counts[rows], self.log_start[rows], self.entropy[rows], offset)


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
        return self.design.information(self.design.moments(self.weights))

    def pearson(self, counts: Floats, weights: Floats) -> Floats:
        """Sum of ``weights * ((y - mu) / mu)^2`` over the residual degrees of freedom, shape (n_series,)."""
        relative = counts / self.fitted
        relative -= 1
        total: Floats = np.einsum("sn,sn,sn->s", weights, relative, relative)
        return total / (self.design.points - self.design.size)


def fit(response: Response, design: Design, prior: Floats | None = None) -> Fit:
    """Fit every series.

    Args:
        response: counts of the reference points.
        design: their design.
        prior: prior weights, shape (n_series, n_points); None for 1.

    Returns:
        The fits; series that do not converge in 25 iterations are as they were then, as in R.

    Raises:
        ValueError: no more points than columns.
    """
    if design.points <= design.size:
        raise ValueError(
            f"参照点 {design.points} 个，不足以估计 {design.size} 个系数 / "
            f"{design.points} reference points cannot carry {design.size} coefficients, need more points than coefficients"
        )
    steps = _Steps.first(response, design, prior)
    n_series = len(response.counts)
    fitted, last = np.empty_like(response.counts), np.empty_like(response.counts)
    final = np.empty((design.size, n_series))
    active = np.arange(n_series)
    while active.size:
        done = steps.evaluate()
        if done.any():
            leaving = active[done]
            fitted[leaving], last[leaving] = steps.means[done], steps.working[done]
            final[:, leaving] = steps.coefficients[:, done]
            active = active[~done]
            steps.keep(~done)
        if active.size:
            steps.advance()
    return Fit(design, final, fitted, last)


@dataclass(slots=True)
class _Steps:
    """State of the iteration for the series still in it."""

    design: Design
    prior: Floats | None
    offset: Floats | None
    score: Floats  # X' w y
    constant: Floats  # of half the deviance
    working: Floats  # weights the coefficients were solved with
    coefficients: Floats
    before: Floats
    deviance: Floats
    empty: Flags  # blocks without a case
    taken: NDArray[np.int64]  # steps so far
    reach: Floats  # largest size of each covariate
    means: Floats
    moments: Floats

    @classmethod
    def first(cls, response: Response, design: Design, prior: Floats | None) -> "_Steps":
        """Coefficients after the first step, from means of ``y + START``."""
        counts, offset, columns = response.counts, response.offset, design.columns
        n_series = len(counts)
        start = counts + START
        weights = np.ones((1, counts.shape[1])) if prior is None else prior
        score = columns @ counts.T if prior is None else columns @ (prior * counts).T
        constant = np.einsum("sn,sn->s", np.broadcast_to(weights, counts.shape), response.entropy)
        at_start = np.einsum(
            "sn,sn->s", np.broadcast_to(weights, counts.shape), response.entropy - counts * response.log_start + start
        )
        if offset is not None:
            constant -= np.einsum("sn,sn,sn->s", np.broadcast_to(weights, counts.shape), counts, offset)
        working = start if prior is None else prior * start
        target = response.log_start if offset is None else response.log_start - offset
        right = columns @ (working * target).T - columns @ np.broadcast_to(START * weights, counts.shape).T
        coefficients = design.information(design.moments(working)).solve(right)
        empty = np.empty((n_series, 0))
        return cls(
            design=design,
            prior=prior,
            offset=offset,
            score=score,
            constant=constant,
            working=working,
            coefficients=coefficients,
            before=coefficients,
            deviance=2 * at_start,
            empty=score[: design.blocks] == 0,
            taken=np.ones(n_series, dtype=np.int64),
            reach=np.abs(design.covariates).max(axis=0),
            means=empty,
            moments=empty,
        )

    def evaluate(self) -> Flags:
        """Means, moments and deviance at the coefficients; whether each series has converged.

        Steps to an infinite deviance are halved.
        """
        for _ in range(MAX_ITERATIONS):
            linear = self.coefficients.T @ self.design.columns
            if self.offset is not None:
                linear += self.offset
            with np.errstate(over="ignore", invalid="ignore"):
                np.exp(linear, out=linear)
                np.maximum(linear, LEAST_MEAN, out=linear)
                moments = self.design.moments(linear if self.prior is None else self.prior * linear)
                total = moments[: self.design.blocks].sum(axis=0)
                deviance = 2 * (self.constant - np.einsum("ps,ps->s", self.coefficients, self.score) + total)
            wild = ~np.isfinite(deviance)
            if not wild.any():
                break
            self.coefficients[:, wild] = (self.coefficients[:, wild] + self.before[:, wild]) / 2
        done: Flags = np.abs(deviance - self.deviance) < TOLERANCE * (np.abs(deviance) + 0.1)
        self.means, self.moments, self.deviance = linear, moments, deviance
        return done | (self.taken >= MAX_ITERATIONS)

    def keep(self, staying: Flags) -> None:
        """Go on with some of the series."""
        self.prior = None if self.prior is None else self.prior[staying]
        self.offset = None if self.offset is None else self.offset[staying]
        self.score, self.coefficients = self.score[:, staying], self.coefficients[:, staying]
        self.constant, self.deviance = self.constant[staying], self.deviance[staying]
        self.means, self.moments = self.means[staying], self.moments[:, staying]
        self.empty, self.taken = self.empty[:, staying], self.taken[staying]

    def advance(self) -> None:
        """One step of reweighted least squares."""
        design = self.design
        self.working = self.means if self.prior is None else self.prior * self.means
        self.before = self.coefficients
        step = design.information(self.moments).solve(self.score - design.totals(self.moments))
        self.coefficients = self.before + step
        self.taken = self.taken + 1
        if self.empty.any():
            self._leap(step)

    def _leap(self, step: Floats) -> None:
        """Take together the steps that only lower blocks without cases, but for the last two."""
        blocks = self.design.blocks
        moved = np.where(self.empty, 0.0, np.abs(step[:blocks])).max(axis=0)
        moved += self.reach @ np.abs(step[blocks:])
        falling = 2 * np.where(self.empty, self.moments[:blocks], 0.0).sum(
            axis=0
        )  # their part of the deviance before this step
        with np.errstate(divide="ignore", invalid="ignore"):
            settled = np.abs(self.deviance - falling) + 0.1
            needed = np.ceil(np.log(falling * (np.e - 1) / (TOLERANCE * settled)))  # steps until it moves too little
        leap = np.minimum(needed - 2, MAX_ITERATIONS - 1 - self.taken)
        leap = np.where((moved < SETTLED) & (leap > 0), leap, 0.0)
        self.coefficients[:blocks] -= np.where(self.empty, leap, 0.0)
        self.taken += leap.astype(np.int64)
