"""Old versions of the contract are lifted one step at a time; each has stored fixtures."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from schemas.dispute import SCHEMA_VERSION
from schemas.errors import ContractError
from schemas.upcast import UPCASTERS, upcast
from tests.disputes import decoded

FIXTURES = sorted((Path(__file__).parent / "upcast").glob("v*.json"))


def _fixture(path: Path) -> dict[str, Any]:
    return json.loads(path.read_bytes())


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_fixture_is_lifted_as_expected(path: Path) -> None:
    """Dict to dict, without touching the original."""
    fixture = _fixture(path)
    given = copy.deepcopy(fixture["given"])
    assert upcast(fixture["given"], given["schemaversion"]) == fixture["expected"]
    assert fixture["given"] == given


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_old_and_lifted_decode_to_the_same_event(path: Path) -> None:
    """An old event is accepted, and is the event a current system would have sent."""
    fixture = _fixture(path)
    assert decoded(fixture["given"]) == decoded(fixture["expected"])


def test_every_old_version_has_a_step_and_a_fixture() -> None:
    """No version is forgotten."""
    assert sorted(UPCASTERS) == list(range(1, SCHEMA_VERSION))
    assert {int(path.stem.partition("_")[0][1:]) for path in FIXTURES} == set(UPCASTERS)


@pytest.mark.parametrize(
    ("yuan", "code"),
    [
        ("一百", "wrong_type"),
        ("12.345", "wrong_type"),
        ("1e9", "wrong_type"),
        ("NaN", "wrong_type"),
        (True, "wrong_type"),
        ([1], "wrong_type"),
        (1e300, "out_of_range"),
        ("99999999999999999999", "out_of_range"),
        (-1, "out_of_range"),
    ],
)
def test_amounts_that_cannot_be_lifted(yuan: object, code: str) -> None:
    """A wrong amount is an error of that field, not a crash and not another amount."""
    given = _fixture(FIXTURES[0])["given"]
    given["data"]["amount_yuan"] = yuan
    with pytest.raises(ContractError) as refused:
        decoded(given)
    assert [(e.code, e.path.startswith("data.amount_")) for e in refused.value.errors] == [(code, True)]


@pytest.mark.parametrize(("yuan", "fen"), [("0.1", 10), (0.07, 7), (12.34, 1234), ("860000.50", 86000050), (0, 0)])
def test_yuan_to_fen_is_exact(yuan: object, fen: int) -> None:
    """No binary rounding on the way."""
    given = _fixture(FIXTURES[0])["given"]
    given["data"]["amount_yuan"] = yuan
    assert decoded(given).data.amount_fen == fen
