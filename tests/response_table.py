"""The response table of the domain: for each kind of matter a dispute that is one, and what its plan must hold."""

from typing import Any, NamedTuple

from risk_model.entities import Alert, Matter
from risk_model.plans.drafting import draft_plan
from risk_model.state import State
from schemas.domain_events import PlanDrafted
from schemas.reasons import Reason
from tests.disputes import NOW, assessed, rules


class Row(NamedTuple):
    """What a plan must hold: playbooks it begins with, lead, departments in support, articles, deadlines, words of measures."""

    fields: dict[str, Any]
    playbooks: tuple[str, ...]
    lead: str
    support: tuple[str, ...]
    articles: tuple[str, ...]
    clocks: tuple[str, ...]
    words: tuple[str, ...]


def _of(law: str, *articles: int) -> tuple[str, ...]:
    return tuple(f"《{law}》第{article}条" for article in articles)


ROWS: dict[str, Row] = {
    "欠薪": Row(
        {"category": "劳动争议", "kind": "gov.wage_arrears_lead"},
        ("wages",),
        "云中区人力资源社会保障局",
        ("住房城乡建设局", "公安局", "人民法院"),
        (*_of("保障农民工工资支付条例", 29, 30, 32, 38, 41, 63), *_of("劳动争议调解仲裁法", 43, 44)),
        ("labor.arbitrate",),
        ("应急周转金", "工资保证金", "工资专用账户", "垫付", "移送公安机关"),
    ),
    "问题楼盘": Row(
        {"category": "问题楼盘"},
        ("stalled_housing",),
        "云中区住房城乡建设局",
        ("人民法院", "金融", "自然资源局", "信访局"),
        (*_of("企业破产法", 2, 70), *_of("城市房地产管理法", 45)),
        (),
        ("一楼一策", "监管账户", "复工", "预重整"),
    ),
    "企业破产": Row(
        {"category": "破产债权"},
        ("bankruptcy",),
        "企业破产府院协调机制牵头部门",
        ("人民法院", "税务局", "人力资源社会保障局"),
        _of("企业破产法", 6, 8, 14, 19, 48, 79, 113),
        ("bankruptcy.notify_creditors", "bankruptcy.reorganisation_plan"),
        ("职工", "税费", "信用修复", "稳控方案"),
    ),
    "非法集资": Row(
        {"category": "非法集资"},
        ("fund_raising",),
        "处置非法集资牵头部门",
        ("公安局", "市场监管局", "网信办"),
        _of("防范和处置非法集资条例", 8, 10, 11, 12, 19, 23, 25),
        (),
        ("监测", "资金去向"),
    ),
    "征地拆迁": Row(
        {"category": "征地拆迁"},
        ("land", "administrative"),
        "云中区人民政府",
        ("司法局", "人民法院"),
        (*_of("行政复议法", 5, 62), *_of("行政诉讼法", 3), *_of("土地管理法", 47, 48)),
        ("reconsideration.decide", "hearing.official_notice"),
        ("复议", "调解", "负责人出庭", "纠正"),
    ),
    "行政争议": Row(
        {"category": "行政争议"},
        ("administrative",),
        "云中区人民政府",
        ("司法局", "人民法院"),
        (*_of("行政复议法", 5, 62, 76), *_of("行政诉讼法", 3)),
        ("reconsideration.decide", "hearing.official_notice"),
        ("复议", "调解", "负责人出庭", "纠正"),
    ),
    "重大决策": Row(
        {"subject": ("重大决策",)},
        ("major_decision",),
        "决策承办单位",
        ("司法局",),
        _of("重大行政决策程序暂行条例", 22, 23, 24),
        (),
        ("风险评估报告", "处置预案", "可控"),
    ),
    "群体信访": Row(
        {"people": 30},
        ("group_petition",),
        "云中区信访局",
        ("主管部门",),
        _of("信访工作条例", 18, 20, 22, 34),
        ("petition.register", "petition.conclude"),
        ("代表", "包案", "联合接待"),
    ),
    "民转刑": Row(
        {"category": "邻里", "reasons": (Reason("floor.violence_signal", "民转刑", "floor"),)},
        ("violence",),
        "属地乡镇（街道）",
        ("派出所", "司法所"),
        _of("人民调解法", 21, 25, 33),
        ("mediation.confirm", "matter.revisit"),
        ("调解", "报告公安机关", "回访"),
    ),
    "中小企业账款": Row(
        {"category": "合同", "enterprise": "恒远建筑", "token": "t"},
        ("sme_arrears",),
        "中小企业主管部门",
        ("行业主管部门",),
        _of("保障中小企业款项支付条例", 25),
        ("sme.transfer", "sme.resolve"),
        ("10个工作日", "30日", "90日"),
    ),
}


def draft(row: str | None = None, **fields: Any) -> PlanDrafted:
    """Plan of an orange matter with one event of a row of the table, or with the fields given."""
    dispute = assessed(1, level=3, **(ROWS[row].fields if row else fields))
    alert = _alert("matter", 3, dispute.category, "379001")
    alert.reasons = list(dispute.reasons)
    people = dispute.people_involved or 0
    matter = Matter("m", "标题", dispute.category, "379001", level=3, events=1, people=people, sources=["s"])
    (recorded,) = draft_plan(State(), alert, matter, dispute, rules())
    assert isinstance(recorded.event, PlanDrafted)
    return recorded.event


def trend_draft(
    kind: str, *, level: int = 3, category: str = "其他", region: str = "379001", county: str = "379001"
) -> PlanDrafted | None:
    """Plan of an alert without a matter, None when none is drafted."""
    recorded = draft_plan(State(), _alert(kind, level, category, region, county), None, None, rules())
    return recorded[0].event if recorded else None  # type: ignore[return-value]  # draft_plan records PlanDrafted alone


def _alert(kind: str, level: int, category: str, region: str, county: str = "379001") -> Alert:
    return Alert("a", kind, level, "raised", "标题", category, county, region, "责任人", [], NOW, "v")
