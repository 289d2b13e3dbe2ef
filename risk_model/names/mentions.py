"""Enterprises and projects mentioned in running text, where nothing says where a name begins.

A name is looked for before a trade word or 公司 (enterprises) and before a phase or a kind of estate (projects); what may be one is only
a key to look up, and only a known name that stands there with a clean left edge is taken.
"""

import re
from collections.abc import Iterator, Sequence

from risk_model.names.clauses import MOST_TEXT, searched
from risk_model.names.enterprises import read_enterprise
from risk_model.names.keys import BASE, BRAND
from risk_model.names.known import Known
from risk_model.names.places import PlaceNames
from risk_model.names.project_likeness import base_key
from risk_model.names.projects import read_project
from risk_model.names.spots import TRADES, Spotted
from risk_model.names.trades import SHOPS
from schemas.naming import EnterpriseName, ProjectName

_SIZES = range(2, 5)  # characters of a brand
_FORM = re.compile(r"(?:\([\u4e00-\u9fff]{2,4}\))?(?:集团)?(?:股份有限|有限责任|有限)?公司|集团")
_FORM_BEGINS = frozenset("(集股有公")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ESTATE = re.compile(r"花园|家园|嘉园|雅苑|名邸|华庭|公馆|国际|广场|新城|江湾|学府|时代|壹号院|小区|府|苑|庭|里|城|期|名都|华府|项目|中心|湾|郡|园|院|轩|居|山庄|大厦|公寓|御景|半岛")  # fmt: skip
_QUOTES = '“"「『《'
_QUOTED = re.compile(
    rf"[{_QUOTES}]"
    r"(?P<name>[^“”\"「」『』《》]{2,16})[”\"」』》](?P<phase>第?[一二三四五六七八九十\dIVXⅠ-Ⅻ]{1,3}期)?(?=项目|小区|楼盘|工地|工程|住宅|商品房|业主|期|(?<=期))"
)
_LONGEST_BASE = 8
_LONGEST_NAME = 30
_LEAST_NAME = 6
_LONG_TRADE = 4
_COUNTY = 6  # digits: behind a township stand streets and villages
_SENTENCE = frozenset(
    "的在这那家某村民社区居街道镇乡路东西南北反映来电话诉求称说人员与和被因为对向就从把让了着过到有无不没其本该各等及占局院校"
)
_BEFORE = frozenset(
    "在与和被告向由对找诉给到去让是的称映及因于行请跟同为从至将把就了说来用欠投买订盟职雇叫报控执以由经至使找问催要查管家起关听含着做入往交付存借且而又但即系指名户主某拟等者人员司位店令促谈讨追责判方单时元期内外上下中里前后为有无没不能会要已未被受把由单票款项包承劳务程师队班组长工处所"
)
_LEAST_BASE = 3
_TWICE = 2
_DISTINCT = 3  # characters of a brand that is hardly ever the end of a longer one


def mention_keys(text: Spotted, enterprises: bool = True, projects: bool = True) -> tuple[str, ...]:
    """Keys of all enterprises and projects that may be mentioned in a text."""
    plain = text.plain
    keys: list[str] = []
    for at in text.trades if enterprises else ():
        clause = _before(plain, at, _SIZES.stop - 1)
        keys += [BRAND + clause[-n:] for n in _SIZES if n <= len(clause)]
    for match in _ESTATE.finditer(plain) if projects else ():
        begin, stop = match.span()  # a kind of one character belongs to the name: 去省里 is no estate 去省
        for end in (begin, stop) if stop - begin > 1 else (stop,):
            clause = _before(plain, end, _LONGEST_BASE)
            keys += [BASE + base_key(clause[start:]) for start in range(len(clause) - _LEAST_BASE + 1)]
    return tuple(sorted(set(keys)))


def _before(plain: str, end: int, most: int) -> str:
    """So many characters before ``end`` as lie in its clause."""
    before = plain[max(0, end - most) : end]
    return before.rpartition("\n")[2] if "\n" in before else before


def named_in_full(text: Spotted, places: PlaceNames) -> list[EnterpriseName]:
    """Enterprises that a text names from region to trade or form, so that both edges are clear; whether they are known does not matter."""
    found: dict[str, EnterpriseName] = {}
    plain, following = text.plain, 0
    for at in text.regions if text.trades else ():
        least = plain[at : at + _LEAST_NAME + 1]
        if at < following or len(least) <= _LEAST_NAME or "\n" in least:
            continue
        led = places.lead(plain[at : at + _LONGEST_NAME])
        if not led.words or led.rest.startswith(")"):
            continue
        body = at + sum(map(len, led.words))
        brand = plain[body : body + _SIZES.stop].partition("\n")[0]  # and a character of what is behind it
        stop = 0
        for start in range(body + _SIZES.start, body + min(_SIZES.stop, len(brand))):
            if (end := _end(plain, start)) > start:
                stop = end
                break
        name = read_enterprise(plain[at:stop], places) if stop else None
        if name is not None and _clear(name, places.here(name.places)):
            found.setdefault(name.text, name)
        following = max(stop, body)
    return list(found.values())


