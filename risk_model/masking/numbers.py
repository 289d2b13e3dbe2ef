"""Digits that identify a person: citizen IDs, phones, bank cards, known by check digits, number plans or the word before.

A candidate is one or more whole runs of digits with nothing but joiners (blanks, dashes, brackets) between, so numbers written
``138 0013 8000`` or ``6222-0202-…`` are found and parts of longer numbers are not.
"""

import re
from collections.abc import Iterator
from datetime import date

import numpy as np

from risk_model.masking.batch import Batch, Edit, Kind
from schemas.identifiers import valid_citizen_id, valid_uscc

ID_LABEL, PHONE_LABEL, LANDLINE_LABEL, CARD_LABEL = "身份证号", "手机号", "固定电话", "银行卡号"
MOST_DIGITS = 19
FEWEST_DIGITS = 7
LAST_BIRTH = 2017  # numbers of later dates are mostly those of papers: place, day of receipt, sequence
_RUN = re.compile(r"[0-9]+")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d\d)[2-8]\d{6,7}")
_MOBILE = re.compile(r"(?:86|0086)?(1[3-9]\d{9})")
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)"
_LIKE_ID = re.compile(rf"{_PROVINCE}\d{{4}}((?:19|20)\d\d)(\d\d)(\d\d)\d{{3}}[0-9Xx]")
_ID_WORD = re.compile(r"(?:身份|证件|证号)[^0-9，。；,;\n】]{0,6}\Z")
_CARD_WORD = re.compile(r"(?:银行卡|卡号|[账帐]号)[^0-9，。；,;\n】单编案流]{0,8}\Z")
_OLD_ID = re.compile(r"(?:[1-6]\d|71|8[12])\d{4}(\d\d)(\d\d)(\d\d)\d{3}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_PHONE_WORD = re.compile(r"(?:电话|座机|固话|[Tt][Ee][Ll])(?:号码|号)?[是为: ]*\Z")
_DATE = re.compile(r"(?:19|20)\d\d-[01]?\d-[0-3]?\d")
_READS_ON = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@.%+栋幢座单室号弄楼层户房门"
)  # 138****5678 before these would leave 5678 to be read anew
_LUHN_DOUBLED = str.maketrans("0123456789", "\x00\x02\x04\x06\x08\x01\x03\x05\x07\x09")


def number_edits(batch: Batch) -> Iterator[Edit]:
    """Edits of all identifying numbers of a batch, in order of position."""
    digit = batch.where(Kind.DIGIT)
    inside = np.zeros(digit.size + 2, dtype=np.int8)
    inside[1:-1] = batch.where(Kind.DIGIT | Kind.JOIN)
    edges = np.flatnonzero(np.diff(inside))
    starts, stops = edges[0::2], edges[1::2]
    long = stops - starts >= FEWEST_DIGITS
    starts, stops = starts[long], stops[long]
    if starts.size == 0:
        return
    counted = np.concatenate(([0], np.cumsum(digit, dtype=np.int64)))
    digits = counted[stops] - counted[starts]
    enough = digits >= FEWEST_DIGITS
    for start, stop in zip(starts[enough].tolist(), stops[enough].tolist(), strict=True):
        yield from _group_edits(batch.plain, start, stop)


