"""A plan as its facts make it: the text that stands, its status, and a redraft that waits beside it."""

from datetime import datetime

import msgspec

from schemas.domain_events import (
    PlanAdopted,
    PlanDrafted,
    PlanDropped,
    PlanReopened,
    PlanRevised,
    PlanSentBack,
    PlanSigned,
)

DRAFT, SENT_BACK, SIGNED, ADOPTED, DROPPED = "draft", "sent_back", "signed", "adopted", "dropped"
STATUS_ZH = {DRAFT: "草稿", SENT_BACK: "退回修改", SIGNED: "已签发", ADOPTED: "已交办", DROPPED: "不予签发"}

PlanStep = PlanRevised | PlanSigned | PlanAdopted | PlanSentBack | PlanReopened | PlanDropped
"""What officials do with a plan."""


class Plan(msgspec.Struct):
    """A plan and where it stands.

    Attributes:
        text: the text that stands, as drafted or as edited.
        text_version: version of the event that gave it.
        edited_by: the official who edited it last; empty while it is the machine's.
        redraft, redraft_version: what the machine drafted since (the alert escalated), and its version; None when there is none or an official
            has taken it into account.
        signed_by, signed_office, signed_at: who signed it; empty and None while nobody has.
        adopted_by, adopted_at: who adopted it.
        handled_by: the official of the last step.
        rounds: how often it was reopened.
    """

    text: PlanDrafted
    text_version: int
    status: str = DRAFT
    edited_by: str = ""
    redraft: PlanDrafted | None = None
    redraft_version: int | None = None
    signed_by: str = ""
    signed_office: str = ""
    signed_at: datetime | None = None
    adopted_by: str = ""
    adopted_at: datetime | None = None
    handled_by: str = ""
    rounds: int = 0
    version: int = 0

    @property
    def plan_id(self) -> str:
        """Its identity."""
        return self.text.plan_id

    @property
    def handled(self) -> bool:
        """Whether an official has done anything with it; until then a new draft simply takes the place of the old."""
        return bool(self.handled_by)


def drafted(held: Plan | None, event: PlanDrafted, version: int) -> Plan:
    """The plan after the machine drafted: its text where nobody has touched it, else beside the text that stands."""
    if held is None or not held.handled:
        return Plan(event, version, version=version)
    held.version = version
    held.redraft, held.redraft_version = event, version
    return held


def advance(plan: Plan, event: PlanStep, version: int) -> None:
    """Fold an official's step into a plan, which is changed in place."""
    plan.version, plan.handled_by = version, event.by
    match event:
        case PlanRevised():
            plan.text = revised_text(plan.text, event)
            plan.text_version, plan.edited_by, plan.status = version, event.by, DRAFT
            plan.redraft = plan.redraft_version = None
        case PlanSigned():
            plan.status = SIGNED
            plan.signed_by, plan.signed_office, plan.signed_at = event.by, event.office, event.at
        case PlanAdopted():
            plan.status, plan.adopted_by, plan.adopted_at = ADOPTED, event.by, event.at
        case PlanSentBack():
            plan.status = SENT_BACK
            _unsign(plan)
        case PlanReopened():
            plan.status, plan.rounds = DRAFT, plan.rounds + 1
            _unsign(plan)
        case PlanDropped():
            plan.status = DROPPED


def revised_text(text: PlanDrafted, event: PlanRevised) -> PlanDrafted:
    """The text that an edit gives."""
    return msgspec.structs.replace(
        text,
        title=event.title,
        facts=event.facts,
        findings=event.findings,
        measures=event.measures,
        level=event.level,
        owner=event.owner,
        issuer=event.issuer,
    )


def _unsign(plan: Plan) -> None:
    plan.signed_by = plan.signed_office = plan.adopted_by = ""
    plan.signed_at = plan.adopted_at = None
