"""What the stream itself decides of names on a simulated city: every event through ``decide``, every city day through ``unite_across``.

In memory and without Kafka or SQL; trends, alerts' text and plans are decided too, as live. Used by ``benchmarks.linkage_quality``.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from risk_model.decide import decide_assessed
from risk_model.linking.identifying import known_by
from risk_model.linking.naming import naming
from risk_model.local_time import local_day
from risk_model.matters.level_rules import head
from risk_model.matters.uniting import unite_across
from risk_model.names.across import Groups, united_across
from risk_model.names.book import NameBook
from risk_model.names.known import ENTERPRISE
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import DisputeAssessed, NamesLearnt, NamesUnited, Recorded


class Filed(NamedTuple):
    """Keys an event was filed by, with enterprises by what stands for them, and the matter that it is in when all is over."""

    keys: dict[str, str]
    matter: str | None


class StreamLinkage:
    """Decides on events in the order of their reports, and closes the city's day at each midnight.

    Args:
        rules: policy and region words.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._state = State()
        self._city = NameBook()
        self._enterprises: set[str] = set()
        self._united: dict[str, str] = {}
        self._news: dict[str, str] = {}
        self._today: date | None = None
        self._keys: dict[str, tuple[str, ...]] = {}
        self.facts: Counter[str] = Counter()

    def take(self, event: Assessed, without_codes: bool) -> None:
        """Decide on the next event; ``without_codes``: as if no source knew USCCs."""
        day = local_day(event.reported_at)
        if self._today is not None and day > self._today:
            self._close(self._today)
        self._today = day if self._today is None else max(day, self._today)
        if without_codes:
            parties = tuple(msgspec.structs.replace(party, token=None) for party in event.parties)
            keys = tuple(key for key in event.link_keys if not key.startswith("uscc:"))
            event = msgspec.structs.replace(event, parties=parties, link_keys=keys)
        read = msgspec.structs.replace(event, naming=naming(event, self._rules.places))
        self._note(decide_assessed(self._state, read, self._rules))
        self._state.forget_changes()

    def finish(self, events: Iterable[Assessed]) -> list[Filed]:
        """Close the last day; where each event is."""
        if self._today is not None:
            self._close(self._today)
        groups = Groups(self._united, ())
        return [self._filed(event.dispute_id, groups) for event in events]

    def _filed(self, dispute_id: str, groups: Groups) -> Filed:
        keys: dict[str, str] = {}
        for key in self._keys[dispute_id]:
            kind, _, value = key.partition(":")
            keys.setdefault(kind, groups.root(value) if kind == "firm" else value)
        matter_id = self._state.filed[dispute_id].matter_id
        return Filed(keys, head(self._state, matter_id).matter_id if matter_id else None)

    def _note(self, recorded: Sequence[Recorded]) -> None:
        for item in recorded:
            event = item.event
            self.facts[type(event).__name__] += 1
            if isinstance(event, DisputeAssessed):
                self._keys[event.dispute.dispute_id] = event.dispute.link_keys
            elif isinstance(event, NamesUnited):
                self._united[event.from_id] = event.into_id
            elif isinstance(event, NamesLearnt):
                for learnt in event.names:
                    self._city.add(known_by(learnt, event.county))
                    if learnt.kind == ENTERPRISE:
                        self._enterprises.add(learnt.target)
                        self._news.setdefault(learnt.target, event.dispute_id)

    def _close(self, day: date) -> None:
        known = [self._city[target] for target in sorted(self._enterprises)]
        changed = [self._city[target] for target in sorted(self._news)]
        groups = Groups(self._united, known)
        found = united_across(changed, self._city, groups, self._rules.policy.linkage)
        if found:
            before = Groups(self._united, known)
            self._note(unite_across(self._state, found, before, day, self._news, self._rules))
        self._news.clear()
        self._state.forget_changes()
