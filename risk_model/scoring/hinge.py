"""Linear classifier by squared hinge loss, one class against the rest, with calibrated probabilities.

On short Chinese texts it is 1 to 2 points of macro-F1 above logistic regression over the same features
(``benchmarks/text_quality.py``). Its margins are not log-odds: one sigmoid for all classes (Platt 1999), fitted on margins of samples
not learnt from and normalised over the classes (Zadrozny and Elkan 2002), makes probabilities of them; its factor is folded into the
weights. A softmax of scaled margins was tried and is too sure at the top: a text that no class claims has a say here.
"""

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.special import log_expit, log_softmax, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = NDArray[np.float64]

LOG_FACTOR_BOUNDS = (-3.0, 3.0)  # factor on the margins, from 1/20 to 20
OFFSET_BOUNDS = (-6.0, 6.0)
_ABSENT_MARGIN = -1.0  # of a class that a fold did not see: the side of the hinge where "not this class" costs nothing


class HingeClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One-against-rest linear classifier with squared hinge loss; probabilities are sigmoids of its margins, normalised over the classes.

    Args:
        C: weight of the losses against the penalty ``|coef|^2 / 2``, positive, as in LinearSVC.
        other_c: other weights that are tried too; the one whose held-out probabilities are likeliest is taken.
        balance: 0 counts every sample once; 1 gives the positive samples of each class the same total weight; between, class weights to
            this power.
        folds: calibration learns on all folds but one and measures the margins of that one, for each fold in turn.
        one_fold_above: with more samples than this only ``C`` is tried and only the last fold measured (samples come in order of time).
        tol, max_iter: stopping rule of liblinear.
        random_state: seed of liblinear's order of samples.

    Attributes:
        classes_: sorted class labels.
        coef_: calibrated weights, shape (n_classes, n_features), or (1, n_features) with two classes.
        intercept_: shape (n_classes,) or (1,).
        C_: weight taken, of ``C`` and ``other_c``.
        factor_: what calibration put on margins; 1 when there were too few samples to measure it.
        offset_: what it added to them, in the probabilities only; 0 likewise.
    """

    def __init__(
        self,
        C: float = 0.1,  # noqa: N803
        other_c: tuple[float, ...] = (),
        balance: float = 0.5,
        folds: int = 5,
        one_fold_above: int = 20_000,
        tol: float = 0.01,
        max_iter: int = 1000,
        random_state: int | None = 0,
    ) -> None:
        self.C = C
        self.other_c = other_c
        self.balance = balance
        self.folds = folds
        self.one_fold_above = one_fold_above
        self.tol = tol
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803
        """Fit weights, then their calibration.

        Raises:
            ValueError: fewer than two classes, a parameter out of range, or bad input.
        """
        if min((self.C, *self.other_c)) <= 0 or self.folds < 2:
            raise ValueError(
                f"C and other_c must be positive and folds at least 2, got {self.C!r}, {self.other_c!r} and {self.folds!r}"
            )
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)  # noqa: N806
        check_classification_targets(y)
        self.classes_, index = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"HingeClassifier needs samples of at least 2 classes, got {len(self.classes_)} class: {self.classes_.tolist()}"
            )
        candidates = (self.C, *(self.other_c if len(index) <= self.one_fold_above else ()))
        found = [(*self._calibrated(X, index, candidate), candidate) for candidate in candidates]
        _, self.factor_, self.offset_, self.C_ = min(found, key=lambda each: each[0])  # equal losses: the first one
        machine = self._machine(X, index, self.C_)
        self.coef_ = machine.coef_ * self.factor_
        self.intercept_ = machine.intercept_ * self.factor_
        self.n_iter_ = int(machine.n_iter_)
        return self

    def decision_function(self, X: Any) -> Floats:  # noqa: N803
        """Scaled margins, shape (n_samples, n_classes), or (n_samples,) with two classes."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)  # noqa: N806
        margins = np.asarray(X @ self.coef_.T + self.intercept_, dtype=np.float64)
        return margins[:, 0] if len(self.classes_) == 2 else margins

    def predict_proba(self, X: Any) -> Floats:  # noqa: N803
        """Probability of each class, shape (n_samples, n_classes)."""
        claims = log_expit(_columns(self.decision_function(X)) + self.offset_)
        return np.asarray(softmax(claims, axis=1), dtype=np.float64)

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Most probable class of each sample."""
        margins = _columns(self.decision_function(X))
        return np.asarray(self.classes_[margins.argmax(axis=1)])

    def _machine(self, X: Any, index: NDArray[np.int64], weight: float) -> LinearSVC:  # noqa: N803
        sizes = np.bincount(index)
        present = np.flatnonzero(sizes)
        share = len(index) / (len(present) * sizes[present])
        machine = LinearSVC(
            C=weight,
            dual=True,
            class_weight=dict(zip(present.tolist(), (share**self.balance).tolist(), strict=True)),
            tol=self.tol,
            max_iter=self.max_iter,
            random_state=self.random_state,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the cap is a choice, judged by held-out samples
            return machine.fit(X, index)

    def _calibrated(self, X: Any, index: NDArray[np.int64], weight: float) -> tuple[float, float, float]:  # noqa: N803
        """Mean loss of samples not learnt from, and the factor and offset that make it least; (0, 1, 0) without such samples."""
        fold = fold_numbers(index, self.folds, len(index) > self.one_fold_above)
        measured = [part for part in range(self.folds) if (fold == part).any()]
        if len(index) > self.one_fold_above:
            measured = measured[-1:]
        margins, truth = [], []
        for part in measured:
            learn = fold != part
            if len(np.unique(index[learn])) < 2:
                continue
            margins.append(self._held_out(X[learn], index[learn], X[~learn], weight))
            truth.append(index[~learn])
        if not margins:
            return 0.0, 1.0, 0.0
        return best_calibration(np.concatenate(margins), np.concatenate(truth))

    def _held_out(self, X: Any, index: NDArray[np.int64], unseen: Any, weight: float) -> Floats:  # noqa: N803
        machine = self._machine(X, index, weight)
        margins = np.full((unseen.shape[0], len(self.classes_)), _ABSENT_MARGIN)
        found = _columns(np.asarray(machine.decision_function(unseen), dtype=np.float64))
        margins[:, machine.classes_] = found
        return margins

    def __sklearn_tags__(self) -> Tags:
        """Sparse input is the usual case."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def fold_numbers(index: NDArray[np.int64], folds: int, in_order: bool) -> NDArray[np.int64]:
    """Fold of each sample, shape (n_samples,): consecutive parts, or the samples of each class dealt out in turn."""
    if in_order:
        return np.arange(len(index)) * folds // len(index)
    order = np.argsort(index, kind="stable")
    rank = np.empty(len(index), dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(np.bincount(index))[:-1]))
    rank[order] = np.arange(len(index)) - starts[index[order]]
    return rank % folds


def best_calibration(margins: Floats, truth: NDArray[np.int64]) -> tuple[float, float, float]:
    """Least mean loss (negative log likelihood of the classes ``truth``), and the factor and offset of margins that give it.

    Args:
        margins: shape (n_samples, n_classes).
        truth: number of each sample's class.
    """
    rows = np.arange(len(truth))

    def loss(parameters: Floats) -> float:
        claims = log_expit(np.exp(parameters[0]) * margins + parameters[1])
        return -float(log_softmax(claims, axis=1)[rows, truth].mean())

    best = optimize.minimize(loss, [0.0, 0.0], method="L-BFGS-B", bounds=(LOG_FACTOR_BOUNDS, OFFSET_BOUNDS))
    return float(best.fun), float(np.exp(best.x[0])), float(best.x[1])


def _columns(margins: Floats) -> Floats:
    """One column a class: two classes have one margin, which speaks against the first as it speaks for the second."""
    return np.column_stack([-margins, margins]) if margins.ndim == 1 else margins
