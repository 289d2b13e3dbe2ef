"""The comparison of champion and challenger: counts by hand, and the alerts of a fold against the fold itself."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_model.decide import decide_assessed
from risk_model.grading import Floors
from risk_model.shadowing import EXAMPLES, Comparing, challenged
from risk_model.state import State
from schemas.assessed import Assessed, Shadow, Versions
from tests.disputes import NOW, assessed, rules

NEW = "new-1"


def shadowed(
    number: int, level: int, by_challenger: int, category: str = "其他", other: str = "其他", **more
) -> Assessed:
    """A record with what the challenger said of it."""
    versions = Versions("old-1", rules().policy.version, 2)
    shadow = Shadow(NEW, other, by_challenger)
    return assessed(number, level=level, category=category, shadow=shadow, versions=versions, **more)


def compared(*disputes: Assessed):
    """The comparison over these."""
    comparing = Comparing(NEW, rules())
    for dispute in disputes:
        comparing.add(dispute)
    return comparing.result()


def test_counts() -> None:
    """Agreement, moves, types and counties, worked out by hand."""
    found = compared(
        shadowed(1, 1, 1),
        shadowed(2, 1, 3),
        shadowed(3, 4, 3, county="379002"),
        shadowed(4, 2, 2, "物业", "合同", kind="gov.hotline_ticket"),
        assessed(5, level=1),  # judged before there was a challenger
        assessed(6, level=1, shadow=Shadow("another", "合同", 4)),
    )
    assert (found.events, found.champions) == (4, {"old-1": 4})
    assert (found.same_category, found.same_level) == (3, 2)
    assert found.levels == [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]]
    assert found.categories == [("物业", "合同", 1)]
    assert msgspec.to_builtins(found.by_type["gov.petition"]) == {"events": 3, "category": 0, "raised": 1, "lowered": 1}
    assert found.by_type["gov.hotline_ticket"].category == 1
    assert found.by_county["379002"].lowered == 1
    assert [example.level_by_challenger - example.level for example in found.examples] == [2, -1, 0]


def test_floors_come_after_the_challenger_too() -> None:
    """Fifty people are orange whatever either model says: no alert moves, though the models differ."""
    dispute = shadowed(1, 4, 1, people=62)
    otherwise = challenged(dispute, Floors(rules().policy))
    assert (otherwise.model_level, otherwise.level) == (1, 3)
    assert [reason.code for reason in otherwise.reasons] == ["model.level", "floor.people_50"]
    low = msgspec.structs.replace(shadowed(2, 1, 2, people=62), level=3)
    found = compared(low)
    assert (found.same_level, found.same_final_level, found.alert_moves) == (0, 1, [])


def test_without_a_shadow_there_is_nothing_to_apply() -> None:
    """A programming error, said as one."""
    with pytest.raises(ValueError, match="no shadow"):
        challenged(assessed(1), Floors(rules().policy))


def test_alerts_that_would_have_changed() -> None:
    """One vanishes, one appears, one is graver, one stays."""
    found = compared(
        shadowed(1, 3, 1, enterprise="甲", token="t1"),
        shadowed(2, 1, 3, enterprise="乙", token="t2"),
        shadowed(3, 3, 4, enterprise="丙", token="t3"),
        shadowed(4, 3, 3, enterprise="丁", token="t4"),
    )
    assert found.alerts == 3
    moves = {move.title[0]: (move.level, move.level_by_challenger) for move in found.alert_moves}
    assert moves == {"甲": (3, None), "乙": (None, 3), "丙": (3, 4)}
    assert found.alert_moves[0].level_by_challenger == 4
    assert found.alert_changes() == {"new": 1, "gone": 1, "raised": 1, "lowered": 0}


def test_another_category_moves_a_trend() -> None:
    """Twelve of a category on one day are a trend; with the challenger's categories there is none."""
    quiet = [assessed(n, at=NOW - timedelta(days=n), category="合同") for n in range(1, 15)]
    others = ("合同", "消费", "邻里", "医疗")
    burst = [shadowed(100 + n, 1, 1, "物业", others[n % 4], at=NOW) for n in range(12)]
    found = compared(*reversed(quiet), *burst)
    assert [(move.kind, move.level, move.level_by_challenger) for move in found.alert_moves] == [("emerging", 2, None)]


def test_history_is_shared_and_not_counted() -> None:
    """A grave event before the span opened the matter's alert for both."""
    comparing = Comparing(NEW, rules())
    comparing.add(shadowed(1, 3, 1, enterprise="甲", token="t1"), counted=False)
    comparing.add(shadowed(2, 3, 1, enterprise="甲", token="t1"))
    found = comparing.result()
    assert (found.events, found.alerts, found.alert_moves) == (1, 1, [])


def test_other_policy_is_counted() -> None:
    """Its floors may be what differs."""
    old = msgspec.structs.replace(shadowed(1, 1, 1), versions=Versions("old-1", "an older one", 2))
    assert compared(old, shadowed(2, 1, 1)).other_policy == 1


def test_only_the_most_telling_examples_are_kept() -> None:
    """However many events differ."""
    found = compared(*(shadowed(n, 1, 2) for n in range(100)), shadowed(100, 1, 4), shadowed(101, 4, 4, "物业", "合同"))
    assert len(found.examples) == EXAMPLES
    assert found.examples[0].level_by_challenger == 4


@given(
    events=st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 4), st.sampled_from(["t1", "t2", "t3"]), st.integers(0, 20)),
        max_size=30,
    )
)
@settings(max_examples=30, deadline=None)
def test_alerts_are_those_of_the_live_decisions(events) -> None:
    """The moves are the difference of two plain folds; a challenger that agrees moves nothing."""
    disputes = [
        shadowed(n, one, other, enterprise=f"企业{token}", token=token, at=NOW + timedelta(days=day))
        for n, (one, other, token, day) in enumerate(events)
    ]
    found = compared(*disputes)
    ends = []
    for fold in (disputes, [challenged(d, Floors(rules().policy)) for d in disputes]):
        state = State()
        for dispute in fold:
            decide_assessed(state, dispute, rules())
        ends.append({key: alert.level for key, alert in state.alerts.items()})
    expected = {key for key in ends[0].keys() | ends[1].keys() if ends[0].get(key) != ends[1].get(key)}
    assert {move.alert_id for move in found.alert_moves} == expected
    same = [msgspec.structs.replace(d, shadow=Shadow(NEW, d.category, d.model_level)) for d in disputes]
    assert compared(*same).alert_moves == []
