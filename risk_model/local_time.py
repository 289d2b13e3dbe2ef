"""Local time of the offices: UTC+8 all the year. Days and months that are counted, compared or shown are local ones."""

from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def local_day(moment: datetime) -> date:
    """Calendar day in China of an aware time."""
    return moment.astimezone(SHANGHAI).date()
