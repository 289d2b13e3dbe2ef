"""The batch n-gram hasher and the column selector against plain counts and scikit-learn's conventions."""

from collections import Counter

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator, clone
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from risk_model.scoring.fields import FieldEncoder
from risk_model.scoring.heads import TwoHeads
from risk_model.scoring.hinge import HingeClassifier
from risk_model.scoring.ordinal import OrdinalLogit
from risk_model.text.columns import ColumnSelector
from risk_model.text.lead import lead_lengths
from risk_model.text.ngrams import NgramHasher, ngram_buckets
from risk_model.text.symbols import symbols, visible

TEXTS = ["拖欠农民工工资", "ＡＢ12", "ab34", "", "工", "工资工资工资", "𠮷工资𠮷"]


@parametrize_with_checks([ColumnSelector(), OrdinalLogit(), HingeClassifier()])
def test_estimator_conventions(estimator: object, check: object) -> None:
    """scikit-learn's own checks."""
    check(estimator)  # type: ignore[operator]


# scikit-learn generates no checks for estimators of texts; those of its checks that feed no numbers are called one by one.
@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_set_params,
        estimator_checks.check_mixin_order,
        estimator_checks.check_valid_tag_types,
    ],
)
@pytest.mark.parametrize("estimator", [NgramHasher(bits=8), FieldEncoder(), TwoHeads()])
def test_conventions_of_text_and_table_estimators(estimator: BaseEstimator, check: object) -> None:
    """Cloning, parameters, tags."""
    check(type(estimator).__name__, clone(estimator))  # type: ignore[operator]


def test_counts_equal_a_plain_loop() -> None:
    """Bucket counts are those of a loop over substrings."""
    orders = (1, 2, 3)
    matrix = NgramHasher(ngram_range=(1, 3), bits=20, norm=None).fit_transform(TEXTS)
    for row, text in enumerate(TEXTS):
        codes, _ = symbols([text])
        folded = "".join(map(chr, codes.tolist()))
        expected: Counter[int] = Counter()
        for order in orders:
            for start in range(len(folded) - order + 1):
                one, edges = symbols([folded[start : start + order]])
                expected[int(ngram_buckets(one, edges, orders, 20)[0, orders.index(order)])] += 1
        found = matrix[row]
        assert dict(zip(found.indices.tolist(), found.data.tolist(), strict=True)) == dict(expected)


def test_spellings_fold() -> None:
    """Full width, case and digits are one symbol each."""
    matrix = NgramHasher().transform(["ＡＢ12", "ab34"])
    assert (matrix[0] != matrix[1]).nnz == 0


@pytest.mark.parametrize("norm", ["length", "sqrt", "l2", None])
def test_single_equals_batch_to_the_bit(norm: str | None) -> None:
    """A row depends on its own text alone."""
    hasher = NgramHasher(norm=norm, bits=12)
    batch = hasher.transform(TEXTS)
    singles = sparse.vstack([hasher.transform([text]) for text in TEXTS]).tocsr()
    assert batch.dtype == np.float32
    for name in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(batch, name), getattr(singles, name))


@pytest.mark.parametrize("norm", ["sqrt", "l2"])
def test_norms_have_length_one(norm: str) -> None:
    """Rows with text have length 1, empty rows 0."""
    lengths = sparse.linalg.norm(NgramHasher(norm=norm).transform(TEXTS), axis=1)
    assert lengths == pytest.approx([1, 1, 1, 0, 1, 1, 1], abs=1e-6)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [({"bits": 30}, "bits"), ({"ngram_range": (3, 1)}, "ngram_range"), ({"norm": "x"}, "norm")],
)
def test_bad_parameters_are_refused_at_fit(parameters: dict[str, object], message: str) -> None:
    """By scikit-learn's convention parameters are checked by fit."""
    with pytest.raises(ValueError, match=message):
        NgramHasher(**parameters).fit(["a"])  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["one text", b"x", [1, 2], ["a", None]])
def test_refuses_what_is_not_texts(wrong: object) -> None:
    """A bare text would silently be read character by character."""
    with pytest.raises(ValueError, match="text"):
        NgramHasher().transform(wrong)  # type: ignore[arg-type]


def test_clone_keeps_parameters() -> None:
    """Parameters survive clone and get_params."""
    assert clone(NgramHasher(bits=12)).get_params() == {
        "bits": 12,
        "ngram_range": (1, 3),
        "norm": "length",
        "lead_weight": 1.0,
    }


def test_selector_keeps_the_most_frequent() -> None:
    """Two columns of three, ascending, weighted by inverse document frequency."""
    counts = sparse.csr_matrix(np.array([[1, 0, 2], [1, 0, 1], [1, 5, 0]], dtype=np.float32))
    selector = ColumnSelector(max_columns=2).fit(counts)
    assert selector.columns_.tolist() == [0, 2]
    assert selector.transform(counts).toarray()[0] == pytest.approx([1.0, 2 * (np.log(4 / 3) + 1)])
    with pytest.raises(ValueError, match="no column"):
        ColumnSelector(min_rows=4).fit(counts)


@pytest.mark.parametrize(
    ("text", "length"),
    [("欠薪。十人", 2), ("没有句号", 0), ("", 0), ("。", 0), ("长" * 60 + "。", 60), ("长" * 61 + "。", 0)],
)
def test_leads(text: str, length: int) -> None:
    """The title or first sentence, when it is short."""
    assert lead_lengths([text]).tolist() == [length]


def test_leads_weigh_more() -> None:
    """N-grams that begin in the lead count lead_weight times; the norm is that of a row without repeats."""
    counts = NgramHasher(ngram_range=(1, 1), norm=None, lead_weight=3.0).transform(["甲乙。丙", "", "丁。戊"])
    assert sorted(counts[0].data.tolist()) == [1, 1, 3, 3]
    assert sorted(counts[2].data.tolist()) == [1, 1, 3]
    rows = NgramHasher(lead_weight=3.0).transform(["甲乙。丙"])
    assert sparse.linalg.norm(rows) == pytest.approx(1)
    with pytest.raises(ValueError, match="lead_weight"):
        NgramHasher(norm="l2", lead_weight=2.0).fit(["a"])


def test_blanks_are_left_out() -> None:
    """Text cut into words has the n-grams of the text."""
    matrix = NgramHasher().transform(["拖欠 农民工　工资\n", "拖欠农民工工资"])
    assert (matrix[0] != matrix[1]).nnz == 0
    assert visible("工 资\t").tolist() == [True, False, True, False]


def test_rows_get_the_wanted_norm() -> None:
    """Root mean square of the training rows, whatever the power of idf."""
    counts = NgramHasher(bits=12).transform(TEXTS)
    rows = ColumnSelector(idf_power=1.5, row_norm=4.0).fit_transform(counts)
    assert np.sqrt(rows.multiply(rows).sum() / len(TEXTS)) == pytest.approx(4.0, rel=1e-5)
    with pytest.raises(ValueError, match="row_norm"):
        ColumnSelector(row_norm=0.0).fit(counts)
