"""Facts of response plans (处置方案)."""

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
