"""The two heads over one design matrix: category by logistic regression, level by ordered logit."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from risk_model.scoring.ordinal import OrdinalLogit


class TwoHeads(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Category and level of the same samples; y has two columns (category name, level number), as multi-output estimators do.

    Args:
        category_c: inverse penalty of the category head.
        level_c: inverse penalty of the level head.
        level_balance: see ``OrdinalLogit.balance``.
        max_iter: most iterations of either head.
        tol: stopping tolerance of the category head.
        random_state: seed of solvers that draw; lbfgs does not.

    Attributes:
        category_: fitted LogisticRegression.
        level_: fitted OrdinalLogit.
    """

    def __init__(
        self,
        category_c: float = 10.0,
        level_c: float = 0.1,
        level_balance: float = 0.0,
        max_iter: int = 60,
        tol: float = 1e-3,
        random_state: int | None = None,
    ) -> None:
        self.category_c = category_c
        self.level_c = level_c
        self.level_balance = level_balance
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, X: Any, y: NDArray[Any]) -> Self:  # noqa: N803
        """Fit both heads.

        Raises:
            ValueError: y does not have two columns, or a head has fewer than two classes.
        """
        targets = np.asarray(y, dtype=object)
        if targets.ndim != 2 or targets.shape[1] != 2:
            raise ValueError(f"y needs two columns (category, level), got shape {targets.shape}")
        self.category_ = LogisticRegression(
            C=self.category_c, max_iter=self.max_iter, tol=self.tol, random_state=self.random_state
        )
        self.category_.fit(X, targets[:, 0].astype(np.str_))
        self.level_ = OrdinalLogit(C=self.level_c, balance=self.level_balance, max_iter=self.max_iter)
        self.level_.fit(X, targets[:, 1].astype(np.int64))
        self.classes_ = [self.category_.classes_, self.level_.classes_]
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Most probable category and level of each sample, object array of shape (n_samples, 2)."""
        check_is_fitted(self)
        return np.column_stack([self.category_.predict(X).astype(object), self.level_.predict(X).astype(object)])

    def predict_proba(self, X: Any) -> list[NDArray[np.float64]]:  # noqa: N803
        """Probabilities of categories and of levels, a list of two arrays."""
        check_is_fitted(self)
        return [self.category_.predict_proba(X), self.level_.predict_proba(X)]

    def __sklearn_tags__(self) -> Tags:
        """Two outputs; sparse input is the usual case."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.single_output = False
        tags.target_tags.multi_output = True
        return tags
