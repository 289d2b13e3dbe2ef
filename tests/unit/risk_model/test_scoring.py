"""The model of two heads: training, run time, account."""

import math

import msgspec
import numpy as np
import pytest

from risk_model.history import history_columns
from risk_model.scoring import Doubt, RiskModel, ScoringFields
from risk_model.scoring.costs import step_costs
from risk_model.scoring.doubts import Margins
from risk_model.scoring.evaluation import calibration_error, evaluate
from risk_model.scoring.fields import FieldEncoder
from risk_model.scoring.ordinal import OrdinalLogit
from risk_model.scoring.pipeline import PipelineSettings, as_table
from risk_model.scoring.training import FittedModel, train
from risk_model.text.lead import scoring_text
from tests.examples import labelled

SETTINGS = PipelineSettings(max_columns=2_000, min_rows=2)


@pytest.fixture(scope="module")
def fitted() -> FittedModel:
    """A small trained model."""
    return train(labelled(1_200), seed=1, settings=SETTINGS)


@pytest.fixture(scope="module")
def model(fitted: FittedModel) -> RiskModel:
    """Its run-time form."""
    return fitted.risk_model("test-1")


def test_learns_the_rule(fitted: FittedModel) -> None:
    """Held-out events are graded well when there is something to learn."""
    found = fitted.evaluation
    assert found.rows == fitted.test_rows == 240
    assert found.category_macro_f1 > 0.99
    assert found.level_macro_f1 > 0.9
    assert found.orange_recall is not None
    assert found.orange_recall > 0.93
    assert sum(map(sum, found.confusion)) == 240


def test_run_time_equals_the_pipeline(fitted: FittedModel, model: RiskModel) -> None:
    """The extracted arrays compute what scikit-learn computes."""
    examples = labelled(300, seed=3)
    texts, fields = [e.text for e in examples], [e.fields for e in examples]
    judged = model.assess(texts, fields)
    category, level = fitted.pipeline.predict_proba(as_table(texts, fields))
    assert np.allclose(judged.level_probabilities, level, atol=1e-5)
    assert np.allclose(judged.category_probability, category.max(axis=1), atol=1e-5)
    assert judged.category_names() == fitted.pipeline.predict(as_table(texts, fields))[:, 0].tolist()


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_batches_do_not_change_results(model: RiskModel, size: int) -> None:
    """Single and batch results are identical bit for bit."""
    examples = labelled(64, seed=5)
    texts, fields = [e.text for e in examples], [e.fields for e in examples]
    whole = model.assess(texts, fields)
    for start in range(0, 64, size):
        part = model.assess(texts[start : start + size], fields[start : start + size])
        for name in ("category", "category_probability", "level", "level_probabilities", "level_score", "doubts"):
            assert np.array_equal(getattr(part, name), getattr(whole, name)[start : start + size]), name


