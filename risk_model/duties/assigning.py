"""Duties from an adopted plan: one for each measure, each with its deadline. Pure.

A plan that was revised and adopted again keeps the duties of the measures it kept: what is under way goes on, what is no longer in the plan is
withdrawn, what is new is assigned.
"""

from collections.abc import Iterable
from datetime import datetime

from risk_model.clocks.book import ClockBook
from risk_model.deadlines.counting import Subject, started
from risk_model.duties.entity import WITHDRAWN, Duty
from risk_model.duties.steps import ANSWER_CLOCK, DutyCommand, Follows, decide_duty
from risk_model.plans.entity import Plan
from schemas.domain_events import DeadlineStarted, DutyAssigned, PlannedMeasure
from schemas.identifiers import derived_id

DAYS_CLOCK = "duty.due"
"""Deadline of a measure with days of its own; its length is the longest that may be given."""


def assign_duties(
    plan: Plan, held: Iterable[Duty], by: str, book: ClockBook, now: datetime
) -> list[DutyAssigned | Follows]:
    """What follows from adopting a plan.

    Args:
        plan: as it was signed.
        held: duties it has from an earlier adoption.
        by: who adopts it.
        book: deadlines.
        now: aware.
    """
    found: list[DutyAssigned | Follows] = []
    there = {(duty.assigned.text, duty.assigned.lead): duty for duty in held if duty.status != WITHDRAWN}
    wanted = {(measure.text, measure.lead) for measure in plan.text.measures}
    for key, duty in there.items():
        if key not in wanted and duty.status != "accepted":
            found += decide_duty(duty, DutyCommand("withdraw", by, "方案修订后不再有此项"), book, now)
    for number, measure in enumerate(plan.text.measures, 1):
        if (measure.text, measure.lead) not in there:
            found += _assigned(plan, number, measure, by, book, now)
    return found


def _assigned(
    plan: Plan, number: int, measure: PlannedMeasure, by: str, book: ClockBook, now: datetime
) -> list[DutyAssigned | Follows]:
    text = plan.text
    duty_id = derived_id("duty", plan.plan_id, measure.text, measure.lead, str(plan.rounds))
    subject = Subject(
        "duty", duty_id, measure.text, plan.text.county, measure.lead, "", text.matter_id, text.alert_id, by=by
    )
    clock = deadline_for(duty_id, measure.due_days, plan.signed_at or now, subject, book, now)
    duty = DutyAssigned(
        duty_id,
        "plan",
        plan.plan_id,
        number,
        measure.text,
        measure.lead,
        text.county,
        by,
        now,
        measure.support,
        measure.basis,
        measure.deadline,
        clock.deadline_id if clock else None,
        text.alert_id,
        text.matter_id,
    )
    return [duty, *([clock] if clock else [])]


def deadline_for(
    duty_id: str, due_days: int | None, since: datetime, subject: Subject, book: ClockBook, now: datetime
) -> DeadlineStarted | None:
    """The deadline of a duty: its own days since ``since``, else an answer within ``duty.answer`` from ``now``.

    The statutory deadlines that a measure names run from their own grounds, which the plan's adoption is not; the lead answers meanwhile.
    """
    days = book.rules.get(DAYS_CLOCK)
    if due_days is not None and days is not None:
        return started(
            book,
            DAYS_CLOCK,
            derived_id("deadline", DAYS_CLOCK, duty_id),
            since,
            now,
            subject,
            min(due_days, days.length),
        )
    if ANSWER_CLOCK not in book.rules:
        return None
    return started(book, ANSWER_CLOCK, derived_id("deadline", ANSWER_CLOCK, duty_id, "0"), now, now, subject)
