"""From the text of a cell to a value: dates with a zone, whole numbers, money in fen. Pure."""

import re
import unicodedata
from datetime import datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from infra.importing.errors import Unmappable
from schemas.errors import FieldError, field_error

USUAL_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d")
USUAL_CLOCKS = ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S", "%H:%M:%S", "%H时%M分")
USUAL_TIMES = tuple(day + clock for clock in USUAL_CLOCKS for day in USUAL_DAYS)
"""Year-first forms, which can be read in one way only; Excel's date cells arrive in the first two of them."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?")
_SCALE = {"fen": 1, "yuan": 100, "wan_yuan": 1_000_000}
_UNIT = {"fen": "分", "yuan": "元", "wan_yuan": "万元"}


def bad_cell(
    code: str, column: str, got: object, zh: str, en: str, advice_zh: str = "", advice_en: str = ""
) -> FieldError:
    """FieldError of a cell; its path names the column."""
    return field_error(code, f"column[{column}]", got, zh, en, advice_zh, advice_en)


def parse_time(text: str, column: str, formats: tuple[str, ...], at: str, zone: tzinfo) -> str:
    """ISO 8601 text with a zone offset; a bare date gets the time of day `at`.

    Raises:
        Unmappable: the text fits none of `formats` and none of the usual forms.
    """
    moment = _moment(text, formats, at)
    if moment is None:
        expected = "、".join(formats or ("2025-09-03", "2025-09-03 10:12:00", "2025年9月3日"))
        raise Unmappable(
            bad_cell(
                "bad_time",
                column,
                text,
                f"日期或时间（{expected}）",
                f"a date or time ({expected})",
                "请更正日期，或在映射中写明 formats",
                "correct it, or name its form in `formats`",
            )
        )
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


@lru_cache(maxsize=8192)  # an export has few days and many rows; strptime is slow
def _moment(text: str, formats: tuple[str, ...], at: str) -> datetime | None:
    if _ISO.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    for form in (*formats, *USUAL_TIMES):
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007  the zone is the mapping's, added by the caller
        except ValueError:
            continue
        dated_only = not any(part in form for part in ("%H", "%I", "%X", "%c", "%T"))
        return datetime.combine(moment.date(), time.fromisoformat(at.zfill(5))) if dated_only else moment
    return None


def parse_int(text: str, column: str, units: list[str]) -> int:
    """Whole number; thousands separators, full-width digits and the endings `units` are allowed.

    Raises:
        Unmappable: anything else.
    """
    number = _decimal(text, units)
    if number is None or number != number.to_integral_value():
        shown = f"（可带单位 {'、'.join(units)}）" if units else ""
        raise Unmappable(
            bad_cell("bad_number", column, text, f"整数{shown}", "a whole number", "请只填数字", "give digits only")
        )
    return int(number)


def parse_fen(text: str, column: str, unit: str, units: list[str]) -> int:
    """Money in fen, from text in fen, yuan or wan_yuan; an ending 元, 万元 or 亿元 in the text decides over `unit`.

    Raises:
        Unmappable: not a number, or finer than one fen.
    """
    plain = _plain(text)
    scale = _SCALE[unit]
    for ending, written in (
        ("亿元", 10_000_000_000),
        ("万元", 1_000_000),
        ("亿", 10_000_000_000),
        ("万", 1_000_000),
        ("元", 100),
        ("分", 1),
    ):
        if plain.endswith(ending):
            scale = written
            plain = plain.removesuffix(ending)
            break
    number = _decimal(plain.lstrip("¥￥"), units)
    if number is None or (number * scale) != (number * scale).to_integral_value():
        raise Unmappable(
            bad_cell(
                "bad_number",
                column,
                text,
                f"金额（{_UNIT[unit]}），精确到分",
                f"an amount in {unit}, to the fen",
                "请只填数字",
                "give digits only",
            )
        )
    return int(number * scale)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")


def _decimal(text: str, units: list[str]) -> Decimal | None:
    text = _plain(text)
    for unit in units:
        text = text.removesuffix(unit)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None
