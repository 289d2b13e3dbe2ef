"""Composes titles and narratives: an agency's manner around scenes, details and signs of gravity, then slips of the pen."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from infra.simulation.chance import Rng
from infra.simulation.facts import Facts
from infra.simulation.grammar import Sentence, expand
from infra.simulation.noise import blur
from infra.simulation.topics import neighbouring_scenes, phrases, sentences

STYLE_OF = {
    "gov.hotline_ticket": "hotline", "gov.petition": "petition", "gov.repeat_petition": "petition", "gov.police_incident": "police",
    "gov.grid_report": "grid", "gov.mediation": "mediation", "gov.reconsideration": "administrative", "gov.labor_arbitration": "arbitration",
    "gov.wage_arrears_lead": "lead", "gov.project_stalled": "report", "gov.escrow_anomaly": "report", "gov.tax_fee_arrears": "report",
    "gov.penalty": "penalty", "court.case_filed": "filing", "court.group_litigation": "group", "court.preservation": "preservation",
    "court.judgment": "judgment", "court.administrative_loss": "administrative", "court.enforcement_filed": "enforcement",
    "court.enforcement_terminated": "enforcement", "court.bankruptcy_petition": "bankruptcy", "court.bankruptcy_accepted": "bankruptcy",
    "court.advice_issued": "advice", "court.advice_replied": "reply",
}  # fmt: skip
_SPOKEN = frozenset({"hotline", "petition", "police", "grid", "lead"})
# sign: (probability at level 1, 2, 3, 4; fewest people; categories where it is twice as likely, others half as likely)
_PERSONAL = frozenset({"婚姻家庭", "邻里", "损害赔偿", "山林土地", "房屋宅基地", "道路交通事故"})
_SIGNS: tuple[tuple[str, tuple[float, float, float, float], int, frozenset[str] | None], ...] = (
    ("gather", (0.008, 0.07, 0.45, 0.80), 5, None),
    ("block", (0.002, 0.015, 0.16, 0.56), 3, None),
    ("self_harm", (0.002, 0.01, 0.10, 0.58), 1, None),
    ("violence", (0.005, 0.035, 0.22, 0.58), 1, _PERSONAL),
    ("escalate", (0.006, 0.10, 0.30, 0.40), 1, None),
    ("media", (0.015, 0.09, 0.18, 0.28), 1, None),
    ("vulnerable", (0.04, 0.17, 0.28, 0.30), 1, None),
    ("repeat", (0.05, 0.34, 0.30, 0.25), 1, None),
    ("failed", (0.02, 0.28, 0.32, 0.28), 1, None),
    ("injury", (0.003, 0.025, 0.13, 0.46), 1, _PERSONAL | {"医疗", "劳动争议"}),
    ("calm", (0.45, 0.10, 0.02, 0.01), 1, None),
    ("not_gather", (0.02, 0.02, 0.015, 0.01), 1, None),
    ("not_violence", (0.02, 0.02, 0.015, 0.01), 1, _PERSONAL),
    ("not_self_harm", (0.012, 0.012, 0.01, 0.01), 1, None),
    ("not_block", (0.012, 0.012, 0.01, 0.01), 1, None),
)
_SIDE_STORY = 0.28  # share of spoken texts that also tell of a neighbouring kind of trouble
_VAGUE = 0.07  # share of them that hardly say what it is about
_JOINTS = ("，", "。", "；", "，", "。", "，而且", "，并且", "，另外", "。目前", "，", "。据说")


@dataclass(frozen=True, slots=True)
class _Style:
    open: tuple[Sentence, ...]
    ask: tuple[Sentence, ...]
    close: tuple[Sentence, ...]
    title: tuple[Sentence, ...]


@cache
def _styles() -> dict[str, _Style]:
    return {
        name: _Style(*(sentences(table[part]) for part in ("open", "ask", "close", "title")))
        for name, table in phrases("styles.toml").items()
        if name != "dispositions"
    }


@cache
def dispositions(name: str) -> tuple[Sentence, ...]:
    """How matters of a kind ended: police, success, failure, judgments and so on."""
    table = phrases("styles.toml")["dispositions"]
    return sentences(table[name]) if name in table else ()


@cache
def _signs() -> dict[str, tuple[Sentence, ...]]:
    return {name: sentences(rows) for name, rows in phrases("signals.toml").items()}


def compose(facts: Facts, event_type: str, severity: float, rng: Rng) -> tuple[str, str]:
    """Title and narrative of a report of the given severity; 30 to about 400 characters."""
    style_name = STYLE_OF[event_type]
    style = _styles()[style_name]
    r = rng.random
    spoken = style_name in _SPOKEN
    facts["求"] = _demand(facts, r) if r() < 0.7 else f"{_demand(facts, r)}，{_demand(facts, r)}"
    body = [_scene(facts, r, 0.22)]
    length = r()
    if length > (0.55 if spoken else 0.7):
        second = _scene(facts, r, 0.4)
        if second[:6] != body[0][:6]:
            body.append(second)
    if (length > 0.22 and style_name != "grid") or r() < 0.3:
        body.append(_detail(facts, r))
    if length > 0.8:
        body.append(_detail(facts, r))
    if length > (0.92 if spoken else 0.97):
        body.extend(_scene(facts, r, 0.6) if r() < 0.35 else _detail(facts, r) for _ in range(2 + int(r() * 5)))
    _wander(body, facts, spoken, r)
    body.extend(_signs_of(facts, severity, spoken, r))
    facts["题"] = _subject_words(facts, body[0], r)
    text = _phrase(style.open, facts, r)
    for index, piece in enumerate(body):
        text += piece if index == 0 else _JOINTS[int(r() * len(_JOINTS))] + piece
    text += _phrase(style.ask, facts, r)
    if spoken and r() < 0.07:
        text += "。" + ("银行卡号" if r() < 0.5 else "退款账号") + facts["卡"]
    text += _phrase(style.close, facts, r)
    return _phrase(style.title, facts, r)[:200], blur(_tidy(text), rng, 0.16 if spoken else 0.03)


def _phrase(options: tuple[Sentence, ...], facts: Facts, r: Callable[[], float]) -> str:
    out: list[str] = []
    expand(options[int(r() * len(options))], facts, r, out)
    return "".join(out)


def _wander(body: list[str], facts: Facts, spoken: bool, r: Callable[[], float]) -> None:
    """People tell more than the matter itself, or less: a piece of another kind of trouble, or hardly anything."""
    topic = facts.incident.topic
    draw = r() if spoken else r() * 2.5
    if draw >= _SIDE_STORY or not topic.more_details:
        return
    if draw < _VAGUE:
        body[:] = [_phrase(topic.more_details, facts, r)]
        if r() < 0.5:
            return
    aside = _phrase(neighbouring_scenes()[topic.category], facts, r)
    body.insert(0 if r() < 0.4 else len(body), aside)


def _scene(facts: Facts, r: Callable[[], float], elsewhere: float) -> str:
    topic = facts.incident.topic
    return _phrase(topic.more_scenes if topic.more_scenes and r() < elsewhere else topic.scenes, facts, r)


def _detail(facts: Facts, r: Callable[[], float]) -> str:
    topic = facts.incident.topic
    return _phrase(topic.more_details if topic.more_details and r() < 0.55 else topic.details, facts, r)


def _demand(facts: Facts, r: Callable[[], float]) -> str:
    topic = facts.incident.topic
    return _phrase(topic.more_demands if topic.more_demands and r() < 0.5 else topic.demands, facts, r)


def disposition(name: str, facts: Facts, rng: Rng) -> str:
    """One way a matter of a kind ended; "已登记" where none is written for it."""
    options = dispositions(name)
    return _phrase(options, facts, rng.random) if options else "已登记"


def _signs_of(facts: Facts, severity: float, spoken: bool, r: Callable[[], float]) -> list[str]:
    level = int(severity)
    weight = 1.0 if spoken else 0.7
    category = facts.incident.topic.category
    found: list[str] = []
    for name, chances, fewest, where in _SIGNS:
        chance = chances[level] * weight
        if where is not None:
            chance *= 2.0 if category in where else 0.5
        if facts.people >= fewest and r() < chance:
            found.append(_phrase(_signs()[name], facts, r))
    return found[:5]


def _subject_words(facts: Facts, scene: str, r: Callable[[], float]) -> str:
    """What the matter is called in a title: a piece of the story more often than its name."""
    draw = r()
    topic = facts.incident.topic
    if draw < 0.16:
        return topic.name
    if draw < 0.24:
        return topic.subject[-1]
    if draw < 0.32:
        return ("有关问题", "相关问题", "一事", "矛盾", "情况", "诉求")[int(r() * 6)]
    piece = scene.split("，")
    words = piece[int(r() * min(2, len(piece)))]
    return words[:24]


def _tidy(text: str) -> str:
    for wrong, right in (
        ("，，", "，"),
        ("。。", "。"),
        ("。，", "。"),
        ("，。", "。"),
        ("：，", "："),
        ("；。", "。"),
        ("。；", "。"),
    ):
        if wrong in text:
            text = text.replace(wrong, right)
    return text
