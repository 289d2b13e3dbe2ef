"""What officials do in timelines: steps with alerts, commands on matters, silences."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from infra.expecting import Moved
from infra.handling import handle_alert
from infra.matter_steps import command_matter
from infra.silencing import lift_silence, set_silence, silences_listed
from infra.store.event_log import write_transaction
from risk_model.alerts.handling import Step
from risk_model.matters.commands import Close, Downgrade, MatterCommand, MergeIn, Reopen, Revisit, SplitOut, Undo
from risk_model.refusals import Incomplete, NotAllowed
from risk_model.rules import Rules
from schemas.domain_events.dispatch import SilenceMatch
from tests.scenarios.story_events import LEVELS, Writer
from tests.scenarios.story_files import Files


class Officials:
    """Take the steps of a day.

    Args:
        engine: of the store.
        rules: by which.
        files: alerts and matters by title.
        writer: of the events, for those that were given names.
        day_of: date of a day's number.
    """

    def __init__(
        self, engine: Engine, rules: Rules, files: Files, writer: Writer, day_of: Callable[[int], date]
    ) -> None:
        self._engine = engine
        self._rules = rules
        self._files = files
        self._writer = writer
        self._day_of = day_of

    def take(self, at: datetime, taken: dict[str, Any]) -> None:
        """One step; an AssertionError when it was refused though it should not, or not refused though it should."""
        refused = ""
        try:
            if "matter" in taken:
                self._command(at, taken)
            elif "silence" in taken or "lift" in taken:
                self._silence(at, taken)
            else:
                self._step(at, taken)
        except (Moved, NotAllowed, Incomplete) as refusal:
            refused = type(refusal).__name__
        assert refused == taken.get("refused", ""), f"{at}: {taken}: {refused or 'not refused'}"

    def _step(self, at: datetime, taken: dict[str, Any]) -> None:
        """A step with the one alert of a title."""
        alert = self._files.alert(taken["alert"])
        other = self._files.alerts(taken["duplicate_of"])[0].alert_id if "duplicate_of" in taken else None
        step = Step(taken["step"], taken["by"], taken.get("reason", ""), taken.get("outcome"), other)
        with write_transaction(self._engine) as connection:
            handle_alert(connection, alert.alert_id, step, None, taken.get("saw", alert.version), at)

    def _command(self, at: datetime, taken: dict[str, Any]) -> None:
        """A command on the one matter of a title."""
        matter = self._files.matter(taken["matter"])
        on = self._day_of(taken["visit_on"]) if "visit_on" in taken else None
        level = int(LEVELS[taken["level"]]) if "level" in taken else None
        who = (taken["by"], taken.get("reason", ""))
        commands: dict[str, Callable[[], MatterCommand]] = {
            "merge": lambda: MergeIn(*who, self._files.matter(taken["with"]).matter_id),
            "split": lambda: SplitOut(*who, frozenset(map(self._writer.id_of, taken["take"])), taken.get("title", "")),
            "undo": lambda: Undo(*who),
            "downgrade": lambda: Downgrade(*who, level or 1, on),
            "close": lambda: Close(*who, on),
            "visit": lambda: Revisit(*who, taken["result"], on, level),
            "reopen": lambda: Reopen(*who, level),
        }
        version = taken.get("saw", matter.version)
        with write_transaction(self._engine) as connection:
            command_matter(connection, matter.matter_id, commands[taken["do"]](), version, at, self._rules)

    def _silence(self, at: datetime, taken: dict[str, Any]) -> None:
        """A silence set, or the one that holds lifted."""
        with write_transaction(self._engine) as connection:
            if "lift" in taken:
                (active,) = silences_listed(connection, at, over=False)
                lift_silence(connection, active.silence_id, taken["by"], taken["reason"], active.version, at)
                return
            named = {**taken["silence"], "max_level": int(LEVELS[taken["silence"].get("max_level", "橙")])}
            until = at + timedelta(days=taken["days"])
            table = self._rules.policy.dispatch
            set_silence(connection, SilenceMatch(**named), taken["by"], taken["reason"], until, at, table)
