"""Region words of names: GB/T 2260 places and those of the deployment, with the codes a word may stand for.

A code is written without trailing zeros (``37`` province, ``3706`` city, ``370602`` county, nine digits township), so that a place
lies within another when its code begins with the other's.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_SUFFIXES = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "地区", "林区", "新区", "矿区", "省", "市", "县", "区", "盟", "旗",
)  # fmt: skip
_PEOPLES = re.compile(
    "(?:各族|蒙古族|蒙古|回族|藏族|维吾尔族|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|拉祜族|"
    "水族|东乡族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族|普米族|塔吉克|塔吉克族|怒族|德昂族|保安族|裕固族|独龙族)+自治[州县]$"
)
_LONGEST = 15
_SHORTEST = 2  # 沙县 and 和县 are not known by one character
_LEAST_REST = 4
_NATIONAL = "中国"
_GOES_ON = tuple("湖江河山海岛路街桥门港")  # 东丽湖 is no 东丽
Codes = tuple[str, ...]


class Led(NamedTuple):
    """A name without the region words it began with."""

    codes: Codes
    rest: str
    words: tuple[str, ...]


class PlaceNames:
    """Which words of a name are regions.

    Counties and districts elsewhere are known by their full name only (朝阳区), for their short ones are common words and brands (朝阳,
    平安, 兴业); provinces, cities (昆山 too) and every place of the deployment also by the short one.

    Args:
        everywhere: (six-digit code, name) of GB/T 2260.
        here: (code of six or nine digits, name) of the deployment's counties and townships; they win over ``everywhere``.

    Attributes:
        pairs: two characters by which region words begin.
    """

    def __init__(self, everywhere: Iterable[tuple[str, str]], here: Iterable[tuple[str, str]] = ()) -> None:
        words: dict[str, set[str]] = {}
        nested_words: dict[
            str, set[str]
        ] = {}  # short names of counties, which are regions only behind the city they lie in
        local = [(code, name) for code, name in here]
        cities = {code[:4] for code, _ in local}
        self._cities = frozenset(cities)
        for code, name in everywhere:
            plain = trimmed(code)
            near = plain[:4] in cities and plain not in cities
            if near and any(code[:4] == plain[:4] and len(code) == 6 for code, _ in local):
                continue  # the deployment says what its city consists of
            words.setdefault(name, set()).add(plain)
            if short := short_name(name):
                (words if len(plain) < 6 or name.endswith("市") else nested_words).setdefault(short, set()).add(plain)
        for code, name in local:
            plain = trimmed(code)
            words.setdefault(name, set()).add(plain)
            if len(plain) <= 6 and (short := short_name(name)):
                words[short] = {plain} | {known for known in words.get(short, ()) if len(known) < 6}
        self._words: dict[str, Codes] = {word: tuple(sorted(codes)) for word, codes in words.items() if len(word) > 1}
        self._words[_NATIONAL] = ("",)
        self.pairs = frozenset(word[:2] for word in self._words)
        self._nested_words = {word: tuple(sorted(codes)) for word, codes in nested_words.items()}
        self._starting: dict[str, list[str]] = {}  # words by their first two characters, the longest first
        for word in sorted(self._words.keys() | self._nested_words.keys(), key=lambda word: (-len(word), word)):
            if 2 <= len(word) <= _LONGEST:
                self._starting.setdefault(word[:2], []).append(word)

    def codes(self, word: str) -> Codes:
        """Codes a word may stand for; none when it is no region."""
        return self._words.get(word, ())

    def here(self, codes: Codes) -> bool:
        """Whether a region is the deployment's city, or lies in it."""
        return any(code[:4] in self._cities for code in codes)

    def lead(self, name: str, within: Codes = ()) -> Led:
        """Region words at the beginning of a normal name, narrowed by each other: 湖南省长沙市岳麓区… is one place.

        Args:
            name: normal form.
            within: region that the name was found in; 黄岛 is a region word in 青岛.
        """
        if (
            within
            and (word := self._first(name, within))
            and (near := self._inside(word, within))
            and name[len(word) : len(word) + 1] not in _GOES_ON
        ):
            led = self._lead(name[len(word) :], near)
            return Led(led.codes, led.rest, (word, *led.words))
        return self._lead(name, ())

    def _inside(self, word: str, outer: Codes) -> Codes:
        found = self._words.get(word) or self._nested_words[word]
        return tuple(code for code in found if any(code.startswith(place) for place in outer))

    def _lead(self, name: str, codes: Codes) -> Led:
        words: list[str] = []
        while word := self._first(name, codes):
            narrowed = self._inside(word, codes or ("",))
            if not narrowed:
                break  # a second region that does not lie in the first is part of the brand
            codes, name = narrowed, name[len(word) :]
            words.append(word)
        return Led(codes, name, tuple(words))

    def trail(self, name: str) -> Led | None:
        """The region word a name ends with, when it leaves at least four characters: 环球国际航运青岛; None when there is none."""
        for size in range(min(_LONGEST, len(name) - _LEAST_REST), 1, -1):
            word = name[-size:]
            if word in self._words and word != _NATIONAL:
                return Led(self._words[word], name[:-size], (word,))
        return None

    def whole(self, text: str) -> Codes:
        """Codes of a text that is nothing but region words, such as what stands in brackets."""
        led = self.lead(text)
        return led.codes if not led.rest else ()

    def _first(self, name: str, outer: Codes) -> str:
        for word in self._starting.get(name[:2], ()):
            if not name.startswith(word):
                continue
            if word in self._words:
                return word
            if outer and any(
                code.startswith(place) for code in self._nested_words.get(word, ()) for place in outer if place
            ):
                return word
        return ""


def short_name(name: str) -> str:
    """A region without its kind: 烟台市 is 烟台, 延边朝鲜族自治州 is 延边; empty where that leaves less than two characters."""
    short = _PEOPLES.sub("", name)
    if short == name:
        short = next((name.removesuffix(kind) for kind in _SUFFIXES if name.endswith(kind)), name)
    least = _SHORTEST + name.endswith("盟")  # 兴安 is more often a brand than the league
    return short if len(short) >= least and short != name else ""


def nested(one: Codes, other: Codes) -> bool:
    """Whether a place of one lies within a place of the other, or is the same."""
    return any(a.startswith(b) or b.startswith(a) for a in one for b in other)


def trimmed(code: str) -> str:
    """Code without trailing zeros: 370000 is 37, 370600 is 3706."""
    return code if len(code) != 6 else code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
