"""The form of a Chinese name: surname, one or two given characters, and what may follow."""

import re

from risk_model.masking.surnames import (
    AFTER_NAMES,
    AMBIGUOUS_SURNAMES,
    COMPOUND_SURNAMES,
    GIVEN_BEFORE_END,
    GIVEN_PAIRS,
    NEVER_GIVEN,
    NOT_GIVEN,
    NOT_NAMES,
    NOT_SECOND,
    POLITE,
    ROLES,
    SURNAMES,
)

SOMEONE = "某"
DOTS = frozenset("·•・‧∙．")
Span = tuple[int, int, int]
"""Start of a name, start of its given part, end."""

COMPOUNDS = frozenset(COMPOUND_SURNAMES)
ORGANISATION = re.compile(
    r"[^，。；、：:,;\n的与和在欠向对于借打被因将从与把给]{2,24}?(?:公司|集团|银行|合作社|中心|委员会|政府|管理局|分局|医院|学校|学院|中学|小学|幼儿园|酒店|饭店|宾馆|超市|商场|工厂|[厂店局馆]|事务所|派出所|研究院|法院|支行|项目部|工程队|物业|置业|地产)"
)
_SURNAMES = frozenset(SURNAMES)
_MINORITY = re.compile(rf"[一-龥]{{1,8}}(?:[{''.join(sorted(DOTS))}][一-龥]{{1,8}})+")
_ROLES = frozenset(ROLES)


def is_chinese(char: str) -> bool:
    """Whether a character is a Chinese one that names are written in."""
    return "一" <= char <= "龥"


def is_family_name(text: str) -> bool:
    """Whether a text is a known surname."""
    return text in (COMPOUNDS if len(text) == 2 else _SURNAMES)


def may_be_given(plain: str, position: int, excluded: frozenset[str]) -> bool:
    """Whether the character at a position may stand in a given name."""
    return position < len(plain) and "一" <= plain[position] <= "龥" and plain[position] not in excluded


def role_ends(plain: str, stop: int) -> bool:
    """Whether a role of two to four characters (原告, 业主代表) ends at ``stop``."""
    return plain[stop - 2 : stop] in _ROLES or plain[stop - 3 : stop] in _ROLES or plain[stop - 4 : stop] in _ROLES


def name_at(plain: str, start: int, *, sure: bool) -> Span | None:
    """The name that begins at ``start``, if one does; only where one is ``sure`` to stand (after 姓名：) count ambiguous surnames."""
    if not DOTS.isdisjoint(plain[start + 1 : start + 9]) and (minority := _MINORITY.match(plain, start)):
        return start, start + 1, minority.end()
    size = 2 if plain[start : start + 2] in COMPOUNDS else 1
    if size == 1 and (plain[start : start + 1] not in _SURNAMES or (not sure and plain[start] in AMBIGUOUS_SURNAMES)):
        return None
    given = start + size
    if plain[start : given + 1] in NOT_NAMES or plain[given : given + 2] in POLITE or ORGANISATION.match(plain, start):
        return None
    stop = _given_end(plain, given, sure=sure)
    return (start, given, stop) if stop else None


def _given_end(plain: str, given: int, *, sure: bool) -> int | None:
    """End of the given name that begins at ``given``; None when none does."""
    two = given + 2
    if plain[given:two] in GIVEN_PAIRS:
        return two
    if (
        may_be_given(plain, given, NEVER_GIVEN)
        and may_be_given(plain, given + 1, NEVER_GIVEN)
        and (two >= len(plain) or not is_chinese(plain[two]))
        and (sure or plain[given] in GIVEN_BEFORE_END or plain[given] not in NOT_GIVEN)
        and plain[given + 1 : given + 3] not in AFTER_NAMES
    ):
        return two
    if may_be_given(plain, given, NOT_GIVEN):
        return (
            two
            if may_be_given(plain, given + 1, NOT_SECOND) and plain[given + 1 : given + 3] not in AFTER_NAMES
            else given + 1
        )
    alone = given + 1 >= len(plain) or not is_chinese(plain[given + 1])
    return given + 1 if sure and alone and may_be_given(plain, given, NEVER_GIVEN) else None
