"""A calendar month in China."""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self

from risk_model.local_time import SHANGHAI

_FORM = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class Month(NamedTuple):
    """A month, in order."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Month of ``2026-10``.

        Raises:
            ValueError: it is not of that form.
        """
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"月份应写成 2026-10，收到 {text!r} / a month is written 2026-10, got {text!r}")
        return cls(int(found[1]), int(found[2]))

    @property
    def first_day(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The last day."""
        return self.plus(1).first_day - timedelta(days=1)

    @property
    def begins(self) -> datetime:
        """Midnight of the first day in China."""
        return datetime(self.year, self.number, 1, tzinfo=SHANGHAI)

    @property
    def zh(self) -> str:
        """``2026年10月``."""
        return f"{self.year}年{self.number}月"

    def plus(self, months: int) -> Self:
        """The month so many later."""
        at = self.year * 12 + self.number - 1 + months
        return type(self)(at // 12, at % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"
