"""Cursors: opaque names of the place a page ended at, good only for the query they came from."""

import base64
import binascii
import hashlib

import msgspec

from api.problems import INVALID_CURSOR, Problem
from infra.store.queries.pages import Position

_VERSION = 1


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    version: int
    query: str
    us: int
    id: str


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Cursor)


def query_mark(name: str, wanted: object) -> str:
    """Short digest of a list and its filter: a cursor of another query is refused rather than misread."""
    return hashlib.sha256(name.encode() + b"\0" + _encoder.encode(wanted)).hexdigest()[:12]


def write_cursor(mark: str, position: Position | None) -> str | None:
    """Cursor of a position; None when there is no next page."""
    if position is None:
        return None
    packed = _encoder.encode(_Cursor(_VERSION, mark, position.us, position.id))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(mark: str, cursor: str | None) -> Position | None:
    """Position of a cursor; None without one.

    Raises:
        Problem: it is no cursor of ours, or belongs to a query with other filters.
    """
    if not cursor:
        return None
    try:
        found = _decoder.decode(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        found = None
    if found is None or found.version != _VERSION:
        raise Problem(
            INVALID_CURSOR,
            "cursor 不是本接口给出的游标；请去掉 cursor 从第一页开始",
            "cursor is none this API gave; leave it out to start at the first page",
        )
    if found.query != mark:
        raise Problem(
            INVALID_CURSOR,
            "cursor 属于筛选条件不同的查询；翻页时请保持其他参数不变",
            "cursor belongs to a query with other filters; keep the other parameters the same while paging",
        )
    return Position(found.us, found.id)
