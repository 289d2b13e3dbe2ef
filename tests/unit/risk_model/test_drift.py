"""Drift: silence on more of the same, alarms on real change, unknown and small agencies said so, labels late or missing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from risk_model.quality.drift import DriftReport, compare, worst
from risk_model.quality.drift_report import drift_markdown, drift_metrics
from risk_model.quality.label_delay import Answered, delay_findings, kaplan_meier, label_delays
from risk_model.quality.observed import Observed, observed_examples
from risk_model.quality.profile import EVERYTHING, Profile, decode_profile, encode_profile, profile
from risk_model.scoring.runtime import RiskModel
from risk_model.scoring.training import train
from tests.disputes import rules
from tests.examples import labelled

LIMITS = rules().policy.model.drift
GRID, HOTLINE = "/gov/379001/grid", "/gov/3790/hotline12345"


@pytest.fixture(scope="module")
def model() -> RiskModel:
    """A small model."""
    return train(labelled(600), seed=1).risk_model("small-1")


def events(count: int, seed: int) -> list[Observed]:
    """Events of two agencies, one of them three times as busy."""
    examples = [
        msgspec.structs.replace(e, source=GRID if number % 4 == 0 else HOTLINE)
        for number, e in enumerate(labelled(count, seed))
    ]
    return observed_examples(examples)


@pytest.fixture(scope="module")
def reference(model: RiskModel) -> Profile:
    """Two thousand events."""
    return profile(events(2_000, 3), model)


def compared(reference: Profile, model: RiskModel, observed: Sequence[Observed]) -> DriftReport:
    """Report on events."""
    return compare(reference, profile(observed, model), LIMITS)


@pytest.mark.parametrize("seed", range(4, 12))
def test_more_of_the_same_is_no_drift(reference: Profile, model: RiskModel, seed: int) -> None:
    """Other draws of the same generator; with 1 % a report, eight silent ones are no luck."""
    assert compared(reference, model, events(600, seed)).findings == ()


def changed(observed: Sequence[Observed], source: str, **fields: object) -> list[Observed]:
    """Events with some fields of one agency replaced."""
    return [
        msgspec.structs.replace(o, fields=msgspec.structs.replace(o.fields, **fields)) if o.source == source else o
        for o in observed
    ]


@pytest.mark.parametrize(
    ("measure", "change"),
    [
        ("people", lambda o: changed(o, GRID, people_involved=None)),
        ("amount", lambda o: changed(o, GRID, amount_fen=100)),
        ("repeats", lambda o: changed(o, GRID, repeat_count=7)),
        ("event_type", lambda o: changed(o, GRID, event_type="gov.penalty")),
        ("length", lambda o: [msgspec.structs.replace(e, text=e.text * 3) if e.source == GRID else e for e in o]),
        ("wording", lambda o: [msgspec.structs.replace(e, text=e.text[::-1]) if e.source == GRID else e for e in o]),
        (
            "coverage",
            lambda o: [
                msgspec.structs.replace(e, text="充电桩虚假宣传续航缩水" * 2) if e.source == GRID else e for e in o
            ],
        ),
    ],
)
def test_a_changed_agency_is_named(reference: Profile, model: RiskModel, measure: str, change) -> None:
    """An alarm for that agency and measure, with figures; none for the other agency."""
    report = compared(reference, model, change(events(600, 4)))
    found = [f for f in report.findings if (f.scope, f.measure) == (GRID, measure)]
    assert [f.verdict for f in found] == ["alarm"]
    assert GRID in found[0].reason.text
    assert "PSI" in found[0].reason.text
    assert not [f for f in report.findings if f.scope == HOTLINE]
    assert worst(report.findings) == "alarm"


def test_unknown_and_small_agencies_are_said_so(reference: Profile, model: RiskModel) -> None:
    """Neither is compared with the others."""
    new, few = "/gov/379009/new", "/gov/379009/few"
    observed = [
        msgspec.structs.replace(o, source=new if n < 100 else few if n < 110 else o.source)
        for n, o in enumerate(events(600, 5))
    ]
    report = compared(reference, model, observed)
    assert (report.unknown, report.small) == ({new: 100}, {few: 10})
    assert [(f.scope, f.measure, f.verdict) for f in report.findings] == [(new, "source", "warn")]
    assert {c.scope for c in report.comparisons} == {EVERYTHING, GRID, HOTLINE}


def test_profiles_of_two_models_are_refused(reference: Profile) -> None:
    """Their judgements cannot be compared."""
    with pytest.raises(ValueError, match="small-1"):
        compare(reference, msgspec.structs.replace(reference, model="other"), LIMITS)


def test_a_profile_is_the_same_whatever_the_order_and_survives_its_file(model: RiskModel) -> None:
    """Compact, deterministic, without texts."""
    observed = events(300, 6)
    written = encode_profile(profile(observed, model))
    assert written == encode_profile(profile(observed[::-1], model))
    assert encode_profile(decode_profile(written)) == written
    assert "反映" not in written.decode()
    with pytest.raises(ValueError, match="没有事件"):
        profile([], model)


def test_flattering_measures_come_from_what_was_not_learnt(model: RiskModel) -> None:
    """Coverage and doubts are those of the unseen part alone."""
    observed = events(300, 6)
    made = profile(observed, model, frozenset(o.event_id for o in observed[:40]))
    everything = made.scopes[EVERYTHING]
    assert sum(everything.counts["coverage"].values()) == sum(everything.counts["needs_person"].values()) == 40
    assert sum(everything.counts["people"].values()) == everything.rows == 300


def test_clumps_in_the_reference_teach_patience(model: RiskModel) -> None:
    """Where one week was all grid reports of one kind before, a week of them again is no news."""
    observed = sorted(events(1_200, 7), key=lambda o: o.occurred_at)
    waves = [
        msgspec.structs.replace(o, fields=msgspec.structs.replace(o.fields, event_type="gov.grid_report"))
        if (n // 200) % 2
        else o
        for n, o in enumerate(observed)
    ]
    calm, wavy = (profile(o, model).scopes[EVERYTHING].tau2["event_type"] for o in (observed, waves))
    assert wavy > calm


def test_report_and_metrics(reference: Profile, model: RiskModel) -> None:
    """What a person reads, and what Prometheus does."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    observed = changed(events(600, 4), GRID, people_involved=None)
    report = compared(reference, model, observed)
    delays = label_delays([Answered(GRID, now - timedelta(days=3), now)], now)
    span = (600, now, now)
    text = drift_markdown(report, delays, model="small-1", present=span, reference=span)
    assert "警报" in text
    assert "“未填”由" in text
    metrics = drift_metrics(report, delays, "small-1", now)
    assert f'fuyuan_model_drift_verdict{{source="{GRID}",measure="people"}} 2' in metrics
    assert f'fuyuan_model_label_delay_days{{source="{GRID}"}} 3.0' in metrics
    names = {line.split("{")[0] for line in metrics.splitlines() if not line.startswith("#")}
    assert names == {line.split()[2] for line in metrics.splitlines() if line.startswith("# TYPE")}


