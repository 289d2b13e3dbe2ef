"""Commands officials give on matters: decided purely, written with the optimistic concurrency of the event log."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from infra.expecting import Moved
from infra.store.event_log import append, stored_event, take_turn
from infra.store.projection import save
from infra.store.queries.recordings import history
from infra.store.rows import among
from infra.store.slices import load_alerts, load_families, load_keys, load_plan_versions, load_proposals_of
from infra.store.tables import events, reads
from risk_model.alerts.raising import matter_alert_id
from risk_model.entities import Matter
from risk_model.masking import Masker
from risk_model.matters.commands import MatterCommand, MergeIn, SplitOut, Undo, check_command, decide_command, records
from risk_model.matters.merging import Decided, split
from risk_model.refusals import NotAllowed
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import (
    DisputeAssessed,
    DomainEvent,
    MatterJoined,
    MatterOpened,
    MatterSplit,
    MatterSplitOff,
    Recorded,
    Sighted,
)

MOST_EVENTS = 5_000
"""Events of a matter that can be split: all of them stand in one transaction, in which WATCH waits."""


class NoSuchMatter(LookupError):
    """There is no matter of this id."""


def command_matter(
    connection: Connection, matter_id: str, command: MatterCommand, expected_version: int, now: datetime, rules: Rules
) -> Matter:
    """Carry out a command on a matter, within a write transaction; all of it or nothing. The matter as it is then.

    A request sent again after its answer was lost is answered as the first time.

    Args:
        connection: within a transaction.
        matter_id: the matter.
        command: what the official wants.
        expected_version: version of the matter that the official looked at.
        now: aware.
        rules: by which levels, alerts and plans follow.

    Raises:
        NoSuchMatter: it, or the one to be merged into it, does not exist.
        Moved: something happened to it after the official looked.
        Incomplete, NotAllowed: see ``risk_model.matters.commands.decide_command``.
    """
    take_turn(connection)
    state = State()
    wanted = {matter_id, *([command.from_id] if isinstance(command, MergeIn) else ())}
    load_families(connection, reads, state, wanted)
    if missing := sorted(wanted - state.matters.keys()):
        raise NoSuchMatter(missing[0])
    matter = state.matters[matter_id]
    if isinstance(command, Undo) and matter.split_from is not None:
        load_families(connection, reads, state, {matter.split_from})
    masked = Masker().mask(command.reason.strip())
    command = msgspec.structs.replace(command, reason=masked)
    check_command(command)
    if matter.version != expected_version:
        stored = history(connection, f"matter-{matter_id}")
        since = [item for item in stored if item.recorded.version > expected_version]
        again = since and records(since[0].recorded.event, command)
        if again and all(item.recorded_at == since[0].recorded_at for item in since):
            return matter
        raise Moved(expected_version, matter.version, since)
    load_alerts(connection, reads, state, {matter_alert_id(each) for each in state.matters})
    load_plan_versions(connection, reads, state, state.alerts)
    load_proposals_of(connection, reads, state, state.matters)
    if isinstance(command, SplitOut):
        recorded = _split(connection, state, matter_id, command, now, rules)
    else:
        recorded = decide_command(state, matter_id, command, now, rules)
    append(connection, recorded, now)
    save(connection, reads, state)
    return state.matters[matter_id]


def own_events(stored: list[DomainEvent]) -> dict[str, Sighted]:
    """What a matter's own dispute events brought, by their id, from its stream."""
    found: dict[str, Sighted] = {}
    for event in stored:
        if isinstance(event, MatterOpened | MatterJoined):
            found[event.sighted.dispute_id] = event.sighted
        elif isinstance(event, MatterSplitOff):
            found |= {one.dispute_id: one for one in event.sighted}
        elif isinstance(event, MatterSplit):
            found = {one.dispute_id: one for one in event.kept}
    return found


def _split(
    connection: Connection, state: State, matter_id: str, command: SplitOut, now: datetime, rules: Rules
) -> list[Recorded]:
    sighted = own_events([item.recorded.event for item in history(connection, f"matter-{matter_id}")])
    if len(sighted) > MOST_EVENTS:
        raise NotAllowed(
            f"事项有 {len(sighted)} 件事件，超过一次可拆分的 {MOST_EVENTS} 件", f"more than {MOST_EVENTS} events"
        )
    disputes = assessed_of(connection, sorted(sighted))
    load_keys(connection, reads, state, {key for dispute in disputes.values() for key in dispute.link_keys})
    decided = Decided(command.by, now, command.reason)
    title = Masker().mask(command.title)
    return split(state, matter_id, command.dispute_ids, disputes, sighted, title, decided, rules)


def assessed_of(connection: Connection, dispute_ids: list[str]) -> dict[str, Assessed]:
    """Dispute events as assessed, by id."""
    streams = [f"dispute-{dispute_id}" for dispute_id in dispute_ids]
    query = select(events).where(among(connection, events.c.stream_id, streams), events.c.version == 1)
    found = (stored_event(row).recorded.event for row in connection.execute(query))
    return {event.dispute.dispute_id: event.dispute for event in found if isinstance(event, DisputeAssessed)}
