"""The book of known names in SQL: the slice that a batch needs is read with two queries, what it changed is written with two.

A key has few bearers (``names.book.MOST_BEARERS``), so however many enterprises are known, an event reads some dozens of rows.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, update

from infra.store.rows import insert_rows, rows_among, upsert_rows
from infra.store.tables import ReadTables
from risk_model.names.book import MOST_MENTIONED, Lookups, NameBook
from risk_model.names.known import Known
from schemas.domain_events import NamesLearnt

MOST_HELD = 20_000
"""Keys in memory; with more, holding begins anew."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Known)


class HeldNames:
    """Names that were looked up before, in memory between batches: the same enterprises are reported again and again.

    They are a copy of what the store holds: whoever holds them forgets them when anybody else may have written names.
    """

    def __init__(self) -> None:
        self._book = NameBook()
        self._asked: set[str] = set()

    def at_hand(
        self,
        connection: Connection,
        tables: ReadTables,
        lookups: Collection[Lookups],
        targets: Collection[str] = (),
    ) -> NameBook:
        """What is known of all that a batch of events names or may mention.

        Args:
            connection: within a transaction.
            tables: read models.
            lookups: ``Named.lookups`` of every event of the batch; names of these events may then be written down too.
            targets: ids of enterprises and projects that are wanted whatever key they stand under.
        """
        if len(self._asked) > MOST_HELD:
            self.forget()
        named = {key for one in lookups for key in one.named} - self._asked
        keys = named.union(*[one.mentioned for one in lookups]) - self._asked
        if not keys and not targets:
            return self._book
        bearers: dict[str, list[str]] = {}
        for key, target in rows_among(connection, tables.name_keys, "key", keys, "key", "target"):
            bearers.setdefault(key, []).append(target)
        kept = {key: found for key, found in bearers.items() if key in named or len(found) <= MOST_MENTIONED}
        self._asked |= keys - (bearers.keys() - kept.keys())
        wanted = {target for found in kept.values() for target in found}.union(targets)
        states = rows_among(
            connection, tables.known_names, "target", [t for t in wanted if t not in self._book], "state"
        )
        pairs = [(key, target) for key, found in kept.items() for target in found]
        self._book.hold([_decoder.decode(state) for (state,) in states], pairs)
        return self._book

    def forget(self) -> None:
        """Hold nothing."""
        self._book, self._asked = NameBook(), set()


def load_names(
    connection: Connection, tables: ReadTables, lookups: Collection[Lookups], targets: Collection[str] = ()
) -> NameBook:
    """As ``HeldNames.at_hand``, of nothing held before."""
    return HeldNames().at_hand(connection, tables, lookups, targets)


def save_names(connection: Connection, tables: ReadTables, book: NameBook) -> None:
    """Store what was added to a book since it was loaded."""
    rows = [
        {"target": target, "kind": book[target].kind, "state": _encoder.encode(book[target])}
        for target in sorted(book.touched)
    ]
    upsert_rows(connection, tables.known_names, rows)
    insert_rows(connection, tables.name_keys, [{"key": key, "target": target} for key, target in sorted(book.new_keys)])
    book.forget_changes()


def save_learnt(connection: Connection, tables: ReadTables, learnt: Sequence[NamesLearnt]) -> None:
    """Store what was learnt by which event and day, so that what was known by the end of a day can be told later."""
    rows = [
        {
            "target": name.target,
            "dispute_id": event.dispute_id,
            "day": event.day.isoformat(),
            "county": event.county,
            "state": _encoder.encode(name),
        }
        for event in learnt
        for name in event.names
    ]
    insert_rows(connection, tables.learnt_names, rows)


def save_united(connection: Connection, tables: ReadTables, united: Mapping[str, str]) -> None:
    """Store what stands for which enterprise."""
    if not united:
        return
    names = tables.known_names
    statement = update(names).where(names.c.target == bindparam("of")).values(united=bindparam("to"))
    connection.execute(statement, [{"of": gone, "to": into} for gone, into in sorted(united.items())])
