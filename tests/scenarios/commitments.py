"""Timelines of deadlines, plans, duties and requests: what was promised, who did what, who was told when, on a virtual clock.

Beside what ``timeline`` knows (title, about, county, first_day, and of each day: day, recorded, events), a day has

    did          what officials did, by time: {at: HH:MM, step, by, …} with one of
      plan       a part of a title: revise (without, lead, add: measures as [text, lead, due_days]), sign, adopt, send_back, take_redraft, reopen, drop
      duty       a part of the office that leads, or of the text
      request    the number of the document
      deadline   its code, of the newest that has not ended (or ended last)
      alert      a part of a title, as in ``timeline``
      ask        a request that is made: its kind; with number, asker, asked, what, length
      saw        the version the official saw, default the newest
      refused    name of the exception, when it must be refused
    looks        when the clocks are looked at, default 24:00; 'none' is not at all (the dispatch looks after everything that happens)
    expect       of the day; what is not named here must not happen:
      told       notices: {kind: warned | lapsed, name, owing, asking (parts), passed_over}
      assigned   how many duties were assigned
    and how things stand in the end (only those named are checked):
      plans, duties, requests    status by a part of title, office or number; a list where several answer to it
      deadlines  {code: {state, last_day}}
      alerts     status by a part of the title
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from infra.deadlines import handle_deadline, recount, tell
from infra.dispatching import Dispatcher
from infra.duties import handle_duty
from infra.expecting import Moved
from infra.handling import handle_alert
from infra.ledger import handle_request, make_request
from infra.plans import follow_drafts, handle_plan
from infra.store.event_log import write_transaction
from infra.store.rebuild import rebuild
from infra.store.tables import reads
from risk_model.alerts.handling import Step
from risk_model.clocks.clock import ClockRefused
from risk_model.clocks.status import status
from risk_model.deadlines.entity import Deadline
from risk_model.deadlines.steps import DeadlineCommand
from risk_model.duties.entity import Duty
from risk_model.duties.steps import DutyCommand
from risk_model.ledger.entity import Request
from risk_model.ledger.steps import NewRequest, RequestCommand
from risk_model.plans.entity import Plan
from risk_model.plans.steps import PlanCommand, PlanText
from risk_model.refusals import Incomplete, NotAllowed
from schemas.domain_events import DeadlineLapsed, DeadlineWarned, DomainEvent, DutyAssigned, PlannedMeasure
from tests.scenarios import story_events
from tests.scenarios.timeline import Timeline
from tests.stores import Template, content

story_events.FIELDS.update({"document_number", "addressee", "accepted", "status", "outcome", "hearing_at", "agency"})
REFUSALS = (Moved, NotAllowed, Incomplete, ClockRefused, NotAllowed)


class Commitments(Timeline):
    """One timeline, played on an empty store."""

    def __init__(self, path: Path, template: Template) -> None:
        super().__init__(path, template)
        self._book = self._rules.clocks
        self._desk = Dispatcher(self.engine, self._rules)

    def play(self) -> None:
        """Play every day and compare it with what is expected; an AssertionError names the day."""
        for day in self.script["days"]:
            number, where = day["day"], f"{self.script['title']}, day {day['day']}"
            written = [e for event in day.get("events", ()) for e in self._writer.event(number, event)]
            looks = [] if day.get("looks") == "none" else day.get("looks", ["24:00"])
            todo: list[tuple[str, int, Any]] = [(at, 2, None) for at in looks]
            todo += [(one["at"], 1, one) for one in day.get("did", ())]
            if written:
                todo.append((day.get("recorded", "09:30"), 0, written))
            for at, kind, what in sorted(todo, key=lambda one: one[:2]):
                now = self._time(number, at)
                if kind == 0:
                    self._send(number, what, at)
                elif kind == 1:
                    self._act(where, now, what)
                else:
                    self._tick(now)
                self._desk.dispatch(now)
            self._compare(where, day.get("expect", {}), self._news(), self._time(number, "24:00"))
        content(self.engine)  # the chain holds
        assert rebuild(self.engine).same, "a rebuild folds to something else"
        self.engine.dispose()

    def _tick(self, now: datetime) -> None:
        self._desk.dispatch(now)
        recount(self.engine, self._book, now)
        follow_drafts(self.engine, self._rules, now)
        tell(self.engine, self._book, now)
        assert tell(self.engine, self._book, now) == follow_drafts(self.engine, self._rules, now) == 0

    def _act(self, where: str, now: datetime, one: dict[str, Any]) -> None:
        refused = ""
        try:
            with write_transaction(self.engine) as connection:
                self._step(connection, now, one)
        except REFUSALS as refusal:
            refused = type(refusal).__name__
        assert refused == one.get("refused", ""), f"{where}: {one}: {refused or 'not refused'}"

    def _step(self, connection: Any, now: datetime, one: dict[str, Any]) -> None:
        by, reason = one["by"], one.get("reason", "")
        if "ask" in one:
            court = "法院" in one["asker"]
            direction = "court_to_government" if court else "government_to_court"
            new = NewRequest(one["ask"], direction, one["number"], one["asker"], one["asked"], one["what"],
                             str(self.script["county"]), by, now, one.get("length"))  # fmt: skip
            make_request(connection, new, self._book, now)
        elif "plan" in one:
            (plan,) = self._held("plans", Plan, lambda held: one["plan"] in held.text.title)
            command = PlanCommand(one["step"], by, reason, one.get("office", ""), _edited(plan, one))
            handle_plan(connection, plan.plan_id, command, one.get("saw", plan.version), self._rules, now)
        elif "duty" in one:
            (duty,) = self._held("duties", Duty, lambda held: one["duty"] in held.assigned.lead + held.assigned.text)
            handle_duty(connection, duty.duty_id, DutyCommand(one["step"], by, reason), one.get("saw", duty.version), self._book, now)  # fmt: skip
        elif "request" in one:
            (held,) = self._held("requests", Request, lambda r: r.made is not None and one["request"] == r.made.number)
            done = RequestCommand(one["step"], by, reason, one.get("accepted"))
            handle_request(connection, held.request_id, done, one.get("saw", held.version), self._book, now)
        elif "deadline" in one:
            deadline = self._newest(one["deadline"])
            done_to = DeadlineCommand(one["step"], by, reason, one.get("length"))
            handle_deadline(connection, deadline.deadline_id, done_to, one.get("saw", deadline.version), self._book, now)  # fmt: skip
        else:
            (alert,) = self._files.alerts(one["alert"])
            taken = Step(one["step"], by, reason, one.get("outcome"), None, one.get("despite", ""))
            handle_alert(connection, alert.alert_id, taken, None, one.get("saw", alert.version), now)

    def _compare(self, where: str, expected: dict[str, Any], news: list[DomainEvent], now: datetime) -> None:
        told = [_told(event) for event in news if isinstance(event, DeadlineWarned | DeadlineLapsed)]
        wanted = expected.get("told", [])
        fits = len(told) == len(wanted) and all(map(_fits, told, wanted))
        assert fits, f"{where}: told\n  expected {wanted}\n  got {told}"
        assigned = sum(isinstance(event, DutyAssigned) for event in news)
        assert assigned == expected.get("assigned", 0), f"{where}: assigned {assigned}"
        names = {
            "plans": (Plan, lambda held: held.text.title),
            "duties": (Duty, lambda held: held.assigned.lead + held.assigned.text),
            "requests": (Request, lambda held: held.made.number if held.made else ""),
        }
        for table, (kind, name) in names.items():
            for part, stands in expected.get(table, {}).items():
                found = sorted(held.status for held in self._held(table, kind, lambda held: part in name(held)))  # noqa: B023
                listed = stands if isinstance(stands, list) else [stands]
                assert found == sorted(listed), f"{where}: {table} {part}: expected {listed}, got {found}"
        for code, wanted in expected.get("deadlines", {}).items():
            deadline = self._newest(code)
            assert deadline.clock is not None
            found = {"state": status(deadline.clock, self._book, now).state, "last_day": str(deadline.last_day)}
            found |= {"owing": deadline.owing}
            assert {name: found[name] for name in wanted} == {n: str(v) for n, v in wanted.items()}, (
                where,
                code,
                found,
            )
        for title, stands in expected.get("alerts", {}).items():
            assert [alert.status for alert in self._files.alerts(title)] == [stands], f"{where}: alerts {title}"

    def _newest(self, code: str) -> Deadline:
        found = self._held("deadlines", Deadline, lambda held: held.code == code and held.clock is not None)
        assert found, f"no deadline {code}"
        return max(found, key=lambda held: (held.outcome is None, held.clock.started_at))

    def _held(self, table: str, kind: Any, wanted: Any) -> list[Any]:
        with self.engine.connect() as connection:
            states = connection.execute(select(getattr(reads, table).c.state)).scalars()
            held = [msgspec.json.decode(bytes(state), type=kind) for state in states]
        return [one for one in held if wanted(one)]


def _edited(plan: Plan, one: dict[str, Any]) -> PlanText | None:
    """The text of an edit: some measures kept, some added."""
    if one["step"] != "revise":
        return None
    kept = [m for m in plan.text.measures if one.get("without", "\0") not in m.text]
    added = [PlannedMeasure(text, lead, due_days=days) for text, lead, days in one.get("add", ())]
    title = one.get("title", plan.text.title)
    return PlanText(title, plan.text.facts, plan.text.findings, (*kept[: one.get("keep", 99)], *added))


def _told(event: DeadlineWarned | DeadlineLapsed) -> dict[str, Any]:
    return {
        "kind": "warned" if isinstance(event, DeadlineWarned) else "lapsed",
        "name": f"{event.name}：{event.title}",
        "owing": f"{event.owing}（{event.told_owing}）",
        "asking": f"{event.asking}（{event.told_asking}）" if event.told_asking else "",
        "passed_over": event.passed_over,
    }


def _fits(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Texts by parts; how many were passed over exactly, 0 where not named."""
    texts = all(part in found[name] for name, part in wanted.items() if isinstance(part, str))
    return texts and found["passed_over"] == wanted.get("passed_over", 0)
