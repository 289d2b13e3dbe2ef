"""History weighed by WATCH: which reports count, what they add, and that each event says so."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_model.decide import decide_assessed
from risk_model.entities import Matter, Sighting
from risk_model.history import earlier, with_history
from risk_model.local_time import local_day
from risk_model.state import State
from schemas.assessed import Assessed, History, Lift, Shadow, decode_assessed, encode_assessed
from schemas.domain_events import DisputeAssessed
from tests.disputes import NOW, assessed, rules

DAY = local_day(NOW).toordinal()
LIFT = Lift(score=1.0, cuts=((2, 0.5), (3, 1.5), (4, 3.0)), weights=(1.0, 0.5), window_days=90)


def sighting(back: int, source: str = "a", county: str = "379001") -> Sighting:
    """A report so many days ago."""
    return Sighting(DAY - back, f"d{back}{source}{county}", source, "gov", county)


@pytest.mark.parametrize(
    ("sightings", "expected"),
    [
        ([], (0, 0)),
        ([sighting(0)], (1, 1)),
        ([sighting(89)], (1, 1)),
        ([sighting(90)], (0, 0)),
        ([sighting(-1)], (0, 0)),
        ([sighting(3, county="379002")], (0, 0)),
        ([sighting(3), sighting(4), sighting(5, "b")], (3, 2)),
    ],
    ids=["none", "same day", "first day of the window", "before the window", "later", "other county", "three of two"],
)
def test_earlier(sightings: list[Sighting], expected: tuple[int, int]) -> None:
    """Reports of the county within the window, up to the event's own day."""
    assert earlier(sightings, "379001", DAY, 90) == History(*expected, 90)


def matter(*sightings: Sighting) -> Matter:
    """A matter that remembers these reports."""
    return Matter("m", "t", "其他", "379001", recent=list(sightings))


def test_a_long_history_raises_the_level_and_says_why() -> None:
    """Nine earlier reports of one source add 1.0 + 0.15: past the orange cut, the model's own word unchanged."""
    record = assessed(1, enterprise="甲公司", level=2, lift=LIFT)
    changed = with_history(record, matter(*(sighting(day) for day in range(9))))
    assert (changed.level, changed.model_level, changed.lift) == (3, 2, None)
    assert changed.history == History(9, 1, 90)
    assert changed.reasons[-1].code == "model.history"
    assert changed.reasons[-1].weight == pytest.approx(1.0 + 0.5 * 0.30103, abs=1e-4)
    assert changed.reasons[-1].text == "同一主体此前 90 天在本县区已有 1 个来源 9 件，风险评分升高 1.15，达到橙级"


@pytest.mark.parametrize("known", [None, matter(), matter(sighting(1))], ids=["opens", "empty", "too little"])
def test_a_short_history_is_recorded_and_changes_nothing(known: Matter | None) -> None:
    """The history stands in the record, so that training from the store knows it."""
    record = assessed(1, enterprise="甲公司", level=2, lift=LIFT)
    changed = with_history(record, known)
    assert (changed.level, changed.reasons) == (2, record.reasons)
    assert changed.history == History(*((1, 1) if known and known.recent else (0, 0)), 90)


def test_without_lift_nothing_happens() -> None:
    """A model without weights for history, or an event without subject."""
    record = assessed(1, level=2)
    assert with_history(record, matter(sighting(1))) is record


def test_a_floor_is_not_lowered() -> None:
    """An event that a floor graded red stays red."""
    record = assessed(1, enterprise="甲公司", level=4, model_level=2, lift=LIFT)
    assert with_history(record, matter(*(sighting(day) for day in range(9)))).level == 4


def test_the_challengers_word_is_weighed_too() -> None:
    """By its own weights; the champion's record is what it would be without a challenger."""
    shadow = Shadow("m2", "其他", 1, msgspec.structs.replace(LIFT, score=0.0, weights=(2.0, 0.0)))
    record = assessed(1, enterprise="甲公司", level=2, lift=LIFT)
    alone = with_history(record, matter(*(sighting(day) for day in range(9))))
    both = with_history(msgspec.structs.replace(record, shadow=shadow), matter(*(sighting(day) for day in range(9))))
    assert both.shadow == Shadow("m2", "其他", 1, None, 3)
    assert msgspec.structs.replace(both, shadow=None) == alone


@given(st.lists(st.integers(0, 120), max_size=30), st.floats(-3, 3), st.floats(0, 3), st.floats(0, 3))
def test_laws(days: list[int], score: float, by_events: float, by_sources: float) -> None:
    """History never lowers a level, more of it never less, and weighing twice is weighing once."""
    cuts = ((2, 0.5), (3, 1.5), (4, 3.0))
    level = 1 + sum(score > cut for _, cut in cuts)
    lift = Lift(score, cuts, (by_events, by_sources), 90)
    record = assessed(1, enterprise="甲公司", level=level, lift=lift)
    some, more = matter(*map(sighting, days[: len(days) // 2])), matter(*map(sighting, days))
    little, much = with_history(record, some), with_history(record, more)
    assert level <= little.level <= much.level
    assert with_history(much, more) == much


def test_decided_in_the_stream() -> None:
    """The tenth report of an enterprise is graded with the nine before it, and the recorded fact says so."""
    state = State()
    for number in range(10):
        at = NOW + timedelta(hours=number)
        record = assessed(number, source=f"/gov/379001/s{number % 3}", enterprise="甲公司", at=at, level=2, lift=LIFT)
        recorded = decide_assessed(state, through_kafka(record), rules())
    event = recorded[0].event
    assert isinstance(event, DisputeAssessed)
    assert (event.dispute.level, event.dispute.history) == (3, History(9, 3, 90))
    assert {m.level for m in state.matters.values()} == {3}


def through_kafka(record: Assessed) -> Assessed:
    """The record as WATCH reads it."""
    read = decode_assessed(encode_assessed(record))
    assert msgspec.structs.asdict(read) == msgspec.structs.asdict(record)
    return read
