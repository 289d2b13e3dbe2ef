"""A batch of texts as one string and one array of character classes: candidates are found by array operations."""

from collections.abc import Sequence
from enum import IntFlag
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_model.masking.surnames import COMPOUND_SURNAMES, ROLE_ENDS, SURNAMES

_BMP = 0x10000
SEPARATOR = "\n"  # no pattern crosses a line
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
NUMERALS = "一二三四五六七八九十百零〇甲乙丙丁"
PLACE_ENDS = "路街道巷弄村区苑园里庭院城湾府居厦坊寓组社"
JOINERS = " \t\xa0\u3000-‐‑‒–—―−－ー_()（）\u200b\u200c\u200d\u2060\ufeff"


class Kind(IntFlag):
    """Classes of a character; a character may be of several."""

    DIGIT = 1
    JOIN = 2
    LETTER = 4
    AT = 8
    PROVINCE = 16
    NUMERAL = 32
    PLACE_END = 64
    SURNAME = 128
    ROLE_END = 256
    COLON = 512
    UNIT = 1024
    TITLE = 2048
    CONTACT = 4096


class Edit(NamedTuple):
    """One replacement: characters ``start`` to ``stop`` of the joined text become ``text``; ``label`` names the data."""

    start: int
    stop: int
    text: str
    label: str


class Batch(NamedTuple):
    """Texts of a batch, joined.

    Attributes:
        plain: all texts joined by line ends, full-width ASCII made half-width, joiners made ``-`` or blank; same length as the joined text.
        kinds: ``Kind`` bits of each character, uint16, shape (len(plain),).
        starts: position of each text in ``plain``.
    """

    plain: str
    kinds: NDArray[np.uint16]
    starts: NDArray[np.int64]

    def where(self, kind: Kind) -> NDArray[np.bool_]:
        """Which characters are of a kind."""
        return np.asarray((self.kinds & np.uint16(kind)) != 0, dtype=np.bool_)


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """Plain code point and kinds of each code point of the basic plane."""
    plain = np.arange(_BMP, dtype=np.uint32)
    plain[0xFF01:0xFF5F] -= np.uint32(0xFEE0)
    for char in JOINERS:
        plain[ord(char)] = ord(char) if char in "()_" else ord("-")
    for char in " \t\xa0\u3000":
        plain[ord(char)] = ord(" ")
    plain[[ord("（"), ord("）")]] = [ord("("), ord(")")]
    kinds = np.zeros(_BMP, dtype=np.uint16)
    members = {
        Kind.DIGIT: "0123456789",
        Kind.JOIN: JOINERS,
        Kind.LETTER: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        Kind.AT: "@",
        Kind.PROVINCE: PROVINCES,
        Kind.NUMERAL: NUMERALS,
        Kind.PLACE_END: PLACE_ENDS,
        Kind.SURNAME: SURNAMES + "".join(name[0] for name in COMPOUND_SURNAMES),
        Kind.ROLE_END: ROLE_ENDS,
        Kind.COLON: ":",
        Kind.UNIT: "栋幢单室",
        Kind.TITLE: "先女",
        Kind.CONTACT: "Qq扣微薇威WwVv",
    }
    for kind, chars in members.items():
        kinds[sorted({ord(char) for char in chars})] |= np.uint16(kind)
    kinds |= kinds[plain]
    return plain, kinds


def join_batch(texts: Sequence[str]) -> Batch:
    """Join and classify a batch."""
    plain_of, kinds_of = _tables()
    starts = np.zeros(len(texts), dtype=np.int64)
    np.cumsum(np.fromiter((len(text) + 1 for text in texts[:-1]), np.int64, len(texts) - 1), out=starts[1:])
    codes = np.frombuffer(SEPARATOR.join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    low = codes if codes.size == 0 or int(codes.max()) < _BMP else np.where(codes < _BMP, codes, np.uint32(_BMP - 1))
    plain = np.take(plain_of, low).tobytes().decode("utf-32-le", "surrogatepass")
    return Batch(plain, np.take(kinds_of, low), starts)
