"""The only reader of the wall clock: entry points take `now` from here and pass it on as an argument.

A demonstration plays months in minutes: its processes follow a clock of its own, a file that says how far it is from the wall clock.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_MICROSECOND = timedelta(microseconds=1)
_followed: list[Path] = []


def now() -> datetime:
    """Return the present instant as an aware datetime in UTC."""
    wall = datetime.now(UTC)
    return wall + int(_followed[0].read_bytes()) * _MICROSECOND if _followed else wall


def follow(file: Path | None) -> None:
    """Follow a demonstration's clock from now on, in this process; None is the wall clock."""
    _followed[:] = [] if file is None else [file]


def set_clock(file: Path, moment: datetime) -> None:
    """Set a demonstration's clock: it goes on from this instant as fast as the wall clock.

    Args:
        file: that its processes follow; it is replaced as a whole, so nobody reads half of it.
        moment: aware.
    """
    ahead = (moment - datetime.now(UTC)) // _MICROSECOND
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    partial.write_bytes(b"%d" % ahead)
    partial.replace(file)
