"""The category head: squared hinge, one temperature, chosen weight."""

import numpy as np
import pytest
from sklearn.datasets import make_classification

from risk_model.scoring.evaluation import calibration_error
from risk_model.scoring.hinge import HingeClassifier, best_temperature, fold_numbers


def test_probabilities_are_calibrated() -> None:
    """On samples not learnt from, what is stated is what is found."""
    x, y = make_classification(
        4_000, 20, n_informative=6, n_classes=4, flip_y=0.2, class_sep=1.0, random_state=np.random.RandomState(3)
    )
    fit = HingeClassifier().fit(x[:2_000], y[:2_000])
    stated = fit.predict_proba(x[2_000:])
    assert stated.sum(axis=1) == pytest.approx(np.ones(2_000))
    right = fit.classes_[stated.argmax(axis=1)] == y[2_000:]
    assert calibration_error(stated.max(axis=1), right) < 0.04
    assert np.array_equal(fit.predict(x[2_000:]), fit.classes_[stated.argmax(axis=1)])


def test_temperature_undoes_a_scale() -> None:
    """Margins stated ten times too sure are divided by ten."""
    draw = np.random.default_rng(0)
    logits = draw.normal(size=(5_000, 3)) * 2
    truth = (logits + draw.gumbel(size=logits.shape)).argmax(axis=1)
    assert best_temperature(logits * 10, truth)[1] == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize(
    ("index", "folds", "in_order", "expected"),
    [
        ([0, 0, 0, 1, 1, 0], 3, False, [0, 1, 2, 0, 1, 0]),
        ([0, 1, 0, 1], 2, True, [0, 0, 1, 1]),
        ([0, 2, 2], 5, False, [0, 0, 1]),
    ],
)
def test_folds(index: list[int], folds: int, in_order: bool, expected: list[int]) -> None:
    """Each class is dealt out in turn, or samples stay in order."""
    assert fold_numbers(np.array(index), folds, in_order).tolist() == expected


def test_the_likelier_weight_is_taken() -> None:
    """The same data give the same choice and the same weights; only offered weights are taken."""
    x, y = make_classification(300, 40, n_informative=5, n_classes=3, flip_y=0.3, random_state=1)
    fits = [HingeClassifier(C=10.0, other_c=(0.001,)).fit(x, y) for _ in range(2)]
    assert fits[0].C_ == fits[1].C_ == 0.001
    assert np.array_equal(fits[0].coef_, fits[1].coef_)


@pytest.mark.parametrize("parameters", [{"C": 0}, {"other_c": (-1.0,)}, {"folds": 1}])
def test_bad_parameters_are_refused(parameters: dict[str, object]) -> None:
    """Checked by fit, by scikit-learn's convention."""
    with pytest.raises(ValueError, match="positive"):
        HingeClassifier(**parameters).fit(np.eye(4), [0, 1, 0, 1])  # type: ignore[arg-type]


def test_a_class_of_one_sample_can_be_learnt() -> None:
    """The fold that holds it out learns without it."""
    x = np.vstack([np.eye(3)] * 4 + [np.full((1, 3), 5.0)])
    fit = HingeClassifier().fit(x, [0, 1, 2] * 4 + [3])
    assert fit.classes_.tolist() == [0, 1, 2, 3]
