"""The rule by which warnings of the simulated city are called right, explained or false."""

from datetime import date

import pytest

from benchmarks.planted import ANY_KIND, Planted, Signal
from infra.simulation.truth import StoryTruth
from tests.disputes import assessed

DAY, TOWNSHIP, COUNTY = date(2025, 10, 10), "379001001", "379001"


def story(name: str, *warnings: str, category: str = "物业", benign: bool = False) -> StoryTruth:
    """A story of one township."""
    return StoryTruth(name, name, warnings, (COUNTY,), (TOWNSHIP,), category, None, None, None, benign, "")


@pytest.fixture
def planted() -> Planted:
    """A story with five events of its category (ids 1 to 5), and junk with four (11 to 14), all on one day."""
    found = Planted()
    found.plant([story("estate", "苗头", "趋势"), story("junk", benign=True, category="邻里")])
    for number in range(1, 6):
        found.count(assessed(number, township=TOWNSHIP, category="物业"), DAY, "estate", "物业")
    for number in range(11, 15):
        found.count(assessed(number, township=TOWNSHIP, category="邻里"), DAY, "junk", "邻里")
    return found


def counted(observed: int, upper: float, **other: object) -> Signal:
    """A signal of the township on the day."""
    fields = {"kind": "苗头", "regions": (TOWNSHIP,), "measure": "category:物业", "first": DAY, "last": DAY} | other
    return Signal("w", seen=DAY, observed=observed, upper=upper, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("signal", "of", "right"),
    [
        (counted(8, 7), "estate", True),
        (counted(8, 3), "estate", True),  # three are left, no more than the bound
        (counted(8, 2), None, False),  # it would have passed without the story
        (counted(8, 7, regions=(COUNTY,)), "estate", True),
        (counted(8, 7, regions=(COUNTY, TOWNSHIP)), "estate", True),  # a region and its part: counted once
        (counted(8, 7, regions=("379001002",)), None, False),
        (counted(8, 7, kind="区域"), "estate", False),  # explained, but no kind the truth names
        (counted(8, 7, kind=ANY_KIND), "estate", True),
        (counted(8, 7, first=date(2025, 10, 11), last=date(2025, 10, 12)), None, False),
        (counted(8, 7, measure="category:邻里"), "junk", False),
        (counted(8, 7, measure="category:邻里", kind=ANY_KIND), "junk", False),
    ],
)
def test_counts(planted: Planted, signal: Signal, of: str | None, right: bool) -> None:
    """A count is a story's when it would not have passed without the story's events."""
    verdict = planted.judge(signal)
    assert (verdict.story, verdict.right) == (of, right)


def test_two_events_may_be_chance(planted: Planted) -> None:
    """Fewer events of a story than the least may tip a count without being what it shows."""
    planted.plant([story("feud", "苗头", category="合同")])
    for number in (21, 22):
        planted.count(assessed(number, township=TOWNSHIP, category="合同"), DAY, "feud", "合同")
    assert planted.judge(counted(8, 7, measure="category:合同")).story is None


def test_the_wrong_category_is_not_right(planted: Planted) -> None:
    """Events of a story that the model took for something else explain a count, and do not make it right."""
    for number in range(31, 36):
        planted.count(assessed(number, township=TOWNSHIP, category="合同"), DAY, "estate", "物业")
    verdict = planted.judge(counted(6, 5, measure="category:合同"))
    assert (verdict.story, verdict.right) == ("estate", False)


def test_findings(planted: Planted) -> None:
    """A matter or a systemic finding is a story's when more than half of what it rests on is."""
    ids = [assessed(number).dispute_id for number in (1, 2, 3, 91, 92, 93)]

    def found(kind: str, *behind: str) -> tuple[str | None, bool]:
        verdict = planted.judge(Signal("w", kind, DAY, dispute_ids=behind))
        return verdict.story, verdict.right

    assert found("事项", *ids[:5]) == ("estate", True)
    assert found("事项", *ids) == (None, False)
    assert found("系统", *ids[:3]) == ("estate", False)
    assert found("事项", *ids[3:]) == (None, False)
    junk = assessed(11).dispute_id
    assert found("事项", junk) == ("junk", False)
