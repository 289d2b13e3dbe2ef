"""Compares two names of enterprises part by part; each part has a factor by which it changes the odds that they are one."""

from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from risk_model.names.likeness import BRANCH, NOTHING, SAME, Likeness
from risk_model.names.organisations import SHARES
from risk_model.names.places import nested
from risk_model.names.short_forms import UNIT
from schemas.naming import EnterpriseName


class EnterpriseFactors(NamedTuple):
    """Odds factors against two enterprises that share the brand by chance.

    Of two names that are both written as in the register every difference counts, because a registrar gives a name once; where one of
    them is everyday speech, parts are left out and shortened. Defaults were set on the value tables and measured on the simulated city.
    """

    trade_same: float = 60.0
    trade_short: float = 25.0  # 建工 for 建筑工程
    trade_end: float = 0.3  # 置业 for 节能置业
    trade_unsaid_by_both: float = 3.0
    trade_kin: float = 0.25  # 物业服务 and 物业管理
    trade_other: float = 0.003
    trade_of_unit: float = 0.01
    form_same: float = 1.5
    form_other: float = 0.003
    shares_other: float = 0.1  # 恒盛股份 and 恒盛有限公司
    group_other: float = 0.003
    place_same: float = 3.0
    place_within: float = 1.5
    place_within_in_full: float = 0.005
    place_unsaid_in_full: float = 0.3
    place_unsaid_of_group: float = 0.002  # 恒大地产集团有限公司 and 恒大地产集团云州有限公司
    place_other_city: float = 0.0005
    place_other_county: float = 0.1
    place_other_in_full: float = 0.00001
    group_said: float = 2.0  # 恒盛集团 and 恒盛建设集团有限公司
    group_unsaid: float = 0.3  # 恒盛集团 and 恒盛建设有限公司
    beside_exact: float = 0.02  # what a name may also mean, where a known one is called just so, or lies just there
    county_same: float = 2.5
    county_other: float = 0.8
    in_full: float = 300.0  # both as registered and alike in every part
    one_character: float = 0.02  # brands that differ in one character


FACTORS = EnterpriseFactors()
LEAST_FUZZY = 3  # characters of a brand that may differ in one
LEAST_SHORT = 3  # characters of a name that is the beginning of the other
_ANOTHER = frozenset(
    {"控股", "实业", "投资", "发展", "服务", "物业", "资本"}
)  # behind a trade they name another firm of the house
_HOLLOW = frozenset("业务服管理经营发展工程产品公司")  # characters of trades that make none alike: 物业, 置业
_MOST_TYPO = 0.85  # a slip of the pen is for a person to confirm


def compare_enterprises(
    one: EnterpriseName, other: EnterpriseName, same_county: bool | None, factors: EnterpriseFactors = FACTORS
) -> Likeness:
    """How strongly two names mean one enterprise.

    Args:
        one: name in parts.
        other: name in parts.
        same_county: whether both were reported from one county; None when unknown.
        factors: what each agreement is worth.
    """
    brand = _brand(one, other)
    if brand is None:
        return NOTHING
    odds, said, trade, most, by_lead = brand
    if trade is None:
        trade = _trade(one.trade, other.trade)
    in_full = one.registered and other.registered
    if trade == "short" and one.registered != other.registered:
        spoken, full = (other, one) if one.registered else (one, other)
        behind = spoken.trade.removeprefix(full.trade) if spoken.trade.startswith(full.trade) else ""
        trade = "end" if behind in _ANOTHER else trade  # 华润置地控股 is no 华润置地（武汉）有限公司
    factor, words = _trade_factor(trade, in_full, UNIT.search(one.brand) is not None, factors)
    odds *= factor
    said.append(words)
    alike = trade in ("same", "neither")
    place = (1.0, "", False) if by_lead else _place(one, other, in_full, factors)
    for factor, words, agrees in (_form(one, other, factors), place):
        odds *= factor
        alike &= agrees
        if words:
            said.append(words)
    if alike and in_full and most == 1.0:
        odds *= factors.in_full
        said.append("登记全称一致")
    if same_county is not None:
        odds *= factors.county_same if same_county else factors.county_other
        said.append("同一县区" if same_county else "不同县区")
    relation = SAME
    if one.branch != other.branch:
        relation = BRANCH if not one.branch or not other.branch else "sibling"
        said.append(f"{one.branch or other.branch}为其分支机构" if relation == BRANCH else "同一企业的不同分支机构")
    return Likeness(odds, tuple(said), relation, most)


def exactness(name: EnterpriseName, known: EnterpriseName) -> int:
    """How exactly a known enterprise is called by a name in everyday speech; of several only the most exact are meant.

    One for brand and trade alike; for the seat: two where the name tells it, one where neither tells any.
    """
    called = known.core in name.cores
    if name.places:
        return called + 2 * bool(set(name.places) & set(known.places))
    return called + (not known.places)


def elsewhere(name: EnterpriseName, known: EnterpriseName) -> bool:
    """Whether both say where they are seated, and not in one place."""
    return bool(name.places and known.places) and not nested(name.places, known.places)


