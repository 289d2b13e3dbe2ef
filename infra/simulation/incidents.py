"""Disputes of the simulated city: what, where, who, how much and how grave."""

import math
from dataclasses import dataclass, field

from infra.simulation.chance import Rng
from infra.simulation.city import City
from infra.simulation.enterprises import Enterprise
from infra.simulation.geography import Township
from infra.simulation.people import Person, draw_person
from infra.simulation.projects import Project
from infra.simulation.ties import Tie
from infra.simulation.topics import Topic

_RISK_SHARES = {  # blue, yellow, orange, red; officials of six counties can look at about two grave new disputes a day each
    "low": (0.84, 0.145, 0.013, 0.002),
    "mid": (0.70, 0.26, 0.035, 0.005),
    "high": (0.52, 0.38, 0.085, 0.015),
}
_PEOPLE_FACTOR = (0.55, 1.0, 2.4, 6.5)
_AMOUNT_FACTOR = (0.7, 1.0, 1.6, 3.0)
_ROADS = tuple(
    a + b
    for a in (
        "人民",
        "解放",
        "建设",
        "中山",
        "滨河",
        "文化",
        "青年",
        "朝阳",
        "工业",
        "迎宾",
        "学院",
        "胜利",
        "云州",
        "凤凰",
        "环城",
        "兴业",
        "长江",
        "新华",
        "府前",
        "站前",
    )
    for b in ("路", "大道", "街", "东路", "西路")
)


@dataclass(slots=True)
class Incident:
    """One dispute, reported once or several times.

    Attributes:
        severity: latent gravity in [0, 4); its whole part plus 1 is the level.
        people: people really concerned.
        amount_yuan: money really in dispute, 0 when none.
        claimants: named persons or the enterprise that complain.
        respondent: whom it is about; a government office by its name.
        other: a person of the respondent's side who is named in texts.
        case_numbers: 案号 by type of case, as they are given out.
        script: fixed title and narrative, for made-up records that copy one another.
        reported: (source, id) of its reports so far.
        ties: relations that its formal reports state, where a story says so.
    """

    id: str
    topic: Topic
    township: Township
    community: str
    severity: float
    people: int
    amount_yuan: int
    claimants: tuple[Person, ...]
    claimant_enterprise: Enterprise | None
    respondent: Enterprise | Person | str
    other: Person
    project: Project | None
    road: str
    first_day: int
    story_id: str | None = None
    repeats: int = 0
    script: tuple[str, str] | None = None
    case_numbers: dict[str, str] = field(default_factory=dict)
    reported: list[tuple[str, str]] = field(default_factory=list)
    ties: tuple[Tie, ...] = ()

    @property
    def county(self) -> str:
        """County code."""
        return self.township.county


def draw_severity(rng: Rng, risk: str) -> float:
    """Latent severity in [0, 4) for a topic's risk."""
    point = rng.random()
    for level, share in enumerate(_RISK_SHARES[risk]):
        if point < share:
            return level + point / share
        point -= share
    return 3.99


def draw_people(rng: Rng, topic: Topic, severity: float) -> int:
    """People concerned: log-normal around the topic's median, growing with severity; personal disputes stay small."""
    median, sigma = topic.people
    factor = _PEOPLE_FACTOR[int(severity)]
    size = (median - 1) * factor * math.exp(sigma * rng.gauss(0.0, 1.0))
    return max(1, min(6000, 1 + round(size)))


def draw_amount(rng: Rng, topic: Topic, severity: float) -> int:
    """Money in dispute in yuan, 0 where the topic has none."""
    median, sigma = topic.amount_yuan
    if median <= 0:
        return 0
    amount = median * _AMOUNT_FACTOR[int(severity)] * math.exp(sigma * rng.gauss(0.0, 1.0))
    return max(60, round(amount / 100) * 100 if amount > 20_000 else round(amount))


class IncidentDrawer:
    """Draws incidents of a city; stories fix what they need through the keyword arguments."""

    def __init__(self, city: City, rng: Rng) -> None:
        self._city = city
        self._rng = rng

    def draw(
        self,
        identity: str,
        topic: Topic,
        day: int,
        severity: float,
        *,
        township: Township | None = None,
        community: str | None = None,
        respondent: Enterprise | Person | str | None = None,
        project: Project | None = None,
        people: int | None = None,
        amount_yuan: int | None = None,
        story_id: str | None = None,
    ) -> Incident:
        """An incident of a topic that begins on a day."""
        rng, city = self._rng, self._city
        if township is None:
            township = city.geography.draw(rng, topic.setting)
        if topic.project and project is None:
            project = city.draw_project(rng, township.county)
            township = project.township if rng.random() < 0.8 else township
        if respondent is None:
            respondent = self._respondent(topic, township, project)
        claimant_enterprise = None
        if topic.claimant == "enterprise" and rng.random() < 0.8:
            claimant_enterprise = city.draw_enterprise(
                rng, "supplier" if rng.random() < 0.6 else "factory", township.county
            )
        total = draw_people(rng, topic, severity) if people is None else people
        named = (
            0
            if topic.claimant == "agency"
            else 1
            if total < 3 or rng.random() < 0.6
            else 2
            if rng.random() < 0.7
            else 3
        )
        return Incident(
            id=identity,
            topic=topic,
            township=township,
            community=community or township.communities[int(rng.random() * len(township.communities))],
            severity=severity,
            people=total,
            amount_yuan=draw_amount(rng, topic, severity) if amount_yuan is None else amount_yuan,
            claimants=tuple(draw_person(rng, township.county) for _ in range(named)),
            claimant_enterprise=claimant_enterprise,
            respondent=respondent,
            other=respondent if isinstance(respondent, Person) else draw_person(rng, township.county),
            project=project,
            road=_ROADS[int(rng.random() * len(_ROADS))],
            first_day=day,
            story_id=story_id,
        )

    def _respondent(self, topic: Topic, township: Township, project: Project | None) -> Enterprise | Person | str:
        if project is not None:
            return project.developer if topic.trade == "developer" else project.contractor
        if topic.trade == "person":
            return draw_person(self._rng, township.county)
        if topic.trade.startswith("agency:"):
            name = topic.trade.removeprefix("agency:")
            return (
                f"{township.name}人民政府".replace("街道人民政府", "街道办事处")
                if self._rng.random() < 0.3
                else township.county_name + name
            )
        return self._city.draw_enterprise(self._rng, topic.trade, township.county)
