"""Timelines: dispute events in by day on a virtual clock, alerts and plans out, written as YAML.

    title, about       what it shows
    county             default county of its events
    first_day          date of day 1, default 2025-09-01
    reminders          true: at the end of every day that is written, acknowledgements owed too long go to the next leader
    background         {days, per_day, event (or events: so many of each)}: everyday reports before day 1, so that detectors know what is usual
    days               list of
      day              number of the day, 1 is the first; days may be left out
      recorded         HH:MM at which its events are recorded, default midnight after the day
      events           list of events; see ``_Writer.event`` for their fields
      steps            what officials do then: {at: HH:MM, alert (a part of its title), step, by, reason, outcome, duplicate_of (a part of a title),
                       saw (version, default the newest), refused (name of the exception, when it must be)}
                     or with a matter instead of an alert: {at, matter (a part of its title), do (merge | split | undo | downgrade | close | visit |
                       reopen), by, reason, with (merge: a part of the other's title), take (split: names given to events by ``as``), title,
                       level, visit_on (day of the visit), result (ok | relapsed), saw, refused}
      expect           what is new on that day. What is not named must not happen:
        raised         alerts raised: {kind, level, title (a part), owner (a part), reasons (codes), region}
        escalated      alerts escalated: {level, owner (a part), reasons (codes)}
        overdue        acknowledgements not given in time: {clock, due (MM-DD HH:MM), owner (a part)}
        reopened       alerts the machine opened again: {reason (a part)}
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

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import orjson
import yaml
from sqlalchemy import select

from infra.assessing import Intake
from infra.handling import handle_alert
from infra.intake import Incoming
from infra.labelling import Moved
from infra.matter_steps import command_matter
from infra.reminding import remind
from infra.store.event_log import write_transaction
from infra.store.tables import reads
from infra.visiting import remind_visits
from infra.watching import Outcome, Watch
from risk_model.assess import Assessor
from risk_model.entities import Alert, Matter
from risk_model.handling import Step, StepNotAllowed
from risk_model.masking import Masker
from risk_model.matter_commands import Close, Downgrade, MatterCommand, MergeIn, Reopen, Revisit, SplitOut, Undo
from risk_model.merging import MatterRefused
from schemas.domain_events import (
    AlertEscalated,
    AlertOverdue,
    AlertRaised,
    AlertReopened,
    DomainEvent,
    PlanDrafted,
    RevisitReminded,
)
from schemas.event_types import PREFIX
from schemas.identifiers import dispute_id
from schemas.json_schemas import dispute_example
from schemas.levels import Level
from schemas.typed_disputes import DATA_CLASSES
from tests.disputes import ASSESSED_TOPIC, REJECTED_TOPIC, ScriptedModel, rules
from tests.stores import Template, content, facts

SHANGHAI = timezone(timedelta(hours=8))
FIRST_DAY = date(2025, 9, 1)
LEVELS = {level.zh: level for level in Level}
FIELDS = {
    "title",
    "narrative",
    "people_involved",
    "amount_fen",
    "repeat_count",
    "project",
    "subject",
    "references",
    "case_number",
    "category",
    "outcome",
}


class Timeline:
    """One timeline, played on an empty store."""

    def __init__(self, path: Path, template: Template) -> None:
        self.script: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.engine = template.store()
        self._first = datetime.combine(self.script.get("first_day", FIRST_DAY), time(), SHANGHAI)
        self._writer = _Writer(self.script, self._first)
        self._model = ScriptedModel()
        self._rules = given = rules()
        assessor = Assessor(self._model, Masker(), given.policy, given.regions, b"0123456789abcdef")
        self._intake = Intake(assessor, given.regions, given.policy.event_limits)
        self._watch = Watch(self.engine, given, REJECTED_TOPIC)
        self._offset = 0
        self._seen = 0

    def play(self) -> None:
        """Play every day and compare it with what is expected; an AssertionError names the day."""
        for day, events in self._writer.background():
            self._send(day, events)
        self._news()
        for step in self.script["days"]:
            day = step["day"]
            written = [e for event in step.get("events", ()) for e in self._writer.event(day, event)]
            outcome = self._send(day, written, step.get("recorded"))
            for taken in step.get("steps", ()):
                if "matter" in taken:
                    self._command(day, taken)
                else:
                    self._take(day, taken)
            if self.script.get("reminders"):
                remind(self.engine, self._rules, self._time(day, "24:00"))
                remind_visits(self.engine, self._rules, self._time(day, "12:00"))
            _compare(f"{self.script['title']}, day {step['day']}", step.get("expect", {}), self._news(), outcome)
            self._compare_matters(day, step.get("expect", {}))
            for title, status in step.get("expect", {}).get("alerts", {}).items():
                found = [alert.status for alert in self._alerts(title)]
                assert found == [status], f"day {step['day']}: alerts {title}: expected {status}, got {found}"
        content(self.engine)  # the chain holds

    def _take(self, day: int, taken: dict[str, Any]) -> None:
        """An official's step with the one alert of a title."""
        (alert,) = self._alerts(taken["alert"])
        other = self._alerts(taken["duplicate_of"])[0].alert_id if "duplicate_of" in taken else None
        step = Step(taken["step"], taken["by"], taken.get("reason", ""), taken.get("outcome"), other)
        version, refused = taken.get("saw", alert.version), ""
        try:
            with write_transaction(self.engine) as connection:
                handle_alert(connection, alert.alert_id, step, None, version, self._time(day, taken["at"]))
        except (Moved, StepNotAllowed) as refusal:
            refused = type(refusal).__name__
        assert refused == taken.get("refused", ""), f"day {day}: {taken}: {refused or 'not refused'}"

    def _command(self, day: int, taken: dict[str, Any]) -> None:
        """An official's command on the one matter of a title."""
        matter = self._matter(taken["matter"])
        on = self._day(taken["visit_on"]) if "visit_on" in taken else None
        level = int(LEVELS[taken["level"]]) if "level" in taken else None
        who = (taken["by"], taken.get("reason", ""))
        commands: dict[str, Callable[[], MatterCommand]] = {
            "merge": lambda: MergeIn(*who, self._matter(taken["with"]).matter_id),
            "split": lambda: SplitOut(*who, frozenset(map(self._writer.id_of, taken["take"])), taken.get("title", "")),
            "undo": lambda: Undo(*who),
            "downgrade": lambda: Downgrade(*who, level or 1, on),
            "close": lambda: Close(*who, on),
            "visit": lambda: Revisit(*who, taken["result"], on, level),
            "reopen": lambda: Reopen(*who, level),
        }
        version, refused = taken.get("saw", matter.version), ""
        now = self._time(day, taken["at"])
        try:
            with write_transaction(self.engine) as connection:
                command_matter(connection, matter.matter_id, commands[taken["do"]](), version, now, self._rules)
        except (Moved, MatterRefused) as refusal:
            refused = type(refusal).__name__
        assert refused == taken.get("refused", ""), f"day {day}: {taken}: {refused or 'not refused'}"

    def _matters(self, title: str) -> list[Matter]:
        with self.engine.connect() as connection:
            states = connection.execute(select(reads.matters.c.state)).scalars()
            found = [msgspec.json.decode(bytes(state), type=Matter) for state in states]
        return [matter for matter in found if title in matter.title]

    def _matter(self, title: str) -> Matter:
        (found,) = self._matters(title)
        return found

    def _compare_matters(self, day: int, expected: dict[str, Any]) -> None:
        for title, level in expected.get("matters", {}).items():
            found = sorted(Level(matter.level).zh for matter in self._matters(title))
            wanted = [level] if isinstance(level, str) else sorted(level)
            assert found == wanted, f"day {day}: matters {title}: expected {wanted}, got {found}"
        for title, wanted in expected.get("files", {}).items():
            matter = self._matter(title)
            shown = {name: getattr(matter, name) for name in ("status", "people", "events", "sources")}
            shown["level"] = Level(matter.level).zh
            shown["revisit_on"] = (matter.revisit_on - self._first.date()).days + 1 if matter.revisit_on else None
            into = next((m.title for m in self._matters("") if m.matter_id == matter.merged_into), None)
            for name, value in wanted.items():
                actual = into if name == "merged_into" else shown[name]
                right = actual is not None and value in actual if name == "merged_into" and value else actual == value
                assert right, f"day {day}: {title}: {name}: expected {value}, got {actual}"

    def _day(self, day: int) -> date:
        return (self._first + timedelta(days=day - 1)).date()

    def _alerts(self, title: str) -> list[Alert]:
        with self.engine.connect() as connection:
            states = connection.execute(select(reads.alerts.c.state)).scalars()
            found = [msgspec.json.decode(bytes(state), type=Alert) for state in states]
        return [alert for alert in found if title in alert.title]

    def _time(self, day: int, at: str) -> datetime:
        hours, minutes = map(int, at.split(":"))
        return (self._first + timedelta(days=day - 1, hours=hours, minutes=minutes)).astimezone(UTC)

    def _send(self, day: int, events: list[tuple[bytes, tuple[str, int]]], recorded: str | None = None) -> Outcome:
        now = self._time(day, recorded or "24:00")
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


