"""Measures of a model: against scikit-learn, by hand, and by the laws of resampling."""

import math
from datetime import UTC, date, datetime, timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from risk_model.scoring import RiskModel
from risk_model.scoring.costs import step_costs
from risk_model.scoring.doubts import Margins
from risk_model.scoring.evaluation import Budget, Estimate, Evaluation, EvaluationSettings, calibration_error, evaluate
from risk_model.scoring.evaluation.bootstrap import Measured, resample_weights
from risk_model.scoring.evaluation.budget import period_sums, ranking, spend_by_period, spend_on_rows
from risk_model.scoring.evaluation.calibration import reliability
from risk_model.scoring.evaluation.judged import Judged, judge, stated_costs
from risk_model.scoring.evaluation.measures import whole_measures
from risk_model.scoring.evaluation.slices import length_names, parts
from risk_model.scoring.evaluation.tally import tally
from risk_model.scoring.examples import LabelledExample, split_examples
from risk_model.scoring.pipeline import PipelineSettings
from risk_model.scoring.training import train
from risk_model.shares import wilson
from tests.examples import labelled

COSTS = stated_costs(Margins(costs=step_costs([2.0] * 3)))


def judged(
    level: list[int],
    graded: list[int],
    score: list[float] | None = None,
    day: list[int] | None = None,
    category: list[int] | None = None,
    seed: int = 0,
) -> Judged:
    """Judgements of which only some columns matter, the others drawn."""
    chance = np.random.default_rng(seed)
    count = len(level)
    return Judged(
        names=("甲", "乙", "丙"),
        category=np.array(category if category is not None else chance.integers(-1, 3, count)),
        category_judged=chance.integers(0, 3, count),
        category_probability=chance.random(count),
        level=np.array(level),
        level_judged=np.array(graded),
        level_probabilities=chance.dirichlet(np.ones(4), count),
        level_score=np.array(score if score is not None else chance.normal(size=count), dtype=float),
        needs_person=chance.random(count) < 0.3,
        day=np.array(day if day is not None else [0] * count),
    )


@pytest.fixture(scope="module")
def model() -> RiskModel:
    """A small trained model that is not always right."""
    return train(labelled(300), seed=1, settings=PipelineSettings(max_columns=200)).risk_model("test-1")


@pytest.fixture(scope="module")
def examples() -> list[LabelledExample]:
    """Examples it has not seen, with agencies and counties."""
    return [
        msgspec.structs.replace(
            e, source=f"/gov/{i % 3}/petition", county=f"37900{i % 2}" if i % 5 else None, text=e.text * (1 + i % 4)
        )
        for i, e in enumerate(labelled(700, seed=21))
    ]


@pytest.fixture(scope="module")
def found(model: RiskModel, examples: list[LabelledExample]) -> Evaluation:
    """Their evaluation."""
    return evaluate(model, examples, EvaluationSettings(resamples=200))


