"""A dispute event as the checks of the model's input see it, wherever it comes from."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.fields import ScoringFields, fields_of
from risk_model.text.lead import scoring_text
from schemas.assessed import Assessed

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
REPORTER = "reporter"
"""Extra field by which a source may name who reported: a grid worker's or a team's number."""


class Observed(msgspec.Struct, frozen=True):
    """One event.

    Attributes:
        event_id: dispute id, or the position in a label file.
        source: agency, as its CloudEvents source; empty when not known.
        text: masked text as the model reads it.
        fields: structured fields.
        occurred_at, reported_at: aware.
        reporter: source and township (a quota is the township's, not the community's), or the source's own mark of who reported.
        matter_id: matter it belongs to; several reports of one matter are no copies of each other.
    """

    event_id: str
    source: str
    text: str
    fields: ScoringFields
    occurred_at: datetime
    reported_at: datetime
    reporter: str
    matter_id: str | None = None


def observed_record(record: Assessed, matter_id: str | None) -> Observed:
    """A recorded event."""
    named = record.extra.get(REPORTER)
    place = named if isinstance(named, str) and named else record.place.township or record.place.county
    fields = fields_of(record)
    text = scoring_text(record.title, record.narrative)
    return Observed(
        record.dispute_id,
        record.source,
        text,
        fields,
        record.occurred_at,
        record.reported_at,
        f"{record.source}#{place}",
        matter_id,
    )


def observed_examples(examples: Iterable[LabelledExample]) -> list[Observed]:
    """Examples of a label file, which say neither when they were reported nor by whom within the agency.

    One moment stands for all times that are not known.
    """
    found = []
    for number, e in enumerate(examples):
        at = e.occurred_at or NO_TIME
        found.append(Observed(str(number), e.source or "", e.text, e.fields, at, at, e.source or ""))
    return found
