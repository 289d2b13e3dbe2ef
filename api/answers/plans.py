"""Response plans as shown, as JSON."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import LevelShown, PlaceShown, level_shown, local_or_none, place_shown
from infra.store.queries.plans import ListedPlan
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
    due_days: Annotated[int | None, Field(description="方案签发之日起多少日内")]
    clock: Annotated[str | None, Field(description="适用的期限（clocks.toml 的代码）", examples=["labor.arbitrate"])]
    deadline: Annotated[str, Field(description="时限的文字；早先版本拟的方案为空")]


class PlanShown(PlanItem):
    """一份处置方案的全文."""

    facts: list[str]
    findings: Annotated[list[str], Field(description="研判：种类和依据；早先版本拟的方案并在 facts 里")]
    owner: Annotated[str, Field(description="预警责任人")]
    issuer: Annotated[str, Field(description="落款")]
    measures: list[MeasureShown]


def plan_item(regions: RegionRegistry, listed: ListedPlan) -> PlanItem:
    """Plan in short."""
    plan = listed.plan
    here = f"/v1/plans/{plan.plan_id}"
    links = {"self": here, "word": f"{here}?format=docx", "alert": f"/v1/alerts/{plan.alert_id}"}
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
    plan = listed.plan
    measures = [
        MeasureShown(
            text=m.text,
            lead=m.lead,
            support=list(m.support),
            basis=list(m.basis),
            due_days=m.due_days,
            clock=m.clock,
            deadline=m.deadline,
        )
        for m in plan.measures
    ]
    return PlanShown(
        **dict(plan_item(regions, listed)),
        facts=list(plan.facts),
        findings=list(plan.findings),
        owner=plan.owner,
        issuer=plan.issuer,
        measures=measures,
    )
