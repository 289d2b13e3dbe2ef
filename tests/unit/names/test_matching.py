"""Which known enterprise or project a name means: strengths, relations, and that common names are not merged."""

import pytest

from risk_model.names.enterprises import read_enterprise
from risk_model.names.known import ENTERPRISE, PROJECT, Known, Rarity, matching_enterprises, matching_projects
from risk_model.names.likeness import Match
from risk_model.names.projects import read_project
from tests.unit.names.places import places

JOIN, PROPOSE = 0.9, 0.5
RARITY = Rarity(frozenset({"阳光", "幸福", "和谐", "宏达"}))


def firms(name: str, *known: str, county: str = "379001", token: str | None = None) -> dict[str, Match]:
    """Matches of an enterprise's name by the known name; a known name may have a token behind ``#``."""
    read = read_enterprise(name, places())
    assert read is not None
    told = [one.partition("#") for one in known]
    entries = [
        Known(text, ENTERPRISE, read_enterprise(text, places()), (), ("379001",), mark or None)
        for text, _, mark in told
    ]
    return {match.target: match for match in matching_enterprises(read, county, entries, RARITY, token)}


def sites(
    name: str, *known: str, county: str = "379001", developer: str | None = None, of: str | None = None
) -> dict[str, Match]:
    """Matches of a project's name by the known name; ``of`` is the known developer of all known ones."""
    read = read_project(name, places())
    assert read is not None
    entries = []
    for text in known:
        project = read_project(text, places())
        assert project is not None
        entries.append(Known(text, PROJECT, None, (project,), ("379001",), None, (of,) if of else ()))
    return {match.target: match for match in matching_projects(read, county, entries, RARITY, developer)}


REGISTERED = "云州市恒盛建筑工程有限公司"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("云州市恒盛建筑工程有限责任公司", REGISTERED),
        ("恒盛建筑工程（云州）有限公司", REGISTERED),
        ("云州恒盛建筑工程有限公司", REGISTERED),
        ("恒盛建筑工程有限公司", REGISTERED),
        ("恒盛建筑工程", REGISTERED),
        ("恒盛建工", REGISTERED),
        ("恒盛建筑", REGISTERED),
        ("云州恒盛", REGISTERED),
        ("恒盛公司", REGISTERED),
        ("雲州市恒盛建築工程有限公司", REGISTERED),
        ("云州市恒盛建筑工程 有限公司", REGISTERED),
        ("某某集团有限公司", "某某（集团）有限公司"),
        ("恒盛建设集团", "恒盛建设（集团）有限公司"),
        ("恒盛(集团)建设有限公司", "恒盛建设集团有限公司"),
        ("金昌建材", "云州金昌建材有限公司"),
        ("鑫建福商品", "云州市鑫建福商品混凝土有限公司"),
        ("辰景昌公司", "云中区辰景昌信息咨询有限公司"),
        ("大富珠宝有限公司", "大福珠宝有限公司（原名：大富珠宝有限公司）"),
        ("阳光物业服务有限公司", "云州市阳光物业服务有限公司"),
        ("中建七局", "中国建筑第七工程局有限公司"),
        ("中建七局有限公司", "中国建筑第7工程局有限公司"),
        ("中铁12局", "中铁十二局集团有限公司"),
        ("中建八局二公司", "中建八局第二建设有限公司"),
        ("河南五建", "河南五建建设集团有限公司"),
        ("郑州二建", "郑州市第二建筑工程有限责任公司"),
        ("恒大地产集团（郑州）有限公司", "恒大地产集团郑州有限公司"),
        ("当代置业中国有限公司", "当代置业（中国）有限公司"),
        ("恒盛集团", "恒盛建设集团有限公司"),
        ("滨江房产集团", "杭州滨江房产集团股份有限公司"),
    ],
)
def test_the_same_enterprise(name: str, known: str) -> None:
    """Ways of writing one enterprise are strong enough to join."""
    match = firms(name, known)[known]
    assert (match.relation, match.strength >= JOIN) == ("same", True), match


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("烟台市恒盛建筑工程有限公司", REGISTERED),  # the same brand in another city
        ("恒盛建筑工程（烟台）有限公司", REGISTERED),
        ("恒盛物业服务有限公司", REGISTERED),  # another trade
        ("恒盛劳务", REGISTERED),
        ("恒泰建筑工程有限公司", REGISTERED),  # another brand
        ("恒大物业有限公司", "恒大地产集团有限公司"),
        ("恒大（集团）有限公司", "恒大地产集团有限公司"),
        ("幸福公司", "幸福超市有限公司"),  # a common brand alone
        ("阳光公司", "云州阳光物业服务有限公司"),
        ("阳光超市", "云州阳光物业服务有限公司"),
        ("云中区阳光物业服务有限公司", "云州市阳光物业服务有限公司"),
        ("和谐物业服务有限公司", "和平物业服务有限公司"),
        ("中建七局", "中建七局第四建筑有限公司"),  # a bureau is not its subsidiary
        ("中铁十二局", "中铁十二局集团建筑安装工程有限公司"),
        ("中建七局", "中铁七局集团有限公司"),
        ("河南一建", "郑州一建集团有限公司"),
        ("江苏南通二建集团有限公司", "江苏南通三建集团有限公司"),
        ("恒盛物业", "恒盛置业有限公司"),
    ],
)
def test_not_the_same_enterprise(name: str, known: str) -> None:
    """Subsidiaries elsewhere, other trades and bare common brands are not even proposed."""
    match = firms(name, known).get(known)
    assert match is None or match.strength < PROPOSE, match


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("恒盛建设有限公司", "恒盛建设集团有限公司"),
        ("恒大地产集团有限公司", "恒大地产集团云州有限公司"),
        ("云中区恒盛建筑工程有限公司", REGISTERED),
        ("恒盛建筑工程股份有限公司", "恒盛建筑工程有限公司"),
    ],
)
def test_a_person_is_asked(name: str, known: str) -> None:
    """Both as registered and nearly alike: neither joined nor forgotten."""
    assert PROPOSE <= firms(name, known)[known].strength < JOIN