def test_long_texts_are_sliced_without_effect(model: RiskModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by slices; results are the same."""
    examples = labelled(40, seed=6)
    texts, fields = [e.text * 3 for e in examples], [e.fields for e in examples]
    whole = model.assess(texts, fields)
    monkeypatch.setattr("risk_model.scoring.runtime.SLICE_CHARACTERS", 100)
    assert np.array_equal(model.assess(texts, fields).level_score, whole.level_score)


def test_account_adds_up(model: RiskModel) -> None:
    """Parts, rest and base are the score above the cut; reasons too."""
    for example in labelled(30, seed=8):
        account = model.level_account(example.text, example.fields)
        judged = model.assess([example.text], [example.fields])
        assert account.score == pytest.approx(float(judged.level_score[0]), abs=1e-4)
        assert account.level == judged.level[0]
        reasons = model.explain_level(example.text, example.fields, top=3)
        assert len(reasons) <= 5
        assert math.fsum(reason.weight or 0 for reason in reasons) == pytest.approx(
            account.score - account.cut, abs=1e-9
        )


def test_account_names_what_matters(model: RiskModel) -> None:
    """Grave words and head count are among the reasons, in Chinese, with their sign."""
    fields = ScoringFields("gov.petition", people_involved=120, amount_fen=90_000_000)
    reasons = model.explain_level("城东群众反映楼盘停工逾期不交房，扬言集体上访。", fields, top=6)
    texts = [reason.text for reason in reasons]
    assert any("120 人" in text and "升高" in text for text in texts)
    assert any("集体上访" in text or "扬言" in text for text in texts)
    assert {reason.source for reason in reasons} == {"model"}


def test_empty_input(model: RiskModel) -> None:
    """No events, an event without text, an unknown event type: all are judged."""
    assert model.assess([], []).level.shape == (0,)
    judged = model.assess(["", ""], [ScoringFields("gov.nothing"), ScoringFields("court.nothing")])
    assert judged.level.shape == (2,)
    assert np.isfinite(judged.level_score).all()
    assert model.explain_level("", ScoringFields("gov.petition"))


def test_doubts_are_marked(fitted: FittedModel) -> None:
    """Wide margins mark every event; unfamiliar text is marked by coverage."""
    wide = RiskModel.from_pipeline(fitted.pipeline, Margins(category=1.0, level=1e9, coverage=1.0), "wide")
    judged = wide.assess(["ΩΨΔ"], [ScoringFields("gov.petition")])
    assert judged.doubts_of(0) == Doubt.CATEGORY_TIE | Doubt.LEVEL_TIE | Doubt.UNFAMILIAR
    assert len(judged.doubts_of(0).zh) == 3
    assert judged.needs_person.tolist() == [True]


def test_a_missed_level_costs_more(fitted: FittedModel) -> None:
    """A higher cost of missing never lowers a level."""
    examples = labelled(200, seed=9)
    texts, fields = [e.text for e in examples], [e.fields for e in examples]
    cheap, dear = (
        RiskModel.from_pipeline(fitted.pipeline, Margins(costs=step_costs([cost] * 3)), "x").assess(texts, fields).level
        for cost in (1.0, 20.0)
    )
    assert (dear >= cheap).all()
    assert (dear > cheap).any()


def test_more_people_never_lower_the_level(model: RiskModel) -> None:
    """The learnt weights of the ramps are not negative together."""
    fields = [ScoringFields("gov.petition", people) for people in (1, 5, 20, 80, 300)]
    assert (np.diff(model.assess(["群众反映问题"] * 5, fields).level_score) >= 0).all()


def test_training_needs_two_of_each() -> None:
    """One class cannot be learnt from."""
    same = [example for example in labelled(200) if example.level == 1]
    with pytest.raises(ValueError, match="levels"):
        train(same, seed=1, settings=SETTINGS)


def test_evaluation_needs_examples(model: RiskModel) -> None:
    """Nothing to evaluate on is an error, not a zero."""
    with pytest.raises(ValueError, match="no examples"):
        evaluate(model, [])


def test_calibration_error() -> None:
    """Always 0.9 sure and right half of the time is off by 0.4."""
    assert calibration_error(np.full(10, 0.9), np.arange(10) % 2 == 0) == pytest.approx(0.4)


def test_ordinal_logit_recovers_weights() -> None:
    """On data drawn from the model itself the weights and thresholds come back."""
    chance = np.random.default_rng(0)
    x = chance.normal(size=(4_000, 2))
    score = x @ np.array([2.0, -1.0]) + chance.logistic(size=4_000)
    y = np.searchsorted([-1.0, 0.5, 2.0], score) + 1
    fit = OrdinalLogit(C=1e6).fit(x, y)
    assert fit.coef_ == pytest.approx([2.0, -1.0], abs=0.15)
    assert fit.thresholds_ == pytest.approx([-1.0, 0.5, 2.0], abs=0.15)
    assert (np.diff(fit.thresholds_) > 0).all()


def test_field_encoder_columns() -> None:
    """Event types, side, counties, months, known flags, ramps, history; None is not zero people."""
    rows = np.array(
        [
            ["gov.petition", None, 100, 0, "379001", 0, None, None],
            ["court.judgment", 100, None, 2, "", 10, 9, 1],
        ],
        dtype=object,
    )
    encoder = FieldEncoder(people_starts=(10.0,), amount_starts_fen=(100.0,), repeat_starts=(1.0,)).fit(rows)
    assert encoder.transform(rows) == pytest.approx(
        np.array(
            [
                [0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0],
                [1, 0, 1, 0, 1, 1, 0, 1, 0, math.log10(3), 1, math.log10(2)],
            ]
        ),
        abs=1e-6,
    )
    elsewhere = np.array([["gov.other", None, None, 0, "379999", 5, None, None]], dtype=object)
    assert not encoder.transform(elsewhere).any()
    for wrong in (["gov.petition", -1, None, 0, "", 0, None, None], ["gov.petition", 1, None, 0, "", 0, -1, None]):
        with pytest.raises(ValueError, match="row 0"):
            FieldEncoder().fit(np.array([wrong], dtype=object))


@pytest.fixture(scope="module")
def remembering() -> FittedModel:
    """A model of examples whose level rises with their history; county and month are known too."""
    examples = []
    for number, example in enumerate(labelled(900, seed=3)):
        events = number % 12 if number % 3 else None
        level = min(4, (example.level or 1) + (2 if (events or 0) >= 6 else 0))
        fields = msgspec.structs.replace(
            example.fields,
            county=f"37900{number % 2 + 1}",
            month=number % 4 + 1,
            earlier_events=events,
            earlier_sources=None if events is None else min(events, 3),
        )
        examples.append(msgspec.structs.replace(example, level=level, fields=fields))
    return train(examples, seed=1)


def test_history_is_added_exactly(remembering: FittedModel) -> None:
    """What the run time leaves to be added, times the history, is what the pipeline says with everything known."""
    model = remembering.risk_model("m")
    texts = [example.text for example in labelled(40, seed=9)]
    fields = [
        ScoringFields("gov.petition", 3, None, 0, "379001", 2, events, min(events, 3)) for events in range(len(texts))
    ]
    judged = model.assess(texts, fields)
    pipeline = remembering.pipeline
    encoded = pipeline.named_steps["features"].transform(as_table(texts, fields))
    full = pipeline.named_steps["heads"].level_.decision_score(encoded)
    lifts = model.lifts(judged)
    assert any(lift is not None for lift in lifts)
    assert lifts[0] is not None
    assert all(weight >= 0 for weight in lifts[0].weights)
    assert sum(lifts[0].weights) > 0.5
    for known, score, exact, lift in zip(fields, judged.level_score, full, lifts, strict=True):
        added = np.dot(model.weights.history, history_columns(known.earlier_events or 0, known.earlier_sources or 0))
        assert score + added == pytest.approx(exact, abs=1e-3)
        assert lift is None or (lift.window_days, lift.score) == (90, pytest.approx(score, abs=1e-4))


def test_the_graded_level_agrees_with_the_cuts_of_a_lift(remembering: FittedModel) -> None:
    """Without history a lift leads to the level the model gives."""
    model = remembering.risk_model("m")
    examples = labelled(200, seed=11)
    judged = model.assess([e.text for e in examples], [e.fields for e in examples])
    for level, lift in zip(judged.level.tolist(), model.lifts(judged), strict=True):
        if lift is not None:
            assert max((at for at, cut in lift.cuts if lift.score > cut), default=1) == level


def test_county_and_month_are_accounted_for(remembering: FittedModel) -> None:
    """They are parts of the account, which still adds up; unknown ones weigh nothing."""
    model = remembering.risk_model("m")
    text = labelled(1)[0].text
    here, nowhere = ScoringFields("gov.petition", 3, county="379001", month=2), ScoringFields("gov.petition", 3)
    account = model.level_account(text, here)
    assert {"model.county", "model.month"} <= {part.code for part in account.parts}
    assert account.score == pytest.approx(model.assess([text], [here]).level_score[0], abs=1e-4)
    assert not {"model.county", "model.month"} & {part.code for part in model.level_account(text, nowhere).parts}


def test_scoring_text() -> None:
    """Title and narrative are one text."""
    assert scoring_text("欠薪", "十人") == "欠薪。十人"
    assert scoring_text(None, "十人") == "十人"


@pytest.mark.parametrize("kept", ["category", "level"])
def test_a_model_of_one_head(kept: str) -> None:
    """Trained, evaluated and asked with one kind of label."""
    dropped = "level" if kept == "category" else "category"
    examples = [msgspec.structs.replace(example, **{dropped: None}) for example in labelled(400)]
    fitted = train(examples, seed=1, settings=SETTINGS)
    model = fitted.risk_model("half")
    judged = model.assess([examples[0].text], [examples[0].fields])
    assert (model.has_category, model.has_level) == (kept == "category", kept == "level")
    assert bool(judged.category_names()[0]) is model.has_category
    assert (judged.level[0] > 0) == model.has_level
    if not model.has_level:
        with pytest.raises(ValueError, match="no level head"):
            model.explain_level("x", examples[0].fields)


def test_each_head_learns_from_its_own_labels() -> None:
    """Half of the examples without a level: both heads are there."""
    examples = [msgspec.structs.replace(e, level=None) if row % 2 else e for row, e in enumerate(labelled(600))]
    model = train(examples, seed=1, settings=SETTINGS).risk_model("mixed")
    assert model.has_category
    assert model.has_level


def test_leads_count_more_and_the_account_adds_up() -> None:
    """With heavier titles: run time equals the pipeline, blanks change nothing, the account adds up."""
    settings = msgspec.structs.replace(SETTINGS, lead_weight=3.0)
    fitted = train(labelled(400), seed=1, settings=settings)
    model = fitted.risk_model("lead")
    text, fields = "工地拖欠农民工工资。扬言集体上访，准备堵路拉横幅", ScoringFields("gov.petition", 14)
    judged = model.assess([text, "", text], [fields] * 3)
    level = fitted.pipeline.predict_proba(as_table([text], [fields]))[1]
    assert judged.level_probabilities[0] == pytest.approx(level[0], abs=1e-5)
    assert judged.level_score[0] == judged.level_score[2]
    assert model.level_account(text, fields).score == pytest.approx(float(judged.level_score[0]), abs=1e-4)
    spaced = "工地 拖欠　农民工工资。扬言 集体上访，准备堵路 拉横幅"
    assert model.level_account(spaced, fields).score == pytest.approx(
        float(model.assess([spaced], [fields]).level_score[0]), abs=1e-4
    )
