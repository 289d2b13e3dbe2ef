"""An event store filled as WATCH fills it: assessed and rejected records through the real decisions, in one transaction a batch."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from infra.intake import Incoming, rejection_headers
from infra.rules import load_rules
from infra.settings import Settings
from infra.store.engine import open_engine
from infra.store.schema import upgrade
from infra.watching import Watch
from schemas.assessed import Assessed, AssessedParty, Origin, Place, Versions, encode_assessed
from schemas.errors import field_error
from schemas.event_types import EVENT_TYPES
from schemas.identifiers import dispute_id
from schemas.reasons import Reason

ASSESSED = "dispute.assessed.v1"
REJECTED = "dispute.rejected.v1"
REPORTED = "dispute.reported.v1"
FIRST_DAY = datetime(2025, 9, 1, 1, 0, tzinfo=UTC)
"""09:00 in China."""


def assessed(number: int, *, at: datetime = FIRST_DAY, place: Place | None = None, **changed: Any) -> Assessed:
    """An assessed record whose identity is its number; any field can be given."""
    fields: dict[str, Any] = {
        "type": "gov.hotline_ticket",
        "source": "/gov/379001/hotline",
        "occurred_at": at,
        "reported_at": at + timedelta(hours=1),
        "place": place or Place("379001", "379001001", "东门社区"),
        "title": f"第 {number} 件",
        "narrative": "小区物业乱收停车费。",
        "category": "物业",
        "category_probability": 0.9,
        "level": 1,
        "model_level": 1,
        "level_probabilities": (0.9, 0.05, 0.03, 0.02),
        "reasons": (Reason("model.level", "模型判为蓝", "model"),),
        "versions": Versions("model-1", "policy-1", 2),
        "origin": Origin(REPORTED, 0, number),
    } | changed
    fields["side"] = EVENT_TYPES[fields["type"]].side
    fields["source_event_id"] = f"T-{number}"
    fields["dispute_id"] = dispute_id(fields["source"], fields["source_event_id"])
    return Assessed(**fields)


def against(enterprise: str) -> dict[str, Any]:
    """Fields of an event about an enterprise, which links it to that enterprise's matter."""
    party = AssessedParty("respondent", "enterprise", enterprise, token=f"token-{enterprise}")
    return {"parties": (party,), "link_keys": (f"uscc:token-{enterprise}",)}


def burst(first_number: int, quiet_days: int = 14, cases: int = 12, **changed: Any) -> list[Assessed]:
    """One event a day, and then so many on one day that it is seen."""
    last = FIRST_DAY + timedelta(days=quiet_days)
    quiet = [assessed(first_number + day, at=FIRST_DAY + timedelta(days=day), **changed) for day in range(quiet_days)]
    return quiet + [
        assessed(first_number + quiet_days + n, at=last + timedelta(minutes=n), **changed) for n in range(cases)
    ]


def migrate(url: str) -> None:
    """Make an empty store of this release at the address."""
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()


class Seeded:
    """A migrated store and the WATCH that fills it."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.engine: Engine = open_engine(url)
        upgrade(self.engine)
        self._watch = Watch(self.engine, load_rules(settings), settings.kafka_name(REJECTED))
        self._next = {ASSESSED: 0, REJECTED: 0}
        self._settings = settings

    def add(self, disputes: Iterable[Assessed], at: datetime = FIRST_DAY) -> None:
        """Apply one batch of assessed records, recorded at this time."""
        self._apply(ASSESSED, [(encode_assessed(dispute), ()) for dispute in disputes], at)

    def reject(self, values: Sequence[bytes], at: datetime = FIRST_DAY, import_id: str | None = None) -> None:
        """Apply one batch of rejected messages."""
        errors = [field_error("not_json", "$", "text", "JSON 对象", "a JSON object")]
        start = self._next[REJECTED]
        self._apply(
            REJECTED,
            [
                (value, rejection_headers(errors, f"{REPORTED}/0/{start + n}", at, "assess", import_id, n))
                for n, value in enumerate(values)
            ],
            at,
        )

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def _apply(self, topic: str, messages: Sequence[tuple[bytes, Sequence[tuple[str, bytes]]]], at: datetime) -> None:
        start = self._next[topic]
        name = self._settings.kafka_name(topic)
        self._watch.apply([Incoming(name, 0, start + n, *message) for n, message in enumerate(messages)], at)
        self._next[topic] = start + len(messages)
