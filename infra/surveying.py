"""The surveyor: closes days that no report closes, and days of the city. A thread of WATCH, or ``fuyuan trends tick``.

A county's clock moves with its reports; at midnight the surveyor moves those of counties that are followed live though nothing is
reported. When the counties have closed a day, the city's day is decided from what each knew by then (see ADR 0014). The computing
holds no transaction; what it found is appended only if the city's clock is still where it was.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine

from infra.backlog import Mark
from infra.deadlines import recount, tell
from infra.exposing import Exposures, load_findings
from infra.naming_days import city_names, load_united
from infra.plans import follow_drafts
from infra.reminding import remind
from infra.store.event_log import append, write_transaction
from infra.store.projection import save
from infra.store.queries import city
from infra.store.slices import load_plan_versions, load_surveillance
from infra.store.tables import reads
from infra.visiting import remind_visits
from infra.watching import Watch
from risk_model.exposure.deciding import decide_exposure
from risk_model.local_time import local_day
from risk_model.matters.uniting import unite_across
from risk_model.rules import Rules
from risk_model.state import CITY, State
from risk_model.surveillance.regional.arrivals import Arrivals
from risk_model.surveillance.regional.city import decide_city_day, open_clusters
from risk_model.surveillance.regional.city_map import CityMap
from risk_model.surveillance.regional.cluster import Cluster
from risk_model.surveillance.regional.survey import CityDay, first_city_day, survey_day

REMIND_EVERY = timedelta(minutes=1)  # how often acknowledgements owed too long, and deadlines, are looked for
DAYS_A_CALL = 7  # days of the city closed before others get their turn


class Marks(Protocol):
    """What tells how far the line has come; see ``infra.backlog.Backlog``."""

    def set(self, mark: Mark) -> None:
        """Follow a mark, unless another is on its way."""
        ...

    def passed(self) -> Mark | None:
        """The mark, once everything sent before it is stored."""
        ...


class Surveyor:
    """Closes days.

    Args:
        engine: of the store.
        rules: policy, playbooks, regions.
        watch: whose counties' clocks are moved; of this thread alone.
    """

    def __init__(self, engine: Engine, rules: Rules, watch: Watch) -> None:
        self._engine = engine
        self._rules = rules
        self._watch = watch
        self._table = rules.policy.regional
        self._counties = frozenset(county.code for county in rules.regions.counties())
        self._city = CityMap(rules.regions, self._table)
        self._exposures = Exposures(reads, rules.policy.systemic)
        self._reminded: datetime | None = None

    def survey(self, marks: Marks, now: datetime) -> int:
        """Close what can be closed by now, and pass on alerts nobody acknowledged in time; number of events appended.

        Raises:
            sqlalchemy.exc.DBAPIError: the database is away; call again later.
        """
        mark = marks.passed()
        shown = self._clocks()
        appended = self._remind(now)
        if mark is not None and mark.newest is not None:
            appended += self._tick_live(shown, mark, now)
            appended += self._close_city(self._waited_for(self._clocks(), mark.newest), now)
            shown = self._clocks()
        marks.set(Mark(now, max(shown.values(), default=None)))
        return appended

    def close_until(self, until: date, now: datetime) -> int:
        """Close every day up to one by hand, in all counties that have a clock and in the city; number of events appended."""
        appended = 0
        for county, day in sorted(self._clocks().items()):
            if day <= until:
                appended += self._tick(county, until + timedelta(days=1), now)
        while (shown := self._next_city_day()[0]) is not None and shown <= until:
            appended += self._close_city(until + timedelta(days=1), now)  # none where another surveyor was first
        return appended

    def newest(self) -> date | None:
        """The day that the newest county's clock shows; None while there is none."""
        return max(self._clocks().values(), default=None)

    def _remind(self, now: datetime) -> int:
        if self._reminded is not None and now - self._reminded < REMIND_EVERY:
            return 0
        first, self._reminded = self._reminded is None, now
        counted = recount(self._engine, self._rules.clocks, now) if first else 0
        counted += follow_drafts(self._engine, self._rules, now) + tell(self._engine, self._rules.clocks, now)
        return counted + remind(self._engine, self._rules, now) + remind_visits(self._engine, self._rules, now)

    def _clocks(self) -> dict[str, date]:
        """Clocks of the registry's counties."""
        with self._engine.connect() as connection:
            shown = city.clocks(connection)
        return {county: day for county, day in shown.counties.items() if county in self._counties}

    def _tick_live(self, shown: dict[str, date], mark: Mark, now: datetime) -> int:
        """Move the clocks of counties that are followed live to the day that began some time before the mark."""
        today = local_day(mark.at - timedelta(minutes=self._table.settle_minutes))
        oldest = today - timedelta(days=self._table.follow_days)
        return sum(self._tick(county, today, now) for county, day in sorted(shown.items()) if oldest <= day < today)

    def _tick(self, county: str, day: date, now: datetime) -> int:
        """Move a county's clock; its window is not kept, for others count on meanwhile and it would be read anew all the same."""
        appended = self._watch.tick(county, day, now)
        self._watch.forget()
        return appended

    def _waited_for(self, shown: dict[str, date], newest: date) -> date | None:
        """The day up to which the city may be closed: all counties have closed the days before it, except those far behind.

        Whoever is far behind the newest clock of the mark, though all that was sent before it is handled, has stopped reporting; a
        county without a clock has not begun. Neither is waited for.
        """
        followed = [day for day in shown.values() if day >= newest - timedelta(days=self._table.follow_days)]
        return min([*followed, newest]) if followed else None

    def _close_city(self, until: date | None, now: datetime) -> int:
        """Close days of the city before ``until``, a few at most."""
        day, records = self._next_city_day()
        if until is None or day is None or day >= until:
            return 0
        last = min(until - timedelta(days=1), day + timedelta(days=DAYS_A_CALL - 1))
        known = self._arrivals(day, last)
        appended = 0
        while day <= last and (closed := self._close_day(known, records, day, now)):
            appended += closed
            day += timedelta(days=1)
        return appended

    def _next_city_day(self) -> tuple[date | None, dict[str, date]]:
        """The day the city's clock shows, or its first; and the days from which counties' records are complete."""
        with self._engine.connect() as connection:
            shown = city.clocks(connection)
        records = {county: day for county, day in shown.records.items() if county in self._counties}
        return shown.city or first_city_day(records.values()), records

    def _arrivals(self, first: date, last: date) -> Arrivals:
        since = first - timedelta(days=self._table.longest_days + self._table.history_days)
        with self._engine.connect() as connection:
            return city.arrivals(connection, self._city.townships, since, last)

    def _close_day(self, known: Arrivals, records: dict[str, date], day: date, now: datetime) -> int:
        """Scan a day, then append what was found; 0 when somebody else has closed it meanwhile."""
        before = self._city_state()
        if _place(before)[0] not in (None, day):
            return 0
        with self._engine.connect() as connection:
            exposed = self._exposures.as_of(connection, day)
            names = city_names(connection, reads, day, self._counties, self._rules.policy.linkage)
        surveyed = survey_day(known, records, day, open_clusters(before), self._city, self._table)
        behind = self._events(surveyed)
        with write_transaction(self._engine) as connection:
            state = State()
            load_surveillance(connection, reads, state, {CITY})
            if _place(state) != _place(before):
                return 0  # another surveyor was first
            load_findings(connection, reads, state)
            load_united(connection, reads, state, names)
            load_plan_versions(connection, reads, state, state.alerts)
            recorded = decide_city_day(state, day, surveyed.found, surveyed.lasting, behind, self._rules)
            recorded += decide_exposure(state, exposed.graph, exposed.touched, day, self._rules)
            recorded += unite_across(state, names.found, names.groups(), day, names.taught, self._rules)
            append(connection, recorded, now)
            save(connection, reads, state)
        return len(recorded)

    def _city_state(self) -> State:
        state = State()
        with self._engine.connect() as connection:
            load_surveillance(connection, reads, state, {CITY})
        return state

    def _events(self, surveyed: CityDay) -> dict[Cluster, list[str]]:
        clusters: Iterable[Cluster] = (*surveyed.found, *surveyed.lasting.values())
        with self._engine.connect() as connection:
            return {cluster: city.events_of(connection, cluster) for cluster in clusters}


def _place(state: State) -> tuple[date | None, int]:
    """Where the city's clock is."""
    shown = state.counties.get(CITY)
    return (shown.day if shown else None), state.versions.get(f"clock-{CITY}", 0)
