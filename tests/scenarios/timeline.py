"""Timelines: dispute events in by day on a virtual clock, alerts and plans out, written as YAML.

    title, about       what it shows
    county             default county of its events
    first_day          date of day 1, default 2025-09-01
    reminders          true: at the end of every day that is written, acknowledgements owed too long go to the next leader
    dispatch           true: the dispatcher looks after the events, after each step and at the end of the day; told, held, absorbed, returned and
                       grouped below must then be complete
    signing            true: with the dispatcher, at the end of every day that is written the time for signing runs where it should
    city               true: at the end of every day that is written the days of counties and city are closed
    recorded           default of the days' recorded
    policy             changes of the policy's tables: {dispatch: {budget: {owner_alerts: 1}}, route: […]}
    background         {days, per_day, event (or events: so many of each)}: everyday reports before day 1, so that detectors know what is usual
    days               list of
      day              number of the day, 1 is the first; days may be left out
      recorded         HH:MM at which its events are recorded, default midnight after the day
      events           list of events; see ``story_events.Writer.event`` for their fields
      steps            what officials do then: {at: HH:MM, alert (a part of its title), step, by, reason, outcome, duplicate_of (a part of a title),
                       saw (version, default the newest), refused (name of the exception, when it must be)}
                     or with a matter instead of an alert: {at, matter (a part of its title), do (merge | split | undo | downgrade | close | visit |
                       reopen), by, reason, with (merge: a part of the other's title), take (split: names given to events by ``as``), title,
                       level, visit_on (day of the visit), result (ok | relapsed), saw, refused}
                     or with a silence: {at, silence: {county, category, kind, entity, max_level}, by, reason, days}, {at, lift: true, by, reason}
      looks            list of HH:MM at which the dispatcher looks besides
      expect           what is new on that day. What is not named must not happen:
        raised         alerts raised: {kind, level, title (a part), owner (a part), reasons (codes), region}
        escalated      alerts escalated: {level, owner (a part), reasons (codes)}
        overdue        acknowledgements not given in time: {clock, due (MM-DD HH:MM), owner (a part)}
        reopened       alerts the machine opened again: {reason (a part)}
        told           releases: {title (a part), cause, owner (a part), level, from (MM-DD HH:MM)}
        held           {title (a part), stage, reason (a part)}
        absorbed       {title, by (parts of titles), reason (a part)}
        returned       {title, reason (a part)}
        grouped        {title, into (parts of titles), reason (a part)}: only those that do not head a group of their own
        plans_told     plans told to whoever signs, only checked where named: {title (a part, of the alert), cause, office, from (MM-DD HH:MM), reason}
        plans_held     plans that nobody is asked to sign, only checked where named: {title, stage, reason}
        signing        times for signing of the plan of an alert whose title contains the text, at the end of the day, in order: running or how
                       each ended (only those named are checked)
        silences       {by, reason}: silences set; lifted: those lifted or over
        stages         stage of every alert whose title contains the text, at the end of the day (only those named are checked)
        alerts         status of every alert whose title contains the text, at the end of the day (only those named are checked)
        trends         trends as they begin, change and end, only checked where named: {event: detected | revised | cleared, kind, region, measure,
                       why, observed, held}
        plans          drafts: {level, playbooks, facts (parts)}
        quarantined    reason codes, one a message
        known          messages that changed nothing
        matters        level of every matter whose title contains the text, at the end of the day (only those named are checked)
        files          of the one matter whose title contains the text, at the end of the day, only what is named: {status, people, events, level,
                       merged_into (a part of a title, or null), revisit_on (day), sources}
        reminded       reminders of visits, only checked where named: {owner (a part), days_left}

Levels are written 蓝 黄 橙 红. Everything runs as it does live (decoder, masking, floors, WATCH on SQLite); only the model is scripted.
"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
import yaml

from infra.assessing import Intake
from infra.dispatching import Dispatcher
from infra.intake import Incoming
from infra.plans import follow_drafts
from infra.reminding import remind
from infra.store.rebuild import rebuild
from infra.surveying import Surveyor
from infra.visiting import remind_visits
from infra.watching import Outcome, Watch
from risk_model.assess import Assessor
from risk_model.masking import Masker
from risk_model.policy import Policy
from risk_model.rules import Rules
from schemas.domain_events import DomainEvent
from tests.disputes import ASSESSED_TOPIC, REJECTED_TOPIC, ScriptedModel, rules
from tests.scenarios.story_dispatch import compare_dispatch
from tests.scenarios.story_events import FIRST_DAY, SHANGHAI, Writer
from tests.scenarios.story_files import Files
from tests.scenarios.story_news import compare_news
from tests.scenarios.story_officials import Officials
from tests.stores import Template, content, facts

MIDNIGHT = "24:00"
_Todo = list[tuple[str, dict[str, Any] | None]]


class Timeline:
    """One timeline, played on an empty store."""

    def __init__(self, path: Path, template: Template) -> None:
        self.script: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.engine = template.store()
        self._first = datetime.combine(self.script.get("first_day", FIRST_DAY), time(), SHANGHAI)
        self._writer = Writer(self.script, self._first)
        self._model = ScriptedModel()
        self._rules = given = _changed(rules(), self.script.get("policy", {}))
        assessor = Assessor(self._model, Masker(), given.policy, given.regions, b"0123456789abcdef")
        self._intake = Intake(assessor, given.regions, given.policy.event_limits)
        self._watch = Watch(self.engine, given, REJECTED_TOPIC)
        self._files = Files(self.engine, self._first.date())
        self._officials = Officials(self.engine, given, self._files, self._writer, self._day)
        self._dispatcher = Dispatcher(self.engine, given) if self.script.get("dispatch") else None
        self._offset = 0
        self._seen = 0

    def play(self) -> None:
        """Play every day and compare it with what is expected; an AssertionError names the day."""
        for day, events in self._writer.background():
            self._send(day, events)
        self._news()
        for step in self.script["days"]:
            outcome = self._play_day(step["day"], step)
            where, expected = f"{self.script['title']}, day {step['day']}", step.get("expect", {})
            news = self._news()
            compare_news(where, expected, news, outcome)
            if self._dispatcher is not None:
                compare_dispatch(where, expected, news, {a.alert_id: a.title for a in self._files.alerts("")})
            self._files.compare(where, expected)
        content(self.engine)  # the chain holds
        if self._dispatcher is not None:
            assert rebuild(self.engine).same, "a rebuild folds to something else"

    def _play_day(self, day: int, step: dict[str, Any]) -> Outcome:
        """Events, steps and looks of a day by time; without a dispatcher all steps come after the events."""
        written = [e for event in step.get("events", ()) for e in self._writer.event(day, event)]
        recorded = step.get("recorded", self.script.get("recorded"))
        todo: _Todo = [(taken["at"], taken) for taken in step.get("steps", ())]
        todo += [(at, None) for at in step.get("looks", ())]
        if self._dispatcher is not None:
            self._do(day, [one for one in todo if one[0] < (recorded or MIDNIGHT)])
            todo = [one for one in todo if one[0] >= (recorded or MIDNIGHT)]
        outcome = self._send(day, written, recorded)
        if written:
            self._look(day, recorded or MIDNIGHT)
        self._do(day, todo)
        if self.script.get("city"):
            Surveyor(self.engine, self._rules, self._watch).close_until(self._day(day), self._time(day, MIDNIGHT))
        self._look(day, MIDNIGHT)
        if self.script.get("signing"):
            follow_drafts(self.engine, self._rules, self._time(day, MIDNIGHT))
            assert follow_drafts(self.engine, self._rules, self._time(day, MIDNIGHT)) == 0
        if self.script.get("reminders"):
            remind(self.engine, self._rules, self._time(day, MIDNIGHT))
            remind_visits(self.engine, self._rules, self._time(day, "12:00"))
        return outcome

    def _do(self, day: int, todo: _Todo) -> None:
        """Steps of officials and looks of the dispatcher; by time where there is one, else as they are written."""
        for at, taken in sorted(todo, key=lambda one: one[0]) if self._dispatcher is not None else todo:
            if taken is not None:
                self._officials.take(self._time(day, at), taken)
            self._look(day, at)

    def _look(self, day: int, clock: str) -> None:
        if self._dispatcher is not None:
            self._dispatcher.dispatch(self._time(day, clock))

    def _day(self, day: int) -> date:
        return (self._first + timedelta(days=day - 1)).date()

    def _time(self, day: int, at: str) -> datetime:
        hours, minutes = map(int, at.split(":"))
        return (self._first + timedelta(days=day - 1, hours=hours, minutes=minutes)).astimezone(UTC)

    def _send(self, day: int, events: list[tuple[bytes, tuple[str, int]]], recorded: str | None = None) -> Outcome:
        now = self._time(day, recorded or MIDNIGHT)
        batch = []
        for value, judged in events:
            self._model.script = [judged]
            self._offset += 1
            (out,) = self._intake.process([Incoming("dispute.reported.v1", 0, self._offset, value)], now)
            topic = ASSESSED_TOPIC if out.accepted else REJECTED_TOPIC
            batch.append(Incoming(topic, 0, self._offset, out.value, out.headers))
        return self._watch.apply(batch, now)

    def _news(self) -> list[DomainEvent]:
        found = facts(self.engine)
        news, self._seen = found[self._seen :], len(found)
        return news


def _changed(given: Rules, changes: dict[str, Any]) -> Rules:
    """Rules with some tables of the policy changed."""
    if not changes:
        return given
    document = msgspec.to_builtins(given.policy)
    return given._replace(policy=msgspec.convert(_merged(document, changes), Policy))


def _merged(document: Any, changes: Any) -> Any:
    if not isinstance(changes, dict):
        return changes
    return {**document, **{name: _merged(document.get(name, {}), value) for name, value in changes.items()}}
