"""Standard short forms of the state's builders, whose names follow a rule: 中国建筑第七工程局 is 中建七局, 河南省第一建筑工程 is 河南一建.

The rules are those by which these firms call themselves (名称中的“第N工程局”“第N航务工程局”“N冶集团”简称“N局”“N航局”“N冶”). What stands behind a bureau's
number is another enterprise: 中建七局第四建筑有限公司 is 中建七局四公司, and not 中建七局.
"""

import re

_N = "[一二三四五六七八九十]{1,3}"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), short)
    for pattern, short in (
        (rf"^中国建筑第?({_N})(?:工程)?局(?:\(集团\)|集团)?", r"中建\1局"),
        (rf"^(?:中国)?(中建|中铁|中交)({_N})局(?:\(集团\)|集团)", r"\1\2局"),
        (rf"^中国中铁({_N})局", r"中铁\1局"),
        (rf"^中交第?({_N})航务工程局", r"中交\1航局"),
        (rf"^中交第?({_N})公路工程局", r"中交\1公局"),
        (rf"^(中交{_N}[航公]局)(?:\(集团\)|集团)", r"\1"),
        (rf"^中交第?({_N})航务工程勘察设计院", r"中交\1航院"),
        (rf"^(?:中国电建集团?)?(?:中国水利水电|中国水电|水利水电|水电|中水)第?({_N})(?:工程)?局", r"水电\1局"),
        (rf"^(?:中国|中冶集团|中冶)?({_N}冶)(?:集团)?(?=$|有限|公司|第)", r"\1"),
        (rf"^中国化学工程第({_N})建设", r"中化\1建"),
        (rf"(局|冶|院)(?:第?)({_N})公司$", r"\1第\2公司"),
    )
)
_DIGITS = re.compile(r"(?<=[\u4e00-\u9fff])\d{1,2}(?=工程局|航|公局|[局冶建]|公司$)")
_NUMBERED = re.compile(r"局|冶|建|航|院")
_OF_A_PLACE = re.compile(
    rf"^(?:建工|建设)?(?:第({_N})(?:建筑|建设|工程|建)|({_N})建)(?:安装|建筑|建设|工程|发展|集团)*$"
)
UNIT = re.compile(rf"{_N}(?:局|冶|建|航局|公局)$")
"""Ends of names that are whole: what stands behind them is a subsidiary."""


def shortened(text: str) -> str:
    """A normal name with the standard short form in place of the long one; others are as they were.

    >>> shortened("中国建筑第七工程局有限公司"), shortened("中铁12局集团有限公司"), shortened("恒盛建设集团有限公司")
    ('中建七局有限公司', '中铁十二局有限公司', '恒盛建设集团有限公司')
    """
    if _NUMBERED.search(text) is None:
        return text
    text = _DIGITS.sub(lambda match: _chinese(int(match.group())), text)
    for pattern, short in _RULES:
        text = pattern.sub(short, text, count=1)
    return text


def numbered_builder(rest: str) -> str:
    """What a builder is called behind its place: 一建 for 第一建筑工程, empty for any other name.

    >>> numbered_builder("第一建筑工程"), numbered_builder("五建建设"), numbered_builder("恒盛建设")
    ('一建', '五建', '')
    """
    match = _OF_A_PLACE.match(rest)
    return f"{match.group(1) or match.group(2)}建" if match else ""


def _chinese(number: int) -> str:
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones or not tens else "")
