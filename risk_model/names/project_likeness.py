"""Compares two names of building projects; phases of one development are told apart."""

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from risk_model.names.builders import BUILDERS, split_builder
from risk_model.names.estate_words import KINDS, distinct
from risk_model.names.likeness import DEVELOPMENT, NOTHING, SAME, Likeness
from risk_model.names.numerals import numbered
from risk_model.names.phases import part_key
from risk_model.names.places import nested
from schemas.naming import ProjectName


class ProjectFactors(NamedTuple):
    """Odds factors against two developments that share the base by chance. Within a county place-name rules forbid such repetition."""

    base: float = 1.0
    alias: float = 1.0
    builder: float = 0.9  # 翠湾中城 and 万科翠湾中城
    quarter: float = 0.3  # 御湖湾 of 恒大龙城
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
    developer_other_same_base: float = (
        0.3  # a group and its project company; in one county no two estates bear one name
    )
    beside_exact: float = 0.02  # what a name may also mean, where a known one is called just so
    address_same: float = 20.0
    address_alone: float = 0.1  # one site, two names: 案名 and 备案名 may share no character


FACTORS = ProjectFactors()
LEAST_INSIDE = 3  # characters of a base that may stand alone for a longer one
LEAST_FUZZY = 4
_MOST_GUESSED = 0.85  # a longer, shorter or misspelt base is for a person to confirm
_MOST_MISSPELT = 0.84  # and one character for another even where the developer is the same: 香溪郡, 香麓郡
_LEAST_WHOLE = 4  # characters of a development that has quarters
_BRAND = 2  # characters of most developers' brands
_LEAST_TURNED = 6  # characters of a name that is told in another order: 光谷绿地中心城, 绿地光谷中心城
_COUNTS = "一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾0123456789东西南北中上下左右前后ABCDEFGH"
_LARGE = "城郡湾镇区界"  # what large developments are called
_GOES_ON = "市际邦堡央投建中之·的"  # 恒大城市之光 is no quarter of 恒大城


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
    base = _base(one, other, same_county, factors)
    if base is None:
        return NOTHING
    odds, words, most, relation = base
    said = [words]
    guess = most < 1.0
    if same_county is not None:
        odds *= factors.county_same if same_county else factors.county_other
        said.append("同一县区" if same_county else "不同县区")
        if same_county and base_key(one.base) == base_key(other.base):
            most = 1.0  # place-name rules: within a county no two estates may have names as alike
    if same_developer is not None:
        alike = not guess and bool(same_county)
        other_one = factors.developer_other_same_base if alike else factors.developer_other
        odds *= factors.developer_same if same_developer else other_one
        if same_developer and same_county is not False:
            most = most if most == _MOST_MISSPELT else 1.0
        elif one.base != other.base and not alike:
            most = min(most, _MOST_GUESSED)
        said.append("开发企业相同" if same_developer else "开发企业不同")
    if one.places and other.places and not nested(one.places, other.places):
        odds *= factors.place_other
        said.append("行政区划不同")
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
    if relation == SAME and part_key(_part(one, other)) != part_key(_part(other, one)):
        relation = DEVELOPMENT
        both = one.part and other.part
        said.append(f"分属{one.part}、{other.part}" if both else f"一方为{one.part or other.part}，另一方未写分区")
    if same_county is False:  # estates of one name stand in many places
        most = min(most, _MOST_GUESSED)
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
    """Base as people say it: 远苑祥之广场 is 远苑祥广场, 滨江壹号 is 滨江1号."""
    return numbered(base[0] + base[1:].replace("之", "")) if len(base) > LEAST_INSIDE else base


def rival(one: ProjectName, known: Sequence[ProjectName]) -> bool:
    """Whether another developer's name stands before the same name: 碧桂园翡翠湾 is no 恒大翡翠湾, though both are called 翡翠湾."""
    base = base_key(one.base)
    there = {base_key(name.base) for name in known}
    brand, rest = split_builder(base)
    rests = {rest} if brand else {bare for bare in there if base != bare and base.endswith(bare)}
    for own in rests:
        mine = base.removesuffix(own)
        others = {name.removesuffix(own) for name in there if name.endswith(own)} - {""}
        if others and not any(
            mine.endswith(other) or other.endswith(mine) or _one_builder(mine, other) for other in others
        ):
            return True
    return False


def _own(name: str) -> bool:
    """Whether a name is told apart by words of its own, its developer's brand aside: 梧桐茗筑, but not 绿地中心."""
    brand = next((name[:size] for size in (4, 3, 2) if name[:size] in BUILDERS), "")
    return len(name) > LEAST_INSIDE and distinct(name.removeprefix(brand))


