"""The desk: open alerts on their way to their owners, and what of the closed ones still counts, found by what they have in common."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from risk_model.alerts.status import CLOSED
from risk_model.dispatch.entities import Card, Silence
from risk_model.entities import Alert
from risk_model.folding import record
from risk_model.state import State
from schemas.domain_events import DomainEvent, Recorded

_TOWNSHIP_DIGITS = 9
COUNTS = ("emerging", "trending")
ABSORBERS = ("systemic", "regional")


class Desk:
    """Alerts with their cards, indexed; every fact is applied through it.

    Args:
        state: alerts, cards and silences; changed in place.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self._found: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._entries: dict[str, list[tuple[str, str]]] = {}
        for alert_id in list(state.cards):
            self.index(alert_id)

    def alert(self, alert_id: str) -> Alert:
        """An alert of the desk."""
        return self.state.alerts[alert_id]

    def card(self, alert_id: str) -> Card:
        """Its card."""
        return self.state.cards[alert_id]

    def find(self, index: str, key: str) -> list[str]:
        """Ids that have something in common, in order.

        Args:
            index: ``key``, ``reach``, ``area``, ``dispute``, ``group``, ``under``, ``stage`` of open alerts; ``series``, ``owner``,
                ``county`` (told to, told in) of all; ``duplicate`` of those closed as a repeat.
            key: what they have in common.
        """
        return sorted(self._found.get((index, key), ()))

    def silences(self, now: datetime) -> list[Silence]:
        """Silences that hold."""
        every = self.state.silences.values()
        return sorted((s for s in every if s.lifted_at is None and now < s.until), key=lambda s: s.silence_id)

    def record(self, alert_id: str, event: DomainEvent) -> Recorded:
        """Apply a fact to an alert's card."""
        recorded = record(self.state, f"dispatch-{alert_id}", event)
        self.index(alert_id)
        return recorded

    def index(self, alert_id: str) -> None:
        """Bring the indexes up to date with an alert and its card."""
        for entry in self._entries.pop(alert_id, ()):
            found = self._found[entry]
            found.discard(alert_id)
            if not found:
                del self._found[entry]
        alert, card = self.state.alerts.get(alert_id), self.state.cards.get(alert_id)
        if alert is None or card is None:
            return
        entries = self._entries[alert_id] = list(dict.fromkeys(_entries(alert, card)))
        for entry in entries:
            self._found[entry].add(alert_id)

    def forget(self, before: datetime) -> None:
        """Let closed alerts go that no window reaches back to."""
        for alert_id, card in list(self.state.cards.items()):
            alert = self.state.alerts.get(alert_id)
            if alert is not None and alert.status == CLOSED and card.newest < before:
                del self.state.cards[alert_id], self.state.alerts[alert_id]
                self.index(alert_id)


def series_of(alert: Alert) -> str:
    """What comes and goes: the series of an alert of counts, else the alert itself."""
    return f"{alert.region}|{alert.measure}" if alert.kind in COUNTS else alert.alert_id


def area(region: str, category: str) -> str:
    """Key of a township and a category."""
    return f"area:{region[:_TOWNSHIP_DIGITS]}:{category}"


def _entries(alert: Alert, card: Card) -> Iterable[tuple[str, str]]:
    yield "series", series_of(alert)
    for told in card.told:
        yield "owner", told.owner
        yield "county", alert.county
    if alert.status == CLOSED:
        if alert.duplicate_of is not None:
            yield "duplicate", alert.duplicate_of
        return
    yield "stage", card.stage
    yield "group", card.group_id
    if card.absorbed_by is not None:
        yield "under", card.absorbed_by
    for key in card.keys:
        yield "key", key
    for key in card.reach:
        yield "reach", key
    for dispute_id in card.dispute_ids:
        yield "dispute", dispute_id
    if alert.kind not in ABSORBERS and len(alert.region) >= _TOWNSHIP_DIGITS:
        yield "area", area(alert.region, alert.category)
