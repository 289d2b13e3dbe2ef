"""In-control means: what a count is on average when nothing is wrong, given or learnt from an earlier stretch of the same series."""

import numpy as np

from risk_model.trends.bounds import Counts, Floats, count_matrix
from risk_model.trends.design import Design
from risk_model.trends.loglinear import LEAST_MEAN, Response, fit


def checked_mean(in_control: Floats, shape: tuple[int, ...]) -> Floats:
    """In-control means as float64 of the counts' shape.

    Raises:
        ValueError: one is not positive; a series that never had a case has none.
    """
    mean = np.broadcast_to(np.asarray(in_control, dtype=np.float64), shape)
    wrong = int(np.sum(~(mean > 0)))
    if wrong:
        raise ValueError(
            f"受控均值须为正，有 {wrong} 处不是；没有发生过事件的序列请勿交给检测器 / "
            f"in-control means must be positive, {wrong} are not; leave out series without any case"
        )
    return mean


def constant_mean(counts: Counts, learnt: int) -> Floats:
    """Mean of the first ``learnt`` periods, shape (n_series, 1)."""
    if not 1 <= learnt <= counts.shape[1]:
        raise ValueError(f"learnt 应在 1..{counts.shape[1]}，收到 {learnt} / must lie within the series, got {learnt}")
    mean: Floats = count_matrix(counts)[:, :learnt].mean(axis=1, keepdims=True)
    return mean


def seasonal_mean(counts: Counts, learnt: int, periods: int, harmonics: int = 1) -> Floats:
    """Poisson regression on a level and harmonics of the year, fitted to the first ``learnt`` periods, for all periods after them.

    Args:
        counts: shape (n_series, n_time).
        learnt: periods to learn from.
        periods: periods a year.
        harmonics: pairs of sine and cosine.

    Returns:
        Shape (n_series, n_time - learnt).

    Raises:
        ValueError: no more periods to learn from than coefficients.
    """
    counts = count_matrix(counts)
    waves = _waves(counts.shape[1], periods, harmonics)
    design = Design(np.zeros(learnt, dtype=np.int64), 1, waves[:learnt], waves[-1])
    coefficients = fit(Response.of(counts[:, :learnt].astype(np.float64)), design).coefficients
    linear: Floats = coefficients[0][:, None] + coefficients[1:].T @ waves[learnt:].T
    return np.maximum(np.exp(linear), LEAST_MEAN)


def _waves(n_time: int, periods: int, harmonics: int) -> Floats:
    angles = 2 * np.pi * np.outer(np.arange(1, n_time + 1), np.arange(1, harmonics + 1)) / periods
    return np.hstack([np.cos(angles), np.sin(angles)])
