"""Names of enterprises read into region, brand (字号), trade, form and branch, as 企业名称登记管理规定 builds them."""

import re
from functools import lru_cache

from risk_model.names.organisations import split_branch, without_form
from risk_model.names.places import Codes, Led, PlaceNames, short_name
from risk_model.names.script import normal_form
from risk_model.names.short_forms import numbered_builder, shortened
from risk_model.names.trades import split_trade
from schemas.naming import EnterpriseName

NOBODY = frozenset({"", "无", "无名", "不详", "未知", "暂无", "待查", "其他", "某公司", "某企业", "某项目", "该公司", "这家公司", "对方公司", "公司", "本公司", "我公司", "该单位", "这家企业", "该企业", "单位", "有限公司", "用人单位", "开发商", "物业公司", "物业", "建筑公司", "劳务公司", "包工头", "施工单位", "施工方", "建设单位", "业主", "个人", "工地"})  # fmt: skip
"""What sources write when they know no name: such events must not be joined by it."""
_ASIDES = re.compile(r"\(([^()]*)\)")
_LONGEST_BRAND = 4
_CITY = 4  # digits of a city's code: behind 集团 the short name of a county is more often a word
_TOWN = re.compile(
    r"^[\u4e00-\u9fff]{2,4}?(?:街道|镇|乡)|^(?:经济技术|经济|高新技术产业|高新|工业|产业|保税|科技|循环经济)?(?:开发|园|港)?(?:开发区|高新区|经开区|保税区|工业园区|产业园区|园区|示范区)"
)  # townships elsewhere and 开发区, behind the place they lie in
_VAGUE = re.compile(r"^(?:某{1,3}|[甲乙丙丁ABCXYZ]|\*+|×+|X+)(?:公司|企业|集团|单位|厂)?$")
_FORMER = re.compile(r"^(?:原名|曾用名|原|曾用名称|更名前|简称|以下简称|又名)[为是]?(.{2,})$")


def read_enterprise(name: str, places: PlaceNames) -> EnterpriseName | None:
    """Parts of an enterprise's name; None for what names nobody (某公司, 不详, 开发商)."""
    return _read(normal_form(name), places)


@lru_cache(maxsize=16_384)
def _read(text: str, places: PlaceNames) -> EnterpriseName | None:
    if text in NOBODY or _VAGUE.match(text):
        return None
    parent, branch = split_branch(shortened(text))
    codes: Codes = ()
    former: list[str] = []

    def aside(match: re.Match[str]) -> str:
        nonlocal codes
        inside = match.group(1)
        if found := places.whole(inside):
            codes = found
            return ""
        if other := _FORMER.match(inside):
            read = _read(other.group(1), places)
            former.append(read.core if read else other.group(1))
            return ""
        return match.group(0)

    plain, seated = _seated(_ASIDES.sub(aside, parent), places)
    codes = codes or seated
    ended = without_form(plain)
    led = places.lead(ended.body)
    codes = codes or led.codes
    body = re.sub(r"[()]", "", led.rest)
    if led.codes and (town := _TOWN.match(body)) and len(body) - town.end() >= 2:
        body = body[town.end() :]
    if not codes and (found := places.trail(body)):
        codes, body = found.codes, found.rest
    if led.words and (number := numbered_builder(body)):  # 河南一建 and 郑州一建 are two
        of = short_name(led.words[-1]) or led.words[-1]
        return EnterpriseName(
            text, codes, of + number, "", ended.form, ended.registered, ended.group, branch, tuple(former)
        )
    if ended.registered and not codes and (inner := _inner_place(body, places)):  # 保利武汉房地产开发有限公司
        codes, body = inner.codes, inner.rest
    brand, trade = split_trade(body)
    lead = ""
    words = led.words
    if (
        words
        and places.codes(words[-1])
        and not words[-1].endswith(("省", "市", "区", "县", "州", "旗", "道", "镇", "乡"))
    ):
        lead = words[-1]
    if (
        lead
        and brand
        and (whole := split_trade(lead + body))
        and len(whole[0]) <= _LONGEST_BRAND
        and len(whole[1]) > len(trade)
    ):
        (brand, trade), lead, codes = whole, "", ()  # 德阳丰|物业管理 does not lie in 德阳
    if not brand and (lead or (len(words) > 1 and short_name(words[-1]) == "")):
        # 长沙公司, 北京汽车, 杭州滨江房产: the region word is what it is called by
        brand, lead, codes = words[-1], "", places.whole("".join(words[:-1]))
    if not brand and not (trade and codes and ended.registered):
        return None  # 市政工程公司 is anybody's, 云州市市政工程有限公司 is one
    return EnterpriseName(
        text, codes, brand, trade, ended.form, ended.registered, ended.group, branch, tuple(former), lead
    )


def _inner_place(body: str, places: PlaceNames) -> Led | None:
    """The city between brand and trade."""
    for at in range(2, _LONGEST_BRAND + 1):
        for size in (3, 2):
            word, rest = body[at : at + size], body[at + size :]
            codes = places.codes(word)
            if codes and 0 < len(codes[0]) <= _CITY and rest and split_trade(body[:at] + rest) == (body[:at], rest):
                return Led(codes, body[:at] + rest, (word,))
    return None


def _seated(plain: str, places: PlaceNames) -> tuple[str, Codes]:
    """A name without the region behind its brand: 恒大地产集团郑州有限公司, 鑫苑中国置业有限公司."""
    head, group, tail = plain.partition("集团")
    if group and len(head) > 1:
        led = places.lead(tail)
        if led.words and len(led.codes[0]) <= _CITY:
            return head + group + led.rest, led.codes
    head, nation, tail = plain.partition("中国")
    if nation and len(head) > 1:
        return head + tail, ("",)
    return plain, ()
