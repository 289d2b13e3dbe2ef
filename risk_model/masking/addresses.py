"""Detailed addresses: what follows a road or community (号, 栋, 单元, 室) is masked, the road or community stays."""

import re
from collections.abc import Iterator

import numpy as np

from risk_model.masking.batch import NUMERALS, Batch, Edit, Kind

ADDRESS_LABEL = "门牌"
_COUNT = rf"(?:[0-9]{{1,5}}[A-Za-z]?|[A-Za-z][0-9]{{0,4}}|[{NUMERALS}]{{1,4}})(?:[\-之][0-9A-Za-z]{{1,5}})*"
_HOUSE = rf"(?:号院|号楼|号门|号(?!线|文|令|公告|通知|地块|地铁|车|码|案|召|称|角|店铺)|弄|栋|幢|座(?={_COUNT}(?:单元|楼|层|室)|[0-9]{{3,4}})|单元)"
_INNER = r"(?:号楼|号院|号|栋|幢|座|单元|楼|层|室|户|房|门)"
_AFTER_PLACE = re.compile(
    rf"(?:{_COUNT}组)?({_COUNT}){_HOUSE}((?:{_COUNT}{_INNER}|附[0-9]{{1,3}}号)*)(?:[0-9]{{2,5}}(?![0-9*年月日元人个万户亩套间平米%.]))?"
)
_ROOM = re.compile(
    rf"{_COUNT}(?:栋|幢|座|号楼|单元)-?(?:{_COUNT}(?:单元|楼|层)-?)*(?:{_COUNT}(?:室|户(?!业主|居民|人家)|房(?!子|屋)|号)|[0-9]{{3,4}}(?![0-9*年月日元人个万户亩套间平米%.]))"
)
_BACK = 6  # a count before a unit is at most so long


def address_edits(batch: Batch) -> Iterator[Edit]:
    """Edits of all detailed addresses of a batch."""
    plain = batch.plain
    count = batch.where(Kind.DIGIT | Kind.NUMERAL | Kind.LETTER)
    begins = np.flatnonzero(batch.where(Kind.PLACE_END)[:-1] & count[1:]) + 1
    for position in begins.tolist():
        match = _AFTER_PLACE.match(plain, position)
        # 街道一座桥, 小区一栋楼: a numeral in words needs a second unit to be an address
        if match and (match.group(2) or match.group(1)[0] not in NUMERALS):
            yield Edit(match.start(), match.end(), f"【{ADDRESS_LABEL}】", ADDRESS_LABEL)
    for position in (np.flatnonzero(batch.where(Kind.UNIT)[1:] & count[:-1]) + 1).tolist():
        start = _count_start(plain, position)
        match = _ROOM.match(plain, start)
        if match and match.end() > position:
            yield Edit(start, match.end(), f"【{ADDRESS_LABEL}】", ADDRESS_LABEL)


def _count_start(plain: str, unit: int) -> int:
    """Start of the count that ends before a unit character."""
    start, least = unit - 1, max(0, unit - _BACK)
    while start > least and (
        plain[start - 1] in NUMERALS or (plain[start - 1].isascii() and plain[start - 1].isalnum())
    ):
        start -= 1
    return start
