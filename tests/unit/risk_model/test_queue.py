"""The labelling queue: doubtful before sure, typical before odd, nothing twice, the same every time, and it says why."""

from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest

from risk_model.quality.observed import Observed
from risk_model.quality.queue import Known, choose, uncertainty
from risk_model.scoring.costs import step_costs
from risk_model.scoring.doubts import Doubt
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.judgements import Judgements
from tests.disputes import rules

LIMITS = rules().policy.model.queue
COSTS = step_costs((2.0, 2.0, 2.0))  # one level too low costs twice one too high
FIELDS = ScoringFields("gov.petition")
AT = datetime(2025, 9, 1, tzinfo=UTC)
WAGES, GARDEN, NOISE = "工地拖欠农民工工资三个月", "小区花园树木无人修剪", "楼上住户半夜装修噪音扰民"


def observed(*texts: str) -> list[Observed]:
    """Events with these texts."""
    return [Observed(f"e{n}", "/gov/1/x", text, FIELDS, AT, AT, "r") for n, text in enumerate(texts)]


def judged(category: list[float], level: list[tuple[float, ...]] | None = None, doubts: int = 0) -> Judgements:
    """Judgements of these category probabilities (and sure levels, unless given)."""
    size = len(category)
    levels = np.array(level or [(1.0, 0.0, 0.0, 0.0)] * size)
    zeros = np.zeros(size, dtype=np.int64)
    marks = np.full(size, doubts, dtype=np.uint8)
    return Judgements(("劳动争议",), zeros, np.array(category), zeros + 1, levels, np.zeros(size), marks)


def asked(events: list[Observed], model: Judgements, size: int = 10, known: list[Known] | None = None) -> list[str]:
    """Ids in the order of asking."""
    return [one.event_id for one in choose(events, model, COSTS, known or [], size, LIMITS)]


def test_the_doubtful_are_asked_first() -> None:
    """By the chance that the category is wrong."""
    assert asked(observed(WAGES, GARDEN, NOISE), judged([0.9, 0.4, 0.6])) == ["e1", "e2", "e0"]


def test_a_dear_level_counts() -> None:
    """Between blue and red costs more to get wrong than between blue and yellow."""
    levels = [(0.5, 0.5, 0.0, 0.0), (0.5, 0.0, 0.0, 0.5), (1.0, 0.0, 0.0, 0.0)]
    assert asked(observed(WAGES, GARDEN, NOISE), judged([0.9, 0.9, 0.9], levels)) == ["e1", "e0", "e2"]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ((1.0, 0.0, 0.0, 0.0), 0.0),
        ((0.5, 0.5, 0.0, 0.0), 0.5 / 2.0),  # answering yellow costs 1 half of the time
        ((1 / 3 * 2, 0.0, 0.0, 1 / 3), 1.0),  # the worst there is: every answer costs 2
    ],
)
def test_expected_cost_by_hand(level: tuple[float, ...], expected: float) -> None:
    """With one level too low costing twice one too high."""
    assert uncertainty(judged([1.0], [level]), COSTS).level[0] == pytest.approx(expected)


def test_copies_wait() -> None:
    """Of the same text one is asked; the others come after everything else, although they are as doubtful."""
    events = observed(WAGES, WAGES, WAGES, GARDEN, NOISE)
    order = asked(events, judged([0.3, 0.3, 0.3, 0.8, 0.8]))
    assert order[0] == "e0"
    assert set(order[1:3]) == {"e3", "e4"}
    assert choose(events, judged([0.3] * 3 + [0.8] * 2), COSTS, [], 1, LIMITS)[0].alike == 2


def test_what_is_like_a_label_already_given_waits() -> None:
    """It would teach nothing new."""
    events = observed(WAGES, GARDEN)
    assert asked(events, judged([0.3, 0.7]), 1) == ["e0"]
    assert asked(events, judged([0.3, 0.7]), 1, [Known(WAGES, FIELDS)]) == ["e1"]


def test_other_fields_make_another_event() -> None:
    """The same words with another head count are not the same question."""
    events = observed(WAGES, GARDEN, NOISE)
    many = ScoringFields("gov.police_incident", 60, 10**9, 5)
    other = msgspec.structs.replace(events[0], event_id="e9", fields=many)
    for share, alike in ((0.0, 1), (0.4, 0)):
        limits = msgspec.structs.replace(LIMITS, field_share=share)
        assert choose([*events, other], judged([0.3] * 4), COSTS, [], 1, limits)[0].alike == alike


def test_deterministic_whatever_the_order_and_a_shorter_queue_is_its_beginning() -> None:
    """No chance is involved."""
    events = observed(*(f"{a}{b}" for a in (WAGES, GARDEN, NOISE) for b in ("，请处理", "，多次反映", "，要求赔偿")))
    model = judged([0.3, 0.5, 0.7] * 3)
    order = asked(events, model)
    back = Judgements(*(f[::-1] if isinstance(f, np.ndarray) else f for f in model))
    assert asked(events[::-1], back) == order
    assert asked(events, model, 4) == order[:4]
    assert sorted(order) == sorted(e.event_id for e in events)


def test_reasons_say_why() -> None:
    """Category, level, unfamiliar text."""
    one = choose(observed(WAGES), judged([0.6], [(0.5, 0.5, 0.0, 0.0)], Doubt.UNFAMILIAR), COSTS, [], 5, LIMITS)[0]
    assert [r.code for r in one.reasons] == ["queue.unfamiliar", "queue.category", "queue.level"]
    assert "40%" in one.reasons[1].text
    assert (one.place, one.category, one.level) == (1, "劳动争议", 1)


def test_nothing_to_ask() -> None:
    """No events, or none wanted; events without text are possible."""
    assert choose([], judged([]), COSTS, [], 5, LIMITS) == []
    assert choose(observed(WAGES), judged([0.5]), COSTS, [], 0, LIMITS) == []
    assert asked(observed(""), judged([0.5])) == ["e0"]
