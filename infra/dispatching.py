"""The dispatcher follows the log: what becomes of each alert is decided after it was raised, apart from WATCH and in one place.

Its place in the log moves in the transaction that appends what it decided, so nothing is decided twice and nothing is left out. The desk of
open alerts is kept in memory between looks and read anew when another process was at work.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, Engine, insert, or_, select, update

from infra.plan_standing import catch_up, follow_plans
from infra.store.event_log import StoredEvent, append, micros, read_events, write_transaction
from infra.store.projection import save
from infra.store.queries.evidence import evidence_of
from infra.store.slices import hold_card, hold_silence, load_alerts, load_cards
from infra.store.tables import event_head, publications, reads
from risk_model.alerts.status import CLOSED, AlertStep
from risk_model.dispatch.deciding import CLOSED_NOW, GROWN, Cause, decide, pass_time, resume, urgency
from risk_model.dispatch.desk import Desk
from risk_model.dispatch.entities import Card, Silence
from risk_model.dispatch.holding import ESCALATED, RAISED, REOPENED
from risk_model.dispatch.wording import DispatchFact
from risk_model.entities import Alert
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import (
    AlertClosed,
    AlertEscalated,
    AlertRaised,
    AlertReopened,
    ExposureFound,
    PlanDrafted,
    Recorded,
    SilenceLifted,
    SilenceSet,
    TrendDetected,
    TrendRevised,
)

NAME = "dispatch"
CHUNK = 2_000
TIME_EVERY = timedelta(minutes=1)
"""How often is looked at what follows from time alone."""
FOLLOWED = (
    "AlertRaised", "AlertEscalated", "AlertReopened", "AlertClosed", "TrendDetected", "TrendRevised", "ExposureFound", "SilenceSet",
    "SilenceLifted", "PlanDrafted", "AlertAcknowledged", "AlertTakenInHand", "AlertAnswered", "AlertOverdue",
)  # fmt: skip
_About = AlertRaised | AlertEscalated | AlertStep | TrendDetected | TrendRevised | ExposureFound
_card = msgspec.json.Decoder(Card)
_alert = msgspec.json.Decoder(Alert)
_silence = msgspec.json.Decoder(Silence)


class Dispatcher:
    """Decides what becomes of alerts.

    Args:
        engine: of the store.
        rules: with the policy's ``[dispatch]``.
    """

    def __init__(self, engine: Engine, rules: Rules) -> None:
        self._engine = engine
        self._rules = rules
        self._table = rules.policy.dispatch
        self._desk: Desk | None = None
        self._seq = -1
        self._timed: datetime | None = None
        self._caught_up = False

    def dispatch(self, now: datetime) -> int:
        """Follow the log to its end and let time pass; number of events appended.

        Raises:
            sqlalchemy.exc.DBAPIError: the database is away; call again later.
        """
        appended, more = 0, True
        while more:
            timed = self._timed is None or now - self._timed >= TIME_EVERY
            if not timed and not self._anything():
                return appended
            try:
                with write_transaction(self._engine) as connection:
                    number, more = self._look(connection, now, timed=timed)
            except BaseException:
                self._desk, self._caught_up = None, False
                raise
            appended += number
            self._timed = now if timed and not more else self._timed
        return appended

    def _anything(self) -> bool:
        """Whether the log has something new."""
        if self._desk is None:
            return True
        with self._engine.connect() as connection:
            return bool(read_events(connection, self._seq, 1, FOLLOWED))

    def _look(self, connection: Connection, now: datetime, *, timed: bool) -> tuple[int, bool]:
        last = self._place(connection)
        head = int(connection.execute(select(event_head.c.seq)).scalar_one())
        desk = self._desk if self._desk is not None and last == self._seq else self._load(connection, now)
        stored = read_events(connection, last, CHUNK, FOLLOWED)
        more = len(stored) == CHUNK
        recorded: list[Recorded] = []
        if not self._caught_up:
            recorded += catch_up(connection, desk, last, self._rules, now)
            self._caught_up = True
        recorded += self._follow(connection, desk, stored, now)
        if timed and not more:
            recorded += pass_time(desk, now, self._table)
            desk.forget(now - self._window())
        recorded += follow_plans(connection, desk, _planned(stored, recorded), self._rules, now)
        written = append(connection, recorded, now)
        save(connection, reads, desk.state)
        desk.state.forget_changes()
        self._desk, self._seq = desk, stored[-1].seq if more else max(head, written)
        connection.execute(update(publications).where(publications.c.name == NAME).values(last_seq=self._seq))
        return len(recorded), more

    def _follow(
        self, connection: Connection, desk: Desk, stored: Sequence[StoredEvent], now: datetime
    ) -> list[Recorded]:
        """Decide on each alert that something was said of, the gravest first; all that was said of one since the last look together."""
        said: dict[str, list[_About]] = {}
        lifted = False
        for item in stored:
            event = item.recorded.event
            if isinstance(event, (SilenceSet, SilenceLifted)):
                lifted = True
            elif isinstance(event, _About) and event.alert_id is not None:
                said.setdefault(event.alert_id, []).append(event)
        recorded: list[Recorded] = []
        if lifted:
            _load_silences(connection, desk.state)
            recorded += resume(desk, now, self._table)
        if not said:
            return recorded
        load_cards(connection, reads, desk.state, said.keys() - desk.state.cards.keys())
        load_alerts(connection, reads, desk.state, said)
        alerts = [desk.state.alerts[alert_id] for alert_id in said]
        named = {alert_id: _named(events) for alert_id, events in said.items()}
        known = {alert_id: desk.state.cards[alert_id].keys for alert_id in said if alert_id in desk.state.cards}
        changed = [a for a in alerts if a.alert_id not in known or any(map(_tells_more, said[a.alert_id]))]
        evidence = evidence_of(connection, changed, named, known, self._table.group_share)
        for alert_id in said:
            desk.index(alert_id)
        for alert in sorted(alerts, key=lambda one: urgency(one, evidence.get(one.alert_id))):
            what = _what(alert, said[alert.alert_id], new=alert.alert_id not in desk.state.cards)
            recorded += (
                []
                if what is None
                else decide(desk, Cause(what, alert.alert_id, evidence.get(alert.alert_id)), now, self._table)
            )
        return recorded

    def _place(self, connection: Connection) -> int:
        """How far the log was followed; within the write transaction nobody else moves it."""
        t = publications
        last = connection.execute(select(t.c.last_seq).where(t.c.name == NAME)).scalar()
        if last is None:
            connection.execute(insert(t), [{"name": NAME, "last_seq": 0, "holder": None, "lease_until_us": 0}])
            return 0
        return int(last)

    def _load(self, connection: Connection, now: datetime) -> Desk:
        """Open alerts, those of late that windows look back at, and silences."""
        state, a, d = State(), reads.alerts, reads.dispatches
        since = micros(now - self._window())
        query = (
            select(a.c.state, d.c.state)
            .join(d, d.c.alert_id == a.c.alert_id)
            .where(or_(a.c.status != CLOSED, d.c.newest_us >= since))
        )
        for alert_state, card_state in connection.execute(query):
            alert = _alert.decode(bytes(alert_state))
            state.alerts[alert.alert_id] = alert
            hold_card(state, _card.decode(bytes(card_state)))
        _load_silences(connection, state)
        return Desk(state)

    def _window(self) -> timedelta:
        return timedelta(days=max(self._table.flapping.window_days, self._table.budget.window_days))


def _planned(stored: Sequence[StoredEvent], recorded: Sequence[Recorded]) -> set[str]:
    """Alerts whose plan may stand elsewhere now: something was said of them, became of them, or their plan was drafted."""
    said = (item.recorded.event for item in stored)
    found = {event.alert_id for event in said if isinstance(event, (AlertStep, PlanDrafted))}
    return found | {item.event.alert_id for item in recorded if isinstance(item.event, DispatchFact)}


def _load_silences(connection: Connection, state: State) -> None:
    """Silences nobody has lifted, and what became of those at hand."""
    t = reads.silences
    wanted = or_(t.c.lifted_us.is_(None), t.c.silence_id.in_(list(state.silences)))
    for data in connection.execute(select(t.c.state).where(wanted)).scalars():
        hold_silence(state, _silence.decode(bytes(data)))


def _named(events: Iterable[_About]) -> list[str]:
    """Dispute events that facts of an alert itself name."""
    own = (event for event in events if isinstance(event, (AlertRaised, AlertEscalated, AlertReopened)))
    return [dispute_id for event in own for dispute_id in event.dispute_ids]


def _tells_more(event: _About) -> bool:
    """Whether a fact may change what an alert is about."""
    return isinstance(event, AlertReopened) or not isinstance(event, AlertStep)


def _what(alert: Alert, events: Sequence[_About], *, new: bool) -> str | None:
    """The gravest of what was said of an alert; None when officials only took a step that leaves it open."""
    kinds = {type(event) for event in events}
    if new:
        return RAISED
    if alert.status == CLOSED:
        return CLOSED_NOW if AlertClosed in kinds else None
    if AlertReopened in kinds:
        return REOPENED
    if AlertEscalated in kinds:
        return ESCALATED
    return GROWN if any(map(_tells_more, events)) else None