def _group_edits(plain: str, start: int, stop: int) -> Iterator[Edit]:
    """Edits of one group of digit runs between ``start`` and ``stop``."""
    runs = [match.span() for match in _RUN.finditer(plain, start, stop)]
    ends_in_x = stop < len(plain) and plain[stop] in "xX"
    first = 0
    while first < len(runs):
        found: tuple[int, int, str] | None = None
        number, begin = "", runs[first][0]
        for last in range(first, len(runs)):
            number += plain[runs[last][0] : runs[last][1]]
            if len(number) > MOST_DIGITS:
                break
            end = runs[last][1]
            label = _label(plain, number, begin, end)
            if (
                ends_in_x
                and last == len(runs) - 1
                and len(number) == 17
                and _citizen_id(plain, number, begin, stop + 1)
            ):
                label, end = ID_LABEL, stop + 1
            if label:
                found = (last, end, label)
        if found is None:
            first += 1
            continue
        last, end, label = found
        text = f"【{label}】"
        if label == PHONE_LABEL and len(runs) == last - first + 1 and plain[end : end + 1] not in _READS_ON:
            number = "".join(_RUN.findall(plain, begin, end))[-11:]
            text = f"{number[:3]}****{number[-4:]}"
        yield Edit(begin, end, text, label)
        first = last + 1


def _label(plain: str, number: str, start: int, stop: int) -> str | None:
    """What a number is, or None."""
    size = len(number)
    if size < 10:
        if size >= FEWEST_DIGITS and _LOCAL.fullmatch(number) and _PHONE_WORD.search(plain, max(0, start - 12), start):
            return LANDLINE_LABEL
        return None
    if size == 18 and valid_citizen_id(number):
        return ID_LABEL
    if size in (11, 13, 15) and _MOBILE.fullmatch(number):
        label: str | None = PHONE_LABEL
    elif size <= 12 and _LANDLINE.fullmatch(number):
        label = LANDLINE_LABEL
    elif size == 15 and _old_id(number):
        label = ID_LABEL
    elif size >= 16 and _CARD_WORD.search(plain, max(0, start - 14), start):
        label = CARD_LABEL
    elif size == 18 and _like_citizen_id(plain, number, start):
        label = ID_LABEL
    elif size >= 16 and number[0] != "0" and luhn(number) and not _DATE.search(plain, start, stop):
        label = CARD_LABEL
    else:
        label = None
    return None if label and _inside_uscc(plain, start, stop) else label


def _citizen_id(plain: str, body: str, start: int, stop: int) -> bool:
    """Whether 17 digits and the X that ends at ``stop`` are a citizen ID, its check digit right or mistyped."""
    if valid_citizen_id(body + "X"):
        return True
    alone = not (plain[stop : stop + 1].isascii() and plain[stop : stop + 1].isalnum())
    return alone and _like_citizen_id(plain, body + "X", start) and not _inside_uscc(plain, start, stop)


def _like_citizen_id(plain: str, number: str, start: int) -> bool:
    """Whether 18 characters have the place and birth date of a citizen ID: one mistyped is personal data still."""
    match = _LIKE_ID.fullmatch(number)
    if match is None:
        return False
    year, month, day = (int(part) for part in match.groups())
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return False
    return year <= LAST_BIRTH or _ID_WORD.search(plain, max(0, start - 10), start) is not None


def luhn(number: str) -> bool:
    """Whether a string of ASCII digits satisfies the Luhn check (ISO/IEC 7812-1)."""
    doubled = number[-2::-2].translate(_LUHN_DOUBLED)
    return (sum(map(int, number[-1::-2])) + sum(map(ord, doubled))) % 10 == 0


def _old_id(number: str) -> bool:
    """Whether 15 digits are a first-generation citizen ID: a province and a birth date of the 1900s."""
    match = _OLD_ID.fullmatch(number)
    if match is None:
        return False
    year, month, day = (int(part) for part in match.groups())
    try:
        date(1900 + year, month, day)
    except ValueError:
        return False
    return True


def _inside_uscc(plain: str, start: int, stop: int) -> bool:
    """Whether the letters and digits around are a valid 统一社会信用代码, which names an enterprise and stays."""
    low, high = max(0, start - 18), min(len(plain), stop + 18)
    left = start
    while left > low and plain[left - 1].isascii() and plain[left - 1].isalnum():
        left -= 1
    right = stop
    while right < high and plain[right].isascii() and plain[right].isalnum():
        right += 1
    return right - left == 18 and valid_uscc(plain[left:right].upper())
