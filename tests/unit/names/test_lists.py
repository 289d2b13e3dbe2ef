"""Lists of projects and developers with phases, aliases and addresses."""

from collections.abc import Sequence

from risk_model.names.known import ENTERPRISE, PROJECT
from risk_model.names.lists import Placed, Row, place_rows
from tests.disputes import rules
from tests.unit.names.places import places


def placed(*rows: tuple[str, ...], kind: str = PROJECT) -> list[Placed]:
    """Rows of (name, aliases, developer, address) in one county."""
    made = []
    for number, (name, aliases, developer, address) in enumerate((*row, "", "", "")[:4] for row in rows):
        told = tuple(alias for alias in aliases.split("/") if alias)
        made.append(Row(number, kind, name, "云中区", told, "", developer, address))
    return list(place_rows(made, places(), rules().policy.linkage))


def targets(found: Sequence[Placed]) -> list[str | None]:
    """Where each row belongs."""
    return [one.target for one in found]


def verdicts(one: Placed) -> list[tuple[str, str | None, str]]:
    """Verdicts on one row that are worth telling."""
    return [(link.verdict, link.target, link.relation) for link in one.links if link.verdict != "none"]


def test_phases_are_projects_of_one_development() -> None:
    """Ways of writing a phase are one project; phases are one development."""
    found = placed(
        ("碧桂园·天玺一期",), ("碧桂园天玺（1期）",), ("碧桂园天玺Ⅱ期",), ("碧桂园天玺",), ("碧桂园天境一期",)
    )
    assert targets(found) == ["p0", "p0", "p2", "p3", "p4"]
    assert [one.development for one in found] == ["p0", "p0", "p0", "p0", "p4"]
    assert ("propose", "p0", "development") in verdicts(found[2])


def test_aliases() -> None:
    """A column of other names joins names that share no character."""
    found = placed(("锦绣华庭", "锦绣江南/江南里"), ("锦绣江南",), ("江南里二期",), ("江南春",))
    assert targets(found) == ["p0", "p0", "p2", "p3"]
    assert found[2].development == "p0"


def test_developer_and_address() -> None:
    """The developer decides between a longer and a shorter name; one address under two names is a question."""
    found = placed(
        ("深业鹭栖府", "", "云州深业置业有限公司", "双杨路268号"),
        ("鹭栖府", "", "深业置业", ""),
        ("芙蓉星城", "", "", "云中区双杨路268号"),
    )
    assert targets(found) == ["p0", "p0", "p2"]
    assert verdicts(found[2]) == [("propose", "p0", "same")]
    assert "地址相同，名称不同" in found[2].links[0].reasons[0].text


def test_enterprises() -> None:
    """Subsidiaries elsewhere and other trades stay apart; ways of writing are one."""
    found = placed(
        ("云州恒盛置业有限公司",),
        ("恒盛置业",),
        ("烟台恒盛置业有限公司",),
        ("云州恒盛物业服务有限公司",),
        ("云州恒盛置业有限公司青河分公司",),
        ("某公司",),
        kind=ENTERPRISE,
    )
    assert targets(found) == ["e0", "e0", "e2", "e3", "e4", None]
    assert verdicts(found[4]) == [("propose", "e0", "branch")]
