"""Facts of response plans (处置方案): drafted by the machine, edited, signed and adopted by officials."""

from datetime import datetime

import msgspec

from schemas.domain_events.fact import Fact


class PlannedMeasure(msgspec.Struct, frozen=True, omit_defaults=True):
    """One measure of a plan: what, who leads and supports, on which legal basis, by when.

    Attributes:
        due_days: days from the signing of the plan.
        clock: code of the deadline that governs it.
        deadline: both in words.
    """

    text: str
    lead: str
    support: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    due_days: int | None = None
    clock: str | None = None
    deadline: str = ""


class PlanDrafted(Fact, frozen=True, tag="PlanDrafted"):
    """A response plan (处置方案) was drafted from playbooks; a draft until a named official signs it.

    Attributes:
        playbooks: ids of the playbooks merged.
        facts: what is known, a sentence each.
        findings: what it was judged to be and why, a sentence each; plans drafted by earlier releases have them among the facts.
        owner: who answers for the alert.
        issuer: the office that signs.
    """

    plan_id: str
    alert_id: str
    title: str
    level: int
    county: str
    playbooks: tuple[str, ...]
    facts: tuple[str, ...]
    measures: tuple[PlannedMeasure, ...]
    policy_version: str
    matter_id: str | None = None
    findings: tuple[str, ...] = ()
    owner: str = ""
    issuer: str = ""


class PlanRevised(Fact, frozen=True, tag="PlanRevised"):
    """An official edited a plan; the whole text as it reads now.

    Attributes:
        on: version whose text was edited; of a redraft that was taken over, the redraft's.
        note: what was changed and why.
    """

    plan_id: str
    by: str
    at: datetime
    on: int
    title: str
    facts: tuple[str, ...]
    findings: tuple[str, ...]
    measures: tuple[PlannedMeasure, ...]
    level: int
    owner: str = ""
    issuer: str = ""
    note: str = ""


class PlanSigned(Fact, frozen=True, tag="PlanSigned"):
    """A named official signed a plan (签发); its text stands from then on.

    Attributes:
        office: post of the signer, as it stands under the paper.
    """

    plan_id: str
    by: str
    at: datetime
    office: str = ""
    note: str = ""


class PlanAdopted(Fact, frozen=True, tag="PlanAdopted"):
    """A signed plan was adopted (交办): its measures are duties of the offices that lead them."""

    plan_id: str
    by: str
    at: datetime
    note: str = ""


class PlanSentBack(Fact, frozen=True, tag="PlanSentBack"):
    """A plan was sent back to be edited (退回)."""

    plan_id: str
    by: str
    at: datetime
    reason: str


class PlanReopened(Fact, frozen=True, tag="PlanReopened"):
    """A signed, adopted or dropped plan is to be revised (修订): it is a draft again, what was assigned stays assigned."""

    plan_id: str
    by: str
    at: datetime
    reason: str


class PlanDropped(Fact, frozen=True, tag="PlanDropped"):
    """A draft is of no use and will not be signed (不予签发)."""

    plan_id: str
    by: str
    at: datetime
    reason: str
