"""Names that stand in a list or before 诉: 李明、王芳等三十名购房人, 张三等12人, 李明诉王芳."""

import re
import unicodedata
from collections.abc import Iterator

from risk_model.masking.name_forms import (
    ORGANISATION,
    SOMEONE,
    Span,
    is_chinese,
    is_family_name,
    may_be_given,
    name_at,
    role_ends,
)
from risk_model.masking.surnames import AMBIGUOUS_SURNAMES, NOT_GIVEN, NOT_NAMES

_NUMBER = r"(?:共|约|近)?(?:[0-9]{1,6}|[一二两三四五六七八九十百千万数几多余]{1,6})(?:多|余)?个?"
_TOGETHER = re.compile(
    rf"等(?:{_NUMBER}(?:人|名|户|位)|人(?![工员口才民行数均类身生力群为])|(?:业主|购房|村民|居民|职工|工人|员工|农民工|群众|家长|商户|租户|投资))"
)
_SUES = re.compile(
    r"诉(?<![投起上申控反应胜败撤公告另追抗倾哭陈泣自本涉讼]诉)(?![求讼前状请称至苦说争辩保访源调累权中后外])"
)
_COURT_WORD = re.compile(r"(?:审理|关于|受理|判决|裁定|立案|原告|[就对号])\Z")
_ENDS_PARTY = re.compile(r"(?:[某司团行局厂店府院会社]|先生|女士|等人)\Z")
_SIZES = ((2, 2), (2, 1), (1, 2), (1, 1))  # characters of surname and given name
_AND = "、和与及"
_GROUP_AND = _AND + ",;/ "
_PLACE = frozenset("城村镇县市区园苑里府庄湾家院楼组")
MOST_LISTED = 50


def listed_names(plain: str) -> Iterator[Span]:
    """Names before 等三十人 and 等人, and on both sides of 诉."""
    for match in _TOGETHER.finditer(plain):
        yield from _names_before(plain, match.start(), _AND, inside=True)
    for match in _SUES.finditer(plain):
        yield from _suing(plain, match.start())


def names_from(plain: str, start: int, *, sure: bool) -> Iterator[Span]:
    """The name at ``start``, if one is there, and those that 、 adds to it."""
    return _listed_from(plain, name_at(plain, start, sure=sure))


def _listed_from(plain: str, span: Span | None) -> Iterator[Span]:
    while span:
        yield span
        if plain[span[2] : span[2] + 1] != "、":
            return
        span = name_at(plain, span[2] + 1, sure=False)


def people_of(name: str) -> list[str]:
    """Names of the persons a group's name lists: 李明 and 王芳 of 李明、王芳等三十名购房人, none of 全体业主."""
    plain = unicodedata.normalize("NFKC", name).strip()
    head = plain.partition("等")[0]
    spans = list(_names_before(head, len(head), _GROUP_AND, inside=head != plain))
    if head == plain and len(spans) == 1 and head[-1:] in _PLACE:
        return []
    return [head[start:stop] for start, _, stop in reversed(spans)]


def _names_before(plain: str, stop: int, joiners: str, *, inside: bool) -> Iterator[Span]:
    """Names of the list that ends at ``stop``, last first; ``inside`` allows other words right before a name."""
    for _ in range(MOST_LISTED):
        span = _name_ending(plain, stop, joiners, inside=inside)
        if span is None:
            return
        yield span
        if span[0] == 0 or plain[span[0] - 1] not in joiners:
            return
        stop = span[0] - 1


def _name_ending(plain: str, stop: int, joiners: str, *, inside: bool) -> Span | None:
    """The name that ends at ``stop``: one that stands alone, else one after other words."""
    within: Span | None = None
    for size, given in _SIZES:
        start = stop - size - given
        if start < 0 or not is_family_name(plain[start : start + size]) or plain[start : start + 2] in NOT_NAMES:
            continue
        if not all(may_be_given(plain, at, NOT_GIVEN) for at in range(start + size, stop)):
            continue
        span = start, start + size, stop
        listed = start > 0 and plain[start - 1] in joiners
        if not listed and size == 1 and plain[start] in AMBIGUOUS_SURNAMES:
            continue
        if listed or start == 0 or not is_chinese(plain[start - 1]) or role_ends(plain, start):
            return span
        within = within or span
    return within if inside else None


def _suing(plain: str, position: int) -> Iterator[Span]:
    """The parties' names around a 诉; nothing unless both sides look like parties."""
    right = name_at(plain, position + 1, sure=False)
    is_party = right or plain.startswith("被告", position + 1) or ORGANISATION.match(plain, position + 1)
    if not is_party and plain[position + 2 : position + 3] != SOMEONE:
        return
    left = list(_names_before(plain, position, _AND, inside=False)) or _after_court_word(plain, position)
    if left or _ENDS_PARTY.search(plain, max(0, position - 2), position):
        yield from _listed_from(plain, right)
    yield from left


def _after_court_word(plain: str, stop: int) -> list[Span]:
    """The name between 审理, 关于 or the like and ``stop``."""
    span = _name_ending(plain, stop, _AND, inside=True)
    return [span] if span and _COURT_WORD.search(plain, max(0, span[0] - 2), span[0]) else []
