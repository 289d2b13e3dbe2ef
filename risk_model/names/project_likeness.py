"""Compares two names of building projects; phases of one development are told apart."""

from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from risk_model.names.likeness import DEVELOPMENT, NOTHING, SAME, Likeness
from risk_model.names.places import nested
from schemas.naming import ProjectName


class ProjectFactors(NamedTuple):
    """Odds factors against two developments that share the base by chance. Within a county place-name rules forbid such repetition."""

    base: float = 1.0
    alias: float = 1.0
    inside: float = 0.5  # 鹭栖府 in 深业鹭栖府
    kind: float = 0.5  # 时代印记 and 时代印记花园
    left_out: float = 0.05  # one character more or less
    one_character: float = 0.004  # one character for another: 阳光花园 and 阳光家园 are two
    county_same: float = 10.0
    county_other: float = 0.02
    place_other: float = 0.001
    spoken: float = 0.5  # 之 left out, as people say it; elsewhere a question
    developer_same: float = 10.0
    developer_other: float = 0.02
    address_same: float = 20.0
    address_alone: float = 0.1  # one site, two names: 案名 and 备案名 may share no character


FACTORS = ProjectFactors()
LEAST_INSIDE = 3  # characters of a base that may stand alone for a longer one
LEAST_FUZZY = 4
_MOST_GUESSED = 0.85  # a longer, shorter or misspelt base is for a person to confirm
_KINDS = ("花园", "家园", "嘉园", "花苑", "雅苑", "佳苑", "名苑", "公馆", "院子", "小镇", "广场", "中心", "大厦", "公寓", "山庄", "别墅", "新村", "新城", "城", "园", "苑", "府", "庭", "轩", "居", "里", "湾")  # fmt: skip


def compare_projects(
    one: ProjectName,
    other: ProjectName,
    same_county: bool | None,
    same_developer: bool | None = None,
    factors: ProjectFactors = FACTORS,
) -> Likeness:
    """How strongly two names mean one project, or another phase of the same development.

    Args:
        one: name in parts.
        other: name in parts.
        same_county: whether both stand in one county; None when unknown.
        same_developer: whether one enterprise builds both; None when it is unknown of either.
        factors: what each agreement is worth.
    """
    base = _base(one, other, factors)
    if base is None:
        return NOTHING
    odds, words, most = base
    said = [words]
    if same_county is not None:
        odds *= factors.county_same if same_county else factors.county_other
        said.append("同一县区" if same_county else "不同县区")
        if same_county and base_key(one.base) == base_key(other.base):
            most = 1.0  # place-name rules: within a county no two estates may have names as alike
    if same_developer is not None:
        odds *= factors.developer_same if same_developer else factors.developer_other
        most = 1.0 if same_developer else min(most, _MOST_GUESSED) if one.base != other.base else most
        said.append("开发企业相同" if same_developer else "开发企业不同")
    if one.places and other.places and not nested(one.places, other.places):
        odds *= factors.place_other
        said.append("行政区划不同")
    relation = SAME
    if one.phases and other.phases:
        if set(one.phases) & set(other.phases):
            said.append(
                f"同为{_phases(one)}" if one.phases == other.phases else f"{_phases(one)}与{_phases(other)}有重合"
            )
        else:
            relation = DEVELOPMENT
            said.append(f"同一开发项目的不同期（{_phases(one)}、{_phases(other)}）")
    elif one.phases or other.phases:
        relation = DEVELOPMENT
        said.append(f"同一开发项目，一方为{_phases(one) or _phases(other)}，另一方未写期数")
    if one.part and other.part and one.part != other.part and relation == SAME:
        relation = DEVELOPMENT
        said.append(f"分属{one.part}、{other.part}")
    return Likeness(odds, tuple(said), relation, most)


def with_address(likeness: Likeness, at_one: bool, factors: ProjectFactors = FACTORS) -> Likeness:
    """The comparison with what the addresses say: the same makes alike names surer, and of unlike names a question."""
    if not at_one:
        return likeness
    if likeness.odds <= 0:
        return Likeness(factors.address_alone, ("地址相同，名称不同",), SAME, _MOST_GUESSED)
    return likeness._replace(
        odds=likeness.odds * factors.address_same, evidence=(*likeness.evidence, "地址相同"), most=1.0
    )


def base_key(base: str) -> str:
    """Base as people say it: 远苑祥之广场 is 远苑祥广场."""
    return base[0] + base[1:].replace("之", "") if len(base) > LEAST_INSIDE else base


def _base(one: ProjectName, other: ProjectName, factors: ProjectFactors) -> tuple[float, str, float] | None:
    mine, yours = base_key(one.base), base_key(other.base)
    if one.base == other.base:
        return factors.base, f"项目名“{one.base}”相同", 1.0
    ours, theirs = set(one.bases), set(other.bases)
    if ours & theirs:
        return factors.alias, f"别名“{min(ours & theirs)}”相同", 1.0
    if mine == yours:
        return factors.spoken, f"“{one.base}”与“{other.base}”只差一个“之”", _MOST_GUESSED
    short, long = sorted((mine, yours), key=len)
    if len(short) >= LEAST_INSIDE and long.endswith(short):
        return factors.inside, f"“{long}”去掉“{long.removesuffix(short)}”即“{short}”", _MOST_GUESSED
    if len(short) >= LEAST_INSIDE and long.startswith(short) and long.removeprefix(short) in _KINDS:
        return factors.kind, f"“{long}”去掉“{long.removeprefix(short)}”即“{short}”", _MOST_GUESSED
    if len(short) >= LEAST_FUZZY and Levenshtein.distance(mine, yours, score_cutoff=1) <= 1:
        factor = factors.left_out if len(mine) != len(yours) else factors.one_character
        return factor, f"项目名“{one.base}”“{other.base}”一字之差", _MOST_GUESSED
    return None


def _phases(name: ProjectName) -> str:
    return "、".join(name.phases) + "期" if name.phases else ""
