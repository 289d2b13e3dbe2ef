"""The shipped playbooks: every kind of matter of the response table, its departments, articles and deadlines, and no coercion."""

import re

import msgspec
import pytest

from risk_model.plans.articles import cited
from risk_model.plans.playbooks import parse_playbooks
from risk_model.policy import PolicyError
from schemas.event_types import EVENT_TYPES
from schemas.taxonomy import CATEGORIES
from tests.disputes import rules
from tests.response_table import ROWS, draft, trend_draft

# 突发事件应对法 第74条 and the like: never drafted automatically
COERCIVE = re.compile(
    r"封锁|限制.{0,6}(人身|出行|出境|自由)|拘留|拘传|羁押|逮捕|强制(隔离|带离|遣返|拆除|执行|措施)|查封|扣押|冻结|断(水|电|网)|训诫|约束|控制.{0,4}人员|宵禁|取缔|征用|警戒"
)


@pytest.mark.parametrize("row", ROWS)
def test_response_table_is_covered(row: str) -> None:
    """Lead, supporting departments, articles, deadlines and measures of each row stand in the draft."""
    wanted = ROWS[row]
    plan = draft(row)
    assert plan.playbooks[: len(wanted.playbooks)] == wanted.playbooks
    assert any(measure.lead == wanted.lead for measure in plan.measures), plan.measures
    assert plan.measures[0].lead == wanted.lead
    departments = {name for measure in plan.measures for name in (measure.lead, *measure.support)}
    assert all(any(name in department for department in departments) for name in wanted.support), departments
    basis = {article for measure in plan.measures for article in measure.basis}
    assert set(wanted.articles) <= basis, set(wanted.articles) - basis
    assert set(wanted.clocks) <= {measure.clock for measure in plan.measures}
    text = "".join(measure.text for measure in plan.measures)
    assert all(word in text for word in wanted.words), text


def test_no_measure_is_coercive() -> None:
    """A machine drafts no coercive measure."""
    for book in rules().playbooks:
        for measure in book.measures:
            assert not COERCIVE.search(measure.text), measure.text


def test_every_category_gets_a_plan_and_only_the_last_resort_is_general() -> None:
    """No alert is left without measures; each has a lead and a deadline in words."""
    for category in CATEGORIES:
        plan = draft(category=category)
        assert plan.measures
        assert all(measure.lead and measure.deadline for measure in plan.measures)
        assert "草稿" in plan.title
        assert any("须经人工确认" in fact for fact in plan.facts)
        assert not any("{" in text for m in plan.measures for text in (m.text, m.lead, *m.support))


def test_playbooks_name_known_floors() -> None:
    """A misspelt floor would silently never hold; categories, types and levels are checked when the file is read."""
    floors = {floor.code for floor in rules().policy.floor}
    for book in rules().playbooks:
        assert set(book.floors) <= floors, book.id
        assert set(book.types) <= set(EVENT_TYPES)


def test_measures_are_not_repeated_when_playbooks_overlap() -> None:
    """A matter of two kinds gets both sets once."""
    plan = draft(category="破产债权", kind="court.bankruptcy_accepted", people=146)
    assert plan.playbooks == ("bankruptcy", "group_petition")
    assert len({measure.text for measure in plan.measures}) == len(plan.measures)


def test_the_deadline_of_the_law_stands_with_its_articles() -> None:
    """In words, with the extension and where a last day on a holiday goes."""
    plan = draft("欠薪")
    (arbitration,) = (measure for measure in plan.measures if measure.clock == "labor.arbitrate")
    assert arbitration.deadline == (
        "劳动争议仲裁裁决：自受理仲裁申请之日起45日内，经劳动争议仲裁委员会主任批准可延长一次、最多15日，最后一日逢休息日顺延"
    )
    assert "《劳动争议调解仲裁法》第43条" in arbitration.basis
    assert plan.measures[0].deadline == "方案签发之日起3日内"


def test_blanks_are_filled_with_the_place() -> None:
    """The county always, the township where the alert has one."""
    township = trend_draft("trending", region="379001001/东门社区", category="邻里")
    assert {"钟楼街道", "云中区人民政府"} & {measure.lead for measure in township.measures} == {"钟楼街道"}
    assert any(measure.lead == "属地乡镇（街道）" for measure in draft("民转刑").measures)
    assert any(measure.lead == "云中区人民政府" for measure in draft("欠薪").measures)
    systemic = trend_draft("systemic", category="破产债权", region="city", county="city")
    assert "市人民政府" in {measure.lead for measure in systemic.measures}
    assert systemic.measures[1].lead == "市人力资源社会保障局"