def test_agrees_with_scikit_learn(model: RiskModel, examples: list[LabelledExample], found: Evaluation) -> None:
    """The measures that scikit-learn has too."""
    said = model.assess([e.text for e in examples], [e.fields for e in examples])
    category, level = [e.category for e in examples], [e.level for e in examples]
    assert found.category_macro_f1 == pytest.approx(
        f1_score(category, said.category_names(), average="macro"), abs=1e-4
    )
    assert found.level_macro_f1 == pytest.approx(f1_score(level, said.level, average="macro"), abs=1e-4)
    assert found.level_accuracy == pytest.approx(accuracy_score(level, said.level), abs=1e-4)
    grave, called = np.array(level) >= 3, said.level >= 3
    assert found.orange_recall == pytest.approx(recall_score(grave, called), abs=1e-4)
    assert found.orange_precision == pytest.approx(precision_score(grave, called), abs=1e-4)
    for each in found.level_classes:
        true = np.array(level) == {"blue": 1, "yellow": 2, "orange": 3, "red": 4}[each.name]
        predicted = said.level == {"blue": 1, "yellow": 2, "orange": 3, "red": 4}[each.name]
        assert each.recall.value == pytest.approx(recall_score(true, predicted), abs=1e-4)
        assert each.f1.value == pytest.approx(f1_score(true, predicted), abs=1e-4)
        assert each.rows == true.sum()
    right = np.array(said.category_names()) == np.array(category)
    assert found.category_ece == pytest.approx(calibration_error(said.category_probability, right), abs=1e-4)
    assert found.category_brier == pytest.approx(np.mean((said.category_probability - right) ** 2), abs=1e-4)
    orange = said.level_probabilities[:, 2:].sum(axis=1)
    assert found.orange_ece == pytest.approx(calibration_error(orange, grave), abs=1e-4)
    assert found.orange_brier == pytest.approx(np.mean((orange - grave) ** 2), abs=1e-4)
    onehot = np.eye(4)[np.array(level) - 1]
    assert found.level_brier == pytest.approx(np.mean(((said.level_probabilities - onehot) ** 2).sum(axis=1)), abs=1e-4)
    assert sum(map(sum, found.confusion)) == found.rows == 700


def test_intervals_hold_their_values(found: Evaluation) -> None:
    """Every stated interval holds its value (the calibration errors excepted: chance only ever raises them)."""
    assert set(found.intervals) >= {"category_macro_f1", "level_cost", "orange_recall", "red_recall", "level_ece"}
    for name, (low, high) in found.intervals.items():
        assert low <= high
        if not name.endswith("_ece"):
            assert low <= getattr(found, name) <= high, name
    assert found.intervals["orange_recall"][0] < found.intervals["orange_recall"][1]


def test_same_seed_same_evaluation(model: RiskModel, examples: list[LabelledExample], found: Evaluation) -> None:
    """Another seed moves the intervals and nothing else."""
    assert evaluate(model, examples, EvaluationSettings(resamples=200)) == found
    other = evaluate(model, examples, EvaluationSettings(resamples=200, seed=5))
    assert other.intervals != found.intervals
    assert other.category_macro_f1 == found.category_macro_f1
    none = evaluate(model, examples, EvaluationSettings(resamples=0))
    assert none.intervals == {}
    assert none.level_cost == found.level_cost


def test_slices_add_up(found: Evaluation, examples: list[LabelledExample]) -> None:
    """Each dimension covers every row once, and its accuracies are the whole's, weighted."""
    for dimension in ("source", "county", "event_type", "text_length"):
        mine = [each for each in found.slices if each.dimension == dimension]
        assert sum(each.rows for each in mine) == len(examples), dimension
        mean = sum(each.level_accuracy.value * each.level_rows for each in mine if each.level_accuracy) / len(examples)
        assert mean == pytest.approx(found.level_accuracy, abs=1e-3)
        assert sum(each.grave for each in mine) == sum(example.level >= 3 for example in examples)
    assert {each.value for each in found.slices if each.dimension == "county"} == {"379000", "379001", ""}


@pytest.mark.parametrize("head", ["category", "level"])
def test_a_missing_label_is_skipped(model: RiskModel, examples: list[LabelledExample], head: str) -> None:
    """An example without the label of one head counts for the other; a head without labels has no measures."""
    other = "level" if head == "category" else "category"
    half = [msgspec.structs.replace(e, **{head: None}) if i % 2 else e for i, e in enumerate(examples)]
    whole, kept = evaluate(model, half, NO_INTERVALS), evaluate(model, examples[::2], NO_INTERVALS)
    assert getattr(whole, f"{head}_rows") == 350
    assert getattr(whole, f"{other}_rows") == 700
    assert getattr(whole, f"{head}_macro_f1") == getattr(kept, f"{head}_macro_f1")
    assert getattr(whole, f"{head}_ece") == getattr(kept, f"{head}_ece")
    none = evaluate(model, [msgspec.structs.replace(e, **{head: None}) for e in examples], EvaluationSettings())
    assert getattr(none, f"{head}_macro_f1") is None
    assert getattr(none, f"{head}_classes") == ()
    assert getattr(none, f"{other}_macro_f1") == getattr(evaluate(model, examples, NO_INTERVALS), f"{other}_macro_f1")
    assert bool(none.budgets) == (head == "category")
    with pytest.raises(ValueError, match="label"):
        evaluate(model, [msgspec.structs.replace(e, category=None, level=None) for e in examples])


