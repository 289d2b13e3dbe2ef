"""Identifiers of the field, as tables."""

import pytest

from schemas.identifiers import (
    derived_id,
    dispute_id,
    normalize_case_number,
    valid_advice_number,
    valid_case_number,
    valid_citizen_id,
    valid_uscc,
)


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("91379001MA0K3Y1X2G", True),
        ("91379001MA0K3Y1X2H", False),
        ("91379001MA0K3Y1X2", False),
        ("91379001MA0K3Y1X2GG", False),
        ("9137900-1MA0K3Y1X2G", False),
        ("91379001MA0K3Y1X2g", False),
        ("９1379001MA0K3Y1X2G", False),
        ("91379001MA0K3I1X2G", False),
        ("", False),
        ("²" * 18, False),
    ],
)
def test_uscc(value: str, valid: bool) -> None:
    """GB 32100: 18 characters without I, O, S, V, Z, the last one a check digit."""
    assert valid_uscc(value) is valid


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("379001198503121010", True),
        ("379001198503121011", False),
        ("37900119850312101０", False),
        ("379001198502301019", False),
        ("37900119850312101", False),
        ("079001198503121010", False),
        ("", False),
    ],
)
def test_citizen_id(value: str, valid: bool) -> None:
    """GB 11643: a day that exists and a check digit."""
    assert valid_citizen_id(value) is valid


@pytest.mark.parametrize(
    ("written", "valid"),
    [
        ("（2025）云9001民初123号", True),
        ("(2025)云9001民初123号", True),
        ("（2025） 云9001民初 123号", True),
        ("（2024）黑0102民初123号", True),
        ("（2023）最高法知民终1234号", True),
        ("（2025）云9001破申6号", True),
        ("（2025）云9001财保45号", True),
        ("（2025）云9001执恢45号之一", True),
        ("（25）云9001民初123号", False),
        ("（2025）云9001民初号", False),
        ("2025云9001民初123号", False),
        ("（2025）云9001民初123号附件", False),
        ("（2025）云9001民初１２３号", False),
        ("", False),
    ],
)
def test_case_number(written: str, valid: bool) -> None:
    """案号, in the spellings people use."""
    assert valid_case_number(normalize_case_number(written)) is valid


@pytest.mark.parametrize(
    ("written", "valid"),
    [
        ("云法建〔2025〕12号", True),
        ("云法建[2025]12号", True),
        ("云法建（2025）12号", False),
        ("法建〔2025〕12号", False),
    ],
)
def test_advice_number(written: str, valid: bool) -> None:
    """司法建议书 numbers carry the place."""
    assert valid_advice_number(normalize_case_number(written)) is valid


def test_ids_are_digests_that_keep_their_parts_apart() -> None:
    """Stable across releases: stored data depends on them."""
    assert dispute_id("/gov/379001/petition", "XF-2025-08812") == "91b8c7a602a7ce8ed13453cef802a91a"
    assert dispute_id("ab", "c") != dispute_id("a", "bc")
    assert derived_id("a", "bc") != derived_id("ab", "c")
    assert dispute_id("a", "b") == derived_id("a", "b")
