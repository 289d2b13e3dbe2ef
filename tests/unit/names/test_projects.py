"""Names of building projects in parts: base, phase, part, building, other names."""

import pytest

from risk_model.names.projects import read_project
from tests.unit.names.places import places

PHASES = [
    ("碧桂园·天玺一期", "碧桂园天玺", ("1",)),
    ("碧桂园天玺（一期）", "碧桂园天玺", ("1",)),
    ("碧桂园天玺(1期)", "碧桂园天玺", ("1",)),
    ("碧桂園•天璽Ⅰ期", "碧桂园天玺", ("1",)),
    ("碧桂园天玺首期", "碧桂园天玺", ("1",)),
    ("恒大名都", "恒大名都", ()),
    ("恒大名都二期", "恒大名都", ("2",)),
    ("恒大名都2期工程", "恒大名都", ("2",)),
    ("恒大名都Ⅱ期", "恒大名都", ("2",)),
    ("恒大名都III期", "恒大名都", ("3",)),
    ("恒大名都第三期", "恒大名都", ("3",)),
    ("恒大名都十二期", "恒大名都", ("12",)),
    ("恒大名都项目（三期）", "恒大名都", ("3",)),
    ("“恒大名都”项目二期", "恒大名都", ("2",)),
    ("恒大名都二期安置房工程", "恒大名都", ("2",)),
    ("天玺II", "天玺", ("2",)),
    ("金域华府2", "金域华府", ("2",)),
    ("绿地香颂一、二期", "绿地香颂", ("1", "2")),
    ("绿地香颂1-3期", "绿地香颂", ("1", "2", "3")),
    ("阳光里1.1期", "阳光里", ("1.1",)),
    ("云州市阳光花园", "阳光花园", ()),
    ("阳光花园小区", "阳光花园", ()),
    ("阳光花园（住宅）", "阳光花园", ()),
    ("《阳光花园》楼盘", "阳光花园", ()),
    ("御景江湾（烟台）一期", "御景江湾", ("1",)),
    ("天悦府三期项目部", "天悦府", ("3",)),
    ("学府壹号院", "学府壹号院", ()),
    ("时代·期货大厦", "时代期货大厦", ()),
]


@pytest.mark.parametrize(("name", "base", "phases"), PHASES)
def test_base_and_phase(name: str, base: str, phases: tuple[str, ...]) -> None:
    """However the phase is written, it is the same number and leaves the same base."""
    read = read_project(name, places())
    assert read is not None
    assert (read.base, read.phases) == (base, phases)


@pytest.mark.parametrize(
    ("name", "base", "part", "building"),
    [
        ("万科城（一期）（A区）", "万科城", "A区", ""),
        ("大都汇项目（三期）B区", "大都汇", "B区", ""),
        ("龙湖·天街C地块", "龙湖天街", "C地块", ""),
        ("恒大御景半岛一期二标段", "恒大御景半岛", "二标段", ""),
        ("世纪城六区", "世纪城", "六区", ""),
        ("书香门第东区", "书香门第", "东区", ""),
        ("云州阳光花园5号楼", "阳光花园", "", "5"),
        ("阳光花园3#楼2单元", "阳光花园", "", "3"),
        ("阳光花园二期十二幢", "阳光花园", "", "12"),
        ("阳光花园二期A3栋", "阳光花园", "", "A3"),
    ],
)
def test_part_and_building(name: str, base: str, part: str, building: str) -> None:
    """Lots, areas and buildings stand behind the base and are no part of it."""
    read = read_project(name, places())
    assert read is not None
    assert (read.base, read.part, read.building) == (base, part, building)


@pytest.mark.parametrize(
    ("name", "base", "aliases"),
    [
        ("锦绣江南（备案名：锦绣华庭）", "锦绣江南", ("锦绣华庭",)),
        ("锦绣华庭（案名锦绣江南）一期", "锦绣华庭", ("锦绣江南",)),
        ("翡翠湾小区(原名：阳光花园)", "翡翠湾", ("阳光花园",)),
        ("翡翠湾（原阳光花园二期）", "翡翠湾", ("阳光花园",)),
        ("丰泽园(幸福里)", "丰泽园", ("幸福里",)),
        ("红星天铂又名天铂府", "红星天铂", ("天铂府",)),
        ("红星天铂（推广名：天铂府/星铂府）", "红星天铂", ("天铂府", "星铂府")),
        ("国宸府｜旭辉国宸府", "国宸府", ("旭辉国宸府",)),
        ("恒大名都（一期）", "恒大名都", ()),
        ("恒大名都（云州）", "恒大名都", ()),
    ],
)
def test_other_names(name: str, base: str, aliases: tuple[str, ...]) -> None:
    """备案名, 案名, 原名 and a second name in brackets are aliases; phases and regions in brackets are not."""
    read = read_project(name, places())
    assert read is not None
    assert (read.base, read.aliases) == (base, aliases)


@pytest.mark.parametrize("name", ["", "无", "该项目", "工地", "某安置房项目", "某小区", "小区", "——", "住宅", "本项目"])
def test_no_project(name: str) -> None:
    """What sources write when they know no name."""
    assert read_project(name, places()) is None
