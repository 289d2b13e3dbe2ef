"""The phrase grammar: alternatives, facts, nesting, errors."""

import pytest

from infra.simulation.chance import Weighted, poisson, stream
from infra.simulation.grammar import expand, parse, slots


def _all(source: str, facts: dict[str, str]) -> set[str]:
    rng, found = stream(1, source), set()
    for _ in range(300):
        out: list[str] = []
        expand(parse(source), facts, rng.random, out)
        found.add("".join(out))
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("平白", {"平白"}),
        ("[甲|乙]方", {"甲方", "乙方"}),
        ("欠[{额}|一笔钱|]", {"欠3元", "欠一笔钱", "欠"}),
        ("[a[b|c]|d]e", {"abe", "ace", "de"}),
        ("a|b", {"a|b"}),
    ],
)
def test_expansions(source, expected):
    """Expansions."""
    assert _all(source, {"额": "3元"}) == expected


@pytest.mark.parametrize("broken", ["[甲|乙", "欠{额", "甲]乙"])
def test_unbalanced_templates_are_refused(broken):
    """Unbalanced templates are refused."""
    with pytest.raises(ValueError, match=r"closing|unbalanced"):
        parse(broken)


def test_slots_are_found_inside_alternatives():
    """Slots are found inside alternatives."""
    assert slots(parse("{甲}[{乙}|[{丙}|x]]")) == {"甲", "乙", "丙"}


def test_weighted_draws_in_proportion():
    """Weighted draws in proportion."""
    rng, table = stream(1, "test"), Weighted(["a", "b"], [3, 1])
    assert 0.7 < sum(table.draw(rng) == "a" for _ in range(2000)) / 2000 < 0.8
    with pytest.raises(ValueError, match="same positive number"):
        Weighted(["a"], [1, 2])


@pytest.mark.parametrize("mean", [0.0, 2.5, 80.0])
def test_poisson_means(mean):
    """Poisson means."""
    rng = stream(1, f"poisson {mean}")
    assert sum(poisson(rng, mean) for _ in range(3000)) / 3000 == pytest.approx(mean, abs=0.05 * mean + 0.01)
