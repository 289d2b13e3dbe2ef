"""Store what a fold changed in the read models. Writes are by batch, never row by row."""

from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, update

from infra.store.conferences import save_conferences
from infra.store.event_log import micros
from infra.store.exposures import save_exposures
from infra.store.name_index import save_learnt, save_names, save_united
from infra.store.notices import save_notices
from infra.store.rows import ADD, upsert_rows, upsert_values
from infra.store.tables import ReadTables
from risk_model.deadlines.entity import Deadline
from risk_model.dispatch.entities import Card, Silence
from risk_model.duties.entity import Duty
from risk_model.entities import Alert, Matter, Proposal
from risk_model.ledger.entity import Request
from risk_model.local_time import local_day
from risk_model.plans.entity import Plan
from risk_model.state import CITY, State
from risk_model.surveillance.entities import Trend
from schemas.assessed import Assessed
from schemas.domain_events import DisputeQuarantined, LabelGiven

CHAMPION, CHALLENGER = "champion", "challenger"  # roles of models
TITLE = 200  # characters the column holds; masking can lengthen a title
_json = msgspec.json.Encoder()


def save(connection: Connection, tables: ReadTables, state: State) -> None:
    """Store what the fold changed in ``state``."""
    t = tables
    upsert_rows(connection, t.disputes, [_dispute_row(state, d) for d in state.new_disputes])
    inserted = {d.dispute_id for d in state.new_disputes}
    refiled = [{"of": k, "to": filed.matter_id} for k, filed in state.new_filed.items() if k not in inserted]
    if refiled:
        connection.execute(
            update(t.disputes).where(t.disputes.c.dispute_id == bindparam("of")).values(matter_id=bindparam("to")),
            refiled,
        )
    upsert_rows(connection, t.matters, [_matter_row(state.matters[m]) for m in sorted(state.touched_matters)])
    upsert_values(connection, t.matter_keys, ("key", "matter_id"), sorted(state.new_keys.items()))
    upsert_rows(connection, t.alerts, [_alert_row(state.alerts[a]) for a in sorted(state.touched_alerts)])
    upsert_rows(connection, t.dispatches, [_card_row(state.cards[a]) for a in sorted(state.touched_cards)])
    upsert_rows(connection, t.silences, [_silence_row(state.silences[s]) for s in sorted(state.touched_silences)])
    upsert_rows(connection, t.trends, [_trend_row(state.trends[k]) for k in sorted(state.touched_trends)])
    upsert_rows(connection, t.county_clocks, [_clock_row(state, c) for c in sorted(state.touched_counties)])
    save_exposures(connection, t, state)
    save_names(connection, t, state.names)
    save_learnt(connection, t, state.new_learnt)
    save_united(connection, t, state.new_united)
    upsert_rows(connection, t.proposals, [_proposal_row(state.proposals[p]) for p in sorted(state.touched_proposals)])
    upsert_rows(connection, t.plans, [_plan_row(state.plans[p]) for p in sorted(state.touched_plans)])
    upsert_rows(connection, t.duties, [_duty_row(state.duties[d]) for d in sorted(state.touched_duties)])
    upsert_rows(connection, t.requests, [_request_row(state.requests[r]) for r in sorted(state.touched_requests)])
    upsert_rows(connection, t.deadlines, [_deadline_row(state.deadlines[d]) for d in sorted(state.touched_deadlines)])
    save_notices(connection, t, state)
    save_conferences(connection, t, state)
    upsert_rows(connection, t.quarantine, [_quarantine_row(state, q) for q in state.new_quarantined])
    upsert_rows(connection, t.labels, [_label_row(version, label) for version, label in state.new_labels])
    upsert_rows(connection, t.model_roles, _role_rows(state))
    _save_counts(connection, t, state)
    retried = [
        {"of": e.quarantine_id, "at": micros(e.retried_at), "v": state.versions[f"quarantine-{e.quarantine_id}"]}
        for e in state.retried
    ]
    if retried:
        q = t.quarantine
        connection.execute(
            update(q)
            .where(q.c.quarantine_id == bindparam("of"))
            .values(retried_us=bindparam("at"), version=bindparam("v")),
            retried,
        )


