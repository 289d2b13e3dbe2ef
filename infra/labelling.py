"""Giving labels: decided purely, written with the optimistic concurrency of the event log."""

from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from infra.expecting import Moved, recorded_before
from infra.store.event_log import append, take_turn
from infra.store.projection import save
from infra.store.queries.alerts import alert_by_id
from infra.store.queries.disputes import ids_behind_alert
from infra.store.queries.labels import dispute_versions, labels_of
from infra.store.queries.recordings import history
from infra.store.tables import reads
from risk_model.folding import record
from risk_model.labelling import InForce, Verdict, decide_label, in_force
from risk_model.masking import Masker
from risk_model.refusals import Incomplete
from risk_model.state import State
from schemas.domain_events import DomainEvent, LabelGiven, Recorded
from schemas.errors import field_error

MOST_EVENTS = 5_000
"""Events of an alert that one request labels at most: all of them stand in one transaction, in which WATCH waits."""


class NoSuchDispute(LookupError):
    """There is no dispute event of this id."""


class NoSuchAlert(LookupError):
    """There is no alert of this id."""


class TooManyEvents(ValueError):
    """The alert has more events than one request labels; ``count`` of them."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} events, at most {MOST_EVENTS}")
        self.count = count


class Labelled(NamedTuple):
    """Version of the event's stream now, and the label as recorded; None when nothing needed to be."""

    version: int
    label: LabelGiven | None


class AlertLabelled(NamedTuple):
    """What labelling all events of an alert came to.

    Attributes:
        events: events behind the alert.
        labelled: ids of those that got a label.
        overruled: ids of those among them whose label by another official said otherwise.
    """

    events: int
    labelled: tuple[str, ...]
    overruled: tuple[str, ...]


def label_dispute(
    connection: Connection, dispute_id: str, verdict: Verdict, expected_version: int, now: datetime
) -> Labelled:
    """Give a label to one event, within a write transaction.

    A request sent again after its answer was lost is answered as the first time.

    Raises:
        NoSuchDispute: there is none.
        Moved: another label came first.
        Incomplete: the verdict is not valid, or names an alert that does not exist.
    """
    take_turn(connection)
    stream = f"dispute-{dispute_id}"
    stored = history(connection, stream)
    if not stored:
        raise NoSuchDispute(dispute_id)
    if verdict.alert_id is not None and alert_by_id(connection, verdict.alert_id) is None:
        error = field_error("not_allowed", "alert_id", verdict.alert_id, "已有预警的编号", "the id of an alert")
        raise Incomplete([error])
    verdict = _masked(verdict)
    version, last = stored[-1].recorded.version, stored[-1].recorded.event
    if recorded_before(connection, stream, version, expected_version, lambda e: _records(e, verdict)):
        return Labelled(version, last if isinstance(last, LabelGiven) else None)
    earlier = in_force(s.recorded.event for s in stored if isinstance(s.recorded.event, LabelGiven))
    event = decide_label(dispute_id, earlier, verdict, now)
    if event is None:
        return Labelled(version, None)
    _record(connection, {dispute_id: version}, [event], now)
    return Labelled(version + 1, event)


def label_alert(
    connection: Connection, alert_id: str, verdict: Verdict, expected_version: int, now: datetime
) -> AlertLabelled:
    """Give the same label to every event behind an alert, within a write transaction.

    Raises:
        NoSuchAlert: there is none.
        Moved: the alert was changed after the caller looked at it.
        TooManyEvents: more than ``MOST_EVENTS``.
        Incomplete: the verdict is not valid.
    """
    take_turn(connection)
    detail = alert_by_id(connection, alert_id)
    if detail is None:
        raise NoSuchAlert(alert_id)
    version = detail.listed.alert.version
    if version != expected_version:
        raise Moved(expected_version, version, [s for s in detail.history if s.recorded.version > expected_version])
    ids = ids_behind_alert(connection, alert_id, detail.listed.alert.matter_id, detail.trends)
    if len(ids) > MOST_EVENTS:
        raise TooManyEvents(len(ids))
    verdict = msgspec.structs.replace(_masked(verdict), alert_id=alert_id)
    decide_label("", InForce(), verdict, now)  # a verdict that is not valid is refused even when there is no event
    labels = labels_of(connection, ids)
    found = [decide_label(each, in_force(labels.get(each, ())), verdict, now) for each in ids]
    given = [event for event in found if event is not None]
    _record(connection, dispute_versions(connection, [event.dispute_id for event in given]), given, now)
    overruled = [e.dispute_id for e in given if any(one.given_by != e.given_by for one in _against(e, labels))]
    return AlertLabelled(len(ids), tuple(event.dispute_id for event in given), tuple(overruled))


def _against(event: LabelGiven, labels: dict[str, list[LabelGiven]]) -> list[LabelGiven]:
    """Earlier labels of an event that say otherwise."""
    return [
        earlier
        for earlier in labels.get(event.dispute_id, ())
        if (event.category and earlier.category not in (None, event.category))
        or (event.level and earlier.level not in (None, event.level))
    ]


def _record(connection: Connection, versions: dict[str, int], given: list[LabelGiven], now: datetime) -> None:
    """Append labels to their events' streams and store them in the read model."""
    state = State(versions={f"dispute-{dispute_id}": version for dispute_id, version in versions.items()})
    recorded: list[Recorded] = [record(state, f"dispute-{event.dispute_id}", event) for event in given]
    append(connection, recorded, now)
    save(connection, reads, state)


def _masked(verdict: Verdict) -> Verdict:
    """The verdict with personal data masked in its reason: an event can never be taken back."""
    return msgspec.structs.replace(verdict, reason=Masker().mask(verdict.reason.strip()))


def _records(event: DomainEvent, verdict: Verdict) -> bool:
    return isinstance(event, LabelGiven) and verdict == Verdict(
        event.given_by, event.reason, event.category, event.level, event.alert_id
    )
