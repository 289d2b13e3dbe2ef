"""What becomes of alerts on their way to their owners, and silences, as events say: nothing that WATCH decides on (``infra.overlapping``)."""

from risk_model.dispatch.entities import ABSORBED, TOLD, Card, PlanStanding, Silence, Told
from risk_model.state import State
from schemas.domain_events import (
    AlertAbsorbed,
    AlertGrouped,
    AlertHeld,
    AlertReleased,
    AlertReturned,
    PlanHeld,
    PlanReleased,
    SilenceLifted,
    SilenceSet,
)

_AGAIN = "reopened"


def group_alert(state: State, event: AlertGrouped, version: int) -> None:
    """Put an alert into a group; the first time it is what puts it on its way."""
    card = state.cards.get(event.alert_id)
    if card is None:
        card = state.cards[event.alert_id] = Card(event.alert_id, event.group_id, raised=[event.at])
    card.version, card.group_id, card.reason = version, event.group_id, event.reason
    card.keys, card.reach, card.dispute_ids = list(event.keys), list(event.reach), list(event.dispute_ids)
    card.people, card.certainty = event.people, event.certainty
    state.touched_cards.add(event.alert_id)


def absorb_alert(state: State, event: AlertAbsorbed, version: int) -> None:
    """Put an alert under a wider one; how it stood is kept."""
    card = state.cards[event.alert_id]
    if card.stage != ABSORBED:
        card.before = card.stage
    card.version, card.stage, card.absorbed_by, card.reason = version, ABSORBED, event.by_id, event.reason
    state.touched_cards.add(event.alert_id)


def return_alert(state: State, event: AlertReturned, version: int) -> None:
    """Let an alert stand as it stood before it was absorbed."""
    card = state.cards[event.alert_id]
    card.version, card.stage, card.absorbed_by, card.reason = version, card.before, None, event.reason
    state.touched_cards.add(event.alert_id)


def hold_alert(state: State, event: AlertHeld, version: int) -> None:
    """Keep an alert from being told for now."""
    card = state.cards[event.alert_id]
    card.version, card.stage, card.cause, card.reason = version, event.stage, event.cause, event.reason
    card.until, card.silence_id = event.until, event.silence_id
    if event.cause == _AGAIN:
        card.raised = [*card.raised, event.at]
    state.touched_cards.add(event.alert_id)


def release_alert(state: State, event: AlertReleased, version: int) -> None:
    """Let an alert be told."""
    card = state.cards[event.alert_id]
    card.version, card.stage, card.cause, card.reason = version, TOLD, event.cause, event.reason
    card.until = card.silence_id = None
    card.told = [*card.told, Told(event.at, event.not_before, event.owner, event.level, event.cause)]
    if event.cause == _AGAIN:
        card.raised = [*card.raised, event.at]
    state.touched_cards.add(event.alert_id)


def hold_plan(state: State, event: PlanHeld, version: int) -> None:
    """Keep whoever signs from being asked for now."""
    card = state.cards[event.alert_id]
    told = card.plan.draft if card.plan is not None else 0
    card.version, card.plan = version, PlanStanding(event.stage, event.at, told, version, event.reason)
    state.touched_cards.add(event.alert_id)


def release_plan(state: State, event: PlanReleased, version: int) -> None:
    """Let whoever signs be asked; a redraft of what they were told of leaves the time for signing as it is."""
    card = state.cards[event.alert_id]
    before = card.plan
    if before is not None and before.stage == TOLD:
        since, asked = before.since, before.asked
    else:
        since, asked = event.not_before, 1 if before is None else version
    card.version, card.plan = version, PlanStanding(TOLD, since, event.draft, asked, event.reason)
    state.touched_cards.add(event.alert_id)


def set_silence(state: State, event: SilenceSet, version: int) -> None:
    """Keep a new silence."""
    state.silences[event.silence_id] = Silence(
        event.silence_id, event.match, event.by, event.at, event.reason, event.until, version=version
    )
    state.touched_silences.add(event.silence_id)


def lift_silence(state: State, event: SilenceLifted, version: int) -> None:
    """End a silence."""
    silence = state.silences[event.silence_id]
    silence.version, silence.lifted_at = version, event.at
    silence.lifted_by, silence.lifted_for = event.by, event.reason
    state.touched_silences.add(event.silence_id)
