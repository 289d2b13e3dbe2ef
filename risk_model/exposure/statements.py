"""What a dispute event tells the graph: relations that it states, and trouble of the enterprise or project it is about."""

from risk_model.exposure.entities import ENTERPRISE, PERSON, PROJECT, End, Stated, Trouble
from risk_model.linking.keys import subject_party
from risk_model.local_time import local_day
from schemas.assessed import Assessed, RelatedEnd

PROJECT_TROUBLE = frozenset({"gov.project_stalled", "gov.escrow_anomaly"})
"""Event types in which the responding enterprise is the project's developer."""


def stated_relations(dispute: Assessed, known_on: int) -> list[Stated]:
    """Relations that the event states between two ends that can be told from others.

    Args:
        dispute: the event.
        known_on: day of its county's clock, a proleptic ordinal.
    """
    day = local_day(dispute.occurred_at).toordinal()
    found = []
    for relation in dispute.relations:
        start, end = (_end(one, dispute.place.county) for one in (relation.from_, relation.to))
        if all(one.code_key or one.name_key for one in (start, end)):
            amount = relation.amount_fen or 0
            found.append(Stated(dispute.dispute_id, relation.kind, start, end, amount, day, known_on))
    return found


def trouble(dispute: Assessed, known_on: int) -> Trouble | None:
    """What the event says of the enterprise or project it is about; None when it is about neither."""
    county = dispute.place.county
    party = subject_party(dispute.type, dispute.parties)
    project = None
    if dispute.project is not None:
        project = End(PROJECT, dispute.project.id or "", dispute.project.name or "", county)
        if not (project.code_key or project.name_key):
            project = None
    about = End(ENTERPRISE, party.token or "", party.name, county) if party is not None else project
    if about is None or not (about.code_key or about.name_key):
        return None
    claimants = {p.token for p in dispute.parties if p.role == "claimant" and p.token and p is not party}
    return Trouble(
        dispute.dispute_id,
        dispute.type,
        dispute.category,
        dispute.source,
        dispute.level,
        county,
        about,
        project if party is None or dispute.type in PROJECT_TROUBLE else None,
        dispute.people_involved or 0,
        tuple(sorted(claimants)),
        local_day(dispute.occurred_at).toordinal(),
        known_on,
    )


def _end(end: RelatedEnd, county: str) -> End:
    code = end.id if end.kind == PROJECT else end.token
    return End(end.kind, code or "", "" if end.kind == PERSON else end.name or "", county)
