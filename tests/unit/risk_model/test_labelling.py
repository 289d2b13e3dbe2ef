"""Labels: what is in force, when a verdict becomes a fact, and what is refused."""

from datetime import UTC, datetime

import pytest

from risk_model.labelling import InForce, Verdict, decide_label, in_force
from risk_model.refusals import Incomplete
from schemas.domain_events import LabelGiven

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def given(category: str | None, level: int | None) -> LabelGiven:
    """A label."""
    return LabelGiven("d", "王某", NOW, "核实", category, level)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], (None, None)),
        ([given("物业", None)], ("物业", None)),
        ([given("物业", 2), given(None, 3)], ("物业", 3)),
        ([given("物业", 2), given("合同", None)], ("合同", 2)),
        ([given("物业", 2), given("合同", 1), given("物业", None)], ("物业", 1)),
    ],
)
def test_the_newest_word_on_each_is_in_force(labels: list[LabelGiven], expected: InForce) -> None:
    """Category and level are said apart."""
    assert in_force(labels) == expected


@pytest.mark.parametrize(
    ("earlier", "category", "level", "recorded"),
    [
        ((None, None), "物业", None, True),
        ((None, None), None, 1, True),
        (("物业", None), "物业", None, False),
        (("物业", 2), None, 2, False),
        (("物业", 2), "物业", 2, False),
        (("物业", 2), "物业", 3, True),
        (("物业", None), "物业", 3, True),
        (("物业", 2), "合同", None, True),
    ],
)
def test_no_change_is_no_event(
    earlier: tuple[str | None, int | None], category: str | None, level: int | None, recorded: bool
) -> None:
    """A label that says what is in force already is not recorded again."""
    event = decide_label("d", InForce(*earlier), Verdict("王某", "核实", category, level, "a"), NOW)
    expected = LabelGiven("d", "王某", NOW, "核实", category, level, "a")
    assert event == (expected if recorded else None)


@pytest.mark.parametrize(
    ("verdict", "fields"),
    [
        (Verdict("王某", "核实"), ["category, level"]),
        (Verdict("王某", "核实", "无此类"), ["category"]),
        (Verdict("王某", "核实", None, 5), ["level"]),
        (Verdict(" ", "", "物业"), ["labelled_by", "reason"]),
        (Verdict("王" * 101, "核" * 1001, "物业"), ["labelled_by", "reason"]),
    ],
)
def test_what_is_wrong_is_named(verdict: Verdict, fields: list[str]) -> None:
    """Every wrong field, in both languages."""
    with pytest.raises(Incomplete) as caught:
        decide_label("d", InForce(), verdict, NOW)
    assert [error.path for error in caught.value.errors] == fields
    assert all(error.zh and error.en for error in caught.value.errors)