class _Writer:
    """Writes CloudEvents from the short form of a timeline."""

    def __init__(self, script: dict[str, Any], first: datetime) -> None:
        self._script = script
        self._first = first
        self._number = 0
        self._sent: dict[str, bytes] = {}

    def id_of(self, name: str) -> str:
        """Id of an event that was given a name."""
        sent = orjson.loads(self._sent[name])
        return dispute_id(sent["source"], sent["id"])

    def background(self) -> Iterator[tuple[int, list[tuple[bytes, tuple[str, int]]]]]:
        """Everyday reports of the days before day 1."""
        spec = self._script.get("background")
        for back in range(spec["days"] if spec else 0, 0, -1):
            assert spec is not None
            alike = spec["events"] if "events" in spec else [spec["event"]]
            yield (
                1 - back,
                [e for _ in range(spec["per_day"]) for written in alike for e in self.event(1 - back, written)],
            )

    def event(self, day: int, written: dict[str, Any]) -> list[tuple[bytes, tuple[str, int]]]:
        """Bytes and judgement of one written event.

        ``type``, ``times`` (how many alike), ``source``, ``county``, ``township``, ``community``, ``happened`` (day, when it is
        reported later), ``at`` (HH:MM), ``enterprise`` ({name, uscc}), the fields of the contract, ``judged`` ([category, level] of
        the model, default 其他 蓝), ``as`` and ``again`` (send the same bytes again), ``broken`` (bytes written out).
        """
        category, level = written.get("judged", ["其他", "蓝"])
        judged = (category, int(LEVELS[level]))
        if "broken" in written:
            return [(written["broken"].encode(), judged)]
        if "again" in written:
            return [(self._sent[written["again"]], judged)] * written.get("times", 1)
        made = [(self._bytes(day, written), judged) for _ in range(written.get("times", 1))]
        if "as" in written:
            self._sent[written["as"]] = made[0][0]
        return made

    def _bytes(self, day: int, written: dict[str, Any]) -> bytes:
        self._number += 1
        kind = written["type"]
        county = str(written.get("county", self._script["county"]))
        hours, minutes = map(int, written.get("at", "09:00").split(":"))
        happened = (self._first + timedelta(days=written.get("happened", day) - 1)).date()
        data: dict[str, Any] = {
            "occurred_at": datetime.combine(happened, time(hours, minutes), SHANGHAI).isoformat(),
            "region": {
                "county": county,
                **{key: str(written[name]) for name, key in _PLACE.items() if name in written},
            },
            "narrative": "反映有关情况。",
            **self._required(kind),
            **{name: value for name, value in written.items() if name in FIELDS},
        }
        if "enterprise" in written:
            data["parties"] = [{"role": "respondent", "kind": "enterprise", **written["enterprise"]}]
        side = kind.partition(".")[0]
        return orjson.dumps(
            {
                "specversion": "1.0",
                "id": f"E{self._number}",
                "source": written.get("source", f"/{side}/{county}/{kind.partition('.')[2]}"),
                "type": PREFIX + kind,
                "time": (self._first + timedelta(days=day - 1, hours=hours, minutes=minutes)).isoformat(),
                "schemaversion": 2,
                "data": data,
            }
        )

    def _required(self, kind: str) -> dict[str, Any]:
        """What the type needs beyond the common data: taken from its example, with a case number of its own."""
        example = dispute_example(kind)["data"]
        needed = [name for name, field in DATA_CLASSES[kind].model_fields.items() if field.is_required()]
        found = {name: example[name] for name in needed if name not in ("occurred_at", "region")}
        if "case_number" in found:
            found["case_number"] = f"（2025）云9001民初{1000 + self._number}号"
        return found


