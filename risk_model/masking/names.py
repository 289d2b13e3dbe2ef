"""Names of persons: surname + 某; the parties' own names everywhere, other names where the context says one follows."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np

from risk_model.masking.batch import Batch, Edit, Kind
from risk_model.masking.surnames import (
    AMBIGUOUS_SURNAMES,
    COMPOUND_SURNAMES,
    NOT_GIVEN,
    NOT_NAMES,
    NOT_SECOND,
    ROLES,
    SURNAMES,
    TITLES,
)

NAME_LABEL = "姓名"
SOMEONE = "某"
CERTAIN_LENGTH = 3  # two characters are too often part of other words

Span = tuple[int, int, int]
"""Start of a name, start of its given part, end."""

_DOTS = "·•・‧∙．"
_ROLE = re.compile(rf"(?:{'|'.join(ROLES)})\Z")
_MINORITY = re.compile(rf"[一-龥]{{1,8}}(?:[{_DOTS}][一-龥]{{1,8}})+")
_ORGANISATION = re.compile(
    r"[^，。；、：:,;\n的与和在欠向对于借打被因将从与把给]{2,24}?(?:公司|集团|银行|合作社|中心|委员会|政府|管理局|分局|医院|学校|学院|中学|小学|幼儿园|酒店|饭店|宾馆|超市|商场|工厂|[厂店局馆]|事务所|派出所|研究院|法院|支行|项目部|工程队|物业|置业|地产)"
)
_SURNAMES = frozenset(SURNAMES)
_COMPOUNDS = frozenset(COMPOUND_SURNAMES)
_KEEP = frozenset({"先生", "女士", "小姐", "同志", "老师", "师傅", "经理", "老板", "主任", "书记", "总"})


def mask_name(name: str) -> str:
    """A person's name by the publication rules: surname + 某, compound surnames whole, minority names by their first character.

    Names already masked (某, *) and polite forms (张先生) come back unchanged, blanks stripped.
    """
    plain = unicodedata.normalize("NFKC", name).strip()
    if not plain or SOMEONE in plain or "*" in plain or plain[1:] in _KEEP:
        return plain
    if plain[:2] in _COMPOUNDS and len(plain) > 2 and not any(dot in plain for dot in _DOTS):
        return plain[:2] + SOMEONE
    return plain[0] + SOMEONE


def mask_parties(text: str, names: Sequence[str]) -> str:
    """Text with every occurrence of the parties' names masked; longer names first."""
    found = [own for name in names if len(own := name.strip()) > 1 and own in text]
    if len(found) > 1:
        found.sort(key=_longest_first)
    for own in found:
        masked = mask_name(own)
        if masked != own:
            text = text.replace(own, masked)
    return text


def _longest_first(name: str) -> tuple[int, str]:
    return -len(name), name


def name_edits(batch: Batch) -> Iterator[Edit]:
    """Edits of names that follow a role (投诉人张三, 姓名：王小明) or stand before 先生 or 女士.

    A name of three or more characters found so is masked wherever else it stands in its text.
    """
    plain = batch.plain
    for start, given, stop in _names(batch):
        yield Edit(given, stop, SOMEONE, NAME_LABEL)
        name = plain[start:stop]
        if len(name) >= CERTAIN_LENGTH:
            row = int(np.searchsorted(batch.starts, start, side="right"))
            begin = int(batch.starts[row - 1])
            end = int(batch.starts[row]) if row < len(batch.starts) else len(plain)
            again = plain.find(name, begin, end)
            while again >= 0:
                yield Edit(again + given - start, again + len(name), SOMEONE, NAME_LABEL)
                again = plain.find(name, again + len(name), end)


def _names(batch: Batch) -> Iterator[Span]:
    plain = batch.plain
    surname, colon, role = batch.where(Kind.SURNAME), batch.where(Kind.COLON), batch.where(Kind.ROLE_END)
    for position in np.flatnonzero(role[:-1] & (surname[1:] | colon[1:])).tolist():
        if _ROLE.search(plain, max(0, position - 3), position + 1):
            after_colon = plain[position + 1] == ":"
            start = position + 1
            while after_colon and start < len(plain) and plain[start] in ": ":
                start += 1
            span = _name_at(plain, start, sure=after_colon)
            if span:
                yield span
    for position in np.flatnonzero(batch.where(Kind.TITLE)).tolist():
        if plain[position : position + 2] in TITLES:
            span = _name_before(plain, position)
            if span:
                yield span


def _name_at(plain: str, start: int, *, sure: bool) -> Span | None:
    """The name that begins at ``start``, if one does; without a colon only unambiguous surnames count."""
    minority = _MINORITY.match(plain, start)
    if minority:
        return start, start + 1, minority.end()
    size = 2 if plain[start : start + 2] in _COMPOUNDS else 1
    if size == 1 and (plain[start : start + 1] not in _SURNAMES or (not sure and plain[start] in AMBIGUOUS_SURNAMES)):
        return None
    given = start + size
    if (
        plain[start : given + 1] in NOT_NAMES
        or not _may_be_given(plain, given, NOT_GIVEN)
        or _ORGANISATION.match(plain, start)
    ):
        return None
    stop = given + 1 + _may_be_given(plain, given + 1, NOT_SECOND)
    return start, given, stop


def _name_before(plain: str, title: int) -> Span | None:
    """The full name before 先生 or 女士; 张先生 stays."""
    for size, given in ((2, 2), (1, 2), (1, 1)):
        start = title - size - given
        if start < 0 or not all(_may_be_given(plain, at, NOT_GIVEN) for at in range(start + size, title)):
            continue
        surname = plain[start : start + size]
        if surname not in (_COMPOUNDS if size == 2 else _SURNAMES):
            continue
        alone = start == 0 or not "一" <= plain[start - 1] <= "龥"
        if plain[title - 1] not in _SURNAMES or (alone and given == 2):
            return start, start + size, title
    return None


def _may_be_given(plain: str, position: int, excluded: frozenset[str]) -> bool:
    """Whether the character at a position may stand in a given name."""
    return position < len(plain) and "一" <= plain[position] <= "龥" and plain[position] not in excluded
