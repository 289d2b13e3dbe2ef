"""From a planned report to the exact CloudEvents JSON its agency sends."""

from datetime import date, timedelta
from typing import Any

import orjson

from infra.simulation.agencies import AGENCIES, DAY_SECONDS, Agency
from infra.simulation.casebook import Casebook
from infra.simulation.chance import Rng
from infra.simulation.facts import Facts
from infra.simulation.incidents import Incident
from infra.simulation.journeys import Planned
from infra.simulation.narratives import compose, disposition
from infra.simulation.parties import parties_of
from infra.simulation.relations import RelationDrawer
from schemas.taxonomy import CATEGORIES

_GROUND_TRUTH_NOISE = 0.05
# How often each kind of report states head count, money, the parties' ids and its own category.
_STATES_PEOPLE = {
    "gov.hotline_ticket": 0.3,
    "gov.grid_report": 0.55,
    "gov.police_incident": 0.45,
    "gov.petition": 0.85,
    "gov.repeat_petition": 0.85,
    "gov.wage_arrears_lead": 0.9,
    "gov.mediation": 0.7,
}
_STATES_CATEGORY = {
    "gov.grid_report": 0.75,
    "gov.mediation": 0.9,
    "gov.police_incident": 0.3,
    "gov.petition": 0.5,
    "gov.repeat_petition": 0.5,
}
# Offices whose software still sends schema version 1 (schemas.upcast): region as one code, money in yuan.
_OLD_SYSTEMS = frozenset({("penalty", "379004"), ("tax", "379003")})
_WRONG_CATEGORY = 0.09
_OUTCOMES = ("支持原告全部诉讼请求", "部分支持原告诉讼请求", "驳回原告诉讼请求", "调解结案", "撤诉")


