"""Keyed tokens of identifiers."""

import hashlib
import hmac

import pytest

from risk_model.pseudonyms import tokens

KEY = b"0123456789abcdef"


def test_known_value() -> None:
    """HMAC-SHA256 over kind, NUL and the normalised value, first 16 bytes in hex."""
    expected = hmac.new(KEY, b"citizen_id\x0011010519491231002X", hashlib.sha256).hexdigest()[:32]
    assert tokens(KEY, "citizen_id", ["11010519491231002X"]) == [expected]


def test_spellings_link_and_kinds_do_not() -> None:
    """Full-width, lower-case and padded spellings are one; another kind or key is another."""
    spellings = ["11010519491231002X", " 11010519491231002x", "１１０１０５１９４９１２３１００２ｘ　"]
    assert len(set(tokens(KEY, "citizen_id", spellings))) == 1
    assert tokens(KEY, "citizen_id", ["1"]) != tokens(KEY, "phone", ["1"]) != tokens(KEY[::-1], "phone", ["1"])


def test_blank_values_link_with_nothing() -> None:
    """A blank has no token."""
    assert tokens(KEY, "phone", ["", " ", "　"]) == ["", "", ""]


def test_refuses_weak_input() -> None:
    """Short keys and kinds that could run into the value are errors."""
    with pytest.raises(ValueError, match="5 bytes"):
        tokens(b"short", "phone", [])
    with pytest.raises(ValueError, match="kind"):
        tokens(KEY, "a\0b", [])
