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


def test_order_of_the_list_does_not_matter() -> None:
    """A short name before the full ones waits for them: of two it may mean neither is taken."""
    rows = ["正荣控股", "正荣地产控股有限公司", "正荣服务控股有限公司", "中建七局", "中国建筑第七工程局有限公司"]
    firms = [placed(*((name,) for name in order), kind=ENTERPRISE) for order in (rows, rows[::-1])]
    groups = [{one.row.name: one.target for one in found} for found in firms]
    for of in groups:
        assert of["中建七局"] == of["中国建筑第七工程局有限公司"]
        assert len({of[name] for name in rows[:3]}) == len(rows[:3])


def test_a_row_between_two_developments_makes_them_one() -> None:
    """备案名 and 推广名 in one row join later rows by either name, whatever stands first."""
    found = placed(("江南里三期",), ("锦绣华庭二期",), ("锦绣华庭", "江南里"))
    assert len({one.development for one in found}) == 1
    assert len(set(targets(found))) == len(found)


def test_columns_of_their_own() -> None:
    """Phase and lot from a column; counties by name or code; no county at all is one place; 待定 is no name."""
    rows = [
        Row(2, PROJECT, "锦绣华庭", "金水区", (), "一期"),
        Row(3, PROJECT, "锦绣华庭1期", "郑州市金水区"),
        Row(4, PROJECT, "锦绣华庭", "410105", (), "3#地块"),
        Row(5, PROJECT, "锦绣华庭三号地块", "410105"),
        Row(6, PROJECT, "锦绣华庭", "二七区", ("待定",)),
        Row(7, PROJECT, "翡翠云庭", "二七区", ("待定",)),
    ]
    found = place_rows(rows, places(), rules().policy.linkage)
    assert targets(found) == ["p2", "p2", "p4", "p4", "p6", "p7"]
    assert [one.development for one in found] == ["p2", "p2", "p2", "p2", "p6", "p7"]
    bare = [
        Row(number, PROJECT, name) for number, name in enumerate(("万科翠湾中城", "翠湾中城", "翡翠湾", "恒大翡翠湾"))
    ]
    without = place_rows(bare, places(), rules().policy.linkage)
    assert targets(without) == ["p0", "p0", "p2", "p3"]
    assert "同一名单" in without[1].links[0].reasons[0].text or "同一名单" in without[0].links[0].reasons[0].text


def test_developer_as_the_list_writes_it() -> None:
    """One way of writing is one developer throughout a list; another developer's name does not part what one county knows as one."""
    found = placed(
        ("恒大名都", "", "郑州恒升晖置业有限公司"), ("恒大名都二期", "", "恒大"), ("恒大名都2期", "", "恒大地产")
    )
    assert targets(found) == ["p0", "p1", "p1"]
    assert len({one.development for one in found}) == 1


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
