"""Response plans as shown, as JSON."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import LevelShown, PlaceShown, level_shown, local, local_or_none, place_shown
from infra.store.queries.plans import ListedPlan, PlanVersion
from risk_model.dispatch.entities import TOLD
from risk_model.plans.changes import changes
from risk_model.plans.entity import Plan
from risk_model.plans.steps import FROM
from risk_model.refusals import possible_from
from schemas.regions import RegionRegistry

STATUSES = {
    "draft": "草稿，须由责任人签署后生效",
    "sent_back": "退回修改",
    "signed": "已签发",
    "adopted": "已交办",
    "dropped": "不予签发",
}


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
    version: Annotated[int, Field(description="方案的版本：重拟、修改和每一步都加一；提交时作为 expected_version")]
    edition: Annotated[int, Field(description="现行的稿（versions/{edition}）")]
    edited_by: Annotated[str, Field(description="最近修改人；系统所拟为空")]
    redraft: Annotated[
        int | None, Field(description="预警升级后系统另拟的一稿，尚未采用或比对；没有为空", examples=[4])
    ]
    to_sign_since: Annotated[
        datetime | None, Field(description="何时起请签发单位签发（静默时段之后）；所属预警没有告知的为空")
    ]
    to_sign_why: Annotated[str, Field(description="为何已请或未请签发单位签发", examples=["随所属预警告知"])]
    signed_by: Annotated[str, Field(description="签发人；未签发为空")]
    signed_at: datetime | None
    adopted_by: Annotated[str, Field(description="交办人；未交办为空")]
    adopted_at: datetime | None
    possible_steps: Annotated[list[str], Field(description="现在可以做的：revise 修改，其余见 POST …/steps")]
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


class PlanVersionShown(BaseModel):
    """一份方案的一稿."""

    version: int
    by: Annotated[str, Field(description="修改人；系统所拟为空")]
    note: Annotated[str, Field(description="修改人写的说明")]
    at: datetime
    level: LevelShown
    changes: Annotated[list[str], Field(description="与前一稿相比的改动，每处一句；第一稿为空")]
    links: dict[str, str]


def plan_versions_shown(found: list[PlanVersion]) -> list[PlanVersionShown]:
    """Texts of a plan with what each changed of the one before."""
    return [
        PlanVersionShown(
            version=each.version,
            by=each.by,
            note=each.note,
            at=local(each.recorded_at),
            level=level_shown(each.text.level),
            changes=list(changes(before.text, each.text)) if before else [],
            links={"self": f"/v1/plans/{each.text.plan_id}/versions/{each.version}"},
        )
        for before, each in zip([None, *found], found, strict=False)
    ]


def plan_item(regions: RegionRegistry, listed: ListedPlan) -> PlanItem:
    """Plan in short."""
    plan, held, standing = listed.plan, listed.held, listed.standing
    here = f"/v1/plans/{plan.plan_id}"
    links = {
        "self": here,
        "word": f"{here}?format=docx",
        "alert": f"/v1/alerts/{plan.alert_id}",
        "versions": f"{here}/versions",
        "revisions": f"{here}/revisions",
        "steps": f"{here}/steps",
        "duties": f"/v1/duties?plan_id={plan.plan_id}",
    }
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
        version=held.version if held else listed.version,
        edition=listed.version,
        edited_by=held.edited_by if held else "",
        redraft=held.redraft_version if held else None,
        to_sign_since=local_or_none(standing.since) if standing and standing.stage == TOLD else None,
        to_sign_why=standing.reason.text if standing and standing.reason else "",
        signed_by=held.signed_by if held else "",
        signed_at=local_or_none(held.signed_at) if held else None,
        adopted_by=held.adopted_by if held else "",
        adopted_at=local_or_none(held.adopted_at) if held else None,
        possible_steps=_possible(held),
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


def _possible(held: Plan | None) -> list[str]:
    """Steps that may be taken; taking over a redraft only where there is one, signing only where there is none."""
    if held is None:
        return []
    barred = "take_redraft" if held.redraft is None else "sign"
    return [step for step in possible_from(FROM, held.status) if step != barred]