class Renderer:
    """Renders reports in report order; gives out event ids and case numbers."""

    def __init__(self, start: date, rng: Rng, casebook: Casebook, relations: RelationDrawer) -> None:
        self._start = start
        self._rng = rng
        self._casebook = casebook
        self._relations = relations
        self._dates: dict[int, tuple[date, str]] = {}

    def render(self, incident: Incident, report: Planned) -> tuple[str, str, dict[str, Any], int]:
        """Source, id, event mapping and ground-truth level of one report."""
        rng, agency = self._rng, AGENCIES[report.event_type]
        severity = min(3.99, max(0.0, incident.severity + report.step))
        level = 1 + int(severity)
        if rng.random() < _GROUND_TRUTH_NOISE:
            level = min(4, max(1, level + (1 if rng.random() < 0.5 else -1)))
        due_day, due_text = self._date(report.due // DAY_SECONDS)
        source = agency.source(incident.county)
        identity = self._casebook.event_id(agency, source, incident.county, due_day)
        data = self._data(incident, report, agency, severity, due_day)
        event = {
            "specversion": "1.0",
            "id": identity,
            "source": source,
            "type": "fuyuan." + report.event_type,
            "time": due_text + _clock(report.due),
            "datacontenttype": "application/json",
            "schemaversion": 2,
            "data": data,
        }
        if (agency.name, incident.county) in _OLD_SYSTEMS:
            _as_version_1(event)
        incident.reported.append((source, identity))
        return source, identity, event, level

    def _date(self, day: int) -> tuple[date, str]:
        known = self._dates.get(day)
        if known is None:
            on = self._start + timedelta(day)
            known = self._dates[day] = (on, on.isoformat())
        return known

    def _data(
        self, incident: Incident, report: Planned, agency: Agency, severity: float, due_day: date
    ) -> dict[str, Any]:
        rng, topic, kind = self._rng, incident.topic, report.event_type
        occurred_day, occurred_text = self._date(report.occurred // DAY_SECONDS)
        people = (
            incident.people
            if incident.people < 3 or rng.random() < 0.5
            else max(1, round(incident.people * (0.75 + 0.5 * rng.random())))
        )
        extra = self._casebook.official(incident, kind, due_day)
        facts = Facts(incident, rng, occurred_day, report.occurred % DAY_SECONDS // 3600, people)
        ending = kind.partition(".")[2]
        outcome = None
        if kind == "gov.mediation":
            outcome = "success" if rng.random() < (0.82, 0.66, 0.42, 0.25)[int(severity)] else "failure"
            ending = outcome
        elif kind == "court.judgment":
            outcome = _OUTCOMES[int(rng.random() ** 1.4 * len(_OUTCOMES))]
            facts["果"] = disposition("judgments", facts, rng)
        ending = {"police_incident": "police", "wage_arrears_lead": "lead"}.get(ending, ending)
        facts["处"] = disposition(ending, facts, rng)
        facts.update(
            {
                slot: text
                for slot, text in (("号", extra.get("case_number")), ("文", extra.get("document_number")))
                if text
            }
        )
        title, narrative = incident.script or compose(facts, kind, severity, rng)
        official = agency.side == "court"
        states_people = rng.random() < _STATES_PEOPLE.get(kind, 0.35)
        data: dict[str, Any] = {
            "occurred_at": occurred_text + _clock(report.occurred),
            "region": self._region(incident, facts, official),
            "title": title if rng.random() < 0.62 else None,
            "narrative": narrative,
            "parties": parties_of(incident, kind, rng),
            "project": self._project(incident, facts),
            "people_involved": people if states_people or kind == "court.group_litigation" else None,
            "amount_fen": incident.amount_yuan * 100
            if incident.amount_yuan and (kind == "gov.tax_fee_arrears" or rng.random() < (0.85 if official else 0.4))
            else None,
            "repeat_count": self._repeats(incident, report, severity),
            **extra,
        }
        if kind == "gov.tax_fee_arrears" and data["amount_fen"] is None:
            data["amount_fen"] = 100_000
        if outcome is not None:
            data["outcome"] = outcome
        if official:
            data["cause"] = {
                "code": None,
                "name": topic.cause,
                "code_version": "2026" if due_day.year >= 2026 else "2020",
            }
        if rng.random() < _STATES_CATEGORY.get(kind, 0.2):
            data["category"] = (
                topic.category if rng.random() > _WRONG_CATEGORY else CATEGORIES[int(rng.random() * len(CATEGORIES))]
            )
        if kind == "gov.hotline_ticket" and rng.random() < 0.8:
            data["subject"] = {"scheme": "12345", "path": list(topic.subject[: 2 + (rng.random() < 0.7)])}
        if incident.reported and rng.random() < (0.7 if official else 0.22):
            source, identity = incident.reported[-1]
            data["references"] = [{"source": source, "id": identity}]
        relations = self._relations.stated_by(incident, kind)
        if relations:
            data["relations"] = relations
        return data

    def _region(self, incident: Incident, facts: Facts, official: bool) -> dict[str, Any]:
        place, draw = incident.township, self._rng.random()
        known = draw < (0.45 if official else 0.93)
        return {
            "county": place.county,
            "township": place.code if known else None,
            "township_name": place.name if known or draw < 0.96 else None,
            "community_name": incident.community if self._rng.random() < (0.15 if official else 0.72) else None,
            "address": facts["址"] if self._rng.random() < 0.18 else None,
        }

    def _project(self, incident: Incident, facts: Facts) -> dict[str, Any] | None:
        project = incident.project
        if project is None or (self._rng.random() < 0.3 and incident.topic.claimant != "agency"):
            return None
        return {
            "id": project.id if incident.topic.claimant == "agency" or self._rng.random() < 0.35 else None,
            "name": facts["项"],
        }

    def _repeats(self, incident: Incident, report: Planned, severity: float) -> int:
        if report.event_type == "gov.repeat_petition":
            incident.repeats += 1
            return incident.repeats
        return report.repeat + (
            int(self._rng.random() * (1.6 + severity)) if self._rng.random() < 0.06 + 0.1 * severity else 0
        )


def _as_version_1(event: dict[str, Any]) -> None:
    data = event["data"]
    event["schemaversion"] = 1
    data["region"] = data["region"]["township"] or data["region"]["county"]
    data.pop("relations", None)
    fen = data.pop("amount_fen")
    data["amount_yuan"] = None if fen is None else fen // 100


def _clock(moment: int) -> str:
    second = moment % DAY_SECONDS
    return f"T{second // 3600:02d}:{second % 3600 // 60:02d}:{second % 60:02d}+08:00"


def encode(event: dict[str, Any]) -> bytes:
    """JSON bytes as sent."""
    return orjson.dumps(event)
