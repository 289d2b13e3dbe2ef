"""Response plans as shown, as JSON and as Markdown."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import LEVEL_LABEL, LevelShown, PlaceShown, level_shown, local_or_none, place_shown
from infra.store.queries.plans import ListedPlan
from schemas.levels import Level
from schemas.regions import RegionRegistry

STATUSES = {"draft": "草稿，须由责任人签署后生效"}


class PlanItem(BaseModel):
    """一份处置方案."""

    plan_id: str
    alert_id: str
    matter_id: str | None
    title: str
    level: LevelShown
    status: str
    status_name: str
    place: PlaceShown
    version: Annotated[int, Field(description="预警升级后重拟，版本加一")]
    drafted_at: datetime | None
    playbooks: Annotated[list[str], Field(description="采用的预案")]
    policy_version: str
    links: dict[str, str]


class MeasureShown(BaseModel):
    """一项措施：做什么、谁牵头、谁配合、依据、时限."""

    text: str
    lead: str
    support: list[str]
    basis: list[str]
    due_days: Annotated[int | None, Field(description="时限，单位：日")]


class PlanShown(PlanItem):
    """一份处置方案的全文."""

    facts: list[str]
    measures: list[MeasureShown]


def plan_item(regions: RegionRegistry, listed: ListedPlan) -> PlanItem:
    """Plan in short."""
    plan = listed.plan
    links = {"self": f"/v1/plans/{plan.plan_id}", "alert": f"/v1/alerts/{plan.alert_id}"}
    if plan.matter_id:
        links["matter"] = f"/v1/matters/{plan.matter_id}"
    return PlanItem(
        plan_id=plan.plan_id,
        alert_id=plan.alert_id,
        matter_id=plan.matter_id,
        title=plan.title,
        level=level_shown(plan.level),
        status=listed.status,
        status_name=STATUSES.get(listed.status, listed.status),
        place=place_shown(regions, plan.county),
        version=listed.version,
        drafted_at=local_or_none(listed.drafted_at),
        playbooks=list(plan.playbooks),
        policy_version=plan.policy_version,
        links=links,
    )


def plan_shown(regions: RegionRegistry, listed: ListedPlan) -> PlanShown:
    """Plan in full."""
    measures = [
        MeasureShown(text=m.text, lead=m.lead, support=list(m.support), basis=list(m.basis), due_days=m.due_days)
        for m in listed.plan.measures
    ]
    return PlanShown(**dict(plan_item(regions, listed)), facts=list(listed.plan.facts), measures=measures)


def plan_markdown(regions: RegionRegistry, listed: ListedPlan) -> str:
    """Plan as a Markdown document."""
    plan, drafted = listed.plan, local_or_none(listed.drafted_at)
    lines = [
        f"# {_plain(plan.title)}",
        "",
        f"- 等级：{Level(plan.level).zh}（{LEVEL_LABEL}，须经人工确认）",
        f"- 地区：{regions.place(plan.county)}",
        f"- 状态：{STATUSES.get(listed.status, listed.status)}（第 {listed.version} 版）",
        *([f"- 拟稿时间：{drafted:%Y-%m-%d %H:%M}"] if drafted else []),
        f"- 策略版本：{plan.policy_version}",
        "",
        "## 基本情况",
        "",
        *(f"- {_plain(fact)}" for fact in plan.facts),
        "",
        "## 处置措施",
        "",
    ]
    for number, measure in enumerate(plan.measures, 1):
        lines.append(f"{number}. {_plain(measure.text)}")
        lines.append(
            f"   - 牵头：{measure.lead}" + (f"；配合：{'、'.join(measure.support)}" if measure.support else "")
        )
        if measure.basis:
            lines.append(f"   - 依据：{'；'.join(measure.basis)}")
        if measure.due_days is not None:
            lines.append(f"   - 时限：{measure.due_days} 日内")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Text from reports on one line, with nothing Markdown would take for markup."""
    flat = " ".join(text.split())
    return "".join(f"\\{mark}" if mark in "\\`*_[]<>#|" else mark for mark in flat)
