"""Playbooks: every kind of matter of the response table, its departments and articles, and no coercion."""

import re

import pytest

from risk_model.entities import Alert, Matter
from risk_model.planning import draft_plan
from risk_model.state import State
from schemas.domain_events import PlanDrafted
from schemas.event_types import EVENT_TYPES
from schemas.reasons import Reason
from schemas.taxonomy import CATEGORIES
from tests.disputes import NOW, assessed, rules

# matter of the table -> the dispute that is one, its lead, departments that support, articles and words of its measures
ROWS = {
    "欠薪": (
        {"category": "劳动争议"},
        "人力资源社会保障局",
        ["住房城乡建设局", "公安局", "人民法院"],
        ["第29条", "第32条", "第38条", "第63条"],
        ["应急周转金", "工资保证金", "工资专用账户", "垫付", "移送"],
    ),
    "问题楼盘": (
        {"category": "问题楼盘"},
        "住房城乡建设局",
        ["人民法院", "金融", "自然资源局", "信访局"],
        ["企业破产法"],
        ["一楼一策", "监管账户", "复工", "预重整"],
    ),
    "企业破产": (
        {"category": "破产债权"},
        "企业破产府院协调机制牵头部门",
        ["人民法院"],
        ["企业破产法"],
        ["职工", "税费", "信用修复", "稳控方案"],
    ),
    "非法集资": (
        {"category": "非法集资"},
        "处置非法集资牵头部门",
        ["公安局", "市场监管局", "网信办"],
        ["第8条", "第12条"],
        ["监测", "资金去向"],
    ),
    "征地拆迁": (
        {"category": "征地拆迁"},
        "属地",
        ["司法局", "人民法院"],
        ["行政复议法》第5条", "行政诉讼法》第3条"],
        ["复议", "调解", "负责人出庭", "纠正"],
    ),
    "行政争议": ({"category": "行政争议"}, "属地", ["司法局", "人民法院"], ["行政复议法》第5条"], ["负责人出庭"]),
    "重大决策": (
        {"subject": ("重大决策",)},
        "决策承办单位",
        ["司法局"],
        ["第22条", "第24条"],
        ["风险评估报告", "处置预案", "可控"],
    ),
    "群体信访": ({"people": 30}, "信访局", ["主管部门"], ["第20条"], ["代表", "包案", "联合接待"]),
    "民转刑": (
        {"reasons": (Reason("floor.violence_signal", "民转刑", "floor"),)},
        "属地乡镇（街道）",
        ["派出所", "司法所", "妇联"],
        ["第25条", "第33条"],
        ["调解", "报公安机关", "回访"],
    ),
    "中小企业账款": (
        {"category": "合同"},
        "中小企业主管部门",
        ["行业主管部门"],
        ["第25条"],
        ["10个工作日", "30日", "90日"],
    ),
}

# 突发事件应对法 第74条 and the like: never drafted automatically
COERCIVE = re.compile(
    r"封锁|限制.{0,6}(人身|出行|自由)|拘留|拘传|羁押|逮捕|强制(隔离|带离|遣返|拆除|执行人身|措施)|查封场所|断(水|电|网)|训诫|约束|控制.{0,4}人员|宵禁|取缔|征用"
)


def _plan(**fields: object) -> PlanDrafted:
    dispute = assessed(1, level=3, **fields)
    alert = Alert(
        "a",
        "matter",
        3,
        "raised",
        "标题",
        dispute.category,
        "379001",
        "379001",
        "责任人",
        list(dispute.reasons),
        NOW,
        "v",
    )
    matter = Matter(
        "m", "标题", dispute.category, "379001", level=3, events=1, people=dispute.people_involved or 0, sources=["s"]
    )
    (recorded,) = draft_plan(State(), alert, matter, dispute, rules())
    assert isinstance(recorded.event, PlanDrafted)
    return recorded.event


@pytest.mark.parametrize("row", ROWS)
def test_response_table_is_covered(row: str) -> None:
    """Lead, supporting departments, articles and measures of each row stand in the draft."""
    fields, lead, support, articles, words = ROWS[row]
    plan = _plan(**fields)
    assert any(measure.lead.startswith(lead) for measure in plan.measures), plan.measures
    departments = {name for measure in plan.measures for name in (measure.lead, *measure.support)}
    assert all(any(wanted in name for name in departments) for wanted in support), departments
    basis = "".join(article for measure in plan.measures for article in measure.basis)
    assert all(article in basis for article in articles), basis
    text = "".join(measure.text for measure in plan.measures)
    assert all(word in text for word in words), text


def test_no_measure_is_coercive() -> None:
    """A machine drafts no coercive measure."""
    for book in rules().playbooks:
        for measure in book.measures:
            assert not COERCIVE.search(measure.text), measure.text


def test_every_category_gets_a_plan_and_only_the_last_resort_is_general() -> None:
    """No alert is left without measures; each has a lead and a number of days."""
    assert [book.id for book in rules().playbooks if book.fallback] == ["general"]
    for category in CATEGORIES:
        plan = _plan(category=category)
        assert plan.measures
        assert all(measure.lead and measure.due_days for measure in plan.measures)
        assert "草稿" in plan.title
        assert any("须经人工确认" in fact for fact in plan.facts)


def test_playbooks_name_known_categories_types_and_floors() -> None:
    """A misspelt condition would silently never hold."""
    floors = {floor.code for floor in rules().policy.floor}
    for book in rules().playbooks:
        assert set(book.categories) <= set(CATEGORIES), book.id
        assert set(book.types) <= set(EVENT_TYPES), book.id
        assert set(book.floors) <= floors, book.id
        assert book.fallback or book.categories or book.types or book.floors or book.subjects or book.min_people, (
            book.id
        )


def test_measures_are_not_repeated_when_playbooks_overlap() -> None:
    """A matter of two kinds gets both sets once."""
    plan = _plan(category="破产债权", kind="court.bankruptcy_accepted", people=146)
    assert plan.playbooks == ("bankruptcy", "group_petition")
    assert len({measure.text for measure in plan.measures}) == len(plan.measures)