def _brand(one: EnterpriseName, other: EnterpriseName) -> tuple[float, list[str], str | None, float, bool] | None:
    """What the brands say; None when they differ.

    Factor, words, relation of the trades where the brand told it, the most the strength may be, and whether a region word was read as
    part of the brand.
    """
    common = next((core for core in one.cores if core in other.cores), None)
    if common is not None:
        return (
            1.0,
            [f"字号“{one.brand or common}”相同"],
            "same" if common != one.brand else None,
            1.0,
            one.core != other.core,
        )
    if one.brand and one.brand == other.brand:
        return 1.0, [f"字号“{one.brand}”相同"], None, 1.0, False
    short, long = sorted((one.core, other.core), key=len)
    shorter = min((one, other), key=lambda name: len(name.core))
    cut = len(short) >= LEAST_SHORT and long.startswith(short) and not shorter.registered
    if cut and UNIT.search(short) is None:
        return 1.0, [f"“{short}”是“{long}”的简写"], "short", 1.0, False
    for name, former in ((one, other.former), (other, one.former)):
        if any((name.core and name.core in text) or text in name.text for text in former):
            return 1.0, ["与其曾用名或简称一致"], "same", 1.0, False
    brands = (one.brand, other.brand)
    if (
        min(map(len, brands)) >= LEAST_FUZZY
        and one.trade == other.trade != ""
        and Levenshtein.distance(*brands, score_cutoff=1) <= 1
    ):
        return FACTORS.one_character, [f"字号“{one.brand}”“{other.brand}”一字之差"], None, _MOST_TYPO, False
    return None


def _trade(one: str, other: str) -> str:
    if one == other:
        return "same" if one else "neither"
    if not one or not other:
        return "unsaid"
    short, long = sorted((one, other), key=len)
    if long.startswith(short) or (_within(short, long) and (short[0] == long[0] or long.startswith("房" + short[0]))):
        return "short"
    if long.endswith(short):  # 当代置业 and 当代节能置业 are two houses, 途畅科技 may be 途畅互联网科技
        return "end"
    shared = set(one) & set(other)
    return "kin" if shared - _HOLLOW and len(shared) * 2 >= len(set(short)) else "other"


def _within(short: str, long: str) -> bool:
    """Whether the characters of one stand in the other in order: 建工 in 建筑工程."""
    rest = iter(long)
    return all(letter in rest for letter in short)


def _trade_factor(trade: str, in_full: bool, whole: bool, factors: EnterpriseFactors) -> tuple[float, str]:
    if trade == "same":
        return factors.trade_same, "行业相同"
    if trade == "neither":
        return factors.trade_unsaid_by_both, "行业均缺省"
    if trade == "unsaid" and whole:  # 中铁十二局 is not its 建筑安装工程公司
        return factors.trade_of_unit, "行业缺省"
    if trade == "unsaid":  # 恒大(集团)有限公司 is not 恒大地产集团有限公司
        return (factors.trade_other if in_full else 1.0), "行业缺省"
    if trade == "short":  # as registered, 建设 and 建设工程 are two names
        return (factors.trade_kin, "行业用语相近") if in_full else (factors.trade_short, "行业为简写")
    if trade == "end":
        return (factors.trade_other, "行业不同") if in_full else (factors.trade_end, "行业只写了末尾")
    if trade == "kin":
        return (factors.trade_other, "行业不同") if in_full else (factors.trade_kin, "行业用语相近")
    return factors.trade_other, "行业不同"


def _form(one: EnterpriseName, other: EnterpriseName, factors: EnterpriseFactors) -> tuple[float, str, bool]:
    group = one.group != other.group
    if not (one.registered and other.registered):
        spoken, full = (other, one) if one.registered else (one, other)
        if full.registered and spoken.form == SHARES != full.form:
            return factors.shares_other, f"组织形式不同（{one.form}、{other.form}）", False
        if not (spoken.group and full.registered):
            return (1.0, "组织形式缺省", False)
        return (factors.group_said, "同为集团", False) if full.group else (factors.group_unsaid, "一为集团", False)
    if one.form != other.form:
        return factors.form_other, f"组织形式不同（{one.form}、{other.form}）", False
    if group:
        return factors.group_other, "一为集团", False
    return factors.form_same, "组织形式相同", True


def _place(
    one: EnterpriseName, other: EnterpriseName, in_full: bool, factors: EnterpriseFactors
) -> tuple[float, str, bool]:
    if not one.places and not other.places:
        return 1.0, "", True
    if not one.places or not other.places:
        if not in_full:
            return 1.0, "", False
        unsaid = factors.place_unsaid_of_group if one.group and other.group else factors.place_unsaid_in_full
        return unsaid, "一方未写行政区划", False
    if set(one.places) & set(other.places):
        return factors.place_same, "行政区划相同", True
    if nested(one.places, other.places):
        return (
            factors.place_within_in_full if in_full else factors.place_within,
            "行政区划一为市、一为县区" if in_full else "行政区划相容",
            False,
        )
    if {place[:4] for place in one.places} & {place[:4] for place in other.places} and not in_full:
        return factors.place_other_county, "同市不同县区", False
    return factors.place_other_in_full if in_full else factors.place_other_city, "行政区划不同", False
