"""Officials of the simulated city: what the dispatch tells them, what they would be told without it, and how they close what they were told."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from benchmarks.memory_watch import MemoryWatch
from infra.demo_officials import HANDLED_DAYS
from risk_model.alerts.status import CLOSED
from risk_model.dispatch.deciding import CLOSED_NOW, GROWN, Cause, decide, pass_time
from risk_model.dispatch.desk import COUNTS, Desk
from risk_model.dispatch.entities import GROUPED
from risk_model.dispatch.evidence import Evidence, of_counts, of_matter, of_regional, of_systemic
from risk_model.dispatch.holding import ESCALATED, MERGED, RAISED, REOPENED
from risk_model.folding import record
from risk_model.policy import Policy
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import (
    AlertClosed,
    AlertEscalated,
    AlertGrouped,
    AlertHeld,
    AlertRaised,
    AlertReleased,
    AlertReopened,
    ExposureFound,
    Recorded,
    TrendDetected,
    TrendRevised,
)
from schemas.levels import Level
from schemas.reasons import Reason

MODEL, HISTORY = "model.level", "model.history"
_LOOK = timedelta(hours=1)
_DETAILS = ("exposure.path", "trend.regional_places", "trend.regional_events")  # what a detector adds to its reason


@dataclass(frozen=True)
class Message:
    """One thing an official reads: an alert at a time.

    Attributes:
        digest: the weekly letter it is part of; None when it is told by itself.
        grounds: codes of what brought it to its level.
        matter_id: of an alert on a matter; None for every other kind.
        behind: events of the matter then.
        closed: when the alert was last closed before; None when it never was.
    """

    at: datetime
    owner: str
    alert_id: str
    level: int
    digest: str | None = None
    grounds: tuple[str, ...] = ()
    matter_id: str | None = None
    behind: tuple[str, ...] = ()
    closed: datetime | None = None


@dataclass
class Office:
    """The dispatch, and officials who handle what they are told.

    Attributes:
        told: what the dispatch told.
        bare: what would have been told without it: each alert raised, escalated or opened again.
        stages: why alerts were held, how often.
    """

    watch: MemoryWatch
    rules: Rules
    desk: Desk = field(default_factory=lambda: Desk(State()))
    disputes: dict[str, Assessed] = field(default_factory=dict)
    story_of: dict[str, str] = field(default_factory=dict)
    told: list[Message] = field(default_factory=list)
    bare: list[Message] = field(default_factory=list)
    stages: Counter[str] = field(default_factory=Counter)
    _named: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _grounds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _closed: dict[str, datetime] = field(default_factory=dict)
    _due: list[tuple[datetime, str]] = field(default_factory=list)
    _looked: datetime | None = None

    def hear(self, recorded: list[Recorded], at: datetime) -> None:
        """Facts about alerts, as they are recorded; ``at`` is now."""
        for item in recorded:
            event = item.event
            if isinstance(event, AlertRaised | AlertEscalated | AlertReopened):
                alert = self.watch.state.alerts[event.alert_id]
                self._named[event.alert_id] += event.dispute_ids
                named = [self.disputes[one] for one in event.dispute_ids if one in self.disputes]
                self._grounds[event.alert_id] = grounds(event.reasons, named, alert.level, self.rules.policy)
                self.bare.append(self._message(event.alert_id, at, alert.owner, alert.level))
        for alert_id, what in _causes(recorded).items():
            self._decide(alert_id, what, at)

    def wait(self, at: datetime) -> None:
        """Time passes: what the dispatch does of itself, and what officials close."""
        while self._due and self._due[0][0] <= at:
            due, alert_id = self._due.pop(0)
            self._close(alert_id, due)
        if self._looked is None or at - self._looked >= _LOOK:
            self._looked = at
            self._take(pass_time(self.desk, at, self.rules.policy.dispatch))

    def _message(self, alert_id: str, at: datetime, owner: str, level: int, digest: str | None = None) -> Message:
        matter_id = self.watch.state.alerts[alert_id].matter_id
        recent = self.watch.state.matters[matter_id].recent if matter_id else ()
        behind = tuple(sighting.dispute_id for sighting in recent)
        why, closed = self._grounds.get(alert_id, ()), self._closed.get(alert_id)
        return Message(at, owner, alert_id, level, digest, why, matter_id, behind, closed)

    def _decide(self, alert_id: str, what: str, at: datetime) -> None:
        alert = self.watch.state.alerts[alert_id]
        self.desk.state.alerts[alert_id] = alert
        new = alert_id not in self.desk.state.cards
        cause = Cause(RAISED if new else what, alert_id, self._evidence(alert_id))
        self._take(decide(self.desk, cause, at, self.rules.policy.dispatch))

    def _take(self, recorded: list[Recorded]) -> None:
        for item in recorded:
            event = item.event
            if isinstance(event, AlertReleased):
                if event.cause != MERGED:  # nobody is told anew
                    told = self._message(event.alert_id, event.not_before, event.owner, event.level, event.digest)
                    self.told.append(told)
                self._due.append((event.not_before + timedelta(HANDLED_DAYS), event.alert_id))
            elif isinstance(event, AlertHeld):
                self.stages[event.stage] += 1
            elif not isinstance(event, AlertGrouped) or event.group_id != event.alert_id:
                self.stages[type(event).__name__] += 1
        self._due.sort()

    def _close(self, alert_id: str, at: datetime) -> None:
        """An official closes an alert and what stands under it."""
        alert = self.desk.state.alerts.get(alert_id)
        if alert is None or alert.status == CLOSED:
            return
        group = [one for one in self.desk.find("group", alert_id) if self.desk.card(one).stage == GROUPED]
        for one in [*self.desk.find("under", alert_id), *group, alert_id]:
            right = alert_id in self.story_of
            outcome = "true" if right else "false_alarm"
            closed = AlertClosed(one, outcome, "责任人", at, "已处理")
            record(self.watch.state, f"alert-{one}", closed)
            self._closed[one] = at
            self._take(decide(self.desk, Cause(CLOSED_NOW, one), at, self.rules.policy.dispatch))

    def _evidence(self, alert_id: str) -> Evidence:
        state = self.watch.state
        alert = state.alerts[alert_id]
        share = self.rules.policy.dispatch.group_share
        if alert.matter_id is not None:
            behind = [self.disputes[one] for one in self._named[alert_id]]
            card = self.desk.state.cards.get(alert_id)
            return of_matter(alert, state.matters[alert.matter_id], behind, known=card.keys if card else ())
        if alert.kind == "systemic":
            found = [e for e in state.exposures.values() if e.alert_id == alert_id]
            behind = [self.disputes[one] for e in found for one in e.dispute_ids if one in self.disputes]
            return of_systemic(found, behind)
        trends = [trend for trend in state.trends.values() if trend.alert_id == alert_id]
        if alert.kind not in COUNTS:
            return of_regional(alert, trends)
        ids = dict.fromkeys(one for trend in trends for one in trend.dispute_ids)
        filed = {one: f.matter_id for one in ids if (f := state.filed.get(one)) is not None and f.matter_id}
        return of_counts(trends, [self.disputes[one] for one in ids if one in self.disputes], filed, share)


def grounds(reasons: Iterable[Reason], named: Iterable[Assessed], level: int, policy: Policy) -> tuple[str, ...]:
    """Codes of all that by itself brings an alert to its level.

    Args:
        reasons: of the fact that raised, lifted or opened it again.
        named: events that the fact names, as they were judged without history.
        level: of the alert after the fact.
        policy: says to which level a floor or a rule leads.

    Returns:
        Floors and rules of that level, ``model.level`` when the model alone graded a named event so high; where there is none of these,
        ``model.history`` when it did with history, else what detectors say, else that matters were merged or an alert was opened again.
    """
    codes = {reason.code: reason.source for reason in reasons}
    least = {row.code: Level.parse(row.level) for row in (*policy.floor, *policy.matter_rule)}
    found = [code for code in codes if least.get(code, 0) >= level]
    if any(dispute.model_level >= level for dispute in named):
        found.append(MODEL)
    elif HISTORY in codes and not found:
        found.append(HISTORY)
    apart = {code: source for code, source in codes.items() if code not in least and code not in _DETAILS}
    others = ([code for code, source in apart.items() if source == wanted] for wanted in ("detector", "rule"))
    return tuple(sorted(found)) or next((tuple(sorted(other)) for other in others if other), ())


def _causes(recorded: list[Recorded]) -> dict[str, str]:
    """What was said of each alert, the gravest of it."""
    found: dict[str, str] = {}
    for item in recorded:
        event = item.event
        if isinstance(event, AlertReopened):
            found[event.alert_id] = REOPENED
        elif isinstance(event, AlertRaised | AlertEscalated):
            found.setdefault(event.alert_id, ESCALATED)
        elif isinstance(event, TrendDetected | TrendRevised | ExposureFound) and event.alert_id:
            found.setdefault(event.alert_id, GROWN)
    return found
