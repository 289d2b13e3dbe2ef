"""How requests are answered, by the office asked: never by who asked, so that no court is ranked by the advice it gives. Pure.

Since 2025 basic courts are not assessed on the number of judicial advices; what is followed here is whether they are answered.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from statistics import median

import msgspec

from risk_model.ledger.entity import SETTLED, WITHDRAWN, Request

_DAY_SECONDS = 86_400


class Answering(msgspec.Struct, frozen=True):
    """How an office (or all) answers what it is asked. Requests that were withdrawn are left out.

    Attributes:
        office: the office asked; empty for all.
        asked: requests made of it.
        answered: of these, answered at least once; ``in_time``: first answered before the deadline lapsed.
        settled: accepted by the asker.
        open: not answered, or sent back; ``overdue``: of these, with a deadline that has lapsed.
        sent_back: answers that were not accepted.
        fulfilled: answered / (answered + never answered though the deadline has lapsed); None when that is nothing.
        median_days: from request to first answer; None when nothing was answered.
    """

    office: str
    asked: int
    answered: int
    in_time: int
    settled: int
    open: int
    overdue: int
    sent_back: int
    fulfilled: float | None
    median_days: float | None


class Entry(msgspec.Struct, frozen=True):
    """A request with its deadlines: when the first lapses (None: none runs, or it stands still), and when the one that runs does."""

    request: Request
    first_lapses_at: datetime | None
    lapses_at: datetime | None


def answering(entries: Iterable[Entry], now: datetime) -> tuple[Answering, list[Answering]]:
    """All requests together, and by the office asked, in order of its name."""
    offices: dict[str, list[Entry]] = defaultdict(list)
    kept = [e for e in entries if e.request.made is not None and e.request.status != WITHDRAWN]
    for entry in kept:
        assert entry.request.made is not None, "kept for that"
        offices[entry.request.made.asked].append(entry)
    return _of("", kept, now), [_of(office, found, now) for office, found in sorted(offices.items())]


def _of(office: str, entries: list[Entry], now: datetime) -> Answering:
    days, in_time, overdue, still_open = list[float](), 0, 0, 0
    for entry in entries:
        request, made = entry.request, entry.request.made
        assert made is not None, "kept for that"
        first = request.first_answered_at
        if first is not None:
            days.append(max(0.0, (first - made.at).total_seconds() / _DAY_SECONDS))
            in_time += entry.first_lapses_at is None or first < entry.first_lapses_at
        if request.answered_at is None or request.status == "sent_back":
            still_open += 1
            overdue += entry.lapses_at is not None and entry.lapses_at <= now
    never = sum(
        1 for e in entries if e.request.first_answered_at is None and e.lapses_at is not None and e.lapses_at <= now
    )
    due = len(days) + never
    return Answering(
        office,
        len(entries),
        len(days),
        in_time,
        sum(e.request.status == SETTLED for e in entries),
        still_open,
        overdue,
        sum(e.request.times_sent_back for e in entries),
        len(days) / due if due else None,
        round(median(days), 1) if days else None,
    )
