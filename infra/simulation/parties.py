"""Who is named in a report, and how exactly: courts give registered names and codes, hotlines often a nickname."""

from typing import Any

from infra.simulation.chance import Rng
from infra.simulation.enterprises import Enterprise
from infra.simulation.incidents import Incident
from infra.simulation.people import Person

FORMAL = frozenset({"gov.labor_arbitration", "gov.tax_fee_arrears", "gov.penalty"})
_OWN_ACCOUNT = frozenset({"gov.tax_fee_arrears", "gov.penalty", "gov.project_stalled", "gov.escrow_anomaly"})
_ALWAYS_NAMES_FIRM = frozenset({"gov.project_stalled", "gov.escrow_anomaly"})


def parties_of(incident: Incident, kind: str, rng: Rng) -> list[dict[str, Any]]:
    """Parties of a report of an event type: claimants, respondent, and in formal papers the project's other side."""
    formal = kind.startswith("court.") or kind in FORMAL
    parties: list[dict[str, Any]] = []
    if incident.claimant_enterprise is not None:
        parties.append(_firm("claimant", incident.claimant_enterprise, rng, formal))
    elif kind not in _OWN_ACCOUNT:
        parties.extend(_person("claimant", p, rng, formal) for p in incident.claimants if formal or rng.random() < 0.8)
    respondent = incident.respondent
    if isinstance(respondent, Enterprise):
        if formal or kind in _ALWAYS_NAMES_FIRM or rng.random() < 0.75:
            parties.append(_firm("respondent", respondent, rng, formal))
    elif isinstance(respondent, Person):
        if formal or rng.random() < 0.5:
            parties.append(_person("respondent", respondent, rng, formal))
    else:
        parties.append(_party("agency", "agency", respondent))
    project = incident.project
    if project is not None and formal and rng.random() < 0.4:
        other = project.developer if respondent is project.contractor else project.contractor
        parties.append(_firm("third_party", other, rng, formal))
    return parties


def _party(role: str, kind: str, name: str) -> dict[str, Any]:
    return {"role": role, "kind": kind, "name": name, "uscc": None, "citizen_id": None, "phone": None}


def _firm(role: str, enterprise: Enterprise, rng: Rng, formal: bool) -> dict[str, Any]:
    exact = formal or rng.random() < 0.55
    name = enterprise.name if exact else enterprise.variants[int(rng.random() * len(enterprise.variants))]
    party = _party(role, "enterprise", name)
    if rng.random() < (0.92 if formal else 0.3):
        party["uscc"] = enterprise.uscc
    return party


def _person(role: str, person: Person, rng: Rng, formal: bool) -> dict[str, Any]:
    party = _party(role, "person", person.name if formal or rng.random() < 0.8 else person.title)
    if rng.random() < (0.85 if formal else 0.18):
        party["citizen_id"] = person.citizen_id
    if rng.random() < (0.3 if formal else 0.62):
        party["phone"] = person.phone
    return party