_PLACE = {"township": "township", "community": "community_name", "address": "address"}


def _compare(where: str, expected: dict[str, Any], news: list[DomainEvent], outcome: Outcome) -> None:
    raised = [event for event in news if isinstance(event, AlertRaised)]
    escalated = [event for event in news if isinstance(event, AlertEscalated)]
    plans = [event for event in news if isinstance(event, PlanDrafted)]
    found = {
        "raised": [
            {**_seen(e.level, e.owner, e.reasons), "kind": e.kind, "title": e.title, "region": e.region} for e in raised
        ],
        "escalated": [_seen(e.level_after, e.owner, e.reasons) for e in escalated],
        "overdue": [
            {"clock": e.clock, "due": f"{e.due_at.astimezone(SHANGHAI):%m-%d %H:%M}", "owner": e.owner}
            for e in news
            if isinstance(e, AlertOverdue)
        ],
        "reopened": [{"reason": e.reason} for e in news if isinstance(e, AlertReopened) and not e.by],
        "plans": [
            {"level": Level(e.level).zh, "playbooks": list(e.playbooks), "facts": [*e.facts, *e.findings]}
            for e in plans
        ],
        "quarantined": [event.reasons[0].code for event in news if type(event).__name__ == "DisputeQuarantined"],
        "known": outcome.known,
    }
    if "reminded" in expected:
        reminders = [event for event in news if isinstance(event, RevisitReminded)]
        found["reminded"] = [{"owner": e.owner, "days_left": e.days_left} for e in reminders]
    if "trends" in expected:
        found["trends"] = [_trend(event) for event in news if type(event).__name__.startswith("Trend")]
    for name, actual in found.items():
        wanted = expected.get(name, 0 if name == "known" else [])
        assert _matches(actual, wanted), f"{where}: {name}\n  expected {wanted}\n  got {actual}"


def _trend(event: DomainEvent) -> dict[str, Any]:
    """A trend event as timelines name it."""
    return {"event": type(event).__name__.removeprefix("Trend").lower(), **msgspec.to_builtins(event)}


def _seen(level: int, owner: str, reasons: Any) -> dict[str, Any]:
    return {"level": Level(level).zh, "owner": owner, "reasons": [reason.code for reason in reasons]}


def _matches(actual: Any, wanted: Any) -> bool:
    """Lists item by item; of a mapping only the named entries; texts by parts; of reasons and facts those that are named."""
    if isinstance(wanted, dict):
        return all(
            _named(actual[name], part) if name in ("reasons", "facts") else _matches(actual[name], part)
            for name, part in wanted.items()
        )
    if isinstance(wanted, list):
        return len(actual) == len(wanted) and all(map(_matches, actual, wanted))
    return wanted in actual if isinstance(wanted, str) else bool(actual == wanted)


def _named(actual: list[str], wanted: list[str]) -> bool:
    return all(any(part in item for item in actual) for part in wanted)
