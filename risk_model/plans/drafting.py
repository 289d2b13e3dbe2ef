"""Draft response plans (拟定处置方案) from playbooks. A draft until a named official signs; coercive measures are never drafted."""

from risk_model.clocks.wording import deadline_zh
from risk_model.entities import Alert, Matter
from risk_model.folding import record
from risk_model.local_time import local_day
from risk_model.matters.claims import UNCLEAR
from risk_model.plans.playbooks import KIND_ZH, Measure, Playbook
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import PlanDrafted, PlannedMeasure, Recorded
from schemas.event_types import type_zh
from schemas.identifiers import derived_id
from schemas.levels import Level

_COUNTY_DIGITS, _TOWNSHIP_DIGITS = 6, 9
_WIDE = ("regional", "systemic")  # kinds of alert that are about several places


def draft_plan(
    state: State, alert: Alert, matter: Matter | None, dispute: Assessed | None, rules: Rules
) -> list[Recorded]:
    """Draft (or draft anew, after an escalation) the plan of an alert that is grave enough; no event otherwise.

    The playbooks that apply are merged without repeating; the facts known now are filled in. ``dispute`` is the event that gave the
    reason, None at a tick.
    """
    settings = rules.policy.plan
    if alert.kind not in settings.always_kinds and alert.level < Level.parse(rules.policy.alert.plan_min_level):
        return []
    regions = _regions(state, alert)
    blanks = _blanks(alert, regions, rules)
    chosen = _chosen(alert, matter, dispute, rules)
    plan = PlanDrafted(
        plan_id=derived_id("plan", alert.alert_id),
        alert_id=alert.alert_id,
        title=f"关于{alert.title}的处置方案（草稿）",
        level=alert.level,
        county=alert.county,
        playbooks=tuple(book.id for book in chosen),
        facts=_facts(alert, regions, matter, dispute, rules),
        measures=_measures(chosen, alert, blanks, rules),
        policy_version=rules.policy.version,
        matter_id=matter.matter_id if matter else None,
        findings=_findings(alert),
        owner=alert.owner,
        issuer=settings.issuer.format(county=blanks["county"]),
    )
    return [record(state, f"plan-{plan.plan_id}", plan)]


def _chosen(alert: Alert, matter: Matter | None, dispute: Assessed | None, rules: Rules) -> list[Playbook]:
    """Playbooks that apply: those of the alert's own category first, supplements last, the fallback where nothing else does."""
    found = [book for book in rules.playbooks if not book.fallback and _applies(book, alert, matter, dispute)]
    if all(book.supplement for book in found):
        found = [*(book for book in rules.playbooks if book.fallback), *found]
    own = matter.category if matter is not None else alert.category
    return sorted(found, key=lambda book: (book.supplement, own not in book.categories and not book.fallback))


def _measures(chosen: list[Playbook], alert: Alert, blanks: dict[str, str], rules: Rules) -> tuple[PlannedMeasure, ...]:
    measures: list[PlannedMeasure] = []
    for book in chosen:
        for measure in book.measures:
            if measure.fits(alert.kind, alert.level):
                planned = _planned(measure, blanks, rules)
                if planned not in measures:
                    measures.append(planned)
    return tuple(measures)


def _planned(measure: Measure, blanks: dict[str, str], rules: Rules) -> PlannedMeasure:
    """A measure with its blanks filled in, the deadline in words, and the deadline's articles with its own."""
    deadlines = [f"方案签发之日起{measure.due_days}日内"] if measure.due_days is not None else []
    basis = measure.basis
    if measure.clock is not None:
        rule = rules.clocks.rule(measure.clock)
        deadlines.append(deadline_zh(rule))
        basis = (*basis, *(article for article in rule.basis if article not in basis))
    return PlannedMeasure(
        measure.text.format(**blanks),
        measure.lead.format(**blanks),
        tuple(name.format(**blanks) for name in measure.support),
        basis,
        measure.due_days,
        measure.clock,
        "；".join(deadlines),
    )


def _regions(state: State, alert: Alert) -> tuple[str, ...]:
    """Region keys an alert is about: its own, or all of the cluster behind it."""
    if alert.kind not in _WIDE:
        return (alert.region,)
    behind = [trend for trend in state.trends.values() if trend.alert_id == alert.alert_id]
    return tuple(dict.fromkeys(region for trend in behind for region in trend.regions)) or (alert.region,)


def _blanks(alert: Alert, regions: tuple[str, ...], rules: Rules) -> dict[str, str]:
    """Names of the county and township of an alert, as playbooks name them; what spans counties is the city's."""
    counties = {region[:_COUNTY_DIGITS] for region in regions} | {alert.county}
    one = len(counties) == 1 and alert.county in rules.regions
    code = regions[0].partition("/")[0]
    township = "属地乡镇（街道）"
    if len(regions) > 1:
        township = "所涉乡镇（街道）"
    elif len(code) == _TOWNSHIP_DIGITS:
        township = rules.regions.name(code)
    return {"county": rules.regions.name(alert.county) if one else "市", "township": township}


def _applies(book: Playbook, alert: Alert, matter: Matter | None, dispute: Assessed | None) -> bool:
    parties = [party.kind for party in dispute.parties] if dispute is not None else None
    return book.open_to(alert.level, parties) and (
        not book.conditions
        or alert.kind in book.kinds
        or alert.category in book.categories
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


def _facts(
    alert: Alert, regions: tuple[str, ...], matter: Matter | None, dispute: Assessed | None, rules: Rules
) -> tuple[str, ...]:
    """What is known: where, who, how many, how much, since when."""
    places = "、".join(rules.regions.place(region) for region in regions if region[:_COUNTY_DIGITS] in rules.regions)
    facts = [
        f"等级：{Level(alert.level).zh}（内部风险等级，须经人工确认）",
        f"地点：{places or '全市'}",
    ]
    if matter is not None:
        facts.append(
            f"事项：{matter.title}（{matter.category}），已归集 {matter.events} 件，来源 {len(matter.sources)} 个"
        )
        if len(matter.counties) > 1:
            facts.append(f"涉及地区：{'、'.join(rules.regions.name(code) for code in matter.counties)}")
        if matter.people:
            facts.append(f"涉及人数：至少 {matter.people} 人{_by_claim(matter)}")
        if matter.amount_fen:
            facts.append(f"涉及金额：至少 {matter.amount_fen / 1_000_000:,.2f} 万元")
        if matter.first_at is not None and matter.last_at is not None:
            facts.append(f"时间：最早 {local_day(matter.first_at)}，最近 {local_day(matter.last_at)}")
    if dispute is not None:
        said = dispute.title or dispute.narrative[:40]
        facts.append(f"最近上报：{type_zh(dispute.type)}" + (f"，{said}" if said else ""))
    return tuple(facts)


def _by_claim(matter: Matter) -> str:
    """How many of each claim, where several are told apart."""
    told = [(claim.key, claim.figures()[0]) for claim in matter.claims if claim.key != UNCLEAR]
    shown = "，".join(f"{name} {people} 人" for name, people in told if people)
    return f"（{shown}）" if sum(people > 0 for _, people in told) > 1 else ""


def _findings(alert: Alert) -> tuple[str, ...]:
    """What it was judged to be, and every reason for it."""
    kind = KIND_ZH.get(alert.kind, alert.kind)
    return (f"预警种类：{kind}", *(f"依据：{reason.text}" for reason in alert.reasons))
