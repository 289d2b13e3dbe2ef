"""docs/plans.md says what the shipped playbooks and deadlines say, and explains each of their keys."""

import re
from pathlib import Path

import pytest

from risk_model.clocks.rules import UNIT_ZH, Chain, ClockRule, EscalationStep, ExtensionRule
from risk_model.plans.articles import Article
from risk_model.plans.playbooks import Measure, Playbook
from risk_model.working_days import LocalYear
from tests.clocks import book
from tests.disputes import rules

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "plans.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", book().rules)
def test_every_deadline_is_in_the_table(code: str) -> None:
    """With its length and its extension."""
    rule = book().rule(code)
    (line,) = re.findall(rf"^\| `{re.escape(code)}` \|.*$", TEXT, re.MULTILINE)
    assert f" {rule.length}{UNIT_ZH[rule.unit]}" in line
    assert rule.name in line
    assert (f"+{rule.extension.max}{UNIT_ZH[rule.unit]}" if rule.extension else "") in line
    assert rule.last_day_basis in line


@pytest.mark.parametrize("playbook", rules().playbooks, ids=lambda playbook: playbook.id)
def test_every_playbook_is_in_the_table(playbook: Playbook) -> None:
    """With its categories, types, and the deadlines it names."""
    (line,) = re.findall(rf"^\| `{playbook.id}` \|.*$", TEXT, re.MULTILINE)
    named = [*playbook.categories, *playbook.types, *playbook.floors, *playbook.subjects]
    named += [measure.clock for measure in playbook.measures if measure.clock]
    assert [name for name in named if name not in line] == []


def test_every_key_is_explained() -> None:
    """Of playbooks, measures, deadlines, chains, articles and local calendar years."""
    structs = (Playbook, Measure, ClockRule, ExtensionRule, Chain, EscalationStep, LocalYear, Article)
    keys = {name for struct in structs for name in struct.__struct_fields__}
    assert sorted(key for key in keys if f"`{key}`" not in TEXT and f"`{key} = " not in TEXT) == []
