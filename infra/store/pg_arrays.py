"""Columns of rows as PostgreSQL's binary arrays, made of whole columns at once: psycopg makes them value by value.

Format: dimensions, whether there are nulls, type of the elements, length and lower bound of the one dimension, then of each element its size in bytes
(-1: null) and its bytes, all big-endian (PostgreSQL, ``array_send``).
"""

import struct
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEAD = struct.Struct("!iiIii")
_SIZE, _SIZE_BYTES = struct.Struct("!i").pack, 4
_NULL = b"\xff\xff\xff\xff"


class Kind(NamedTuple):
    """A type of elements.

    Attributes:
        oid: of the type.
        array: name of arrays of it, to which a statement casts the parameter.
        integer: of whole numbers: size in bytes and value.
    """

    oid: int
    array: str
    integer: struct.Struct | None = None


TEXT, BYTEA = Kind(25, "text[]"), Kind(17, "bytea[]")
INT4, INT8 = Kind(23, "integer[]", struct.Struct("!ii")), Kind(20, "bigint[]", struct.Struct("!iq"))


class PgArray(NamedTuple):
    """A column of values, to be sent as an array."""

    kind: Kind
    values: Sequence[Any]

    def encoded(self) -> bytes:
        """The array as PostgreSQL reads it."""
        kind, values = self.kind, self.values
        nulls = None in values
        head = _HEAD.pack(1, int(nulls), kind.oid, len(values), 1)
        if (integer := kind.integer) is not None:
            size = integer.size - _SIZE_BYTES
            pack = integer.pack
            return head + b"".join([_NULL if value is None else pack(size, value) for value in values])
        if nulls:
            elements = (None if value is None else _bytes(value) for value in values)
            return head + b"".join([_NULL if each is None else _SIZE(len(each)) + each for each in elements])
        found = values if kind is BYTEA else [*map(str.encode, values)]
        return head + b"".join(chain.from_iterable(zip(map(_SIZE, map(len, found)), found, strict=True)))


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


class _PgArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: PgArray) -> bytes:
        return obj.encoded()


psycopg.adapters.register_dumper(PgArray, _PgArrayDumper)
