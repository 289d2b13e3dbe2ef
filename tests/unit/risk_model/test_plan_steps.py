"""What changed between two texts of a plan, which words are coercive, and what a plan's status allows."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from risk_model.plans.changes import changes
from risk_model.plans.checking import check_playbooks
from risk_model.plans.coercion import coercive_word
from risk_model.plans.entity import STATUS_ZH, Plan
from risk_model.plans.playbooks import Measure, Playbook
from risk_model.plans.steps import FROM, STEP_ZH, PlanCommand, decide_plan
from risk_model.policy import PolicyError
from risk_model.refusals import Incomplete, NotAllowed
from schemas.domain_events import PlanDrafted, PlannedMeasure
from tests.clocks import book
from tests.disputes import rules

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
WORDS = rules().policy.plan.coercive_words
ONE, TWO = PlannedMeasure("核实人数", "人社局", due_days=3), PlannedMeasure("公布进展", "信访局", due_days=7)


def text(**changed: Any) -> PlanDrafted:
    """A plan's text."""
    drafted = PlanDrafted("p", "a", "方案（草稿）", 3, "379001", (), ("甲",), (ONE, TWO), "v", findings=("乙",))
    return msgspec.structs.replace(drafted, **changed)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"title": "新题"}, ["标题由“方案（草稿）”改为“新题”"]),
        ({"level": 4}, ["等级由橙改为红"]),
        ({"facts": ("甲", "丙")}, ["基本情况增加：丙"]),
        ({"findings": ()}, ["研判删去：乙"]),
        ({"measures": (ONE,)}, ["删去措施：公布进展（信访局）"]),
        ({"measures": (TWO, ONE)}, ["措施的次序改变"]),
        (
            {"measures": (msgspec.structs.replace(ONE, lead="住建局", due_days=5), TWO)},
            ["措施“核实人数”：牵头单位由“人社局”改为“住建局”，期限天数由“3”改为“5”"],
        ),
    ],
)
def test_changes_are_said_line_by_line(changed: dict[str, Any], said: list[str]) -> None:
    """Nothing for the same text; a line for each thing that is another."""
    assert list(changes(text(), text(**changed))) == said


@pytest.mark.parametrize(
    ("measure", "word"),
    [
        ("对人员强制 带离", "强制带离"),
        ("依法征用场地", "征用"),
        ("限制\n人身自由", "限制人身自由"),
        ("申请强制执行、先予执行", None),
        ("督促先行清偿", None),
    ],
)
def test_coercive_words(measure: str, word: str | None) -> None:
    """Blanks do not hide one; a court's enforcement is none."""
    assert coercive_word(measure, WORDS) == word


def test_no_playbook_is_coercive() -> None:
    """The shipped ones hold no such word; one that does keeps the workers from starting."""
    check_playbooks(rules().playbooks, WORDS)
    bad = Playbook("x", "某", (Measure("封锁现场", "某局", due_days=1),), fallback=True)
    with pytest.raises(PolicyError, match=r"playbook x.measures\[0\].*封锁"):
        check_playbooks((bad,), WORDS)
    assert "封锁" not in (Path(__file__).resolve().parents[3] / "risk_model/policy/playbooks.toml").read_text("utf-8")


@pytest.mark.parametrize("status", STATUS_ZH)
@pytest.mark.parametrize("step", [step for step in FROM if step not in ("revise", "take_redraft")])
def test_the_table_of_status_and_step(status: str, step: str) -> None:
    """What the table allows gives a fact, what it does not is refused with what is possible."""
    plan = Plan(text(), 1, status=status, version=1)
    command = PlanCommand(step, "王某", "理由")  # type: ignore[arg-type]  # of the table
    if status in FROM[step]:
        assert decide_plan(plan, command, book(), WORDS, NOW).by == "王某"
        return
    with pytest.raises(NotAllowed, match=STEP_ZH[step]) as refused:
        decide_plan(plan, command, book(), WORDS, NOW)
    assert set(refused.value.possible) == {each for each, froms in FROM.items() if status in froms}


def test_what_is_missing_is_named() -> None:
    """The official, the reason, the text."""
    plan = Plan(text(), 1, version=1)
    for command, path in (
        (PlanCommand("sign", " "), "by"),
        (PlanCommand("drop", "王某"), "reason"),
        (PlanCommand("revise", "王某"), "text"),
    ):
        with pytest.raises(Incomplete) as refused:
            decide_plan(plan, command, book(), WORDS, NOW)
        assert [error.path for error in refused.value.errors] == [path]
