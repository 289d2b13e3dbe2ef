"""The two heads over one design matrix: category by squared hinge, level by ordered logit."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from risk_model.scoring.hinge import HingeClassifier
from risk_model.scoring.ordinal import OrdinalLogit


class TwoHeads(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Category and level of the same samples; y has two columns (category name, level number), as multi-output estimators do.

    None in y means not labelled: each head learns from the samples that have its label, and a head that has none is left out.

    Args:
        category_c, category_other_c: see ``HingeClassifier.C`` and ``other_c``.
        category_balance: see ``HingeClassifier.balance``.
        level_c: inverse penalty of the level head.
        level_balance: see ``OrdinalLogit.balance``.
        max_iter: most iterations of the level head.
        level_only: the last so many features are for the level head alone, and none of them lowers a level: what they say is not
            known yet when the category is judged, and is added to the level later.
        random_state: seed of the category head's solver.

    Attributes:
        category_: fitted HingeClassifier, or None.
        level_: fitted OrdinalLogit, or None.
    """

    def __init__(
        self,
        category_c: float = 0.1,
        category_other_c: tuple[float, ...] = (),
        category_balance: float = 0.5,
        level_c: float = 0.1,
        level_balance: float = 0.0,
        max_iter: int = 60,
        level_only: int = 0,
        random_state: int | None = None,
    ) -> None:
        self.category_c = category_c
        self.category_other_c = category_other_c
        self.category_balance = category_balance
        self.level_c = level_c
        self.level_balance = level_balance
        self.max_iter = max_iter
        self.level_only = level_only
        self.random_state = random_state

    def fit(self, X: Any, y: NDArray[Any]) -> Self:  # noqa: N803
        """Fit both heads.

        Raises:
            ValueError: y does not have two columns, nothing is labelled, or a head has fewer than two classes.
        """
        targets = np.asarray(y, dtype=object)
        if targets.ndim != 2 or targets.shape[1] != 2:
            raise ValueError(f"y needs two columns (category, level), got shape {targets.shape}")
        labelled = np.array([[label is not None for label in row] for row in targets])
        if not labelled.any():
            raise ValueError("no sample has a category or a level")
        self.category_ = self.level_ = None
        if labelled[:, 0].any():
            rows = labelled[:, 0]
            self.category_ = HingeClassifier(
                C=self.category_c,
                other_c=self.category_other_c,
                balance=self.category_balance,
                random_state=self.random_state,
            )
            self.category_.fit(self._for_category(X if rows.all() else X[rows]), targets[rows, 0].astype(np.str_))
        if labelled[:, 1].any():
            rows = labelled[:, 1]
            self.level_ = OrdinalLogit(
                C=self.level_c, balance=self.level_balance, max_iter=self.max_iter, rising=self.level_only
            )
            self.level_.fit(X if rows.all() else X[rows], targets[rows, 1].astype(np.int64))
        self.classes_ = [np.array([]) if head is None else head.classes_ for head in (self.category_, self.level_)]
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Most probable category and level of each sample, object array of shape (n_samples, 2); None of a head left out."""
        check_is_fitted(self)
        answers = np.full((X.shape[0], 2), None, dtype=object)
        for column, (head, features) in enumerate(((self.category_, self._for_category(X)), (self.level_, X))):
            if head is not None:
                answers[:, column] = head.predict(features)
        return answers

    def predict_proba(self, X: Any) -> list[NDArray[np.float64]]:  # noqa: N803
        """Probabilities of categories and of levels, a list of two arrays; of no columns for a head left out."""
        check_is_fitted(self)
        heads = ((self.category_, self._for_category(X)), (self.level_, X))
        return [np.zeros((X.shape[0], 0)) if head is None else head.predict_proba(part) for head, part in heads]

    def _for_category(self, X: Any) -> Any:  # noqa: N803
        return X[:, : X.shape[1] - self.level_only]

    def __sklearn_tags__(self) -> Tags:
        """Two outputs; sparse input is the usual case."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.single_output = False
        tags.target_tags.multi_output = True
        return tags
