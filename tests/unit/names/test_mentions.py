"""Names in running text."""

import pytest

from risk_model.names.clauses import all_searched
from risk_model.names.enterprises import read_enterprise
from risk_model.names.known import ENTERPRISE, PROJECT, Known
from risk_model.names.mentions import mentioned_enterprises, mentioned_projects, named_in_full, quoted_projects
from risk_model.names.projects import read_project
from risk_model.names.spots import spotted
from tests.unit.names.places import places


def firm(*names: str) -> list[Known]:
    """Known enterprises."""
    return [Known(name, ENTERPRISE, read_enterprise(name, places())) for name in names]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("工友在恒汇建材上班，工资没发", ["恒汇建材"]),
        ("恒汇公司清算组联系不上", ["恒汇公司"]),
        ("投诉云州恒汇建材有限公司拖欠货款", ["云州恒汇建材有限公司"]),
        ("恒汇建材（云州）有限公司老板失联", ["恒汇建材(云州)有限公司"]),
        ("天恒汇公司拖欠货款", []),  # the end of a longer name
        ("恒汇的事情没有下文", []),  # neither trade nor form
        ("建材公司拖欠货款", []),
        ("先后找过恒汇，建材没退", []),  # not over a comma
    ],
)
def test_known_enterprises(text: str, names: list[str]) -> None:
    """A known brand with a trade or form behind it and a clean edge before it."""
    known = firm("云州市恒汇建材有限公司")
    assert [name.text for name in mentioned_enterprises(text, known, places())] == names


def test_longest_brand_first() -> None:
    """Where one known brand is the end of another, the longer one is meant."""
    known = firm("云州市恒汇建材有限公司", "云州市天恒汇建材有限公司")
    assert [name.brand for name in mentioned_enterprises("在天恒汇建材上班", known, places())] == ["天恒汇"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("在云州信宝路桥工程有限公司承建的工地做钢筋工", ["云州信宝路桥工程有限公司"]),
        ("商户被青河县新基义托育服务公司扣押金2万多", ["青河县新基义托育服务公司"]),
        ("青河县青城街道团结一社区村民反映物业服务差", []),
        ("云中区教育局培训中心", []),
        ("我公司与该公司的纠纷", []),
    ],
)
def test_named_in_full(text: str, names: list[str]) -> None:
    """From the region to the form; what the sentence is made of is no brand."""
    assert [name.text for name in named_in_full(spotted(all_searched([text]), places())[0], places())] == names


def test_known_projects() -> None:
    """A known project with the phase behind it; the longest name wins."""
    site = read_project("恒大名都二期", places())
    assert site is not None
    known = [Known("p", PROJECT, None, (site,))]
    found = mentioned_projects("购买的恒大名都三期早该交付，恒大名都业主来访", known, places())
    assert [(project.base, project.phases) for project in found] == [("恒大名都", ("3",)), ("恒大名都", ())]


def test_quoted_projects() -> None:
    """Between quotation marks a name has clean edges, known or not."""
    found = quoted_projects("“龙佳晟·花园”项目精装缩水，《云州学府》二期停工，他说“不想活了”", places())
    assert [(project.base, project.phases) for project in found] == [("龙佳晟花园", ()), ("云州学府", ("2",))]
