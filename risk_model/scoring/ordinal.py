"""Proportional-odds (ordered logit) classifier: one score, rising thresholds.

McCullagh (1980): ``P(y <= k) = sigmoid(threshold_k - score)`` with ``score = x . coef``. One linear score for an ordinal
level means that each feature has one signed weight, and that weights add up to exactly what the thresholds are compared with.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = NDArray[np.float64]


class OrdinalLogit(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Ordered logit with L2 penalty, fitted by L-BFGS.

    Args:
        C: inverse strength of the penalty ``|coef|^2 / (2 C)``, positive, as in LogisticRegression.
        balance: 0 counts every sample once; 1 gives each class the same total weight; between, a compromise
            (class weights to this power).
        max_iter: most L-BFGS iterations.
        tol: gradient tolerance of L-BFGS, a sample's mean.
        rising: the last so many features never lower a level: their weights are not below 0.

    Attributes:
        classes_: sorted class labels, lowest level first.
        coef_: weight of each feature, shape (n_features,).
        thresholds_: rising, shape (n_classes - 1,).
        n_iter_: iterations used.
    """

    def __init__(
        self,
        C: float = 1.0,  # noqa: N803
        balance: float = 0.0,
        max_iter: int = 200,
        tol: float = 1e-5,
        rising: int = 0,
    ) -> None:
        self.C = C
        self.balance = balance
        self.max_iter = max_iter
        self.tol = tol
        self.rising = rising

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803
        """Fit coefficients and thresholds.

        Raises:
            ValueError: fewer than two classes, C not positive, or bad input.
        """
        if self.C <= 0:
            raise ValueError(f"C must be positive, got {self.C!r}")
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=[np.float64, np.float32])  # noqa: N806
        check_classification_targets(y)
        self.classes_, level = np.unique(y, return_inverse=True)
        count = len(self.classes_)
        if count < 2:
            raise ValueError(
                f"OrdinalLogit needs samples of at least 2 classes, got {count} class: {self.classes_.tolist()}"
            )
        sizes = np.bincount(level, minlength=count)
        weights = ((len(level) / (count * sizes)) ** self.balance)[level]
        weights = weights / weights.sum()
        shares = np.clip(np.cumsum(sizes)[:-1] / len(level), 1e-6, 1 - 1e-6)
        first = np.log(shares / (1 - shares))
        gaps = np.log(np.maximum(np.diff(first), 1e-6))
        start = np.concatenate([np.zeros(X.shape[1]), first[:1], gaps])
        penalty = 1.0 / (self.C * len(level))
        least = np.full(start.size, -np.inf)
        least[max(0, X.shape[1] - self.rising) : X.shape[1]] = 0.0
        result = optimize.minimize(
            _loss,
            start,
            args=(X, level, weights, penalty),
            jac=True,
            method="L-BFGS-B",
            bounds=optimize.Bounds(least, np.inf),
            options={"maxiter": self.max_iter, "gtol": self.tol},
        )
        self.coef_ = result.x[: X.shape[1]]
        self.thresholds_ = _thresholds(result.x[X.shape[1] :])
        self.n_iter_ = int(result.nit)
        return self

    def decision_score(self, X: Any) -> Floats:  # noqa: N803
        """Latent score of each sample, shape (n_samples,); higher is graver."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=[np.float64, np.float32], reset=False)  # noqa: N806
        return np.asarray(X @ self.coef_, dtype=np.float64)

    def predict_proba(self, X: Any) -> Floats:  # noqa: N803
        """Probability of each class, shape (n_samples, n_classes)."""
        return level_probabilities(self.decision_score(X), self.thresholds_)

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Most probable class of each sample."""
        check_is_fitted(self)
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def __sklearn_tags__(self) -> Tags:
        """Sparse input is the usual case; classes without an order (scikit-learn's test blobs) are fitted badly, as they must be."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.classifier_tags.poor_score = True
        return tags


def level_probabilities(score: Floats, thresholds: Floats) -> Floats:
    """Class probabilities of latent scores, shape (n_samples, n_thresholds + 1), rows sum to 1."""
    below = expit(thresholds[None, :] - np.asarray(score, dtype=np.float64)[:, None])
    edges = np.empty((below.shape[0], below.shape[1] + 2))
    edges[:, 0] = 0.0
    edges[:, -1] = 1.0
    edges[:, 1:-1] = below
    return np.diff(edges, axis=1)


def _thresholds(parameters: Floats) -> Floats:
    """Rising thresholds from the first one and the logarithms of the gaps."""
    return np.cumsum(np.concatenate([parameters[:1], np.exp(np.minimum(parameters[1:], 30.0))]))


def _loss(
    parameters: Floats,
    X: Any,  # noqa: N803
    level: NDArray[np.int64],
    weights: Floats,
    penalty: float,
) -> tuple[float, Floats]:
    """Weighted mean negative log likelihood with penalty, and its gradient."""
    features = X.shape[1]
    coef = parameters[:features]
    thresholds = _thresholds(parameters[features:])
    edges = np.concatenate([[-np.inf], thresholds, [np.inf]])
    score = np.asarray(X @ coef, dtype=np.float64)
    low, high = edges[level] - score, edges[level + 1] - score
    # log(sigmoid(high) - sigmoid(low)) = log(1 - exp(low - high)) - softplus(-high) - softplus(low), stable at both ends
    log_likelihood = np.log(-np.expm1(low - high)) - np.logaddexp(0, -high) - np.logaddexp(0, low)
    loss = -float(weights @ log_likelihood) + 0.5 * penalty * float(coef @ coef)
    below_low, below_high = expit(low), expit(high)
    slope = weights * (1 - below_low - below_high)  # of the loss, by the score
    gradient = np.empty_like(parameters)
    transposed = X.T @ slope
    gradient[:features] = np.asarray(transposed).ravel() + penalty * coef
    mass = np.exp(log_likelihood)
    up = weights * below_high * (1 - below_high) / mass
    down = weights * below_low * (1 - below_low) / mass
    count = len(thresholds)
    by_threshold = (
        -np.bincount(level, weights=up, minlength=count + 1)[:count]
        + np.bincount(level, weights=down, minlength=count + 1)[1:]
    )
    tail = np.cumsum(by_threshold[::-1])[::-1]
    gradient[features] = tail[0]
    gradient[features + 1 :] = tail[1:] * np.exp(np.minimum(parameters[features + 1 :], 30.0))
    return loss, gradient
