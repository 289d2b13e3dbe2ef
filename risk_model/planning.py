"""Draft response plans (拟定处置方案) from playbooks. A draft until a named official signs; coercive measures are never drafted."""

from risk_model.entities import Alert, Matter
from risk_model.playbooks import Playbook
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import PlanDrafted, PlannedMeasure, Recorded
from schemas.event_types import type_zh
from schemas.identifiers import derived_id
from schemas.levels import Level


def draft_plan(
    state: State, alert: Alert, matter: Matter | None, dispute: Assessed | None, rules: Rules
) -> list[Recorded]:
    """Draft (or draft anew, after an escalation) the plan of an alert that is grave enough; no event otherwise.

    The playbooks that apply are merged without repeating; the facts known now are filled in. ``dispute`` is the event that gave the
    reason, None at a tick.
    """
    if alert.level < Level.parse(rules.policy.alert.plan_min_level):
        return []
    chosen = [book for book in rules.playbooks if not book.fallback and _applies(book, alert, matter, dispute)]
    chosen = chosen or [book for book in rules.playbooks if book.fallback]
    own = matter.category if matter is not None else alert.category
    chosen.sort(key=lambda book: own not in book.categories)  # what the matter is about comes first
    measures: list[PlannedMeasure] = []
    for book in chosen:
        measures.extend(measure for measure in book.measures if measure not in measures)
    plan = PlanDrafted(
        plan_id=derived_id("plan", alert.alert_id),
        alert_id=alert.alert_id,
        title=f"关于{alert.title}的处置方案（草稿）",
        level=alert.level,
        county=alert.county,
        playbooks=tuple(book.id for book in chosen),
        facts=_facts(alert, matter, dispute),
        measures=tuple(measures),
        policy_version=rules.policy.version,
        matter_id=matter.matter_id if matter else None,
    )
    return [state.record(f"plan-{plan.plan_id}", plan)]


def _applies(book: Playbook, alert: Alert, matter: Matter | None, dispute: Assessed | None) -> bool:
    return (
        alert.category in book.categories
        or (matter is not None and matter.category in book.categories)
        or (book.min_people is not None and matter is not None and matter.people >= book.min_people)
        or (dispute is not None and _meets(book, dispute))
    )


def _meets(book: Playbook, dispute: Assessed) -> bool:
    return (
        dispute.category in book.categories
        or dispute.type in book.types
        or any(reason.code in book.floors for reason in dispute.reasons)
        or any(part in book.subjects for part in dispute.subject)
    )


def _facts(alert: Alert, matter: Matter | None, dispute: Assessed | None) -> tuple[str, ...]:
    facts = [f"等级：{Level(alert.level).zh}（内部风险等级，须经人工确认）"]
    if matter is not None:
        facts.append(
            f"事项：{matter.title}（{matter.category}），已归集 {matter.events} 件，来源 {len(matter.sources)} 个"
        )
        if matter.people:
            facts.append(f"涉及人数：单次上报最多 {matter.people} 人")
        if matter.amount_fen:
            facts.append(f"涉及金额：单次上报最多 {matter.amount_fen / 1_000_000:,.2f} 万元")
    if dispute is not None:
        facts.append(f"最近上报：{type_zh(dispute.type)}，{dispute.title or dispute.narrative[:40]}")
    facts.extend(f"依据：{reason.text}" for reason in alert.reasons)
    return tuple(facts)