NO_INTERVALS = EvaluationSettings(resamples=0)


def test_an_unknown_category_is_wrong(model: RiskModel, examples: list[LabelledExample]) -> None:
    """A label the model has never heard of has F1 0, and is among the confusions."""
    strange = [msgspec.structs.replace(e, category="新类") if i < 50 else e for i, e in enumerate(examples)]
    found = evaluate(model, strange, NO_INTERVALS)
    assert found.category_f1["新类"] == 0
    assert sum(each.rows for each in found.category_confusions if each.truth == "新类") == 50


def test_costs_by_hand() -> None:
    """Two too low, one too high, one right; and what one grade for all would cost."""
    rows = judged([4, 3, 1, 2], [2, 2, 2, 2])
    sums = tally(rows, COSTS, whole=True).sums(np.ones((4, 1)))
    found = whole_measures(sums, COSTS)
    assert found["level_cost"][0] == pytest.approx((2 * 2 + 2 + 1 + 0) / 4)
    assert found["constant_cost"][0] == pytest.approx(min((6 + 4 + 0 + 2), (4 + 2 + 1 + 0), (2 + 0 + 2 + 1), 6) / 4)
    assert found["level_within_one"][0] == pytest.approx(3 / 4)
    assert found["red_recall"][0] == 0
    assert math.isnan(found["orange_precision"][0])


def test_stated_costs() -> None:
    """Rows true, columns graded; a missed level costs more."""
    assert COSTS.tolist() == [[0, 1, 2, 3], [2, 0, 1, 2], [4, 2, 0, 1], [6, 4, 2, 0]]


@pytest.mark.parametrize(
    ("written", "budget", "again"),
    [
        ("2%", Budget(0.02), "2%"),
        ("0.5 %", Budget(0.005), "0.5%"),
        ("20/day", Budget(20, "day"), "20/day"),
        ("20/天", Budget(20, "day"), "20/day"),
        ("100/周", Budget(100, "week"), "100/week"),
    ],
)
def test_budgets_are_read(written: str, budget: Budget, again: str) -> None:
    """As people write them."""
    assert Budget.parse(written) == budget
    assert str(budget) == again


@pytest.mark.parametrize("written", ["", "2", "0%", "120%", "0/day", "2.5/day", "3/month", "-1%"])
def test_bad_budgets_are_refused(written: str) -> None:
    """With what is expected."""
    with pytest.raises(ValueError, match="budget"):
        Budget.parse(written)


@pytest.mark.parametrize(
    ("budget", "looked", "grave_found", "red_found"),
    [
        (Budget(0.2), 2, 1, 1),  # the two highest of all
        (Budget(0.41), 5, 2, 1),  # 4.1 is rounded up
        (Budget(1.0), 10, 4, 2),
        (Budget(1, "day"), 2, 2, 1),  # the highest of each of two days
        (Budget(2, "day"), 4, 2, 1),
        (Budget(9, "day"), 10, 4, 2),  # more than there are
        (Budget(1, "week"), 1, 1, 1),
    ],
)
def test_budgets_by_hand(budget: Budget, looked: int, grave_found: int, red_found: int) -> None:
    """Ten events of a Monday and a Tuesday."""
    level = [4, 1, 3, 1, 2, 3, 1, 1, 4, 1]
    score = [9, 8, 2, 3, 1, 7, 6, 5, 0, 4]
    day = [1, 1, 1, 1, 1, 2, 2, 2, 2, 2]
    ranked = ranking(judged(level, level, score, day), budget)
    sums = period_sums(ranked)
    spent = spend_by_period(sums, np.ones((len(sums), 1)))
    assert (spent.looked[0], spent.grave_found[0], spent.red_found[0]) == (looked, grave_found, red_found)
    assert (spent.grave[0], spent.red[0]) == (4, 2)
    if budget.period == "all":
        assert spend_on_rows(ranked, np.ones((10, 1))) == spent


