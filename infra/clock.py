"""The only reader of the wall clock: entry points take `now` from here and pass it on as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant as an aware datetime in UTC."""
    return datetime.now(UTC)
