"""The comparison of champion and challenger over recorded disputes: read from the store, folded in memory."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from infra.store.queries.assessments import assessments_since
from infra.store.queries.models import role_history
from risk_model.rules import Rules
from risk_model.shadowing import Comparing, Comparison
from schemas.domain_events import ChallengerNamed, DisputeAssessed

HISTORY_DAYS = 120
"""Days folded before the first event compared: the longest window of the matter rules, and the baselines of the trends."""


class NothingToCompare(RuntimeError):
    """There was never a challenger, or none of the events named; the message says what to do."""

    for_operator = True


def compare(
    engine: Engine,
    rules: Rules,
    now: datetime,
    *,
    days: int | None = None,
    challenger: str | None = None,
    history_days: int = HISTORY_DAYS,
    progress: Callable[[int], None] = lambda _: None,
) -> Comparison:
    """Compare over the disputes recorded since the challenger was named, at most the last ``days``.

    Args:
        engine: the store.
        rules: those in force.
        now: end of the span of ``days``.
        days: None is the whole time.
        challenger: version; None is the last one named.
        history_days: recorded days folded before, so that matters and counts are there; see ``HISTORY_DAYS``.
        progress: told the number of disputes folded so far.

    Raises:
        NothingToCompare: no such challenger, or no event with its word.
    """
    with engine.connect() as connection:
        named = [
            event
            for event in role_history(connection)
            if isinstance(event, ChallengerNamed) and event.version is not None and challenger in (None, event.version)
        ]
        if not named:
            raise NothingToCompare(
                f"没有过挑战者{challenger or ''}：先用 fuyuan model challenge 指定 / there was no such challenger: name one first"
            )
        version = named[-1].version
        assert version is not None, "only named ones were kept"
        first = min(event.named_at for event in named if event.version == version)
        since = first if days is None else max(first, now - timedelta(days=days))
        comparing, folded = Comparing(version, rules), 0
        for chunk in assessments_since(connection, since - timedelta(days=history_days)):
            for stored in chunk:
                event = stored.recorded.event
                assert isinstance(event, DisputeAssessed), "the query asks for these only"
                comparing.add(event.dispute, counted=stored.recorded_at >= since)
            folded += len(chunk)
            progress(folded)
    found = comparing.result()
    if not found.events:
        raise NothingToCompare(
            f"挑战者 {version} 在此期间没有判过事件：稍候，或放宽 --days / the challenger judged no event in this time: wait, or widen --days"
        )
    return found
