"""Developers, their project companies and the building projects: phases, aliases, contractors and suppliers."""

from dataclasses import dataclass

from infra.simulation.chance import Rng
from infra.simulation.enterprises import Enterprise, Registrar
from infra.simulation.geography import Geography, Township

_GROUPS = 14
_PROJECTS = 150
_PLACES = (
    "云州",
    "滨江",
    "锦绣",
    "翡翠",
    "御景",
    "阳光",
    "紫金",
    "东方",
    "香榭",
    "天悦",
    "书香",
    "金色",
    "湖山",
    "观澜",
    "盛世",
    "华府",
)
_KINDS = (
    "花园",
    "华庭",
    "府",
    "新城",
    "名邸",
    "雅苑",
    "国际",
    "公馆",
    "壹号院",
    "里",
    "广场",
    "家园",
    "江湾",
    "学府",
    "时代",
)
_PHASES = ("", "一期", "二期", "三期")
_PHASE_ALIASES = {
    "一期": ("1期", "一期工程", "I期"),
    "二期": ("2期", "二期工程", "Ⅱ期"),
    "三期": ("3期", "三期工程"),
    "": ("",),
}


@dataclass(frozen=True, slots=True)
class Project:
    """A building project.

    Attributes:
        id: identity in the housing department's register.
        name: registered name with its phase.
        aliases: what home buyers, courts and papers call it.
        developer: the project company; its group owns it.
        contractor: general contractor.
        suppliers: firms that are owed when it fails.
        township: where it stands.
        buyers: flats sold.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    developer: Enterprise
    contractor: Enterprise
    suppliers: tuple[Enterprise, ...]
    township: Township
    buyers: int


def found_projects(
    rng: Rng, geography: Geography, registrar: Registrar, enterprises: list[Enterprise]
) -> tuple[list[Enterprise], list[Project]]:
    """Project companies of the developer groups, and their projects.

    Returns:
        The developers' enterprises and about 150 projects; phases of one estate share name, developer and township. Within a county no
        two estates sound alike, as 地名管理条例 art. 9 asks for one built-up area.
    """
    contractors = [e for e in enterprises if e.trade == "contractor"]
    suppliers = [e for e in enterprises if e.trade in ("supplier", "labour")]
    brands = [registrar.brand() for _ in range(_GROUPS)]
    developers = [
        registrar.found("developer", "379001", brand, "房地产开发集团有限公司", brand + "集团") for brand in brands
    ]
    projects: list[Project] = []
    names: set[str] = set()
    spoken: set[tuple[str, str]] = set()
    while len(projects) < _PROJECTS:
        brand = brands[int(rng.random() ** 1.4 * _GROUPS)]
        township = geography.draw(rng, "urban" if rng.random() < 0.8 else "any")
        first = rng.choice((brand, rng.choice(_PLACES), brand + rng.choice("·之")[:1]))
        kind = rng.choice(_KINDS)
        if first + kind in names:
            continue
        names.add(first + kind)
        while (township.county, _spoken(first + kind)) in spoken:
            kind = _KINDS[(_KINDS.index(kind) + 1) % len(_KINDS)]
        estate = first + kind
        spoken.add((township.county, _spoken(estate)))
        company = registrar.found(
            "developer",
            township.county,
            registrar.extended(brand),
            rng.choice(("置业有限公司", "房地产开发有限公司")),
            brand + "集团",
        )
        developers.append(company)
        contractor = rng.choice(contractors)
        for phase in _PHASES[1 : 1 + rng.randint(1, 3)] if rng.random() < 0.55 else _PHASES[:1]:
            number = len(projects) + 1
            short = _spoken(estate)
            aliases = [
                estate + phase,
                *(estate + alias for alias in _PHASE_ALIASES[phase]),
                short,
                f"{short}{phase}",
                f"{short}小区",
                f"“{estate}”项目",
            ]
            projects.append(
                Project(
                    id=f"YZ-XM-{township.county}-{number:04d}",
                    name=estate + phase,
                    aliases=tuple(dict.fromkeys(aliases)),
                    developer=company,
                    contractor=contractor,
                    suppliers=tuple(rng.sample(suppliers, 8)),
                    township=township,
                    buyers=rng.randint(120, 1600),
                )
            )
    return developers, projects


def _spoken(estate: str) -> str:
    """Name as people say it."""
    return estate.replace("·", "").replace("之", "")
