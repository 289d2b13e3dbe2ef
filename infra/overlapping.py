"""WATCH batch behind batch: while one is committed, the next is decided.

    decide(1) write(1)   load(2)   decide(2)   wait(1) ack(1)   write(2)   load(3) ...
                         commit(1) ---------->

Exactly once rests on three things. The state of a batch is loaded within the transaction of the batch before, behind its rows. What was
decided is written only after that transaction was committed, and only onto the very event that it ended with (``chain_head``, a hash of all
before it): had anybody appended in between, or mended the read models, it is decided anew within its own transaction. Only facts that no decision
of WATCH reads (``UNREAD``: who was told of what) may come between. A batch is acknowledged by the caller after its own ``wait``, never earlier.
Whatever fails is rolled back, forgotten and handled from the start.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine, RootTransaction, select

from infra.intake import Incoming
from infra.store.event_log import chain_head, take_turn
from infra.store.rebuild import mended
from infra.store.tables import events
from infra.watching import Loaded, Watch
from risk_model.folding import FOLDS, dispatch, notices
from schemas.domain_events import Recorded

Head = tuple[tuple[int, bytes], str | None]
UNREAD = frozenset(
    kind.__name__ for kind, fold in FOLDS.items() if fold.__module__ in (dispatch.__name__, notices.__name__)
)
"""Facts by which only cards, silences, notices and their messages change: WATCH decides on none of these."""


def _head(connection: Connection) -> Head:
    """The last event, and which rebuild the read models are of."""
    return chain_head(connection), mended(connection)


def _only_unread(connection: Connection, before: Head, now: Head) -> bool:
    """Whether nothing that WATCH reads was appended since, and no read model mended."""
    if before == now:
        return True
    (seq, last), _ = before
    if before[1] != now[1] or not seq:
        return False
    e = events.c
    since = connection.execute(select(e.seq, e.hash).where(e.seq == seq)).one_or_none()
    if since is None or bytes(since.hash) != last:
        return False
    read = select(e.seq).where(e.seq > seq, e.type.not_in(UNREAD)).limit(1)
    return connection.execute(read).first() is None


class _Ahead(NamedTuple):
    """What was decided before its turn, and what it was decided behind."""

    loaded: Loaded
    recorded: list[Recorded]
    behind: Head


class _Written:
    """The transaction of a batch: written, and not committed or being committed."""

    def __init__(self, connection: Connection, transaction: RootTransaction) -> None:
        self.connection = connection
        self._transaction = transaction
        self._committing: Future[None] | None = None

    @classmethod
    def begin(cls, engine: Engine) -> "_Written":
        """A write transaction; nothing is written yet."""
        connection = engine.connect().execution_options(fuyuan_write=True)
        try:
            return cls(connection, connection.begin())
        except BaseException:
            connection.close()
            raise

    def begin_commit(self, pool: ThreadPoolExecutor) -> None:
        """Commit in another thread; nobody else may use the connection until ``finish``."""
        self._committing = pool.submit(self._transaction.commit)

    def finish(self) -> None:
        """Return when it is committed; raises when it could not be."""
        try:
            if self._committing is None:
                self._transaction.commit()
            else:
                self._committing.result()
        finally:
            self.connection.close()

    def give_up(self) -> None:
        """Roll back; nothing of it stays."""
        try:
            self._transaction.rollback()
        finally:
            self.connection.close()


class Pending:
    """A batch on its way, as ``streams.handling.Effect``."""

    def __init__(
        self, watch: "OverlappedWatch", records: Sequence[Incoming], now: datetime, ahead: _Ahead | None
    ) -> None:
        self._watch, self._records, self._now, self._ahead = watch, records, now, ahead

    def start(self) -> None:
        """Write it, decided already or now; everything before is committed."""
        self._watch.write(self._records, self._now, self._ahead)

    def wait(self) -> None:
        """Return when it is committed."""
        self._watch.finish()


class OverlappedWatch:
    """Hands batches to a ``Watch``; used from one thread, one call at a time.

    Args:
        engine: of the store that ``watch`` writes to.
        watch: decides and stores.
    """

    def __init__(self, engine: Engine, watch: Watch) -> None:
        self._engine, self._watch = engine, watch
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="commit")
        self._written: _Written | None = None
        self._head: Head | None = None
        self._guessed: _Ahead | None = None
        self._alone = True

    def take(self, records: Sequence[Incoming], now: datetime) -> Pending:
        """Take the next batch; while the one before is not committed, decide on this one meanwhile."""
        before, head = self._written, self._head
        if before is None or head is None or not self._alone:
            return Pending(self, records, now, None)
        read = self._watch.read(records, now)
        try:
            loaded = self._watch.load(before.connection, read)
        except BaseException:
            self._drop()  # on PostgreSQL nothing of a transaction in which a statement failed can be committed
            raise
        before.begin_commit(self._pool)
        try:
            ahead = self._guessed = _Ahead(loaded, self._watch.decide(loaded), head)
        except BaseException:
            self._watch.forget()
            raise
        return Pending(self, records, now, ahead)

    def write(self, records: Sequence[Incoming], now: datetime, ahead: _Ahead | None) -> None:
        """Write a batch in a transaction of its own, and leave it open."""
        written = _Written.begin(self._engine)
        connection = written.connection
        try:
            take_turn(connection)
            head = _head(connection)
            # who writes in turn with others decides in its own turn
            self._alone = self._head is None or _only_unread(connection, self._head, head)
            guessed, self._guessed = self._guessed, None
            holds = ahead is not None and _only_unread(connection, ahead.behind, head)
            if guessed is not None and (ahead is not guessed or not holds):
                self._watch.forget()  # it counted what is decided anew, or not at all
            if ahead is None or not holds:
                loaded = self._watch.load(connection, self._watch.read(records, now))
                recorded = self._watch.decide(loaded)
            else:
                loaded, recorded = ahead.loaded, ahead.recorded
            self._watch.store(connection, loaded, recorded, records, now)
            self._head = chain_head(connection), head[1]
        except BaseException:
            self._forget()
            written.give_up()
            raise
        self._written = written

    def finish(self) -> None:
        """Return when the batch that was written last is committed.

        Raises:
            sqlalchemy.exc.DBAPIError: it is not; nothing of it was stored.
            RuntimeError: it was given up; nothing of it was stored.
        """
        written, self._written = self._written, None
        if written is None:
            raise RuntimeError("该批已放弃，将从头处理 / this batch was given up and will be handled from the start")
        try:
            written.finish()
        except BaseException:
            self._forget()
            raise

    def _drop(self) -> None:
        written, self._written = self._written, None
        self._forget()
        if written is not None:
            written.give_up()

    def _forget(self) -> None:
        self._head = None
        self._watch.forget()
