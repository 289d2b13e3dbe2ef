"""The book of known names in SQL: the slice that a batch needs is read with two queries, what it changed is written with two.

A key has few bearers (``names.book.MOST_BEARERS``), so however many enterprises are known, an event reads some dozens of rows.
"""

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, select

from infra.store.rows import among, upsert_rows
from infra.store.tables import ReadTables
from risk_model.names.book import NameBook
from risk_model.names.known import Known
from risk_model.names.places import PlaceNames

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Known)


def load_names(connection: Connection, tables: ReadTables, places: PlaceNames, keys: Collection[str]) -> NameBook:
    """What is known under any of the keys.

    Args:
        connection: within a transaction.
        tables: read models.
        places: region words.
        keys: ``Named.lookups`` of every event of a batch; names of these events may then be written down too.
    """
    book = NameBook(places)
    if not keys:
        return book
    k = tables.name_keys
    bearers = [(key, target) for key, target in connection.execute(select(k.c.key, k.c.target).where(among(connection, k.c.key, keys)))]
    if bearers:
        t = tables.known_names
        targets = sorted({target for _, target in bearers})
        states = connection.execute(select(t.c.state).where(among(connection, t.c.target, targets)))
        book.hold([_decoder.decode(state) for (state,) in states], bearers)
    return book


def save_names(connection: Connection, tables: ReadTables, book: NameBook) -> None:
    """Store what was added to a book since it was loaded."""
    rows = [
        {"target": target, "kind": book[target].kind, "state": _encoder.encode(book[target])} for target in sorted(book.touched)
    ]
    upsert_rows(connection, tables.known_names, rows)
    upsert_rows(connection, tables.name_keys, [{"key": key, "target": target} for key, target in sorted(book.new_keys)])
    book.touched.clear()
    book.new_keys.clear()
