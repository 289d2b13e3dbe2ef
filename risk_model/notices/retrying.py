"""When a message that could not be delivered is tried again: exponential back-off with jitter, until it is given up."""

from datetime import datetime, timedelta

from risk_model.notices.settings import NoticeTable


def next_attempt(
    attempt: int, first_at: datetime, now: datetime, asked_seconds: float, draw: float, table: NoticeTable
) -> datetime | None:
    """When to try again after attempt number ``attempt`` failed; None when it is time to give up.

    Args:
        attempt: how many were made, from 1.
        first_at: when the message was made.
        now: aware.
        asked_seconds: pause the channel asked for (Retry-After), 0 when it did not.
        draw: uniform in [0, 1), for the jitter.
        table: pauses and limits.
    """
    pause = min(table.first_retry_seconds * table.retry_factor ** min(attempt - 1, 60), table.longest_retry_seconds)
    pause = max(pause, min(asked_seconds, table.longest_retry_seconds)) * (1 + table.jitter * draw)
    again = now + timedelta(seconds=pause)
    return again if again <= first_at + timedelta(hours=table.give_up_hours) else None
