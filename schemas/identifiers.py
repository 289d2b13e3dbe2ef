"""Identifiers of the field: USCC (GB 32100), citizen ID (GB 11643), 案号, 司法建议书 numbers, dispute ids."""

import hashlib
import re
from datetime import date
from functools import lru_cache
from operator import mul

from stdnum.cn import uscc

CASE_NUMBER = re.compile(
    r"（(?P<year>[0-9]{4})）(?P<court>[一-龥]{1,2}[0-9]{0,4})(?P<kind>[一-龥]{1,6}[0-9]?)(?P<number>[0-9]{1,7})号(之[一二三四五六七八九十]+)?"
)
ADVICE_NUMBER = re.compile(r"[一-龥]{1,6}法建〔[0-9]{4}〕[0-9]{1,5}号")
_ASCII_PARENS = str.maketrans("()[]", "（）〔〕")


_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_CITIZEN_ID = re.compile(r"[1-9][0-9]{16}[0-9X]")
_CITIZEN_WEIGHTS = tuple(2**place % 11 for place in range(17, 0, -1))  # GB 11643-1999, ISO 7064 MOD 11-2
_CITIZEN_ZEROS = ord("0") * sum(_CITIZEN_WEIGHTS)  # bytes of digits are weighed, not digits


def valid_uscc(value: str) -> bool:
    """Whether an 18-character 统一社会信用代码 has the right form and GB 32100 check digit."""
    return _USCC.fullmatch(value) is not None and _uscc_checks(value)


@lru_cache(maxsize=16_384)  # enterprises come again and again, and their codes are public
def _uscc_checks(value: str) -> bool:
    return bool(uscc.is_valid(value))


def valid_citizen_id(value: str) -> bool:
    """Whether a 公民身份号码 has a valid birth date and GB 11643 check digit (place codes are not looked up)."""
    if not _CITIZEN_ID.fullmatch(value):
        return False
    try:
        date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return False
    return "10X98765432"[(sum(map(mul, _CITIZEN_WEIGHTS, value.encode())) - _CITIZEN_ZEROS) % 11] == value[17]


def normalize_case_number(value: str) -> str:
    """案号 with full-width brackets and no blanks, so that two spellings compare equal."""
    return "".join(value.split()).translate(_ASCII_PARENS)


def valid_case_number(value: str) -> bool:
    """Whether a normalised 案号 has the form （year）court code + case type + number 号."""
    return CASE_NUMBER.fullmatch(value) is not None


def valid_advice_number(value: str) -> bool:
    """Whether a 司法建议书 number has the form place + 法建〔year〕 number 号."""
    return ADVICE_NUMBER.fullmatch(value) is not None


def dispute_id(source: str, event_id: str) -> str:
    """Identity of a dispute event inside Fuyuan: 32 hex digits of sha256 over (source, id).

    CloudEvents makes (source, id) unique; the inbox uses this digest, so a re-sent event is a no-op.
    """
    return hashlib.sha256(f"{source}\0{event_id}".encode()).hexdigest()[:32]


def derived_id(*parts: str) -> str:
    """Deterministic id (32 hex digits) of a matter, alert or plan from what makes it unique."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
