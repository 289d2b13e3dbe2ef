"""The shipped deadlines, and short ways to run one in a test."""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from risk_model.clocks.book import ClockBook, parse_clocks
from risk_model.clocks.clock import Clock
from risk_model.clocks.due import due
from risk_model.local_time import SHANGHAI

CLOCKS_FILE = Path(__file__).resolve().parent.parent / "risk_model" / "policy" / "clocks.toml"


@lru_cache(maxsize=1)
def book() -> ClockBook:
    """The shipped deadlines."""
    return parse_clocks(CLOCKS_FILE.read_bytes())


def noon(day: date) -> datetime:
    """Noon of a day in China."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def lapse(clock: Clock) -> datetime | None:
    """When a deadline of the shipped book lapses as it stands."""
    found = due(clock, book().rule(clock.code), book().calendar)
    return found.lapses_at if found else None
