"""Dispute events, assessed records and rules for tests, small and explicit."""

import copy
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from infra.intake import Incoming
from infra.rules import load_rules
from infra.settings import Settings
from risk_model.linking.keys import link_keys
from risk_model.rules import Rules
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.judgements import Judgements
from schemas.assessed import Assessed, AssessedParty, Lift, Origin, Place, Project, Versions, encode_assessed
from schemas.decode import decode
from schemas.dispute import Dispute
from schemas.event_types import EVENT_TYPES
from schemas.identifiers import dispute_id
from schemas.json_schemas import dispute_example
from schemas.reasons import Reason
from schemas.taxonomy import CATEGORIES

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
ASSESSED_TOPIC, REJECTED_TOPIC = "dispute.assessed.v1", "dispute.rejected.v1"
USCC = "91379001MA0K3Y1X2G"
CITIZEN_ID = "379001198503121010"


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The shipped policy, playbooks and regions."""
    return load_rules(Settings(_env_file=None))


def event(kind: str = "gov.petition", **data: Any) -> dict[str, Any]:
    """The published example of a type with some of its data replaced; ``...`` removes a field."""
    changed = copy.deepcopy(dispute_example(kind))
    changed["data"].update(data)
    changed["data"] = {name: value for name, value in changed["data"].items() if value is not ...}
    return changed


def decoded(value: Mapping[str, Any] | bytes, now: datetime = NOW) -> Dispute:
    """Decode with the shipped rules."""
    raw = value if isinstance(value, bytes) else orjson.dumps(value)
    return decode(raw, rules().regions, rules().policy.event_limits, now)


class ScriptedModel:
    """A model whose judgements are written down beforehand: one (category, level) an event, in order, then the last again."""

    version = "scripted-1"

    def __init__(self, script: Iterable[tuple[str, int]] = (("其他", 1),)) -> None:
        self.script = list(script)

    def assess(self, texts: Sequence[str], fields: Sequence[ScoringFields]) -> Judgements:
        """Next judgements of the script."""
        given = [self.script.pop(0) if len(self.script) > 1 else self.script[0] for _ in texts]
        level = np.array([level for _, level in given], dtype=np.int64)
        probabilities = np.full((len(given), 4), 0.1)
        probabilities[np.arange(len(given)), level - 1] = 0.7
        return Judgements(
            CATEGORIES,
            np.array([CATEGORIES.index(category) for category, _ in given], dtype=np.int64),
            np.full(len(given), 0.9),
            level,
            probabilities,
            np.zeros(len(given)),
            np.zeros(len(given), dtype=np.uint8),
        )

    def lifts(self, judged: Judgements) -> list[Lift | None]:
        """History weighs nothing."""
        return [None] * len(judged.level)

    def explain_levels(self, texts: Sequence[str], fields: Sequence[ScoringFields]) -> list[list[Reason]]:
        """Nothing to add."""
        return [[] for _ in texts]


def assessed(
    number: int,
    *,
    kind: str = "gov.petition",
    source: str = "/gov/379001/petition",
    county: str = "379001",
    township: str | None = None,
    at: datetime = NOW,
    level: int = 1,
    category: str = "其他",
    subject: tuple[str, ...] = (),
    enterprise: str | None = None,
    token: str | None = None,
    project: str | None = None,
    people: int | None = None,
    **more: Any,
) -> Assessed:
    """An assessed record; ``number`` makes its identity within its source."""
    parties = (AssessedParty("respondent", "enterprise", enterprise, token),) if enterprise else ()
    held = Project(None, project) if project else None
    fields: dict[str, Any] = {
        "dispute_id": dispute_id(source, str(number)),
        "source": source,
        "source_event_id": str(number),
        "type": kind,
        "side": EVENT_TYPES[kind].side,
        "occurred_at": at,
        "reported_at": at + timedelta(minutes=5),
        "place": Place(county, township),
        "title": "",
        "narrative": "",
        "category": category,
        "category_probability": 0.9,
        "level": level,
        "model_level": level,
        "level_probabilities": (0.25, 0.25, 0.25, 0.25),
        "reasons": (Reason("model.level", "模型判级", "model"),),
        "versions": Versions("scripted-1", "test", 2),
        "origin": Origin("dispute.reported.v1", 0, number),
        "parties": parties,
        "project": held,
        "people_involved": people,
        "subject": subject,
        "link_keys": link_keys(kind, county, parties, held, more.get("case_number")),
    }
    return Assessed(**{**fields, **more})


def incoming(records: Iterable[Assessed], first_offset: int = 0) -> list[Incoming]:
    """The records as WATCH receives them."""
    return [
        Incoming(ASSESSED_TOPIC, 0, offset, encode_assessed(record))
        for offset, record in enumerate(records, first_offset)
    ]


def shared_data() -> Path | None:
    """Folder of the real data, None where it is absent."""
    named = os.environ.get("FUYUAN_REAL_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    return folder if folder.is_dir() else None