def test_label_delay_and_share() -> None:
    """Late labels of an agency and too few overall, each with its figures; waiting events count as waiting."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    late = [Answered(GRID, now - timedelta(days=40), now - timedelta(days=20)) for _ in range(12)]
    waiting = [Answered(HOTLINE, now - timedelta(days=2), None) for _ in range(88)]
    delays = label_delays([*late, *waiting], now)
    assert list(delays) == [EVERYTHING, *sorted((GRID, HOTLINE))]
    assert (delays[GRID].median_days, delays[HOTLINE].median_days) == (20.0, None)
    assert delays[EVERYTHING].share == 0.12
    assert delays[EVERYTHING].eventual_share == 1.0  # nobody waited as long as those who were answered
    found = delay_findings(delays, LIMITS)
    assert {(f.scope, f.measure) for f in found} == {(EVERYTHING, "label_delay"), (GRID, "label_delay")}
    assert "20.0 天" in found[0].reason.text
    none = delay_findings(label_delays(waiting, now), LIMITS)
    assert [(f.measure, f.verdict) for f in none] == [("label_share", "warn")]


@pytest.mark.parametrize(
    ("days", "done", "left"),
    [
        ([1, 2, 3, 4], [True, True, True, True], 0.0),
        ([1, 2, 3, 4], [False, False, False, False], 1.0),
        ([1, 2, 2, 3], [True, False, True, False], 0.75 * (1 - 1 / 3)),
    ],
)
def test_kaplan_meier(days: list[float], done: list[bool], left: float) -> None:
    """By hand: the product over answers of one minus answers over waiting."""
    assert kaplan_meier(np.array(days, float), np.array(done)) == pytest.approx(left)


def test_a_model_of_one_head_is_profiled_by_what_it_says() -> None:
    """Trained on categories alone it says nothing of levels."""
    half = train([msgspec.structs.replace(e, level=None) for e in labelled(400)], seed=1).risk_model("half-1")
    counts = profile(events(200, 5), half).scopes[EVERYTHING].counts
    assert "category" in counts
    assert "level" not in counts
