"""What the simulation knows of the demonstration's reports: whether an alert is right."""

from collections.abc import Sequence

from sqlalchemy import Connection

from infra.simulation.truth import EventTruth, StoryTruth
from infra.store.queries.alerts import trends_of
from infra.store.queries.disputes import ids_behind_alert
from risk_model.entities import Alert
from schemas.identifiers import dispute_id

LEAST = 3  # events of a story that make an alert of counts right


class Truth:
    """Truth of what was reported so far.

    Args:
        stories: of the simulation, as they are planted.
    """

    def __init__(self, stories: Sequence[StoryTruth]) -> None:
        self._grave = {story.id for story in stories if not story.benign}
        self._known: dict[str, EventTruth] = {}

    def know(self, truth: EventTruth) -> None:
        """Take note of what is true of a report."""
        self._known[dispute_id(truth.source, truth.event_id)] = truth

    def right(self, connection: Connection, alert: Alert) -> bool:
        """Whether an alert is right: an event behind a matter's is truly of its level, or a planted story is behind it."""
        ids = ids_behind_alert(connection, alert.alert_id, alert.matter_id, trends_of(connection, alert.alert_id))
        behind = [self._known[one] for one in ids if one in self._known]
        of_stories = sum(one.story_id in self._grave for one in behind)
        if alert.matter_id is None:
            return of_stories >= LEAST
        return of_stories > 0 or any((one.level or 0) >= alert.level for one in behind)
