"""What is true about the simulated events: labels, incidents, planted stories, duplicates and reasons of refusal."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class EventTruth:
    """Truth about one published record.

    Attributes:
        index: position in the stream, from 0.
        source, event_id: CloudEvents identity; empty for a record so broken that it has none.
        event_type: name without prefix; the intended one for a malformed record.
        county, township: where it belongs.
        incident_id: the dispute behind it; reports of one dispute by several offices share it.
        incident_people: how many people the dispute really concerns, however often they are reported.
        project_id, respondent_uscc: what else a matter may be joined by.
        story_id: planted story, None for everyday disputes.
        category: true category; None for a malformed record.
        level: true level 1 to 4 with 5 % noise; None for a malformed record.
        duplicate_of: index of the record it repeats byte for byte, None otherwise.
        malformed: kind of defect, None for a good record.
        reason: expected reason code of the refusal, None for a good record.
    """

    index: int
    source: str
    event_id: str
    event_type: str
    county: str
    township: str
    incident_id: str
    incident_people: int
    project_id: str | None
    respondent_uscc: str | None
    story_id: str | None
    category: str | None
    level: int | None
    duplicate_of: int | None = None
    malformed: str | None = None
    reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping without empty fields."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}


@dataclass(slots=True)
class StoryTruth:
    """Truth about one planted story.

    Attributes:
        id, kind: name of the story and its kind.
        warnings: kinds of warning that are right: 苗头, 趋势, 区域, 系统; empty where none should be raised.
        counties, townships: places it touches.
        category: category of most of its events.
        entity, entity_uscc, project_id: what it is about.
        benign: whether a warning of grave risk would be false (a rain burst, quota junk).
        note: one sentence in Chinese.
        event_ids: (source, id) of its events in report order, filled in as they are published.
        first_day, last_day: report dates of the first and last of them.
    """

    id: str
    kind: str
    warnings: tuple[str, ...]
    counties: tuple[str, ...]
    townships: tuple[str, ...]
    category: str
    entity: str | None
    entity_uscc: str | None
    project_id: str | None
    benign: bool
    note: str
    event_ids: list[tuple[str, str]] = field(default_factory=list)
    first_day: date | None = None
    last_day: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping with ISO dates."""
        values = {name: getattr(self, name) for name in self.__slots__}
        for name in ("first_day", "last_day"):
            values[name] = values[name].isoformat() if values[name] else None
        return values