def _save_counts(connection: Connection, tables: ReadTables, state: State) -> None:
    spelt = {day: day.isoformat() for day in {day for *_, day in state.new_counts}}
    counts = [(region[:6], spelt[day], region, measure, n) for (region, measure, day), n in state.new_counts.items()]
    names = ("county", "day", "region", "measure", "n")
    upsert_values(connection, tables.daily_counts, names, sorted(counts), {"n": ADD})
    known = [
        (region[:6], day.isoformat(), known_on.isoformat(), region, measure, n)
        for (region, measure, day, known_on), n in state.new_arrivals.items()
    ]
    names = ("county", "day", "known_on", "region", "measure", "n")
    upsert_values(connection, tables.arrivals, names, sorted(known), {"n": ADD})


def _dispute_row(state: State, d: Assessed) -> dict[str, Any]:
    return {
        "dispute_id": d.dispute_id,
        "matter_id": state.filed[d.dispute_id].matter_id,
        "type": d.type,
        "side": d.side,
        "source": d.source,
        "county": d.place.county,
        "region": d.place.region_keys()[0],
        "category": d.category,
        "subject": "/".join(d.subject),
        "level": d.level,
        "day": local_day(d.occurred_at).isoformat(),
        "occurred_us": micros(d.occurred_at),
        "reported_us": micros(d.reported_at),
        "title": d.title[:TITLE],
        "import_id": d.origin.import_id,
        "import_row": d.origin.import_row,
    }


def _matter_row(m: Matter) -> dict[str, Any]:
    last_us = micros(m.last_at) if m.last_at else 0
    return {
        "matter_id": m.matter_id,
        "title": m.title,
        "category": m.category,
        "county": m.county,
        "level": m.level,
        "events": m.events,
        "last_us": last_us,
        "version": m.version,
        "state": _json.encode(m),
        "status": m.status,
        "merged_into": m.merged_into,
        "revisit_on": m.revisit_on.isoformat() if m.revisit_on else None,
    }


def _alert_row(a: Alert) -> dict[str, Any]:
    return {
        "alert_id": a.alert_id,
        "kind": a.kind,
        "level": a.level,
        "status": a.status,
        "category": a.category,
        "county": a.county,
        "matter_id": a.matter_id,
        "first_day": a.day.isoformat() if a.day else None,
        "last_day": a.last_day.isoformat() if a.last_day else None,
        "occurred_us": micros(a.occurred_at),
        "version": a.version,
        "state": _json.encode(a),
        "outcome": a.outcome,
        "asked": None if a.told_all else a.asked,
    }


def _card_row(card: Card) -> dict[str, Any]:
    return {
        "alert_id": card.alert_id,
        "stage": card.stage,
        "group_id": card.group_id,
        "absorbed_by": card.absorbed_by,
        "plan_stage": card.plan.stage if card.plan is not None else None,
        "newest_us": micros(card.newest),
        "version": card.version,
        "state": _json.encode(card),
    }


def _silence_row(silence: Silence) -> dict[str, Any]:
    return {
        "silence_id": silence.silence_id,
        "until_us": micros(silence.until),
        "lifted_us": micros(silence.lifted_at) if silence.lifted_at else None,
        "version": silence.version,
        "state": _json.encode(silence),
    }


def _proposal_row(p: Proposal) -> dict[str, Any]:
    return {
        "proposal_id": p.proposal_id,
        "matter_id": p.matter_id,
        "other_id": p.other_id,
        "dispute_id": p.dispute_id,
        "county": p.county,
        "status": p.status,
        "strength": round(p.strength * 10_000),
        "version": p.version,
        "state": _json.encode(p),
    }