def named_twice(text: Spotted, places: PlaceNames) -> list[EnterpriseName]:
    """Enterprises of everyday speech that a text names more than once, with other words before: so it is known where the name begins.

    查一查广龙宝公司……投给广龙宝公司两万元: what both have in common before the trade is the brand. Only with a form or
    a kind of shop behind it, and of three characters and more: 机动车交通 is told twice too.
    """
    plain = text.plain
    least = _SIZES[1]
    ends = [plain[at - least : at] for at in text.trades if at >= least]
    if len(set(ends)) == len(ends):  # nearly always
        return []
    before: dict[str, dict[str, str]] = {}  # brand: what stands before it, with the name as written there
    for at in text.trades:
        if at < least or ends.count(plain[at - least : at]) < _TWICE:
            continue
        stop = _end(plain, at)
        for n in _SIZES[1:] if stop > at else ():
            brand = plain[at - n : at] if at >= n else ""
            if brand and "\n" not in brand and not _SENTENCE.intersection(brand) and brand[0] not in _BEFORE:
                before.setdefault(brand, {}).setdefault(plain[at - n - 1] if at > n else "\n", plain[at - n : stop])
    found: dict[str, EnterpriseName] = {}
    for brand, written in sorted(before.items(), key=lambda item: (-len(item[0]), item[0])):
        if len(written) < _TWICE or any(brand in longer for longer in found):
            continue
        name = read_enterprise(max(written.values(), key=len), places)
        if name is not None and name.brand == brand and (name.form or name.trade.endswith(SHOPS)):
            found[brand] = name
    return list(found.values())


def _clear(name: EnterpriseName, here: bool) -> bool:
    """Whether what stands between a region and a trade is a brand: a form or a long trade behind it, no word of the sentence in it."""
    return len(name.brand) in _SIZES and bool(name.trade) and (name.registered or _spoken(name, here))


def _spoken(name: EnterpriseName, here: bool) -> bool:
    """The same of a name in everyday speech: 合作医疗管理 is no enterprise of 合作, 云州恒盛物业服务 is one of 云州."""
    return (
        (bool(name.form) or (here and len(name.trade) >= _LONG_TRADE))
        and all(len(place) <= _COUNTY for place in name.places)
        and not _SENTENCE.intersection(name.brand)
    )


def quoted_projects(text: str, places: PlaceNames) -> list[ProjectName]:
    """Projects that a text puts between quotation marks: “某某·花园”项目, 《某某府》二期; whether they are known does not matter."""
    if not any(map(text.__contains__, _QUOTES)):  # nearly always
        return []
    found = (
        read_project(match.group("name") + (match.group("phase") or ""), places)
        for match in _QUOTED.finditer(text[:MOST_TEXT])
    )
    return list({project.text: project for project in found if project is not None}.values())


def mentioned_enterprises(text: str, known: Sequence[Known], places: PlaceNames) -> list[EnterpriseName]:
    """Names of known brands that stand in a text with a trade word or a form behind them and a clean edge before, longest brand first.

    Args:
        text: as reported.
        known: what ``mention_keys`` found.
        places: region words.
    """
    brands = {one.enterprise.brand for one in known if one.enterprise is not None}
    if not brands:
        return []
    plain = searched(text)
    found: dict[str, EnterpriseName] = {}
    taken: list[tuple[int, int]] = []
    for brand in sorted((brand for brand in brands if len(brand) > 1), key=lambda brand: (-len(brand), brand)):
        for start, end in _stands(brand, plain):
            stop = _end(plain, end)
            if stop == end or any(start < to and begin < stop for begin, to in taken):
                continue
            region = _edge(plain, start, len(brand), places)
            if region is None:
                continue
            name = read_enterprise(region + plain[start:stop], places)
            if name is not None and name.brand == brand:
                taken.append((start, stop))
                found.setdefault(name.text, name)
    return list(found.values())


def mentioned_projects(text: str, known: Sequence[Known], places: PlaceNames) -> list[ProjectName]:
    """Known projects whose name stands in a text, with the phase that follows it, longest name first."""
    bases = {base for one in known for project in one.projects for base in project.bases}
    if not bases:
        return []
    plain = searched(text)
    found: dict[str, ProjectName] = {}
    taken: list[tuple[int, int]] = []
    for base in sorted((base for base in bases if len(base) >= _LEAST_BASE), key=lambda base: (-len(base), base)):
        for written in {base, base_key(base)}:
            for start, end in _stands(written, plain):
                if any(start < to and begin < end for begin, to in taken):
                    continue
                taken.append((start, end))
                tail = re.match(r"(?:\(?第?[一二三四五六七八九十\dIVX]{1,3}\)?期)?", plain[end:])
                project = read_project(written + (tail.group() if tail else ""), places)
                if project is not None:
                    found.setdefault(project.text, project)
    return list(found.values())


def _stands(word: str, plain: str) -> Iterator[tuple[int, int]]:
    """Where a word stands in a text, begin and end, one behind the other."""
    start = plain.find(word) if word else -1
    while start >= 0:
        end = start + len(word)
        yield start, end
        start = plain.find(word, end)


def _trade_at(plain: str, at: int) -> int:
    for word in TRADES.get(plain[at : at + 2], ()):
        if plain.startswith(word, at):
            return len(word)
    return 0


def _end(plain: str, at: int) -> int:
    """Where trade words and form behind a brand end."""
    while size := _trade_at(plain, at):
        at += size
    match = _FORM.match(plain, at) if plain[at : at + 1] in _FORM_BEGINS else None
    return match.end() if match else at


def _edge(plain: str, start: int, size_of_brand: int, places: PlaceNames) -> str | None:
    """Region word before a brand, empty where it begins cleanly without; None where it is the end of something longer."""
    for size in range(min(8, start), 1, -1):
        if places.codes(plain[start - size : start]):
            return plain[start - size : start]
    if size_of_brand >= _DISTINCT or start == 0 or not _HAN.match(plain[start - 1]) or plain[start - 1] in _BEFORE:
        return ""
    return None