def test_bearers_share_what_a_brand_says() -> None:
    """A bare brand says half as much when two carry it, and nothing worth asking when many do."""
    one = firms("恒盛公司", REGISTERED)
    two = firms("恒盛公司", REGISTERED, "云州恒盛物业服务有限公司")
    trades = ("物业", "超市", "建材", "服装", "食品", "家具", "物流", "电子", "化工", "机械制造")
    ten = firms("恒盛公司", *(f"云州恒盛{trade}有限公司" for trade in trades))
    assert one[REGISTERED].strength >= JOIN > PROPOSE > two[REGISTERED].strength > max(m.strength for m in ten.values())


def test_firms_of_one_house() -> None:
    """A short name with its city means the house's firm of that city; without one the house itself."""
    known = ("万科企业股份有限公司", "郑州万科企业有限公司", "武汉市万科房地产有限公司", "万科物业发展股份有限公司")
    for name, meant in (("郑州万科", 1), ("武汉万科", 2), ("万科企业", 0)):
        found = firms(name, *known)
        assert {one for one in known if one in found and found[one].strength >= JOIN} == {known[meant]}


def test_the_end_of_a_trade() -> None:
    """A trade is cut behind, not before: 当代置业 and 当代节能置业 are two houses."""
    assert firms("当代置业", "当代节能置业股份有限公司")["当代节能置业股份有限公司"].strength < JOIN
    assert firms("华润置地控股", "华润置地（云州）有限公司")["华润置地（云州）有限公司"].strength < JOIN


def test_code_against_name() -> None:
    """Whatever the names, another USCC is another enterprise."""
    assert firms("恒盛建筑工程", f"{REGISTERED}#t1", token="t2") == {}
    assert REGISTERED in firms("恒盛建筑工程", f"{REGISTERED}#t1", token="t1")


def test_branch_of_an_enterprise() -> None:
    """A branch is known as one; it is no join."""
    match = firms("途畅互联网科技有限公司合肥分公司", "途畅互联网科技有限公司")["途畅互联网科技有限公司"]
    assert match.relation == "branch"
    assert "合肥分公司为其分支机构" in match.evidence


