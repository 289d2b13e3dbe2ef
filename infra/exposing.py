"""The exposure graph at hand: kept in memory, brought up to a day from the store, judged when the city's day is closed."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from infra.store.exposures import known_between, known_count, load_exposures
from infra.store.slices import load_alerts
from infra.store.tables import ReadTables
from risk_model.exposure.entities import Stated
from risk_model.exposure.graph import ExposureGraph
from risk_model.exposure.settings import SystemicTable
from risk_model.state import State


class Known(NamedTuple):
    """The graph as of a day and the nodes with something new on it; None when all are to be judged."""

    graph: ExposureGraph
    touched: frozenset[int] | None


class Exposures:
    """Keeps the graph, which follows from the day alone: what was known by its end, of the policy's windows before its month.

    A following day brings in what became known on it. The graph is built anew at the start, in a new month, and when something
    became known of days that were brought in before (a county that was not waited for).

    Args:
        tables: read models.
        table: ``[systemic]``.
    """

    def __init__(self, tables: ReadTables, table: SystemicTable) -> None:
        self._tables = tables
        self._table = table
        self._day: date | None = None
        self._rows = 0
        self._known = Known(ExposureGraph(), None)

    def as_of(self, connection: Connection, day: date) -> Known:
        """What is known by the end of a day; asked again for the same day, the same answer."""
        last = self._day
        current = last is not None and last <= day and known_count(connection, self._tables, last) == self._rows
        if not current or last is None:
            graph = self._anew()
            self._bring(connection, graph, date.min, day, day)
            self._known = Known(graph, None)
        elif last < day:
            graph = self._known.graph
            if (last.year, last.month) != (day.year, day.month):
                graph = self._anew()
                self._bring(connection, graph, date.min, last, day)
            self._known = Known(graph, self._bring(connection, graph, last, day, day))
        self._day, self._rows = day, known_count(connection, self._tables, day)
        return self._known

    def _anew(self) -> ExposureGraph:
        """An empty graph in the place of the one at hand: a year of events is not in memory twice."""
        self._day, self._known = None, Known(ExposureGraph(), None)
        return self._known.graph

    def _bring(
        self, connection: Connection, graph: ExposureGraph, after: date, until: date, day: date
    ) -> frozenset[int]:
        """Bring in what became known between two days, for the graph of a day; the nodes it touches."""
        month, table = day.replace(day=1), self._table
        since = (month - timedelta(days=table.relation_days), month - timedelta(days=table.window_days))
        touched: set[int] = set()
        for item in known_between(connection, self._tables, after, until, since):
            touched.update(graph.state(item) if isinstance(item, Stated) else graph.hear(item))
        return frozenset(touched)


def load_findings(connection: Connection, tables: ReadTables, state: State) -> None:
    """Known findings and their alerts: what ``decide_exposure`` needs beside the versions of the alerts' plans."""
    alerts = load_exposures(connection, tables, state)
    load_alerts(connection, tables, state, alerts - state.alerts.keys())
