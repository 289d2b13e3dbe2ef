"""Relations that reports state: guarantors, suppliers, owners, contractors. Most are harmless; stories carry those trouble runs along."""

from typing import Any

from infra.simulation.chance import Rng
from infra.simulation.city import City
from infra.simulation.enterprises import Enterprise
from infra.simulation.incidents import Incident
from infra.simulation.parties import FORMAL
from infra.simulation.people import Person
from infra.simulation.projects import Project
from infra.simulation.ties import Tie

# how often a formal paper of a dispute that could state a relation does so
_CONTRACTOR, _SUPPLIER, _GUARANTEE, _OWNER = 0.15, 0.12, 0.15, 0.15
_STATES_CODE = 0.9
_ALSO_STATE = frozenset({"gov.police_incident", "gov.escrow_anomaly", "gov.project_stalled"})  # in stories


class RelationDrawer:
    """Draws the relations of everyday reports, from a random stream of their own: nothing else changes with them."""

    def __init__(self, city: City, rng: Rng) -> None:
        self._city = city
        self._rng = rng
        self._heads: dict[str, Enterprise] = {}
        for enterprise in city.enterprises:
            if enterprise.group is not None:
                self._heads.setdefault(enterprise.group, enterprise)

    def stated_by(self, incident: Incident, event_type: str) -> list[dict[str, Any]]:
        """Relations that a report of an event type states, as JSON; none for most."""
        formal = event_type.startswith("court.") or event_type in FORMAL
        if incident.story_id is not None:
            ties = incident.ties if formal or event_type in _ALSO_STATE else ()
        else:
            ties = self._everyday(incident) if formal else ()
        return [self._stated(tie) for tie in ties]

    def _everyday(self, incident: Incident) -> tuple[Tie, ...]:
        rng, respondent, project = self._rng, incident.respondent, incident.project
        ties: list[Tie] = []
        if project is not None and rng.random() < _CONTRACTOR:
            ties.append(Tie("contractor", project.contractor, project))
        if not isinstance(respondent, Enterprise):
            return tuple(ties)
        if incident.claimant_enterprise is not None and rng.random() < _SUPPLIER:
            ties.append(Tie("supplier", incident.claimant_enterprise, respondent))
        if incident.topic.category in ("金融借贷", "破产债权") and rng.random() < _GUARANTEE:
            guarantor = self._city.enterprises[int(rng.random() * len(self._city.enterprises))]
            ties.append(Tie("guarantee", guarantor, respondent, incident.amount_yuan))
        head = self._heads.get(respondent.group or "")
        if head is not None and head is not respondent and rng.random() < _OWNER:
            ties.append(Tie("owner", head, respondent))
        return tuple(ties)

    def _stated(self, tie: Tie) -> dict[str, Any]:
        relation = {"kind": tie.kind, "from": self._end(tie.start), "to": self._end(tie.end)}
        if tie.amount_yuan:
            relation["amount_fen"] = tie.amount_yuan * 100
        return relation

    def _end(self, end: Enterprise | Person | Project) -> dict[str, Any]:
        if isinstance(end, Project):
            return {"kind": "project", "name": end.name, "id": end.id}
        if isinstance(end, Person):
            return {"kind": "person", "name": end.name, "citizen_id": end.citizen_id}
        code = {"uscc": end.uscc} if self._rng.random() < _STATES_CODE else {}
        return {"kind": "enterprise", "name": end.name, **code}