def _trend_row(trend: Trend) -> dict[str, Any]:
    return {
        "trend_id": trend.trend_id,
        "alert_id": trend.alert_id,
        "kind": trend.kind,
        "status": trend.status,
        "county": CITY if trend.kind == "regional" else trend.region[:6],
        "day": trend.day.isoformat(),
        "day_number": trend.day.toordinal(),
        "version": trend.version,
        "state": _json.encode(trend),
    }


def _clock_row(state: State, place: str) -> dict[str, Any]:
    county = state.counties[place]
    return {
        "county": place,
        "day": county.day.isoformat() if county.day else None,
        "first_day": county.first_day.isoformat() if county.first_day else None,
        "counted": county.counted,
        "version": state.versions.get(f"clock-{place}", 0),
        "state": _json.encode(county),
    }


def _plan_row(p: Plan) -> dict[str, Any]:
    return {
        "plan_id": p.plan_id,
        "alert_id": p.text.alert_id,
        "level": p.text.level,
        "county": p.text.county,
        "status": p.status,
        "version": p.version,
        "state": _json.encode(p),
        "handled": int(p.handled),
        "redrafted": int(p.redraft is not None),
    }


def _duty_row(d: Duty) -> dict[str, Any]:
    given = d.assigned
    return {
        "duty_id": d.duty_id,
        "origin": given.origin,
        "origin_id": given.origin_id,
        "office": given.lead[:TITLE],
        "county": given.county,
        "status": d.status,
        "assigned_us": micros(given.at),
        "deadline_id": d.deadline_id,
        "alert_id": given.alert_id,
        "matter_id": given.matter_id,
        "version": d.version,
        "state": _json.encode(d),
    }


def _request_row(r: Request) -> dict[str, Any]:
    made = r.made
    return {
        "request_id": r.request_id,
        "kind": made.kind if made else "",
        "direction": made.direction if made else "",
        "asker": made.asker[:TITLE] if made else "",
        "asked": made.asked[:TITLE] if made else "",
        "county": made.county if made else "",
        "status": r.status,
        "made_us": micros(made.at) if made else None,
        "deadline_id": r.deadline_id,
        "alert_id": made.alert_id if made else None,
        "matter_id": made.matter_id if made else None,
        "version": r.version,
        "state": _json.encode(r),
    }


def _deadline_row(d: Deadline) -> dict[str, Any]:
    return {
        "deadline_id": d.deadline_id,
        "code": d.code,
        "about": d.about,
        "about_id": d.about_id,
        "county": d.county,
        "owing": d.owing[:TITLE],
        "outcome": d.outcome,
        "lapses_us": micros(d.lapses_at) if d.lapses_at else None,
        "next_us": micros(d.next_at) if d.next_at else None,
        "alert_id": d.alert_id,
        "matter_id": d.matter_id,
        "version": d.version,
        "state": _json.encode(d),
    }


def _label_row(version: int, label: LabelGiven) -> dict[str, Any]:
    return {
        "dispute_id": label.dispute_id,
        "version": version,
        "category": label.category,
        "level": label.level,
        "given_by": label.given_by,
        "given_us": micros(label.given_at),
        "alert_id": label.alert_id,
        "reason": label.reason,
    }


def _role_rows(state: State) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    if (champion := state.champion) is not None:
        since = micros(champion.promoted_at)
        rows.append({"role": CHAMPION, "model": champion.version, "sha256": champion.sha256, "since_us": since})
    if (named := state.challenger) is not None:
        since = micros(named.named_at)
        rows.append({"role": CHALLENGER, "model": named.version, "sha256": named.sha256, "since_us": since})
    return rows


def _quarantine_row(state: State, q: DisputeQuarantined) -> dict[str, Any]:
    return {
        "quarantine_id": q.quarantine_id,
        "code": q.reasons[0].code,
        "import_id": q.origin.import_id,
        "import_row": q.origin.import_row,
        "quarantined_us": micros(q.quarantined_at),
        "retried_us": None,
        "version": state.versions[f"quarantine-{q.quarantine_id}"],
        "state": _json.encode(q),
    }
