"""Officials of a simulated city: they acknowledge what they are told at the next look, and two weeks later close it as right or as a false alarm.

Whoever closes an alert closes what stands under it. They take the same steps by the same commands as officials who use the API.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, Engine, or_, select

from infra.handling import handle_alert
from infra.store.event_log import read_events, write_transaction
from infra.store.tables import reads
from risk_model.alerts.handling import Outcome, Step, StepKind
from risk_model.alerts.status import CLOSED, RAISED
from risk_model.dispatch.entities import ABSORBED, GROUPED
from risk_model.entities import Alert
from schemas.domain_events import AlertReleased

HANDLED_DAYS = 14
_CHUNK = 10_000
_alert = msgspec.json.Decoder(Alert)


class Officials:
    """Handles alerts that were told.

    Args:
        engine: of the store.
        right: whether an alert turns out to be right.
    """

    def __init__(self, engine: Engine, right: Callable[[Connection, Alert], bool]) -> None:
        self._engine = engine
        self._is_right = right
        self._seq = 0
        self._told: list[tuple[datetime, str]] = []
        self._due: list[tuple[datetime, str]] = []

    def work(self, now: datetime) -> None:
        """Acknowledge what has been told by now, close what was told two weeks ago."""
        self._listen()
        seen = [one for one in self._told if one[0] <= now]
        self._told = [one for one in self._told if one[0] > now]
        ready = sorted(one for one in self._due if one[0] <= now)
        self._due = [one for one in self._due if one[0] > now]
        if not (seen or ready):
            return
        with write_transaction(self._engine) as connection:
            for told_at, alert_id in seen:
                self._due.append((told_at + timedelta(days=HANDLED_DAYS), alert_id))
                self._step(connection, alert_id, "acknowledge", now)
            for _, alert_id in ready:
                for one in (*self._under(connection, alert_id), alert_id):
                    self._close(connection, one, now)

    def _listen(self) -> None:
        """What the dispatch has told since the last look."""
        with self._engine.connect() as connection:
            stored = read_events(connection, self._seq, _CHUNK, ("AlertReleased",))
        for item in stored:
            event = item.recorded.event
            if isinstance(event, AlertReleased):
                self._told.append((event.not_before, event.alert_id))
        self._seq = stored[-1].seq if stored else self._seq

    def _close(self, connection: Connection, alert_id: str, now: datetime) -> None:
        alert = _held(connection, alert_id)
        if alert.status == CLOSED:
            return
        right = self._is_right(connection, alert)
        self._step(connection, alert_id, "acknowledge", now)
        if right:
            self._step(connection, alert_id, "answer", now, "演示：已处理")
        outcome: Outcome = "true" if right else "false_alarm"
        self._step(connection, alert_id, "close", now, "演示：按模拟城市的真值办结", outcome)

    def _step(
        self,
        connection: Connection,
        alert_id: str,
        kind: StepKind,
        now: datetime,
        reason: str = "",
        outcome: Outcome | None = None,
    ) -> None:
        """Take a step with an alert that still awaits it."""
        alert = _held(connection, alert_id)
        if alert.status == CLOSED or (kind == "acknowledge" and alert.status != RAISED):
            return
        step = Step(kind, alert.owner, reason, outcome)
        handle_alert(connection, alert_id, step, None, alert.version, now)

    def _under(self, connection: Connection, alert_id: str) -> Iterable[str]:
        """Alerts that stand under one: of its group and not told themselves, or absorbed by it."""
        d = reads.dispatches
        group = select(d.c.alert_id).where(d.c.group_id == alert_id, d.c.stage == GROUPED)
        under = select(d.c.alert_id).where(d.c.absorbed_by == alert_id, d.c.stage == ABSORBED)
        query = select(d.c.alert_id).where(
            or_(d.c.alert_id.in_(group), d.c.alert_id.in_(under)), d.c.alert_id != alert_id
        )
        return connection.execute(query.order_by(d.c.alert_id)).scalars().all()


def _held(connection: Connection, alert_id: str) -> Alert:
    query = select(reads.alerts.c.state).where(reads.alerts.c.alert_id == alert_id)
    return _alert.decode(bytes(connection.execute(query).scalar_one()))
