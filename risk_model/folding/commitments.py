"""Plans, duties and requests, as events draft, assign, make and answer them."""

from risk_model.duties.entity import DutyStep, assign
from risk_model.duties.entity import advance as advance_duty
from risk_model.ledger.entity import RequestStep, make
from risk_model.ledger.entity import advance as advance_request
from risk_model.plans.entity import PlanStep, drafted
from risk_model.plans.entity import advance as advance_plan
from risk_model.state import State
from schemas.domain_events import DutyAssigned, PlanDrafted, RequestMade


def draft_plan(state: State, event: PlanDrafted, version: int) -> None:
    """Keep a draft: in place of the earlier one, or beside what officials have made of it."""
    state.plans[event.plan_id] = drafted(state.plans.get(event.plan_id), event, version)
    state.touched_plans.add(event.plan_id)


def step_plan(state: State, event: PlanStep, version: int) -> None:
    """Take an official's step with a plan."""
    advance_plan(state.plans[event.plan_id], event, version)
    state.touched_plans.add(event.plan_id)


def assign_duty(state: State, event: DutyAssigned, version: int) -> None:
    """Keep a new duty."""
    state.duties[event.duty_id] = assign(event, version)
    state.touched_duties.add(event.duty_id)


def step_duty(state: State, event: DutyStep, version: int) -> None:
    """Take a step of a duty."""
    advance_duty(state.duties[event.duty_id], event, version)
    state.touched_duties.add(event.duty_id)


def make_request(state: State, event: RequestMade, version: int) -> None:
    """Keep a new request, whose answer may be known already."""
    state.requests[event.request_id] = make(state.requests.get(event.request_id), event, version)
    state.touched_requests.add(event.request_id)


def step_request(state: State, event: RequestStep, version: int) -> None:
    """Take a step of a request."""
    state.requests[event.request_id] = advance_request(state.requests.get(event.request_id), event, version)
    state.touched_requests.add(event.request_id)