def _one_builder(one: str, other: str) -> bool:
    """Whether two brands are one house, or its parent and it: 华润, 华润置地."""
    short, long = sorted((one, other), key=len)
    return bool(short) and long.startswith(short)


def quarters(base: str) -> tuple[str, ...]:
    """Beginnings of a base that may be a large development, of which the rest is a quarter: 恒大龙城 of 恒大龙城御湖湾."""
    ends = range(_LEAST_WHOLE, len(base) - LEAST_INSIDE + 1)
    return tuple(base[:end] for end in ends if base[end - 1] in _LARGE and base[end] not in _GOES_ON)


def _part(name: ProjectName, other: ProjectName) -> str:
    """Part of a name, none where the other calls the project otherwise: 皮子街F地块 is 南洋里, and not a part of it."""
    return "" if name.base not in other.bases and set(name.aliases) & set(other.bases) else name.part


def _counted(mine: str, yours: str) -> bool:
    """Whether two names differ in a number or a direction: 古娄一村 and 古娄二村 are no slip of the pen."""
    unlike = [pair for pair in zip(mine, yours, strict=False) if pair[0] != pair[1]]
    return len(mine) == len(yours) and len(unlike) == 1 and all(letter in _COUNTS for letter in unlike[0])


def _base(
    one: ProjectName, other: ProjectName, same_county: bool | None, factors: ProjectFactors
) -> tuple[float, str, float, str] | None:
    """Factor, words, the most the strength may be, and what the two would be to each other; None where the names differ."""
    mine, yours = base_key(one.base), base_key(other.base)
    if one.base == other.base:
        return factors.base, f"项目名“{one.base}”相同", 1.0, SAME
    ours, theirs = set(one.bases), set(other.bases)
    if ours & theirs:
        return factors.alias, f"别名“{min(ours & theirs)}”相同", 1.0, SAME
    if mine == yours:
        if one.base.replace("之", "") != other.base.replace("之", ""):
            return factors.base, f"“{one.base}”与“{other.base}”只是数字写法不同", 1.0, SAME
        return factors.spoken, f"“{one.base}”与“{other.base}”只差一个“之”", _MOST_GUESSED, SAME
    (brand, own), (brand_there, own_there) = split_builder(mine), split_builder(yours)
    of_one = _one_builder(brand, brand_there)
    if (own == own_there or own in theirs or own_there in ours) and (of_one or not brand or not brand_there):
        most = 1.0 if same_county is not False and distinct(own) else _MOST_GUESSED
        return factors.builder, f"“{own}”前冠开发商“{brand or brand_there}”", most, SAME
    if len(mine) >= _LEAST_TURNED and sorted(mine) == sorted(yours) and mine[-LEAST_INSIDE:] == yours[-LEAST_INSIDE:]:
        most = 1.0 if same_county is not False else _MOST_GUESSED
        return factors.builder, f"“{one.base}”与“{other.base}”只是语序不同", most, SAME
    whole = (mine, yours)
    if of_one:  # 融创中永中原大观 and 融创中原大观; 恒大悦府 and 恒大御府 differ in half of what is their own
        mine, yours = own, own_there
    short, long = sorted((mine, yours), key=len)
    if len(short) >= LEAST_INSIDE and long.endswith(short):
        before = long.removesuffix(short)
        surely = same_county is not False and len(before) == _BRAND and distinct(before) and _own(short)
        return factors.inside, f"“{long}”去掉“{before}”即“{short}”", 1.0 if surely else _MOST_GUESSED, SAME
    if short in quarters(long):
        most = 1.0 if (brand or brand_there) and same_county is not False else _MOST_GUESSED
        return factors.quarter, f"“{long.removeprefix(short)}”是“{short}”的一部分", most, DEVELOPMENT
    more = max(whole, key=len).removeprefix(min(whole, key=len))
    if len(min(whole, key=len)) >= LEAST_INSIDE and more in KINDS:
        return factors.kind, f"“{max(whole, key=len)}”去掉“{more}”即“{min(whole, key=len)}”", _MOST_GUESSED, SAME
    if (
        len(short) >= LEAST_FUZZY
        and not _counted(mine, yours)
        and Levenshtein.distance(mine, yours, score_cutoff=1) <= 1
    ):
        factor = factors.left_out if len(mine) != len(yours) else factors.one_character
        return factor, f"项目名“{one.base}”“{other.base}”一字之差", _MOST_MISSPELT, SAME
    return None


def _phases(name: ProjectName) -> str:
    return "、".join(name.phases) + "期" if name.phases else ""
