"""Alerts and matters of a timeline by title, and what is expected of them at the end of a day."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Engine, select

from infra.plans import SIGN_CLOCK
from infra.store.tables import reads
from risk_model.deadlines.entity import Deadline
from risk_model.entities import Alert, Matter
from schemas.levels import Level


class Files:
    """Reads alerts and matters.

    Args:
        engine: of the store.
        first: date of day 1.
    """

    def __init__(self, engine: Engine, first: date) -> None:
        self._engine = engine
        self._first = first

    def alerts(self, title: str) -> list[Alert]:
        """Alerts whose title contains a text."""
        with self._engine.connect() as connection:
            states = connection.execute(select(reads.alerts.c.state)).scalars()
            found = [msgspec.json.decode(bytes(state), type=Alert) for state in states]
        return [alert for alert in found if title in alert.title]

    def alert(self, title: str) -> Alert:
        """The one alert whose title contains a text."""
        (found,) = self.alerts(title)
        return found

    def stages(self) -> dict[str, str]:
        """Where alerts stand on their way to their owners, by id."""
        with self._engine.connect() as connection:
            t = reads.dispatches
            return dict(connection.execute(select(t.c.alert_id, t.c.stage)).all())

    def matters(self, title: str) -> list[Matter]:
        """Matters whose title contains a text."""
        with self._engine.connect() as connection:
            states = connection.execute(select(reads.matters.c.state)).scalars()
            found = [msgspec.json.decode(bytes(state), type=Matter) for state in states]
        return [matter for matter in found if title in matter.title]

    def matter(self, title: str) -> Matter:
        """The one matter whose title contains a text."""
        (found,) = self.matters(title)
        return found

    def signing(self, title: str) -> list[str]:
        """Times for signing of the plan of an alert, in the order they were started."""
        with self._engine.connect() as connection:
            states = connection.execute(
                select(reads.deadlines.c.state).where(reads.deadlines.c.code == SIGN_CLOCK)
            ).scalars()
            held = [msgspec.json.decode(bytes(state), type=Deadline) for state in states]
        (alert,) = self.alerts(title)
        own = [one for one in held if one.alert_id == alert.alert_id and one.clock is not None]
        own.sort(key=lambda one: one.clock.started_at if one.clock else alert.occurred_at)
        return [one.outcome or "running" for one in own]

    def compare(self, where: str, expected: dict[str, Any]) -> None:
        """Compare what is named of them with what is expected."""
        for title, status in expected.get("alerts", {}).items():
            found = [alert.status for alert in self.alerts(title)]
            assert found == [status], f"{where}: alerts {title}: expected {status}, got {found}"
        for title, stage in expected.get("stages", {}).items():
            shown = [self.stages().get(alert.alert_id, "pending") for alert in self.alerts(title)]
            assert shown == [stage], f"{where}: stages {title}: expected {stage}, got {shown}"
        for title, times in expected.get("signing", {}).items():
            assert self.signing(title) == times, (
                f"{where}: signing {title}: expected {times}, got {self.signing(title)}"
            )
        for title, level in expected.get("matters", {}).items():
            levels = sorted(Level(matter.level).zh for matter in self.matters(title))
            wanted = [level] if isinstance(level, str) else sorted(level)
            assert levels == wanted, f"{where}: matters {title}: expected {wanted}, got {levels}"
        for title, wanted in expected.get("files", {}).items():
            self._compare_file(where, title, wanted)

    def _compare_file(self, where: str, title: str, wanted: dict[str, Any]) -> None:
        matter = self.matter(title)
        shown = {name: getattr(matter, name) for name in ("status", "people", "events", "sources")}
        shown["level"] = Level(matter.level).zh
        shown["revisit_on"] = (matter.revisit_on - self._first).days + 1 if matter.revisit_on else None
        into = next((m.title for m in self.matters("") if m.matter_id == matter.merged_into), None)
        for name, value in wanted.items():
            actual = into if name == "merged_into" else shown[name]
            right = actual is not None and value in actual if name == "merged_into" and value else actual == value
            assert right, f"{where}: {title}: {name}: expected {value}, got {actual}"
