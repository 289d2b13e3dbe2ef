"""Load the slices of state that a batch needs. Reads are by batch, never row by row."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, case, select

from infra.store.name_index import HeldNames
from infra.store.rows import among, rows_among
from infra.store.tables import ReadTables
from risk_model.alerts.raising import matter_alert_id
from risk_model.deadlines.entity import Deadline
from risk_model.dispatch.entities import Card, Silence
from risk_model.duties.entity import Duty
from risk_model.entities import Alert, Filed, Matter, Proposal
from risk_model.ledger.entity import Request
from risk_model.linking.identifying import Identified, identify, lookups
from risk_model.plans.entity import Plan
from risk_model.rules import Rules
from risk_model.state import State
from risk_model.surveillance.entities import County, Trend
from schemas.assessed import Assessed
from schemas.domain_events import DisputeQuarantined

_matter = msgspec.json.Decoder(Matter)
_alert = msgspec.json.Decoder(Alert)
_card = msgspec.json.Decoder(Card)
_silence = msgspec.json.Decoder(Silence)
_proposal = msgspec.json.Decoder(Proposal)
_trend = msgspec.json.Decoder(Trend)
_county = msgspec.json.Decoder(County)
_plan = msgspec.json.Decoder(Plan)
_duty = msgspec.json.Decoder(Duty)
_request = msgspec.json.Decoder(Request)
_deadline = msgspec.json.Decoder(Deadline)
_quarantined = msgspec.json.Decoder(DisputeQuarantined)


def load_for_disputes(
    connection: Connection, tables: ReadTables, state: State, found: Sequence[Assessed], held: HeldNames, rules: Rules
) -> list[Identified]:
    """State slices that deciding on these new disputes needs (see ``decide.decide_identified``), and whom each is about.

    Names are resolved first, event by event in their order, by the names known in each county; then what they lead to is fetched.
    """
    wanted_names = [lookups(dispute) for dispute in found]
    state.names = held.at_hand(connection, tables, [keys for keys in wanted_names if keys is not None])
    subjects = [identify(state.names, d, rules, keys) for d, keys in zip(found, wanted_names, strict=True)]
    disputes = [subject.dispute for subject in subjects]
    wanted = {key for subject in subjects for key in subject.keys}
    load_keys(connection, tables, state, wanted)
    references = {r for d in disputes for r in d.references}
    load_filed(connection, tables, state, references)
    load_lineages(
        connection, tables, state, set(state.keys.values()) | {f.matter_id for f in state.filed.values() if f.matter_id}
    )
    load_alerts(connection, tables, state, {matter_alert_id(m) for m in state.matters})
    load_trends_of(connection, tables, state)
    load_plan_versions(connection, tables, state, state.alerts)
    load_proposals_of(connection, tables, state, state.matters)
    return subjects


def load_filed(connection: Connection, tables: ReadTables, state: State, dispute_ids: Iterable[str]) -> None:
    """Where earlier dispute events were filed."""
    columns = ("dispute_id", "matter_id", "county")
    for dispute_id, matter_id, county in _rows(connection, tables.disputes, "dispute_id", set(dispute_ids), *columns):
        state.filed[dispute_id] = Filed(matter_id, county)


def load_proposals(connection: Connection, tables: ReadTables, state: State, proposal_ids: Iterable[str]) -> None:
    """Proposals by id, with their stream versions."""
    for (data,) in _rows(connection, tables.proposals, "proposal_id", set(proposal_ids), "state"):
        _hold_proposal(state, _proposal.decode(data))


def load_proposals_of(connection: Connection, tables: ReadTables, state: State, matter_ids: Iterable[str]) -> None:
    """Every proposal about one of these matters: what was asked once is not asked again."""
    wanted = set(matter_ids)
    for column in ("matter_id", "other_id"):
        for (data,) in _rows(connection, tables.proposals, column, wanted, "state"):
            _hold_proposal(state, _proposal.decode(data))


def load_keys(connection: Connection, tables: ReadTables, state: State, keys: Iterable[str]) -> None:
    """Link keys with the matter each leads to."""
    state.keys |= dict(_rows(connection, tables.matter_keys, "key", set(keys), "key", "matter_id"))


def load_surveillance(connection: Connection, tables: ReadTables, state: State, counties: Iterable[str]) -> None:
    """Clocks and baselines of counties, with their open trends and the alerts these may join. Counts: see ``windows``."""
    load_counties(connection, tables, state, counties)
    load_trends_of(connection, tables, state)


def load_trends_of(connection: Connection, tables: ReadTables, state: State) -> None:
    """Open trends of the counties in the state and the alerts these may join."""
    found = list(state.counties.values())
    load_trends(connection, tables, state, {trend.trend_id for county in found for trend in county.trends})
    held = {trend.alert_id for trend in state.trends.values() if trend.alert_id}
    load_alerts(connection, tables, state, (held | {a.alert_id for c in found for a in c.alerts}) - state.alerts.keys())


def load_matters(connection: Connection, tables: ReadTables, state: State, matter_ids: Iterable[str]) -> None:
    """Matters by id, with their stream versions."""
    for (data,) in _rows(connection, tables.matters, "matter_id", set(matter_ids), "state"):
        matter = _matter.decode(data)
        state.matters[matter.matter_id] = matter
        state.versions[f"matter-{matter.matter_id}"] = matter.version


def load_lineages(connection: Connection, tables: ReadTables, state: State, matter_ids: Iterable[str]) -> None:
    """Matters by id, and those they are part of."""
    wanted = set(matter_ids) - state.matters.keys()
    while wanted:
        load_matters(connection, tables, state, wanted)
        parents = {matter.merged_into for matter in state.matters.values() if matter.merged_into}
        wanted = parents - state.matters.keys()


def load_families(connection: Connection, tables: ReadTables, state: State, matter_ids: Iterable[str]) -> None:
    """Matters by id, those they are part of, and the parts of all these: what merging, splitting and taking apart needs."""
    load_lineages(connection, tables, state, matter_ids)
    parts = {member for matter in state.matters.values() for member in matter.members}
    load_lineages(connection, tables, state, parts)


def load_alerts(connection: Connection, tables: ReadTables, state: State, alert_ids: Iterable[str]) -> None:
    """Alerts by id, with their stream versions."""
    for (data,) in _rows(connection, tables.alerts, "alert_id", set(alert_ids), "state"):
        _hold_alert(state, _alert.decode(data))


def load_cards(connection: Connection, tables: ReadTables, state: State, alert_ids: Iterable[str]) -> None:
    """What became of these alerts on their way, with the versions of these streams."""
    for (data,) in _rows(connection, tables.dispatches, "alert_id", set(alert_ids), "state"):
        hold_card(state, _card.decode(data))


def load_silences(connection: Connection, tables: ReadTables, state: State, silence_ids: Iterable[str]) -> None:
    """Silences by id, with their stream versions."""
    for (data,) in _rows(connection, tables.silences, "silence_id", set(silence_ids), "state"):
        hold_silence(state, _silence.decode(data))


def load_plan_versions(connection: Connection, tables: ReadTables, state: State, alert_ids: Iterable[str]) -> None:
    """Stream versions of the plans of these alerts; whole only those an official has handled, beside which a new draft is kept."""
    t, ids = tables.plans, sorted(set(alert_ids))
    if not ids:
        return
    whole = case((t.c.handled == 1, t.c.state))
    query = select(t.c.plan_id, t.c.version, whole).where(among(connection, t.c.alert_id, ids))
    for plan_id, version, data in connection.execute(query):
        state.versions[f"plan-{plan_id}"] = version
        if data is not None:
            state.plans[plan_id] = _plan.decode(data)


def load_plans(connection: Connection, tables: ReadTables, state: State, plan_ids: Iterable[str]) -> None:
    """Plans by id, with their stream versions."""
    for (data,) in _rows(connection, tables.plans, "plan_id", set(plan_ids), "state"):
        plan = _plan.decode(data)
        state.plans[plan.plan_id] = plan
        state.versions[f"plan-{plan.plan_id}"] = plan.version


def load_duties(connection: Connection, tables: ReadTables, state: State, duty_ids: Iterable[str]) -> None:
    """Duties by id, with their stream versions."""
    for (data,) in _rows(connection, tables.duties, "duty_id", set(duty_ids), "state"):
        duty = _duty.decode(data)
        state.duties[duty.duty_id] = duty
        state.versions[f"duty-{duty.duty_id}"] = duty.version


def load_requests(connection: Connection, tables: ReadTables, state: State, request_ids: Iterable[str]) -> None:
    """Requests by id, with their stream versions."""
    for (data,) in _rows(connection, tables.requests, "request_id", set(request_ids), "state"):
        request = _request.decode(data)
        state.requests[request.request_id] = request
        state.versions[f"request-{request.request_id}"] = request.version


def load_deadlines(connection: Connection, tables: ReadTables, state: State, deadline_ids: Iterable[str]) -> None:
    """Deadlines by id, with their stream versions."""
    for (data,) in _rows(connection, tables.deadlines, "deadline_id", set(deadline_ids), "state"):
        deadline = _deadline.decode(data)
        state.deadlines[deadline.deadline_id] = deadline
        state.versions[f"deadline-{deadline.deadline_id}"] = deadline.version


def load_counties(connection: Connection, tables: ReadTables, state: State, counties: Iterable[str]) -> None:
    """Clocks and baselines of counties (or ``city``), with their stream versions."""
    for data, version in _rows(connection, tables.county_clocks, "county", set(counties), "state", "version"):
        county = _county.decode(data)
        state.counties[county.county] = county
        state.versions[f"clock-{county.county}"] = version


def load_trends(connection: Connection, tables: ReadTables, state: State, trend_ids: Iterable[str]) -> None:
    """Trends by id, with their stream versions."""
    for (data,) in _rows(connection, tables.trends, "trend_id", set(trend_ids), "state"):
        trend = _trend.decode(data)
        state.trends[trend.trend_id] = trend
        state.versions[f"trend-{trend.trend_id}"] = trend.version


def load_quarantined(connection: Connection, tables: ReadTables, state: State, quarantine_ids: Iterable[str]) -> None:
    """Quarantined messages by id, with their stream versions."""
    for data, version in _rows(connection, tables.quarantine, "quarantine_id", set(quarantine_ids), "state", "version"):
        item = _quarantined.decode(data)
        state.quarantined[item.quarantine_id] = item
        state.versions[f"quarantine-{item.quarantine_id}"] = version


def _hold_proposal(state: State, proposal: Proposal) -> None:
    state.proposals[proposal.proposal_id] = proposal
    state.versions[f"proposal-{proposal.proposal_id}"] = proposal.version


def _hold_alert(state: State, alert: Alert) -> None:
    state.alerts[alert.alert_id] = alert
    state.versions[f"alert-{alert.alert_id}"] = alert.version


def hold_card(state: State, card: Card) -> None:
    """Keep what became of an alert, with the version of its stream."""
    state.cards[card.alert_id] = card
    state.versions[f"dispatch-{card.alert_id}"] = card.version


def hold_silence(state: State, silence: Silence) -> None:
    """Keep a silence, with the version of its stream."""
    state.silences[silence.silence_id] = silence
    state.versions[f"silence-{silence.silence_id}"] = silence.version


def _rows(connection: Connection, table: Table, key: str, values: set[str], *columns: str) -> list[Any]:
    """Rows whose ``key`` is one of ``values``."""
    return rows_among(connection, table, key, sorted(values), *columns) if values else []