def test_opened_twice() -> None:
    """One enterprise that was opened twice does not compete with itself."""
    read = read_enterprise(REGISTERED, places())
    assert read is not None
    twins = [Known(target, ENTERPRISE, read, (), ("379001",)) for target in ("e1", "e2")]
    assert [match.strength >= JOIN for match in matching_enterprises(read, "379001", twins, RARITY)] == [True, True]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("碧桂园·天玺一期", "碧桂园天玺（一期）"),
        ("恒大名都小区", "恒大名都"),
        ("“恒大名都”项目", "恒大名都"),
        ("恒大名都2期", "恒大名都Ⅱ期"),
        ("锦绣华庭", "锦绣江南（备案名：锦绣华庭）"),
        ("锦绣江南一期", "锦绣华庭（案名锦绣江南）一期"),
        ("云州阳光花园", "阳光花园小区"),
        ("恒大名都5号楼", "恒大名都"),
        ("恒大名都一期", "恒大名都一、二期"),
        ("翠湾中城", "万科翠湾中城"),  # the developer's brand before a name of its own
        ("融创御湖宸院三期", "御湖宸院（三期）"),
        ("华润置地琨瑜府", "华润琨瑜府"),
        ("梧桐茗筑", "浩创梧桐茗筑"),  # and one that is not known as a brand
        ("光谷绿地中心城", "绿地光谷中心城"),
        ("融创·观澜一号", "融创观澜壹号"),
        ("佳兆业滨江1号", "佳兆业滨江壹号"),
        ("南洋里", "皮子街F地块（推广名：南洋里）"),
        ("绿地城五期六区", "绿地城（五期）6区"),
    ],
)
def test_the_same_project(name: str, known: str) -> None:
    """Ways of writing one project are strong enough to join within a county."""
    match = sites(name, known)[known]
    assert (match.relation, match.strength >= JOIN) == ("same", True), match


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("恒大名都一期", "恒大名都二期"),
        ("恒大名都", "恒大名都二期"),
        ("书香门第东区", "书香门第西区"),
        ("融创文旅城N4地块", "融创文旅城N5地块"),
        ("绿地城二区", "绿地城"),
        ("恒大绿洲商业街", "恒大绿洲"),
        ("金色港湾六期", "金色港湾"),
        ("恒大龙城御湖湾", "恒大龙城"),  # a quarter of a large development
    ],
)
def test_the_same_development(name: str, known: str) -> None:
    """Another phase or part is the same development, not the same project, and is called so."""
    match = sites(name, known)[known]
    assert (match.relation, match.strength >= JOIN) == ("development", True), match


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("恒大华府", "恒大名都"),
        ("阳光花园", "阳光家园"),
        ("阳光花园", "幸福花园"),
        ("江湾", "恒大江湾"),
        ("恒大明都", "恒大名都"),
        ("悦府", "樾府"),
        ("恒大悦府", "恒大御府"),
        ("古娄一村", "古娄二村"),
        ("恒大城市之光", "恒大城"),
        ("绿地城际空间站", "绿地城"),
        ("碧桂园翡翠湾", "恒大翡翠湾"),
        ("启东碧桂园", "如东碧桂园"),
    ],
)
def test_not_the_same_project(name: str, known: str) -> None:
    """The same developer or half the name is not enough."""
    match = sites(name, known).get(known)
    assert match is None or match.strength < PROPOSE, match


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("鹭栖府", "深湾鹭栖府"),
        ("时代印记", "时代印记花园"),
        ("天城国际广场", "天城国际"),
    ],
)
def test_longer_and_shorter_names(name: str, known: str) -> None:
    """A name that is the other without its developer or kind is for a person, unless the developer is the same."""
    assert PROPOSE <= sites(name, known)[known].strength < JOIN
    assert sites(name, known, developer="d1", of="d1")[known].strength >= JOIN
    assert sites(name, known, developer="d2", of="d1")[known].strength < JOIN


def test_names_that_stand_in_every_city() -> None:
    """A developer's brand before words that estates are named by everywhere is a question."""
    for name, known in (("新天地", "远洋新天地"), ("翡翠湾", "恒大翡翠湾"), ("城市之光", "万科城市之光")):
        assert PROPOSE <= sites(name, known)[known].strength < JOIN


def test_rivals() -> None:
    """Once 翡翠湾 is known to be another developer's, the brand tells them apart."""
    both = [project for text in ("恒大翠湾中城", "翠湾中城") if (project := read_project(text, places())) is not None]
    name = read_project("万科翠湾中城", places())
    assert name is not None
    assert matching_projects(name, "379001", [Known("p", PROJECT, None, tuple(both), ("379001",))], RARITY) == []


def test_called_just_so() -> None:
    """What is called just so is meant, though others may be called so too."""
    found = sites("中原壹号院", "融创中原壹号院", "中原壹号院")
    assert found["中原壹号院"].strength >= JOIN > found["融创中原壹号院"].strength


def test_one_name_in_one_county_two_developers() -> None:
    """A group and its project company: in one county no two estates bear one name."""
    assert sites("恒大名都", "恒大名都", developer="d2", of="d1")["恒大名都"].strength >= JOIN
    far = sites("恒大名都", "恒大名都", county="379002", developer="d1", of="d1")
    assert far["恒大名都"].strength < JOIN


def test_what_speech_leaves_out() -> None:
    """Within a county no two estates may bear names as alike as with and without 之, unless different developers build them."""
    name, known = "远苑祥广场", "远苑祥之广场"
    assert sites(name, known)[known].strength >= JOIN
    assert sites(name, known, developer="d2", of="d1")[known].strength < JOIN
    match = sites(name, known, county="379002").get(known)
    assert match is None or match.strength < PROPOSE


def test_project_of_another_county() -> None:
    """The same name in another county is another project: names repeat between counties."""
    assert sites("阳光花园", "阳光花园", county="379002")["阳光花园"].strength < PROPOSE


def test_evidence_in_words() -> None:
    """What agrees and what is missing is said."""
    match = firms("恒盛建工", REGISTERED)[REGISTERED]
    assert match.evidence == ("字号“恒盛”相同", "行业为简写", "组织形式缺省", "同一县区")