@settings(max_examples=60, deadline=None)
@given(data=st.data(), count=st.integers(1, 30))
def test_weights_are_repetitions(data: st.DataObject, count: int) -> None:
    """A row of weight two counts as the row written twice, in every measure and at every budget."""
    levels = st.lists(st.integers(0, 4), min_size=count, max_size=count)
    level = data.draw(levels)
    graded = [max(1, value) for value in data.draw(levels)]
    score = data.draw(st.lists(st.integers(-3, 3), min_size=count, max_size=count))
    day = data.draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    weight = np.array(data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)))
    rows = judged(level, graded, [float(value) for value in score], day, seed=count)
    repeated = Judged(rows.names, *(np.repeat(column, weight, axis=0) for column in rows[1:]))
    weights, ones = weight[:, None].astype(float), np.ones((int(weight.sum()), 1))
    mine = whole_measures(tally(rows, COSTS, whole=True).sums(weights), COSTS)
    other = whole_measures(tally(repeated, COSTS, whole=True).sums(ones), COSTS)
    for name, values in mine.items():
        assert values == pytest.approx(other[name], nan_ok=True), name
    half = Budget(0.5)
    most = ranking(repeated, half).most
    spent = spend_on_rows(ranking(rows, half)._replace(most=most), weights)
    for one, two in zip(spent, spend_on_rows(ranking(repeated, half), ones), strict=True):
        assert one == pytest.approx(two)


def test_resamples_are_of_the_same_size() -> None:
    """Each draws as many rows as there are; rows are drawn alike."""
    weights = np.concatenate(list(resample_weights(200, 500, 3)), axis=1)
    assert weights.shape == (200, 500)
    assert (weights.sum(axis=0) == 200).all()
    assert weights.mean(axis=1) == pytest.approx(np.ones(200), abs=0.25)


def test_interval_of_a_mean() -> None:
    """The bootstrap's interval of a share is the textbook's."""
    rows = np.arange(1_000) < 300

    def share(weights: np.ndarray) -> dict[str, np.ndarray]:
        columns = weights.shape[1]
        return {
            "share": rows @ weights / weights.sum(axis=0),
            "all": np.ones(columns),
            "nothing": np.full(columns, np.nan),
        }

    found = Measured.of(share, 1_000, 2_000, 0.95, 1)
    half = 1.96 * math.sqrt(0.3 * 0.7 / 1_000)
    assert found.value("share") == 0.3
    assert found.interval("share") == pytest.approx((0.3 - half, 0.3 + half), abs=0.004)
    assert found.estimate("nothing") is None
    assert found.sure("all") == Estimate(1.0, 1.0, 1.0)
    assert found.sure("all", among=10) == Estimate(1.0, 0.7225, 1.0)


def test_reliability_by_hand() -> None:
    """Two bins, one of them perfectly off."""
    curve = reliability(np.array([0.05, 0.05, 1.0, 0.95]), np.array([False, True, True, True]), 0.95)
    assert [(b.low, b.high, b.rows, b.stated, b.found) for b in curve] == [
        (0.0, 0.1, 2, 0.05, 0.5),
        (0.9, 1.0, 2, 0.975, 1.0),
    ]
    assert wilson(0, 10, 0.95) == pytest.approx((0.0, 0.2775), abs=1e-3)


