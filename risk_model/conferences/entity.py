"""A conference as its facts make it, and where each item stands: 议题, 交办, 反馈, 销号."""

from datetime import date, datetime

import msgspec

from schemas.domain_events import (
    AgendaItem,
    AgendaItemAdded,
    AgendaItemClosed,
    ConferenceCalled,
    ConferenceDecided,
    ConferenceMinuted,
)

CALLED, MINUTED = "called", "minuted"
STATUS_ZH = {CALLED: "已召集", MINUTED: "纪要已签发"}
LISTED, ASSIGNED, ANSWERED, CLOSED = "listed", "assigned", "answered", "closed"
ITEM_ZH = {LISTED: "议题", ASSIGNED: "已交办", ANSWERED: "已反馈", CLOSED: "已销号"}

ConferenceStep = AgendaItemAdded | ConferenceDecided | AgendaItemClosed | ConferenceMinuted
"""What happens to a conference after it was called."""


class Topic(msgspec.Struct):
    """An item of the agenda and what came of it."""

    item: AgendaItem
    decisions: list[ConferenceDecided] = []
    closed: AgendaItemClosed | None = None

    @property
    def status(self) -> str:
        """Where it stands by the conference's own facts; whether it was answered is in its duties (``steps.standing``)."""
        if self.closed is not None:
            return CLOSED
        return ASSIGNED if self.decisions else LISTED


class Conference(msgspec.Struct):
    """A conference and where it stands."""

    conference_id: str
    title: str
    held_on: date
    called_by: str
    called_at: datetime
    topics: list[Topic] = []
    minuted: ConferenceMinuted | None = None
    version: int = 0

    @property
    def status(self) -> str:
        """Whether its minutes were signed."""
        return CALLED if self.minuted is None else MINUTED

    def topic(self, item_id: str) -> Topic | None:
        """An item by its id."""
        return next((topic for topic in self.topics if topic.item.item_id == item_id), None)


def call(event: ConferenceCalled, version: int) -> Conference:
    """The conference an event calls."""
    topics = [Topic(item) for item in event.items]
    return Conference(event.conference_id, event.title, event.held_on, event.by, event.at, topics, version=version)


def advance(conference: Conference, event: ConferenceStep, version: int) -> None:
    """Fold one step into a conference, which is changed in place."""
    conference.version = version
    if isinstance(event, ConferenceMinuted):
        conference.minuted = event
        return
    if isinstance(event, AgendaItemAdded):
        conference.topics.append(Topic(event.item))
        return
    topic = conference.topic(event.item_id)
    assert topic is not None, "decided on what is on the agenda"
    if isinstance(event, ConferenceDecided):
        topic.decisions.append(event)
    else:
        topic.closed = event
