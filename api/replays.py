"""Idempotency-Key: a request sent again gets the answer of the first one (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib

from starlette.datastructures import Headers

from api.deps import Context
from api.problems import INVALID_PARAMETERS, KEY_REUSED, Problem
from infra import clock
from infra.store.idempotency import Answered, recall, remember
from schemas.errors import field_error

HEADER = "Idempotency-Key"
_LONGEST = 255


class Replays:
    """The earlier answer to one request, if there is one; without a key nothing is looked up or kept.

    Two requests with one key at the same time are both published (the events themselves are counted once), and both get
    the answer that was kept first. Only success is kept: a refused request may be corrected, a failed one sent again.
    """

    def __init__(self, context: Context, key: str | None, body_sha256: bytes) -> None:
        self._context = context
        self._key = key
        self._sha256 = body_sha256

    @staticmethod
    def key_of(headers: Headers) -> str | None:
        """The key a request carries.

        Raises:
            Problem: it is empty, too long or not printable ASCII.
        """
        key = headers.get(HEADER)
        if key is None or (0 < len(key) <= _LONGEST and key.isascii() and key.isprintable()):
            return key
        error = field_error(
            "format",
            f"header.{HEADER}",
            f"{len(key)} characters",
            f"1 至 {_LONGEST} 个可打印 ASCII 字符",
            f"1 to {_LONGEST} printable ASCII characters",
        )
        raise Problem(INVALID_PARAMETERS, error.zh, error.en, [error])

    async def earlier(self) -> bytes | None:
        """The answer kept for this key, None when there is none.

        Raises:
            Problem: the key was used for another body.
            StoreUnavailable: it cannot be told.
        """
        if self._key is None:
            return None
        found = await self._context.read(recall, self._key, clock.now())
        return None if found is None else self._same(found)

    async def kept(self, answer: bytes) -> bytes:
        """The answer to give: this one, or the one another request with the key was quicker to get."""
        if self._key is None:
            return answer
        mine = Answered(self._sha256, answer)
        return self._same(await self._context.write(remember, self._key, mine, clock.now()))

    def _same(self, found: Answered) -> bytes:
        if found.request_sha256 == self._sha256:
            return found.answer
        raise Problem(
            KEY_REUSED,
            f"{HEADER} 在 24 小时内已用于另一个报文；新的上报请用新的键",
            f"{HEADER} was used for another body within 24 hours; use a new key for a new report",
        )


def digest(body: bytes) -> bytes:
    """What tells two bodies apart."""
    return hashlib.sha256(body).digest()
