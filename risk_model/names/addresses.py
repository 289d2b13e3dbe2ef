"""Addresses as a key that is the same however they are written: road and number, or the two roads of a crossing."""

import re
from functools import lru_cache

from risk_model.names.numerals import ordinal
from risk_model.names.places import PlaceNames
from risk_model.names.script import normal_form

_ROAD = (
    r"[\u4e00-\u9fff]{1,8}?(?:大道|大街|公路|环路|路|街|巷|弄|胡同|里|道)(?:[东西南北中]段|[一二三四五六七八九十]段)?"
)
_NUMBERED = re.compile(
    rf"(?P<road>{_ROAD})(?P<number>[一二三四五六七八九十百\d]{{1,5}})(?P<of>(?:之|附)\d+)?号(?!楼|线|院内)"
)
_CROSSING = re.compile(
    rf"(?P<one>{_ROAD})(?:与|和|、|交|/)(?P<other>{_ROAD})(?:的)?(?:交汇|交叉|相交|路口|交口|十字|西北|西南|东北|东南|[东西南北]侧|$)"
)
_TOWN = re.compile(r"^[\u4e00-\u9fff]{2,5}?(?:街道|镇|乡|社区|村|开发区|高新区)")


@lru_cache(maxsize=16_384)
def address_key(address: str, places: PlaceNames) -> str:
    """Road and number (``双杨路268号``) or crossing (``万家丽路×航空路``) of an address; empty where it has neither.

    Region, township, building and door are left out: they are missing as often as not, and one site has many doors.
    """
    text = places.lead(normal_form(address)).rest
    while town := _TOWN.match(text):
        text = places.lead(text[town.end() :]).rest
    if numbered := _NUMBERED.search(text):
        number = ordinal(numbered.group("number")) or numbered.group("number")
        return f"{_bare(numbered.group('road'), places)}{number}{numbered.group('of') or ''}号"
    if crossing := _CROSSING.search(text):
        return "×".join(sorted(_bare(crossing.group(side), places) for side in ("one", "other")))
    return ""


def _bare(road: str, places: PlaceNames) -> str:
    rest = places.lead(road).rest
    return rest if len(rest) > 2 else road  # 长沙路 is a road
