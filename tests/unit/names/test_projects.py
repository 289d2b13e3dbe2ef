"""Names of building projects in parts: base, phase, part, building, other names."""

import pytest

from risk_model.names.phases import part_key
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
    ("华府壹号院一期", "华府壹号院", ("1",)),
    # as housing departments and estate agents write them
    ("融创隐溪晓院一二三期", "融创隐溪晓院", ("1", "2", "3")),
    ("华晨金水湾三四期", "华晨金水湾", ("3", "4")),
    ("恒大城二期、三期", "恒大城", ("2", "3")),
    ("宁乡未来方舟2期&3期", "未来方舟", ("2", "3")),
    ("碧桂园时代城叁期", "碧桂园时代城", ("3",)),
    ("美林青城三期林与堂", "美林青城", ("3",)),
    ("万科城（九期）紫台", "万科城", ("9",)),
    ("恒大时代新城（8月）", "恒大时代新城", ()),
    ("铭鸿中心二期（待停贷）", "铭鸿中心", ("2",)),
    ("世茂璀璨倾城2期(建设中)", "世茂璀璨倾城", ("2",)),
    ("恒大养生谷售楼部", "恒大养生谷", ()),
    ("融创融公馆11、12号楼", "融创融公馆", ()),
    # a region word without which nothing would be left
    ("海伦小镇", "海伦小镇", ()),
    ("高淳碧桂园", "高淳碧桂园", ()),
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
        ("融创文旅城N4地块", "融创文旅城", "N4地块", ""),
        ("光谷绿地中心城JKL地块", "光谷绿地中心城", "JKL地块", ""),
        ("中南上悦城03-02地块", "中南上悦城", "0302地块", ""),
        ("恒大文化旅游城4号地", "恒大文化旅游城", "4号地", ""),
        ("万科汉阳国际D壹区", "万科汉阳国际", "D壹区", ""),
        ("鑫苑名城3号院住宅", "鑫苑名城", "3号院", ""),
        ("保利天汇北院", "保利天汇", "北院", ""),
        ("恒大绿洲商业街", "恒大绿洲", "商业街", ""),
        ("星胜客（北）", "星胜客", "北", ""),
        ("重庆市渝北区融创隐溪晓院", "融创隐溪晓院", "", ""),  # 北区 is the end of a region
        ("郑州市二七区绿地城", "绿地城", "", ""),
        ("颐景园江南院", "颐景园江南院", "", ""),
        ("保利文化广场B座", "保利文化广场", "", "B"),
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
        ("融创文旅城N5地块揽云府西苑", "融创文旅城", ("揽云府西苑",)),
        ("星海虹城3期鸿玺公馆", "星海虹城", ("鸿玺公馆",)),
        ("锦艺轻纺城四期未来公寓", "锦艺轻纺城", ()),
        ("恒大悦府（9月）", "恒大悦府", ()),
        ("恒大御景湾(北中环街)(建设中)", "恒大御景湾", ()),
        ("恒大名都（案名：名都）", "恒大名都", ()),  # names no estate by itself
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


@pytest.mark.parametrize(
    ("one", "other"),
    [("三标段", "第三标段"), ("3号地块", "三号地"), ("D壹区", "D1区"), ("3号院", "三号院"), ("A区", "A区")],
)
def test_one_part(one: str, other: str) -> None:
    """However the part is written."""
    assert part_key(one) == part_key(other)


def test_region_of_the_list() -> None:
    """In a list of Qingdao 黄岛 is a region word, and 黄岛湖 is none; elsewhere a district is known by its full name only."""
    found = places().whole("青岛市")
    read = [read_project("黄岛蓝光雍锦半岛", places(), within) for within in (found, ())]
    assert [name and name.base for name in read] == ["蓝光雍锦半岛", "黄岛蓝光雍锦半岛"]
