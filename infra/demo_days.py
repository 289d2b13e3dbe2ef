"""The demonstration's time: the fictional city's days pass by its own clock, with the looks of the dispatch and the closing of days between its reports.

A look comes twice a day, after everything reported until then is stored. So quiet hours, budgets of a week and the weekly digest do what they
would do in a city, though a quarter passes in minutes.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import groupby
from pathlib import Path

from sqlalchemy import Engine

from infra import clock
from infra.demo_officials import Officials
from infra.dispatching import Dispatcher
from infra.lease import Lease
from infra.simulation.record import SimRecord
from infra.surveying import Surveyor
from infra.watching import Watch
from risk_model.local_time import SHANGHAI, local_day
from risk_model.rules import Rules

LOOKS = (time(9), time(18))
"""Local times of the looks, the first of a day when quiet hours are over and the weekly digest is due; it also closes the day before."""
_JOBS = ("dispatcher", "surveyor")
_LONG_SECONDS = 100 * 366 * 24 * 60 * 60


def next_look(at: datetime) -> datetime:
    """The first look at or after a moment, in UTC.

    Args:
        at: aware.
    """
    local = at.astimezone(SHANGHAI)
    days = (local.date(), local.date() + timedelta(days=1))
    looks = (datetime.combine(day, each, SHANGHAI) for day in days for each in LOOKS)
    return min(look for look in looks if look >= local).astimezone(at.tzinfo)


def by_looks(records: Iterable[SimRecord]) -> Iterator[tuple[datetime, Iterator[SimRecord]]]:
    """Records in the order they are due, each group with the look that follows; looks without reports are among them.

    Args:
        records: in order of ``due``.
    """
    last: datetime | None = None
    for look, group in groupby(records, lambda record: next_look(record.due)):
        while last is not None and (following := next_look(last + timedelta(seconds=1))) < look:
            yield following, iter(())
            last = following
        yield look, group
        last = look


def hold_jobs(engine: Engine, holder: str) -> list[Lease]:
    """Take the jobs that time drives from the workers, before they start: the days do them."""
    leases = [Lease(engine, name, holder, _LONG_SECONDS) for name in _JOBS]
    for lease in leases:
        lease.claim(clock.now())
    return leases


class Days:
    """Lets the city's time pass.

    Args:
        engine: of the store.
        rules: policy, playbooks, regions.
        rejected: topic of rejected messages, with the cluster's prefix.
        file: the clock that all processes follow.
        officials: who handle what they are told.
    """

    def __init__(self, engine: Engine, rules: Rules, rejected: str, file: Path, officials: Officials) -> None:
        self._dispatcher = Dispatcher(engine, rules)
        self._surveyor = Surveyor(engine, rules, Watch(engine, rules, rejected))
        self._file = file
        self.officials = officials

    def begin(self, look: datetime) -> None:
        """Set the clock to a look: what is reported until then is recorded now."""
        clock.set_clock(self._file, look)

    def look(self, look: datetime) -> None:
        """Everything reported until a look is stored: close the day before, dispatch, have officials work."""
        if look.astimezone(SHANGHAI).time() == LOOKS[0]:
            self._surveyor.close_until(local_day(look) - timedelta(days=1), clock.now())
        self._dispatcher.dispatch(clock.now())
        self.officials.work(clock.now())
