"""Phases and parts of a building project: 一期, 2期, III期, 二期A区, 3号地块, 5#楼."""

import re
from typing import NamedTuple

from risk_model.names.numerals import NUMERAL, ordinal

_PHASE = re.compile(
    rf"第?\(?(?P<first>{NUMERAL})\)?(?:[至到、和与&/-](?P<last>{NUMERAL}))?\)?期(?:工程|项目|住宅|商业|安置房)?(?!货|权|房[屋价]|刊|限)"
)
_TRAILING = re.compile(
    r"(?<=[\u4e00-\u9fff)])\(?(?P<number>I{1,3}|IV|VI{0,3}|\d)\)?$"
)  # 天玺II, 金域华府2: a number alone at the end
_PART = re.compile(
    r"(?P<part>[A-Z]\d{0,2}(?:区|地块|标段|组团|座|栋|栋楼|户型)|[东西南北中](?:[一二三四]?区|地块|组团|园|苑区)|"
    rf"第?{NUMERAL}(?:号|#)?(?:标段|地块|组团|街区|区块|区)(?!间)|(?<=[\u4e00-\u9fff])[A-HJ-UWYZ]\d{{0,2}}(?=$))"
)
_BUILDING = re.compile(
    rf"(?P<number>[A-Z]?\d{{1,3}}|{NUMERAL})(?:号楼|#楼|栋楼?|幢|座|#)(?:(?P<unit>\d{{1,2}}|{NUMERAL})单元)?.*$"
)


_LEAST_BASE = 2  # characters before a number that stands alone


class Phased(NamedTuple):
    """A project's name without phase, part and building.

    Attributes:
        base: what is left.
        phases: phases as plain numbers (``1``, ``2``, ``1.1``), several for 一、二期; empty when unsaid.
        part: area, lot or section within the project (A区, 2标段), empty when unsaid.
        building: number of a building, empty when unsaid.
    """

    base: str
    phases: tuple[str, ...]
    part: str
    building: str


def split_phase(name: str) -> Phased:
    """Take phase, part and building off a normal name."""
    building = part = ""
    phases: tuple[str, ...] = ()
    rest = name
    if match := _PHASE.search(rest):
        phases = _span(match.group("first"), match.group("last"))
        rest = rest[: match.start()] + "\0" + rest[match.end() :] if phases else rest
    elif (match := _TRAILING.search(rest)) and len(rest) - len(match.group()) >= _LEAST_BASE:
        phases, rest = (ordinal(match.group("number")) or "",), rest[: match.start()]
    head, _, tail = rest.partition("\0")
    for piece in (tail, head):
        if not building and (match := _BUILDING.search(piece)) and match.start() >= (2 if piece is head else 0):
            building = ordinal(match.group("number")) or match.group("number")
            piece_left = piece[: match.start()]
            head, tail = (head, piece_left) if piece is tail else (piece_left, tail)
    for piece in (tail, head):
        match = _PART.search(piece)
        if not part and match and match.start() >= (2 if piece is head else 0):
            part = match.group("part")
            left = piece[: match.start()] + piece[match.end() :]
            head, tail = (head, left) if piece is tail else (left, tail)
    return Phased(re.sub(r"\(\)|[()]$|^\)", "", head) + re.sub(r"[()]", "", tail), phases, part, building)


def _span(first: str, last: str | None) -> tuple[str, ...]:
    start, end = ordinal(first), ordinal(last) if last else None
    if start is None:
        return ()
    if end and start.isdecimal() and end.isdecimal() and int(start) < int(end) <= int(start) + 10:
        return tuple(str(number) for number in range(int(start), int(end) + 1))
    return (start,)
