"""Promotion: the gate, and who judges after which history."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_model import promotion
from risk_model.promotion import Candidate, Order, PromotionRefused, Trial, failed_checks
from risk_model.quality.thresholds import GateTable
from risk_model.scoring.evaluation import Evaluation
from schemas.domain_events import ChallengerNamed, ModelPromoted
from schemas.reasons import Reason

GATE = GateTable(max_recall_drop=0.02, max_category_ece=0.05, max_level_ece=0.04, min_rows=500)
AT = datetime(2026, 3, 1, tzinfo=UTC)
ORDER = Order("张三", AT, "准确率提高")
SHUT = (Reason("gate.rows", "评估样本 10 条，至少需要 500 条", "rule"),)


def evaluation(**changed) -> Evaluation:
    """A measured model, with some measures replaced."""
    fields = {
        "rows": 1000,
        "category_macro_f1": 0.9,
        "level_macro_f1": 0.6,
        "category_f1": {},
        "level_accuracy": 0.7,
        "level_within_one": 0.9,
        "level_mean_distance": 0.3,
        "orange_recall": 0.6,
        "orange_precision": 0.5,
        "red_recall": 0.4,
        "category_ece": 0.01,
        "level_ece": 0.02,
        "needs_person": 0.1,
        "confusion": [[0] * 4] * 4,
    }
    return Evaluation(**(fields | changed))


def codes(champion: Trial | None, challenger: Trial) -> list[str]:
    """Codes of the checks not passed."""
    return [reason.code.removeprefix("gate.") for reason in failed_checks(champion, challenger, GATE)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"orange_recall": 0.58, "red_recall": 0.38}, []),  # exactly the drop allowed
        ({"orange_recall": 0.57}, ["orange_recall"]),
        ({"red_recall": 0.3}, ["red_recall"]),
        ({"orange_recall": None}, ["orange_recall"]),
        ({"red_recall": None}, ["red_recall"]),
        ({"category_ece": 0.05}, []),
        ({"category_ece": 0.0501}, ["category_ece"]),
        ({"level_ece": 0.05}, ["level_ece"]),
        ({"level_ece": None}, ["level_ece"]),
        ({"orange_recall": 0.1, "red_recall": 0.1, "level_ece": 0.2}, ["orange_recall", "red_recall", "level_ece"]),
    ],
)
def test_gate(changed: dict[str, float | None], expected: list[str]) -> None:
    """Each bound, at it and beyond it; what is not measured is not passed."""
    assert codes(Trial(evaluation(), "d"), Trial(evaluation(**changed), "d")) == expected


def test_gate_wants_rows_and_the_same_unseen_data() -> None:
    """Few rows, other data, the training file, and a champion that cannot be loaded."""
    few = evaluation(rows=499)
    assert codes(Trial(few, "d"), Trial(few, "d")) == ["rows"]
    sparse = evaluation(category_rows=1000, level_rows=499)
    assert codes(Trial(sparse, "d"), Trial(sparse, "d")) == ["rows"]
    assert codes(Trial(evaluation(), "d"), Trial(evaluation(), "e")) == ["same_data"]
    assert codes(Trial(evaluation(), "d"), Trial(evaluation(rows=600), "d")) == ["same_data"]
    assert codes(Trial(evaluation(), "d"), Trial(evaluation(), "d", learnt_sha256="d")) == ["seen_data"]
    assert codes(Trial(evaluation(), "d", learnt_sha256="d"), Trial(evaluation(), "d", learnt_sha256="e")) == []
    assert codes(None, Trial(evaluation(), "d")) == ["champion"]


@given(drop=st.floats(0, 0.6))
def test_gate_is_monotone_in_recall(drop: float) -> None:
    """Once a drop shuts the gate, every greater drop does."""
    shut = codes(Trial(evaluation(), "d"), Trial(evaluation(orange_recall=0.6 - drop), "d"))
    worse = codes(Trial(evaluation(), "d"), Trial(evaluation(orange_recall=(0.6 - drop) / 2), "d"))
    assert set(shut) <= set(worse)


def test_metrics_of_both() -> None:
    """The event keeps what the decision was taken on; unmeasured values are left out."""
    metrics = promotion.gate_metrics(Trial(evaluation(red_recall=None), "d"), Trial(evaluation(), "d"))
    assert metrics["rows"] == 1000.0
    assert metrics["red_recall"] == 0.4
    assert "champion_red_recall" not in metrics
    assert metrics["champion_orange_recall"] == 0.6


def promoted(past, version: str, **more):
    """The history with one promotion more."""
    return past + promotion.promote(past, Candidate(version, f"sha-{version}"), "shipped", ORDER, (), {}, **more)


def rolled_back(past):
    """The history with one rollback more."""
    return past + promotion.rollback(past, Candidate(promotion.rollback_target(past), "sha"), ORDER)


def test_promotion_says_who_why_and_after_whom() -> None:
    """The first follows the model of the settings."""
    (event,) = promotion.promote([], Candidate("b", "sha-b"), "shipped", ORDER, (), {"rows": 900.0})
    assert event == ModelPromoted("b", "sha-b", "shipped", "张三", AT, "准确率提高", {"rows": 900.0})


def test_shut_gate_needs_a_reason() -> None:
    """Without one it is refused, naming what failed; with one the event keeps both."""
    with pytest.raises(PromotionRefused, match=r"gate\.rows.*--override"):
        promotion.promote([], Candidate("b", "s"), None, ORDER, SHUT, {})
    with pytest.raises(PromotionRefused):
        promotion.promote([], Candidate("b", "s"), None, ORDER._replace(override="  "), SHUT, {})
    (event,) = promotion.promote([], Candidate("b", "s"), None, ORDER._replace(override="试点"), SHUT, {})
    assert (event.failed, event.override_reason) == (("gate.rows",), "试点")


def test_override_of_an_open_gate_is_not_recorded() -> None:
    """Nothing was passed over."""
    (event,) = promotion.promote([], Candidate("b", "s"), None, ORDER._replace(override="试点"), (), {})
    assert (event.failed, event.override_reason) == ((), "")


@pytest.mark.parametrize("order", [ORDER._replace(by=" "), ORDER._replace(reason="")])
def test_who_and_why_are_required(order: Order) -> None:
    """Of every command."""
    for act in (
        lambda: promotion.promote([], Candidate("b", "s"), None, order, (), {}),
        lambda: promotion.rollback(promoted([], "b"), Candidate("shipped", "s"), order),
        lambda: promotion.name_challenger([], Candidate("b", "s"), None, order),
    ):
        with pytest.raises(PromotionRefused, match=r"--(by|reason)"):
            act()


def test_champion_is_not_promoted_again() -> None:
    """Neither a promoted one nor the one of the settings."""
    with pytest.raises(PromotionRefused, match="已在使用"):
        promoted([], "shipped")
    with pytest.raises(PromotionRefused, match="已在使用"):
        promoted(promoted([], "b"), "b")


@pytest.mark.parametrize(
    ("steps", "targets"),
    [
        ("b", ["shipped"]),
        ("b c", ["b", "shipped"]),
        ("b < c", ["shipped"]),
        ("b c < d", ["b", "shipped"]),
        ("b c d < < e", ["b", "shipped"]),
    ],
)
def test_rollbacks_go_back_one_by_one(steps: str, targets: list[str]) -> None:
    """``<`` is a rollback; the targets follow one after the other until nothing is left."""
    past: list = []
    for step in steps.split():
        past = rolled_back(past) if step == "<" else promoted(past, step)
    for target in targets:
        assert promotion.rollback_target(past) == target
        past = rolled_back(past)
        assert promotion.champion_version(past, None) == target
    with pytest.raises(PromotionRefused, match="没有可以退回"):
        promotion.rollback_target(past)


def test_rollback_of_another_history_is_refused() -> None:
    """What was looked up must still be right when it is recorded."""
    with pytest.raises(PromotionRefused, match="已变"):
        promotion.rollback(promoted([], "b"), Candidate("z", "s"), ORDER)


def test_challenger_comes_and_goes() -> None:
    """Named, ended; and ended by its promotion."""
    named = promotion.name_challenger([], Candidate("b", "sha-b"), "shipped", ORDER)
    assert named == [ChallengerNamed("b", "sha-b", "张三", AT, "准确率提高")]
    assert promotion.challenger_version(named) == "b"
    ended = promotion.name_challenger(named, None, "shipped", ORDER)
    assert promotion.challenger_version(named + ended) is None
    after = promoted(named, "b")
    assert [type(event) for event in after[1:]] == [ModelPromoted, ChallengerNamed]
    assert promotion.challenger_version(after) is None
    other = promoted(named, "c")
    assert promotion.challenger_version(other) == "b"


@pytest.mark.parametrize("version", ["shipped", "b", None])
def test_challenger_that_changes_nothing_is_refused(version: str | None) -> None:
    """The champion, the present challenger, and nobody after nobody."""
    past = [] if version is None else promotion.name_challenger([], Candidate("b", "s"), "shipped", ORDER)
    with pytest.raises(PromotionRefused):
        promotion.name_challenger(past, Candidate(version, "s") if version else None, "shipped", ORDER)
