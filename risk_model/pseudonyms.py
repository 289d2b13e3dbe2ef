"""Keyed tokens for party identifiers: linkage works on them, and the identifiers themselves stop at ASSESS."""

import hmac
import unicodedata
from collections.abc import Sequence

TOKEN_BYTES = 16
MIN_KEY_BYTES = 16


def tokens(key: bytes, kind: str, values: Sequence[str]) -> list[str]:
    """HMAC-SHA256 tokens of identifiers, equal for equal identifiers of one kind.

    Values are normalised first (NFKC, stripped, upper case), so full-width and lower-case spellings link.
    The kind (``citizen_id``, ``uscc``) separates domains: the same characters of two kinds give two tokens.

    Args:
        key: secret of the installation, at least 16 bytes.
        kind: non-empty name of the identifier's kind, without a NUL character.
        values: identifiers as written by the source.

    Returns:
        One token of 32 hex digits (16 bytes) a value; ``""`` for a blank value, which must link with nothing.

    Raises:
        ValueError: the key is too short or the kind is empty or holds a NUL.
    """
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(
            f"令牌密钥至少 {MIN_KEY_BYTES} 字节，实为 {len(key)} 字节 / token key has {len(key)} bytes, needs {MIN_KEY_BYTES}"
        )
    if not kind or "\0" in kind:
        raise ValueError(f"标识类别无效：{kind!r} / invalid kind of identifier: {kind!r}")
    prefix = kind.encode() + b"\0"
    digest = hmac.digest
    result = []
    for value in values:
        normal = normalized(value)
        message = prefix + normal.encode("utf-8", "surrogatepass")
        result.append(digest(key, message, "sha256")[:TOKEN_BYTES].hex() if normal else "")
    return result


def normalized(value: str) -> str:
    """Identifier in the spelling that is hashed: NFKC, stripped, upper case."""
    if value.isascii():
        return value.strip().upper()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).upper()).strip()
