"""What an event may weigh and when it may have happened."""

from datetime import datetime, timedelta

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """Limits of intake; part of the policy.

    Attributes:
        max_bytes: size of the whole message.
        max_depth: nesting of JSON objects and arrays.
        future_tolerance: how far ``occurred_at`` and ``time`` may lie after now.
        earliest: events before it are refused as mistyped.
    """

    max_bytes: int
    max_depth: int
    future_tolerance: timedelta
    earliest: datetime
