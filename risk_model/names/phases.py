"""Phases and parts of a building project: 一期, 2期, III期, 一二三期, 二期A区, 3号地块, N4地块, 3号院, 商业街, 5#楼."""

import re
from typing import NamedTuple

from risk_model.names.estate_words import distinct
from risk_model.names.numerals import NUMERAL, ordinal, run_of

_PHASE = re.compile(
    rf"第?\(?(?P<first>{NUMERAL})\)?(?:[至到、和与&/-](?P<last>{NUMERAL}))?\)?期(?P<more>(?:[和与&/+]?第?{NUMERAL}期)*)(?:工程|项目|住宅|安置房)?(?!货|权|房[屋价]|刊|限)"
)
_TRAILING = re.compile(
    r"(?<=[\u4e00-\u9fff)])\(?(?P<number>I{1,3}|IV|VI{0,3}|\d)\)?$"
)  # 天玺II, 金域华府2: a number alone at the end
_PART = re.compile(
    r"(?P<part>[A-Z]{1,3}\d{0,3}地块|"
    rf"[A-Z](?:\d{{1,2}}|{NUMERAL})?(?:区|标段|组团|户型)|"
    r"[东西南北中](?:[一二三四]?区|地块|组团|园|苑区)|"
    r"(?<=.{3})(?<![江湖河海云岭城淮])[东西南北][苑院]$|"
    rf"(?<=[城苑园湾府庄里郡居家界]){NUMERAL}号院|"
    rf"第?(?:\d{{4,6}}|{NUMERAL})(?:号|#)?(?:标段|地块|组团|街区|区块|区)(?!间)|{NUMERAL}(?:号|#)地(?!铁|产)|"
    r"(?<=.{3})(?:商业街|商业|商铺|底商|商办|公寓|别墅|洋房|高层|写字楼|酒店|(?:地下)?车[位库])$|"
    r"(?<=[\u4e00-\u9fff])(?:DK\d{1,2}|[A-HJ-UWYZ]\d{0,2})(?=$))"
)
_BUILDING = re.compile(
    rf"(?:(?:\d{{1,3}}|{NUMERAL})和)*(?P<number>[A-Z]?\d{{1,3}}|[A-Z](?=[座栋幢])|{NUMERAL})(?:号楼|#楼|栋楼?|幢|座|#(?!地))(?:(?P<unit>\d{{1,2}}|{NUMERAL})单元)?.*$"
)
_LOTS = ("地块", "标段")
_LEAST_BASE = 2  # characters before a number that stands alone
_LEAST_HEAD = 3  # characters before a phase that may be told with a name of its own: 美林青城三期林与堂


class Phased(NamedTuple):
    """A project's name without phase, part and building.

    Attributes:
        base: what is left.
        phases: phases as plain numbers (``1``, ``2``, ``1.1``), several for 一、二期; empty when unsaid.
        part: area, lot or section within the project (A区, 2标段), empty when unsaid.
        building: number of a building, empty when unsaid.
        own: what the phase is called by itself, empty when unsaid: 林与堂 in 美林青城三期林与堂.
    """

    base: str
    phases: tuple[str, ...]
    part: str
    building: str
    own: str = ""


def split_phase(name: str) -> Phased:
    """Take phase, part and building off a normal name."""
    building = part = own = ""
    phases: tuple[str, ...] = ()
    rest = name
    if match := _PHASE.search(rest):
        phases = _phases(match)
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
        match = None if part else _PART.search(piece)
        if match and match.start() >= (2 if piece is head else 0) and not _names_itself(piece, match):
            part = match.group("part")
            before, behind = piece[: match.start()], piece[match.end() :]
            if piece is tail:
                tail = before + behind
            elif len(behind) >= _LEAST_BASE and len(before) >= _LEAST_HEAD and part.endswith(_LOTS) and not tail:
                head, own = before, re.sub(r"[()]", "", behind)
            else:
                head = before + behind
    head, tail = re.sub(r"\(\)|[()]$|^\)", "", head), re.sub(r"[()]", "", tail)
    if len(tail) >= _LEAST_BASE and len(head) >= _LEAST_HEAD and phases:
        return Phased(head, phases, part, building, tail)
    return Phased(head + tail, phases, part, building, own)


def part_key(part: str) -> str:
    """Part however it is written: 第三标段 and 3标段, 3号地块 and 三地块, D壹区 and D1区."""
    plain = re.sub(r"[第号#]", "", part)
    plain = re.sub(r"地$", "地块", plain)
    return re.sub(rf"^([A-Z]?)({NUMERAL})", lambda match: match.group(1) + (ordinal(match.group(2)) or ""), plain)


def _names_itself(piece: str, match: re.Match[str]) -> bool:
    """Whether a yard is the name itself: 学府壹号院, 华府壹号院."""
    return match.group("part").endswith("号院") and not distinct(piece[: match.start()])


def _phases(match: re.Match[str]) -> tuple[str, ...]:
    found = _span(match.group("first"), match.group("last"))
    further = [ordinal(number) or "" for number in re.findall(NUMERAL, match.group("more"))]
    return tuple(dict.fromkeys((*found, *filter(None, further)))) if found else ()


def _span(first: str, last: str | None) -> tuple[str, ...]:
    start, end = ordinal(first), ordinal(last) if last else None
    if start is None:
        return run_of(first)
    if end and start.isdecimal() and end.isdecimal() and int(start) < int(end) <= int(start) + 10:
        return tuple(str(number) for number in range(int(start), int(end) + 1))
    return (start,)
