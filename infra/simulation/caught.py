"""Which alerts a planted story's own events raised, from the event log."""

from datetime import date
from typing import NamedTuple

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
    """A story and the first alert that its own events raised, escalated, or extended by a further count aberration.

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


class _Alarm(NamedTuple):
    """A fact that raised, lifted or extended an alert: its level then, and the dispute events that the fact names."""

    alert_id: str
    level: int
    disputes: tuple[str, ...]


def caught(connection: Connection, stories: list[StoryTruth]) -> list[Caught]:
    """Each story that has begun. A fact counts for the story that at least half of the events it names are of, from the last report among them."""
    alarms = _alarms(connection)
    d = reads.disputes
    reported = {one: local_day(moment(us)) for one, us in connection.execute(select(d.c.dispute_id, d.c.reported_us))}
    found = []
    for story in (story for story in stories if story.event_ids):
        own = {dispute_id(source, event_id) for source, event_id in story.event_ids}
        told = [
            (max(reported[one] for one in alarm.disputes), alarm.alert_id, alarm.level)
            for alarm in alarms
            if 2 * len(own.intersection(alarm.disputes)) >= len(alarm.disputes)
        ]
        day, alert_id, level = min(told, default=(None, None, None))
        found.append(Caught(story, alert_id, level, day, len({alert for _, alert, _ in told})))
    return found


def _alarms(connection: Connection) -> list[_Alarm]:
    levels: dict[str, int] = {}
    found: list[_Alarm] = []
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
        if disputes:
            found.append(_Alarm(alert_id, levels[alert_id], tuple(disputes)))
    return [alarm._replace(level=alarm.level or levels[alarm.alert_id]) for alarm in found]
