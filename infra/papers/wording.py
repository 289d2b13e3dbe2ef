"""Small matters of form in official papers: dates, lists, sentences on one line."""

from collections.abc import Sequence
from datetime import date

_ENDS = "。！？；：…"


def chinese_date(day: date) -> str:
    """成文日期, in Arabic numerals without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def joined(names: Sequence[str]) -> str:
    """Names of offices, each once, in order."""
    return "、".join(dict.fromkeys(names))


def articles_joined(basis: Sequence[str]) -> str:
    """Articles in order, the law named once: 《甲法》第1条、第3条；《乙法》第2条."""
    by_law: dict[str, list[str]] = {}
    for cite in basis:
        law, close, article = cite.rpartition("》")
        by_law.setdefault(law + close, []).append(article)
    return "；".join(law + "、".join(dict.fromkeys(articles)) for law, articles in by_law.items())


def one_line(text: str) -> str:
    """Text on one line, without characters that an XML document cannot hold."""
    return " ".join("".join(mark if _writable(mark) else " " for mark in text).split())


def sentence(text: str) -> str:
    """The text on one line, ended like a sentence."""
    line = one_line(text)
    return line if line.endswith(tuple(_ENDS)) else line + "。"


def _writable(mark: str) -> bool:
    """Whether XML 1.0 may hold a character."""
    code = ord(mark)
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