@pytest.mark.parametrize(
    ("kind", "level", "category", "playbooks"),
    [
        ("emerging", 3, "劳动争议", ("wages", "emerging")),
        ("emerging", 3, "邻里", ("general", "emerging")),
        ("emerging", 2, "邻里", None),
        ("trending", 3, "物业", ("general", "trending")),
        ("regional", 2, "问题楼盘", ("stalled_housing", "regional")),  # always, whatever its level
        ("systemic", 1, "金融借贷", ("general", "systemic")),
        ("systemic", 4, "破产债权", ("bankruptcy", "systemic", "red")),
        ("matter", 4, "邻里", ("general", "red")),
    ],
)
def test_kinds_and_levels(kind: str, level: int, category: str, playbooks: tuple[str, ...] | None) -> None:
    """Supplements of kind and level come last and do not stand for a playbook of the matter itself."""
    plan = trend_draft(kind, level=level, category=category)
    assert (plan.playbooks if plan else None) == playbooks


def test_a_playbook_may_be_for_some_parties_only() -> None:
    """A contract between persons is no arrears to an enterprise; a count of contracts may be."""
    assert draft(category="合同").playbooks == ("general",)
    assert draft(category="合同", enterprise="恒远建筑", token="t").playbooks == ("sme_arrears",)
    assert trend_draft("trending", category="合同").playbooks == ("sme_arrears", "trending")


def test_a_measure_may_be_for_some_kinds_only() -> None:
    """Other projects of a developer are looked at when the risk is more than one project's."""
    wider = [measure.text for measure in trend_draft("regional", category="问题楼盘").measures]
    own = [measure.text for measure in draft("问题楼盘").measures]
    assert [text for text in wider if "关联企业的其他项目" in text]
    assert not [text for text in own if "关联企业的其他项目" in text]


def test_reasons_are_findings() -> None:
    """Facts say what is known, findings what it was judged to be and why."""
    plan = draft("民转刑")
    assert plan.findings == ("预警种类：重大事项", "依据：民转刑")
    assert (plan.owner, plan.issuer) == ("责任人", "府院联席会议办公室")
    assert not any(fact.startswith("依据") for fact in plan.facts)


def test_a_plan_of_an_earlier_release_is_read() -> None:
    """Without findings, owner, issuer and deadlines in words."""
    old = msgspec.to_builtins(draft("欠薪"))
    for name in ("findings", "owner", "issuer"):
        del old[name]
    for measure in old["measures"]:
        measure.pop("deadline", None)
        measure.pop("clock", None)
    read = msgspec.convert(old, type(draft("欠薪")))
    assert read.findings == ()
    assert read.measures[0].deadline == ""


BOOK = """
[[playbook]]
id = "x"
name = "甲"
categories = ["物业"]
[[playbook.measures]]
text = "核实"
lead = "{county}人民政府"
due_days = 3
[[playbook]]
id = "rest"
name = "其余"
fallback = true
measures = [{ text = "核实", lead = "乙", due_days = 3 }]
"""


@pytest.mark.parametrize(
    ("change", "by", "path"),
    [
        ("物业", "物管", r"playbook\[0\] \(x\)\.categories.*物管"),
        ('categories = ["物业"]', 'types = ["gov.petitions"]', r"\.types.*gov\.petitions"),
        ('categories = ["物业"]', 'kinds = ["sudden"]', r"\$\.playbook\[0\]\.kinds"),
        ('categories = ["物业"]', 'parties = ["firm"]', r"\$\.playbook\[0\]\.parties"),
        ('categories = ["物业"]', "", "须写明选用条件"),
        ('categories = ["物业"]', 'categories = ["物业"]\nmin_level = "purple"', r"min_level.*purple"),
        ("due_days = 3\n", "", r"measures\[0\].*due_days 或 clock"),
        ("due_days = 3\n", "due_days = 0\n", r"\$\.playbook\[0\]\.measures\[0\]\.due_days"),
        ("due_days = 3\n", 'clock = "no.such"\n', r"measures\[0\]\.clock.*no\.such"),
        ("{county}", "{city}", r"measures\[0\].*\{city\}.*只可使用"),
        ("fallback = true", 'categories = ["其他"]', "fallback"),
        ('id = "rest"', 'id = "x"', "重复"),
        ('name = "甲"', 'name = "甲"\ncolour = 1', "colour"),
    ],
)
def test_errors_name_their_path(change: str, by: str, path: str) -> None:
    """What is wrong and where; a playbook that could never apply is an error, not a silence."""
    document = BOOK.replace(change, by, 1)
    assert document != BOOK
    assert parse_playbooks(BOOK.encode(), rules().clocks.rules)
    with pytest.raises(PolicyError, match=path):
        parse_playbooks(document.encode(), rules().clocks.rules)


def test_articles_are_cited_in_one_form() -> None:
    """《…》第N条, so that their words can be found; rules of a city need no article."""
    for book in rules().playbooks:
        for measure in book.measures:
            for basis in measure.basis:
                assert cited([basis]) == [basis] or basis.startswith("当地"), basis
