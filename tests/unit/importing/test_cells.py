"""Texts of cells into times, whole numbers and fen: value tables."""

from zoneinfo import ZoneInfo

import pytest

from infra.importing.cells import parse_fen, parse_int, parse_time
from infra.importing.errors import Unmappable

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("2018-02-08", (), "2018-02-08T12:00:00+08:00"),
        ("2025/9/3", (), "2025-09-03T12:00:00+08:00"),
        ("2025年9月3日", (), "2025-09-03T12:00:00+08:00"),
        ("2025.09.03", (), "2025-09-03T12:00:00+08:00"),
        ("20250903", (), "2025-09-03T12:00:00+08:00"),
        ("2025-09-03 10:12:00", (), "2025-09-03T10:12:00+08:00"),
        ("2025/9/3 10:12", (), "2025-09-03T10:12:00+08:00"),
        ("2025年9月3日10时12分", (), "2025-09-03T10:12:00+08:00"),
        ("2025-09-03T02:12:00Z", (), "2025-09-03T02:12:00+00:00"),
        ("2025-09-03T10:12:00+08:00", (), "2025-09-03T10:12:00+08:00"),
        ("03.09.2025", ("%d.%m.%Y",), "2025-09-03T12:00:00+08:00"),
        ("25-9-3 7:05", ("%y-%m-%d %H:%M",), "2025-09-03T07:05:00+08:00"),
        ("1988-07-01", (), "1988-07-01T12:00:00+09:00"),  # summer time of 1986-1991
    ],
)
def test_times(text: str, formats: tuple[str, ...], expected: str) -> None:
    """Year-first forms are always understood, others where the mapping names them."""
    assert parse_time(text, "日期", formats, "12:00", SHANGHAI) == expected


@pytest.mark.parametrize(
    "text",
    ["2025-02-30", "2025/13/1", "昨天", "03.09.2025", "45123", "2025-09-03T25:00:00", "2025-09-03 10:12:00 下午"],
)
def test_bad_times_name_the_column(text: str) -> None:
    """Nothing is guessed: a date that fits no form is refused, with its column and text."""
    with pytest.raises(Unmappable) as refused:
        parse_time(text, "立案日期", (), "12:00", SHANGHAI)
    assert refused.value.error.code == "bad_time"
    assert refused.value.error.path == "column[立案日期]"
    assert "应为日期或时间" in refused.value.error.zh


@pytest.mark.parametrize(
    ("text", "expected"), [("12", 12), ("1,234", 1234), ("１２人", 12), ("12 人", 12), ("-3", -3), ("5.0", 5)]
)
def test_ints(text: str, expected: int) -> None:
    """Separators, full-width digits and the units named are allowed."""
    assert parse_int(text, "人数", ["人"]) == expected


@pytest.mark.parametrize("text", ["12.5", "十二", "12户", "1e400", "nan", "12-13"])
def test_bad_ints(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(Unmappable) as refused:
        parse_int(text, "人数", ["人"])
    assert refused.value.error.code == "bad_number"


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("12.34", "yuan", 1234),
        ("1,234,567.8", "yuan", 123456780),
        ("￥300", "yuan", 30000),
        ("300元", "wan_yuan", 30000),
        ("1.5", "wan_yuan", 1_500_000),
        ("1.5万元", "yuan", 1_500_000),
        ("0.3亿元", "yuan", 3_000_000_000),
        ("0.1", "yuan", 10),
        ("250", "fen", 250),
    ],
)
def test_money(text: str, unit: str, fen: int) -> None:
    """Money becomes whole fen; a unit written in the cell decides."""
    assert parse_fen(text, "标的额", unit, []) == fen


@pytest.mark.parametrize(("text", "unit"), [("0.001", "yuan"), ("约三万", "yuan"), ("12.345", "yuan"), ("", "yuan")])
def test_bad_money(text: str, unit: str) -> None:
    """Finer than one fen, or no number, is refused."""
    with pytest.raises(Unmappable):
        parse_fen(text, "标的额", unit, [])
