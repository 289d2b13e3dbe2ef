"""What brings an alert to its level, whether a message was as grave as told, and what was missed."""

from datetime import datetime, timedelta

import pytest

from benchmarks.office import Message, grounds
from benchmarks.told_rightly import Labels, grounds_table, missed, missed_table, true_levels
from schemas.levels import Level
from schemas.reasons import Reason
from tests.disputes import NOW, assessed, rules

MODEL, HISTORY = Reason("model.level", "模型判级", "model"), Reason("model.history", "同一主体", "model")
PEOPLE, VIOLENCE = Reason("floor.people_50", "60 人", "floor"), Reason("floor.violence_signal", "跳楼", "floor")
EMERGING, AGAIN = Reason("matter.emerging", "苗头", "rule"), Reason("matter.signals_again", "再现", "rule")
MERGED, REOPENED = Reason("matter.merged", "并入", "rule"), Reason("alert.reopened", "办结之后", "rule")
CLUSTER, CREDITORS = Reason("trend.regional", "聚集", "detector"), Reason("exposure.creditors", "债权人", "rule")
PATH = Reason("exposure.path", "担保", "rule")


@pytest.mark.parametrize(
    ("reasons", "model_level", "level", "expected"),
    [
        ((MODEL,), 4, 4, ("model.level",)),
        ((MODEL, PEOPLE), 3, 3, ("floor.people_50", "model.level")),
        ((MODEL, PEOPLE), 2, 3, ("floor.people_50",)),  # the model alone would have said yellow
        ((MODEL, PEOPLE), 4, 4, ("model.level",)),  # a floor of orange makes no red
        ((MODEL, HISTORY), 3, 4, ("model.history",)),
        ((MODEL, HISTORY, AGAIN, VIOLENCE), 3, 4, ("matter.signals_again",)),
        ((EMERGING, MERGED, MODEL), 2, 3, ("matter.merged",)),
        ((REOPENED, MODEL, VIOLENCE), 3, 4, ("alert.reopened",)),  # an orange event in a red matter
        ((CLUSTER,), 1, 3, ("trend.regional",)),
        ((REOPENED, CREDITORS, PATH), 1, 3, ("alert.reopened", "exposure.creditors")),
        ((), 1, 3, ()),
    ],
)
def test_grounds(reasons: tuple[Reason, ...], model_level: int, level: int, expected: tuple[str, ...]) -> None:
    """What by itself brings an alert to its level."""
    assert grounds(reasons, [assessed(1, level=model_level)], level, rules().policy) == expected


def day(number: float) -> datetime:
    """So many days after the first."""
    return NOW + timedelta(number)


def message(at: float, level: int, behind: str, matter: str | None = "m", closed: float | None = None) -> Message:
    """A message about a matter (or about none) and the events behind it."""
    shut = None if closed is None else day(closed)
    return Message(day(at), "某领导", f"alert-{matter}", level, None, ("model.level",), matter, tuple(behind), shut)


KNOWN = Labels(
    level={"a": 3, "b": 4, "c": 2, "x": 4, "y": 1},
    reported={"a": day(0), "b": day(10), "c": day(30), "x": day(5), "y": day(5)},
    case_of={"a": "m", "b": "m", "c": "m", "x": "x", "y": "n"},
    head_of={"m": "m", "part": "m", "n": "n"},
)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (message(0, 4, "a"), 4),  # the red event comes within the days until it is closed
        (message(-5, 4, "a"), 3),  # too late for this one
        (message(0, 4, "a", matter="part"), 4),  # what the matter is part of now
        (message(11, 4, "ab"), 4),
        (message(12, 4, "ab", closed=11), 1),  # all of it was settled by the close
        (message(30, 4, "abc", closed=11), 2),  # only what is new counts
        (message(5, 3, "y", matter="n"), 1),
        (message(0, 3, "", matter=None), 0),
    ],
)
def test_true_levels(told: Message, expected: int) -> None:
    """The gravest label of what is behind a message by the time it is closed, without what an earlier closing settled."""
    assert true_levels([told], KNOWN) == [expected]


@pytest.mark.parametrize(
    ("told", "days", "below"),
    [
        ([], [], []),
        ([message(12, 4, "ab")], [2.0], [2.0]),
        ([message(1, 3, "a"), message(12, 4, "ab")], [2.0], [0.0]),  # told as orange before it was red
        ([message(1, 4, "a", matter="part")], [0.0], [0.0]),
        ([message(25, 4, "ab"), message(11, 3, "ab")], [], [1.0]),  # as red, but too late
        ([message(12, 3, "ab")], [], [2.0]),
    ],
)
def test_missed(told: list[Message], days: list[float], below: list[float]) -> None:
    """Two cases are truly red: a matter and an event without one, of which nobody is ever told."""
    found = missed(told, KNOWN, Level.RED)
    assert (found.cases, found.days, found.days_below) == (2, days, below)


def test_tables() -> None:
    """By level, the most first, all in all at the end; a story makes a message right that is not so grave."""
    told = [message(0, 4, "a"), message(5, 4, "y", matter="n"), message(6, 4, "", matter=None)]
    table = grounds_table(told, KNOWN, {"alert-None": "story"})
    assert "| `model.level` | 3 | 1 | 1 | 1 | 67%（21%–94%） |" in table
    assert "| 合计 | 3 | 1 | 1 | 1 | 67%（21%–94%） |" in table
    assert missed_table(told, KNOWN)[2] == "| 红，告知为红 | 2 | 1 | 50.0%（9%–91%） | 0.0 |"