def test_parts() -> None:
    """The smallest are joined; lengths are half-open; a dimension nobody filled in is left out."""
    base = labelled(1)[0]
    sources = ["a"] * 5 + ["b"] * 3 + ["c"] * 2 + ["d"]
    given = [
        msgspec.structs.replace(base, source=name, text="字" * size)
        for name, size in zip(sources, [49, 50, 99, 100] * 3, strict=False)
    ]
    found = parts(given, (50, 100), 3)
    assert [(value, len(rows)) for value, rows in found["source"]] == [("a", 5), ("b", 3), ("*", 3)]
    assert [(value, len(rows)) for value, rows in found["text_length"]] == [("0–49", 3), ("50–99", 6), ("100–", 2)]
    assert "county" not in found
    assert length_names((50,)) == ["0–49", "50–"]


def test_unknown_times_have_no_days(model: RiskModel, examples: list[LabelledExample]) -> None:
    """Budgets by day are measured on events whose time is known; a share of all needs none."""
    budgets = EvaluationSettings(budgets=(Budget(0.1), Budget(2, "day")), resamples=0)
    untimed = [msgspec.structs.replace(e, occurred_at=None) for e in examples]
    assert [each.budget for each in evaluate(model, untimed, budgets).budgets] == ["10%"]
    half = evaluate(model, [*untimed[:300], *examples[300:]], budgets).budgets
    assert half[1] == evaluate(model, examples[300:], budgets).budgets[1]


def test_days_are_local(model: RiskModel) -> None:
    """Midnight in China is 16:00 UTC; weeks begin on Monday."""
    base = labelled(1)[0]
    moment = datetime(2025, 1, 5, 16, 0, tzinfo=UTC)  # Monday 2025-01-06 in China
    examples = [
        msgspec.structs.replace(base, occurred_at=at)
        for at in (moment - timedelta(seconds=1), moment, moment + timedelta(days=7, seconds=-1), None)
    ]
    found = judge(model, examples)
    assert found.day.tolist() == [
        date(2025, 1, 5).toordinal(),
        date(2025, 1, 6).toordinal(),
        date(2025, 1, 12).toordinal(),
        -1,
    ]
    assert np.diff(found.week[:3]).tolist() == [1, 0]


def test_an_old_manifest_is_readable() -> None:
    """An evaluation written before intervals and slices existed is read with their defaults."""
    old = {
        **dict.fromkeys(("category_macro_f1", "level_macro_f1", "level_accuracy", "level_within_one"), 0.5),
        **dict.fromkeys(("level_mean_distance", "category_ece", "level_ece", "needs_person"), 0.1),
        "rows": 10,
        "category_f1": {"物业": 0.5},
        "orange_recall": None,
        "orange_precision": None,
        "red_recall": None,
        "confusion": [[1] * 4] * 4,
    }
    found = msgspec.json.decode(msgspec.json.encode(old), type=Evaluation)
    assert found.slices == ()
    assert found.intervals == {}


def test_an_evaluation_survives_its_json(found: Evaluation) -> None:
    """What the manifest keeps is what was measured."""
    assert msgspec.json.decode(msgspec.json.encode(found), type=Evaluation) == found


@pytest.mark.parametrize(
    "bad",
    [{"resamples": -1}, {"confidence": 1.0}, {"most_slices": 1}, {"text_lengths": (100, 50)}, {"text_lengths": (0,)}],
)
def test_bad_settings_are_refused(bad: dict[str, object]) -> None:
    """At construction."""
    with pytest.raises(ValueError, match=r"settings|text_lengths"):
        EvaluationSettings(**bad)  # type: ignore[arg-type]


def test_training_measures_on_the_latest_part() -> None:
    """The fitted model's evaluation is that of the held-out examples."""
    fitted = train(labelled(400), seed=1, settings=PipelineSettings(max_columns=200))
    late = split_examples(labelled(400), 0.2, 0).judge
    assert fitted.evaluation == evaluate(fitted.risk_model("x"), late)
