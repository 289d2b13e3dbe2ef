"""The monthly report's figures: what the record does not reach is unknown, not zero."""

from datetime import date

import pytest

from risk_model.reporting.month import Month
from risk_model.reporting.monthly import Compared, CourtCase, SuitLine, appearances, compare, losses

OCTOBER = Month(2026, 10)
MONTHS = [OCTOBER, OCTOBER.plus(-1), OCTOBER.plus(-12)]
NEWEST = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("text", "first", "last", "before", "year_ago"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "2026-09", "2025-10"),
        ("2026-01", date(2026, 1, 1), date(2026, 1, 31), "2025-12", "2025-01"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-01", "2023-02"),
    ],
)
def test_months(text: str, first: date, last: date, before: str, year_ago: str) -> None:
    """Bounds, neighbours, and the way it is written."""
    month = Month.parse(text)
    assert (month.first_day, month.last_day) == (first, last)
    assert [str(month), str(month.plus(-1)), str(month.plus(-12))] == [text, before, year_ago]


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "October", "2026-10-01"])
def test_no_month(text: str) -> None:
    """The message says how a month is written."""
    with pytest.raises(ValueError, match="2026-10"):
        Month.parse(text)


@pytest.mark.parametrize(
    ("begins", "newest", "counts", "wanted"),
    [
        (date(2025, 9, 1), NEWEST, (12, 10, 8), Compared(12, 10, 8)),
        (date(2025, 9, 1), NEWEST, (0, 10, 0), Compared(0, 10, 0)),
        (date(2026, 1, 1), NEWEST, (12, 10, 0), Compared(12, 10, None)),
        (date(2026, 9, 15), NEWEST, (12, 10, 0), Compared(12, 10, None, partial=True)),
        (date(2025, 9, 1), date(2026, 10, 20), (12, 10, 8), Compared(12, 10, 8, partial=True)),
        (date(2026, 11, 1), NEWEST, (0, 0, 0), Compared(None, None, None)),
        (date(2026, 11, 1), NEWEST, (3, 0, 0), Compared(3, None, None, partial=True)),
    ],
)
def test_compared(begins: date, newest: date, counts: tuple[int, int, int], wanted: Compared) -> None:
    """By where the record begins and ends; late reports of an earlier day are counted, and marked as not the whole."""
    found = [{("379001", "物业"): n} if n else {} for n in counts]
    total, categories, counties = compare(found, MONTHS, {"379001": begins}, newest)
    assert total == wanted
    assert [(row.name, row.count) for row in counties] == [("379001", wanted)]
    assert all(row.count == wanted for row in categories)


def test_one_county_of_two_begins_later() -> None:
    """The total is of what there is, and says that it is not the whole."""
    found = [{("A", "物业"): 5, ("B", "物业"): 7}, {("A", "物业"): 4}, {}]
    total, categories, counties = compare(found, MONTHS, {"A": date(2025, 1, 1), "B": date(2026, 10, 1)}, NEWEST)
    assert total == categories[0].count == Compared(12, 4, 0, partial=True)
    assert [(row.name, row.count) for row in counties] == [("B", Compared(7, None, None)), ("A", Compared(5, 4, 0))]


@pytest.mark.parametrize(
    ("now", "before", "change"), [(12, 10, 0.2), (5, 10, -0.5), (5, 0, None), (None, 10, None), (5, None, None)]
)
def test_changes(now: int | None, before: int | None, change: float | None) -> None:
    """No share of nothing."""
    assert Compared(now, before, None).change == pytest.approx(change)


def case(number: int, lost: bool, appeared: bool | None = None) -> CourtCase:
    """An administrative case."""
    return CourtCase(f"（2026）黑0102行初{number}号", lost, appeared)


@pytest.mark.parametrize(
    ("cases", "lost", "appeared"),
    [
        ([], None, None),
        ([case(1, True)], None, None),
        ([case(1, True), case(2, False), case(3, False), case(4, False)], 0.25, None),
        ([case(1, True, True), case(2, False, False), case(3, False)], 1 / 3, 0.5),
        ([case(1, False, True)], 0.0, 1.0),
    ],
)
def test_rates(cases: list[CourtCase], lost: float | None, appeared: float | None) -> None:
    """Losses alone make no rate; hearings of which nothing was said do not count; each gap is explained."""
    found = losses(cases), appearances(cases)
    assert [share.share for share in found] == [pytest.approx(lost), pytest.approx(appeared)]
    assert all(share.share is not None or share.why for share in found)


def test_suits_for_each_ten_thousand() -> None:
    """None without residents or without a source."""
    assert SuitLine("A", 124, 620_000).per_ten_thousand == 2.0
    assert SuitLine("A", None, 620_000).per_ten_thousand is None
    assert SuitLine("A", 124, None).per_ten_thousand is None
