"""Proposals: pages by filter, one with what it is about."""

import msgspec
from sqlalchemy import Connection, select

from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.tables import reads
from risk_model.entities import Matter, Proposal

_proposal = msgspec.json.Decoder(Proposal)
_matter = msgspec.json.Decoder(Matter)


class ProposalFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which proposals: None is any; ``matter_id`` may be on either side."""

    status: str | None = None
    county: str | None = None
    matter_id: str | None = None


class ProposalDetail(msgspec.Struct, frozen=True):
    """A proposal and the files that it is about; ``other`` is None where the event has none."""

    proposal: Proposal
    matter: Matter
    other: Matter | None


def proposal_page(
    connection: Connection, wanted: ProposalFilter, after: Position | None, limit: int
) -> Page[ProposalDetail]:
    """Proposals, surest first."""
    t = reads.proposals
    query = select(t.c.proposal_id, t.c.strength, t.c.state)
    if wanted.status is not None:
        query = query.where(t.c.status == wanted.status)
    if wanted.county is not None:
        query = query.where(t.c.county == wanted.county)
    if wanted.matter_id is not None:
        query = query.where((t.c.matter_id == wanted.matter_id) | (t.c.other_id == wanted.matter_id))
    rows = connection.execute(newest_first(query, t.c.strength, t.c.proposal_id, after, limit)).all()
    page = page_of(rows, limit, lambda row: Position(row.strength, row.proposal_id))
    found = [_proposal.decode(bytes(row.state)) for row in page.items]
    return Page(_details(connection, found), page.following)


def proposal_by_id(connection: Connection, proposal_id: str) -> ProposalDetail | None:
    """A proposal; None when there is none of this id."""
    t = reads.proposals
    state = connection.execute(select(t.c.state).where(t.c.proposal_id == proposal_id)).scalar_one_or_none()
    return None if state is None else _details(connection, [_proposal.decode(bytes(state))])[0]


def _details(connection: Connection, found: list[Proposal]) -> list[ProposalDetail]:
    t = reads.matters
    ids = {one for proposal in found for one in (proposal.matter_id, proposal.other_id) if one}
    rows = connection.execute(select(t.c.state).where(t.c.matter_id.in_(sorted(ids)))) if ids else ()
    matters = {matter.matter_id: matter for (state,) in rows for matter in [_matter.decode(bytes(state))]}
    return [ProposalDetail(one, matters[one.matter_id], matters.get(one.other_id or "")) for one in found]
