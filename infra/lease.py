"""A lease in the store: of several processes that could do a job, one does. Correctness rests on stream versions, not on it."""

from datetime import datetime

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from infra.store.event_log import micros
from infra.store.tables import publications

_SECOND = 1_000_000


class Lease:
    """Held by one process at a time, until it ends or does not renew it.

    Args:
        engine: of the store.
        name: of the job.
        holder: names this process.
        seconds: how long it holds without being renewed.
    """

    def __init__(self, engine: Engine, name: str, holder: str, seconds: int = 30) -> None:
        self._engine = engine
        self._name = name
        self._holder = holder
        self._seconds = seconds

    def claim(self, now: datetime) -> bool:
        """Take or keep the lease; False when another process holds it. Writes only when half of its time has passed."""
        table, now_us = publications, micros(now)
        with self._engine.connect() as connection:
            row = connection.execute(select(table).where(table.c.name == self._name)).first()
        if row is not None and row.holder != self._holder and row.lease_until_us > now_us:
            return False
        if (
            row is not None
            and row.holder == self._holder
            and row.lease_until_us - now_us > self._seconds * _SECOND // 2
        ):
            return True
        held = {"holder": self._holder, "lease_until_us": now_us + self._seconds * _SECOND}
        with self._engine.connect().execution_options(fuyuan_write=True) as connection:
            try:
                with connection.begin():
                    if row is None:
                        connection.execute(insert(table), [{"name": self._name, "last_seq": 0, **held}])
                        return True
                    ours = (table.c.holder == self._holder) | (table.c.lease_until_us <= now_us)
                    changed = connection.execute(
                        update(table).where((table.c.name == self._name) & ours).values(**held)
                    )
                    return changed.rowcount == 1
            except IntegrityError:
                return False  # another process was first

    def release(self, now: datetime) -> None:
        """Let others have it."""
        t = publications
        mine = (t.c.name == self._name) & (t.c.holder == self._holder)
        with self._engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
            connection.execute(update(t).where(mine).values(lease_until_us=micros(now)))
