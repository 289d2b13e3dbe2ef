"""The facts of one report as its writer words them: every ``{x}`` of the phrase files, made when first asked for."""

from collections.abc import Callable
from datetime import date

from infra.simulation.chance import Rng
from infra.simulation.enterprises import Enterprise
from infra.simulation.incidents import Incident
from infra.simulation.people import Person, draw_bank_card, draw_person, draw_plate
from infra.simulation.wording import clock_words, day_words, money_words, month_words, people_words, span_words

_VAGUE_FIRMS = ("该公司", "这家公司", "对方公司", "某公司", "公司", "该单位", "这家企业")
_VAGUE_PEOPLE = ("对方", "该人", "某人", "那家人")
_SOON = ("后天", "下周一", "这两天", "明天上午", "本周五", "月底", "周末", "近期", "下周", "过几天")
_OFFICES = (
    "住建局",
    "人社局",
    "市场监管局",
    "农业农村局",
    "自然资源局",
    "生态环境局",
    "卫健局",
    "教育局",
    "城管局",
    "交通局",
    "财政局",
    "公安局",
)
_DEFAULTS = {"号": "本", "文": "贵院", "果": "依法判决", "处": "已登记", "求": "依法处理"}
_FRESH = frozenset("小百久元近日时楼亩车")


class Facts(dict[str, str]):
    """Wordings of an incident's facts for one report; the same fact is worded once a report, small details anew each time.

    The caller sets what only it knows (案号, outcome, demand) as items.
    """

    def __init__(self, incident: Incident, rng: Rng, day: date, hour: int, people: int) -> None:
        super().__init__(_DEFAULTS)
        self.incident = incident
        self.rng = rng
        self.day = day
        self.hour = hour
        self.people = people

    def __missing__(self, name: str) -> str:
        made = _MAKERS[name](self)
        if name not in _FRESH:
            self[name] = made
        return made

    @property
    def claimant(self) -> Person:
        """The first named claimant, or a passer-by where nobody is named."""
        claimants = self.incident.claimants
        return claimants[0] if claimants else self.incident.other


def _firm(f: Facts) -> str:
    respondent = f.incident.respondent
    if isinstance(respondent, Enterprise):
        if f.rng.random() < 0.12:
            return _VAGUE_FIRMS[int(f.rng.random() * len(_VAGUE_FIRMS))]
        return respondent.variants[int(f.rng.random() ** 1.3 * len(respondent.variants))]
    return _VAGUE_FIRMS[int(f.rng.random() * len(_VAGUE_FIRMS))] if isinstance(respondent, Person) else respondent


def _rival(f: Facts) -> str:
    name = f.incident.other.name
    r = f.rng.random()
    if r < 0.55:
        return name
    if r < 0.78:
        return name[0] + "某" + ("某" if len(name) > 2 and r < 0.68 else "")
    return _VAGUE_PEOPLE[int(f.rng.random() * len(_VAGUE_PEOPLE))] if r < 0.9 else "老" + name[0]


def _respondent(f: Facts) -> str:
    respondent = f.incident.respondent
    return respondent.name if isinstance(respondent, Enterprise | Person) else respondent


def _claimant(f: Facts) -> str:
    return f.incident.claimant_enterprise.name if f.incident.claimant_enterprise else f.claimant.name


def _project(f: Facts) -> str:
    project = f.incident.project
    if project is None:
        return ("该项目", "工地", "某安置房项目", f"{f.incident.community}项目")[int(f.rng.random() * 4)]
    return project.aliases[int(f.rng.random() ** 1.4 * len(project.aliases))]


def _address(f: Facts) -> str:
    r = f.rng.random
    if f.incident.township.urban or r() < 0.3:
        return f"{f.incident.road}{int(r() * 300) + 1}号{int(r() * 28) + 1}栋{int(r() * 4) + 1}单元{int(r() * 26) + 1:d}0{int(r() * 4) + 1}"
    return f"{f.incident.community}{int(r() * 12) + 1}组{int(r() * 150) + 1}号"


def _building(f: Facts) -> str:
    number = int(f.rng.random() * 32) + 1
    return (f"{number}栋", f"{number}号楼", f"{number}幢", f"{number}栋{int(f.rng.random() * 4) + 1}单元")[
        int(f.rng.random() * 4)
    ]


def _amount(f: Facts) -> str:
    return money_words(f.rng, f.incident.amount_yuan) if f.incident.amount_yuan else "一笔钱"


def _small_money(f: Facts) -> str:
    return money_words(f.rng, int(80 + f.rng.random() ** 3 * 60_000))


def _phone(f: Facts) -> str:
    phone = f.claimant.phone
    return f"{phone[:3]}-{phone[3:7]}-{phone[7:]}" if f.rng.random() < 0.08 else phone


def _place(f: Facts) -> str:
    return f.incident.township.county_name


_MAKERS: dict[str, Callable[[Facts], str]] = {
    "企": _firm,
    "人": _rival,
    "乙": _respondent,
    "甲": _claimant,
    "名": lambda f: f.claimant.name,
    "称": lambda f: f.claimant.title,
    "项": _project,
    "社": lambda f: f.incident.community,
    "镇": lambda f: f.incident.township.name,
    "县": _place,
    "路": lambda f: f.incident.road,
    "址": _address,
    "楼": _building,
    "数": lambda f: people_words(f.rng, f.people),
    "额": _amount,
    "元": _small_money,
    "亩": lambda f: f"{f.rng.random() * 40 + 0.3:.1f}" if f.rng.random() < 0.6 else str(int(f.rng.random() * 90) + 2),
    "小": lambda f: (
        str(int(f.rng.random() * 8) + 2) if f.rng.random() < 0.6 else "二三四五六七八九两几"[int(f.rng.random() * 10)]
    ),
    "百": lambda f: str(int(f.rng.random() * 300) + 12),
    "久": lambda f: span_words(f.rng),
    "月": lambda f: month_words(f.rng, f.day),
    "月底": lambda f: ("月底", "下月底", "春节前", "年底", "下个月")[int(f.rng.random() * 5)],
    "日": lambda f: day_words(f.rng, f.day),
    "近日": lambda f: _SOON[int(f.rng.random() * len(_SOON))],
    "时": lambda f: clock_words(f.rng, f.hour),
    "车": lambda f: draw_plate(f.rng),
    "电": _phone,
    "证": lambda f: f.claimant.citizen_id,
    "卡": lambda f: draw_bank_card(f.rng),
    "部": lambda f: _OFFICES[int(f.rng.random() * len(_OFFICES))],
    "由": lambda f: f.incident.topic.cause if f.incident.topic.cause != "其他" else f.incident.topic.name + "纠纷",
    "题": lambda f: f.incident.topic.name,
    "旁人": lambda f: draw_person(f.rng, f.incident.county).name,
}
