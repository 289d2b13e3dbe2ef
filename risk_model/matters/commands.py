"""What officials ask of matters, checked field by field, and which facts record it."""

from datetime import date, datetime

import msgspec

from risk_model.matters.merging import Decided, merge, undo_merge
from risk_model.matters.settling import by_itself, close, downgrade, reopen, revisit
from risk_model.refusals import LONGEST_NAME, LONGEST_REASON, Incomplete, text_errors
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import (
    DomainEvent,
    MatterAbsorbed,
    MatterClosed,
    MatterDowngraded,
    MatterReleased,
    MatterReopened,
    MatterRevisited,
    MattersMerged,
    MatterSplit,
    Recorded,
)

LONGEST_TITLE = 200


class MatterCommand(msgspec.Struct, frozen=True):
    """An official's command on a matter: who, and why."""

    by: str
    reason: str


class MergeIn(MatterCommand, frozen=True):
    """Make ``from_id`` part of the matter."""

    from_id: str


class Undo(MatterCommand, frozen=True):
    """Take back that the matter became part of another, or was split off."""


class SplitOut(MatterCommand, frozen=True):
    """Make a matter of these events of the matter's own."""

    dispute_ids: frozenset[str]
    title: str = ""


class Downgrade(MatterCommand, frozen=True):
    """降级."""

    level: int
    revisit_on: date | None = None


class Close(MatterCommand, frozen=True):
    """销号."""

    revisit_on: date | None = None


class Revisit(MatterCommand, frozen=True):
    """回访: ``result`` is ``ok`` or ``relapsed``."""

    result: str
    next_on: date | None = None
    level: int | None = None


class Reopen(MatterCommand, frozen=True):
    """Open a closed matter again."""

    level: int | None = None


def decide_command(state: State, matter_id: str, command: MatterCommand, now: datetime, rules: Rules) -> list[Recorded]:
    """Facts that follow from a command (for ``SplitOut`` see ``merging.split``); they are applied to ``state`` on the way.

    Raises:
        Incomplete: who or why is missing.
        NotAllowed: it cannot be done, and why.
    """
    check_command(command)
    decided = Decided(command.by, now, command.reason)
    match command:
        case MergeIn():
            by_itself(state, matter_id)
            return merge(state, matter_id, command.from_id, decided, rules)
        case Undo():
            matter = state.matters[matter_id]
            if matter.merged_into is None and matter.split_from is not None:
                return merge(state, matter.split_from, matter_id, decided, rules)
            return undo_merge(state, matter_id, decided, rules)
        case Downgrade():
            return downgrade(state, matter_id, command.level, command.revisit_on, decided, rules)
        case Close():
            return close(state, matter_id, command.revisit_on, decided, rules)
        case Revisit():
            return revisit(state, matter_id, command.result, command.next_on, command.level, decided, rules)
        case Reopen():
            return reopen(state, matter_id, command.level, decided, rules)
        case _:
            raise TypeError(f"no decision for {type(command).__name__}")


def records(event: DomainEvent, command: MatterCommand) -> bool:
    """Whether a fact on the matter's own stream is what this command led to: a repeat of it is answered as the first time."""
    match event, command:
        case MattersMerged(), MergeIn():
            same = event.from_id == command.from_id
        case MatterSplit(), SplitOut():
            same = event.moved == tuple(sorted(command.dispute_ids))
        case MatterDowngraded(), Downgrade():
            same = event.level_after == command.level and command.revisit_on in (None, event.revisit_on)
        case MatterClosed(), Close():
            same = command.revisit_on in (None, event.revisit_on)
        case MatterRevisited(), Revisit():
            same = event.result == command.result and event.next_on == command.next_on
        case MatterReopened(), Reopen():
            same = command.level in (None, event.level)
        case MatterReleased() | MatterAbsorbed(), Undo():
            return event.by == command.by
        case _:
            return False
    return same and getattr(event, "by", "") == command.by and getattr(event, "reason", "") == command.reason


def check_command(command: MatterCommand) -> None:
    """Who and why, in bounds.

    Raises:
        Incomplete: names every field that is wrong.
    """
    errors = text_errors(
        [("by", command.by, LONGEST_NAME, True, "经办人姓名"), ("reason", command.reason, LONGEST_REASON, True, "理由")]
    )
    if errors:
        raise Incomplete(errors)
