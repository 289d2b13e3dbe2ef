"""The category head: squared hinge, one sigmoid, chosen weight."""

import numpy as np
import pytest
from sklearn.datasets import make_classification

from risk_model.scoring.evaluation import calibration_error
from risk_model.scoring.hinge import HingeClassifier, best_calibration, fold_numbers


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


def test_calibration_finds_scale_and_offset() -> None:
    """Margins stated ten times too sure are divided by ten; the offset is found too."""
    draw = np.random.default_rng(0)
    claims = draw.normal(size=(8_000, 3)) * 3
    chances = 1 / (1 + np.exp(-claims - 1.0))
    chances /= chances.sum(axis=1, keepdims=True)
    truth = (chances.cumsum(axis=1) < draw.random((8_000, 1))).sum(axis=1).clip(max=2)
    _, factor, offset = best_calibration(claims * 10, truth)
    assert factor == pytest.approx(0.1, rel=0.1)
    assert offset == pytest.approx(1.0, abs=0.3)


def test_two_classes() -> None:
    """Probabilities of both add up, and the more probable one is predicted."""
    x, y = make_classification(600, 12, n_informative=4, flip_y=0.2, random_state=2)
    fit = HingeClassifier().fit(x[:400], y[:400])
    stated = fit.predict_proba(x[400:])
    assert stated.sum(axis=1) == pytest.approx(np.ones(200))
    assert np.array_equal(stated.argmax(axis=1), fit.predict(x[400:]))


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
