"""Small numbers as names write them: 一, 十二, 贰, 3, III, Ⅱ, 首."""

import re
from itertools import pairwise

_DIGITS = {mark: value for value, marks in enumerate(("〇零", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")) for mark in marks}  # fmt: skip
_ROMAN = {"I": 1, "V": 5, "X": 10}
NUMERAL = r"(?:[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾两]{1,3}|\d{1,3}(?:\.\d)?|[IVX]{1,5}|首)"
"""Pattern of a number in a name, after NFKC (which makes Ⅱ to II)."""
_BEFORE_COUNTER = re.compile(r"[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾]{1,3}(?=号)")


def ordinal(text: str) -> str | None:
    """Plain decimal text of a small number (``1``, ``12``, ``1.1``); None when it is none.

    >>> [ordinal(text) for text in ("一", "十二", "Ⅱ", "3", "首", "花")]
    ['1', '12', None, '3', '1', None]
    """
    if text == "首":
        return "1"
    whole, dot, part = text.partition(".")
    if whole.isdecimal() and (not dot or part.isdecimal()):
        return f"{int(whole)}.{part}" if dot else str(int(whole))
    if text and all(letter in _ROMAN for letter in text):
        return str(_roman(text))
    return _chinese(text.replace("拾", "十"))


def numbered(text: str) -> str:
    """Text with the numbers before 号 as digits: 滨江壹号, 滨江一号 and 滨江1号 are one way of writing.

    >>> numbered("滨江壹号"), numbered("第三标段")
    ('滨江1号', '第三标段')
    """
    return _BEFORE_COUNTER.sub(lambda match: ordinal(match.group()) or match.group(), text) if "号" in text else text


def run_of(text: str) -> tuple[str, ...]:
    """Numbers that are told one behind the other, as in 一二三期; empty where they do not follow each other.

    >>> run_of("三四"), run_of("二十"), run_of("五三")
    (('3', '4'), (), ())
    """
    values = [value for value in map(ordinal, text) if value is not None]
    follow = len(values) == len(text) > 1 and all(int(b) == int(a) + 1 for a, b in pairwise(values))
    return tuple(values) if follow and "10" not in values else ()


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(-value if value < later else value for value, later in zip(values, [*values[1:], 0], strict=True))


def _chinese(text: str) -> str | None:
    tens, ten, ones = text.partition("十")
    if not ten:
        tens, ones = "", text
    if any(mark not in _DIGITS for mark in tens + ones) or len(tens) > 1 or len(ones) > 1 or not text:
        return None
    return str((_DIGITS[tens] if tens else 1 if ten else 0) * 10 + (_DIGITS[ones] if ones else 0))
