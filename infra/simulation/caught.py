"""Which alerts a planted story's own events raised, from the event log."""

from datetime import date

import msgspec
from sqlalchemy import Connection, select

from infra.simulation.truth import StoryTruth
from infra.store.event_log import moment, read_events
from infra.store.tables import reads
from risk_model.local_time import local_day
from schemas.domain_events import AlertEscalated, AlertRaised, TrendDetected
from schemas.identifiers import dispute_id

_MOST_EVENTS = 1_000_000


class Caught(msgspec.Struct, frozen=True):
    """A story and the first alert that one of its own events raised, escalated, or extended by a further count aberration.

    Attributes:
        story: the planted story.
        alert_id, level, day: that alert, its level then, and the local day of the report that did it; None: there is none.
        alerts: how many alerts its events raised or joined in all.
    """

    story: StoryTruth
    alert_id: str | None
    level: int | None
    day: date | None
    alerts: int

    @property
    def lag_days(self) -> int | None:
        """Days from the story's first report to the alert; None when there is no alert."""
        if self.day is None or self.story.first_day is None:
            return None
        return (self.day - self.story.first_day).days


def caught(connection: Connection, stories: list[StoryTruth]) -> list[Caught]:
    """Each story that has begun. An alert that everyday events raised before or beside a story does not count for it."""
    alarms = _alarms(connection)
    found = []
    for story in (story for story in stories if story.event_ids):
        own = [
            (_reported(connection, dispute), alert_id, level)
            for dispute in (dispute_id(source, event_id) for source, event_id in story.event_ids)
            for alert_id, level in alarms.get(dispute, ())
        ]
        day, alert_id, level = min(own, default=(None, None, None))
        found.append(Caught(story, alert_id, level, day, len({alert for _, alert, _ in own})))
    return found


def _alarms(connection: Connection) -> dict[str, list[tuple[str, int]]]:
    """(alert, its level then) by the dispute event that brought it about."""
    levels: dict[str, int] = {}
    alarms: dict[str, list[tuple[str, int]]] = {}
    for stored in read_events(connection, limit=_MOST_EVENTS, types=("AlertRaised", "AlertEscalated", "TrendDetected")):
        match stored.recorded.event:
            case AlertRaised(alert_id=alert_id, level=level, dispute_ids=disputes):
                levels[alert_id] = level
            case AlertEscalated(alert_id=alert_id, level_after=level, dispute_ids=disputes):
                levels[alert_id] = level
            case TrendDetected(alert_id=str(alert_id), dispute_ids=disputes):
                levels.setdefault(alert_id, 0)  # it is raised right after
            case _:
                continue
        for dispute in disputes:
            alarms.setdefault(dispute, []).append((alert_id, levels[alert_id]))
    return {dispute: [(one, level or levels[one]) for one, level in told] for dispute, told in alarms.items()}


def _reported(connection: Connection, dispute: str) -> date:
    d = reads.disputes
    reported_us = connection.execute(select(d.c.reported_us).where(d.c.dispute_id == dispute)).scalar_one()
    return local_day(moment(reported_us))
