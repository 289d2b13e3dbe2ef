"""Local time of the offices: UTC+8 all the year. Days and months that are counted, compared or shown are local ones."""

from datetime import UTC, date, datetime, timedelta, timezone

_AHEAD = timedelta(hours=8)
SHANGHAI = timezone(_AHEAD, "Asia/Shanghai")


def local_day(moment: datetime) -> date:
    """Calendar day in China of an aware time."""
    return ((moment + _AHEAD) if moment.tzinfo is UTC else moment.astimezone(SHANGHAI)).date()
