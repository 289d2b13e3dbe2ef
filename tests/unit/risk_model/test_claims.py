"""People and amounts of a matter: nobody and nothing counted twice."""

from itertools import permutations

import pytest

from risk_model.matters.claims import Claim, combined, instance, totals

# (claim, people, fen, case, claimants) of each report; people and fen of the matter
Report = tuple[str, int, int, str, tuple[str, ...]]
TABLE: dict[str, tuple[list[Report], tuple[int, int]]] = {
    "the same 30 workers reported twice are 30": ([("职工", 30, 0, "", ()), ("职工", 30, 0, "", ())], (30, 0)),
    "30 workers and 200 home buyers are 230": ([("职工", 30, 500, "", ()), ("购房人", 200, 900, "", ())], (230, 1400)),
    "the largest report of a claim counts": ([("职工", 25, 80, "", ()), ("职工", 31, 70, "", ())], (31, 80)),
    "cases of one instance add up": (
        [("购房人", 1, 10, "（2026）云9001民初1号", ()), ("购房人", 2, 20, "（2026）云9001民初2号", ())],
        (3, 30),
    ),
    "the same case twice is one": (
        [("购房人", 4, 10, "（2026）云9001民初1号", ()), ("购房人", 5, 9, "（2026）云9001民初1号", ())],
        (5, 10),
    ),
    "enforcement is the same dispute going on": (
        [("购房人", 4, 10, "（2026）云9001民初1号", ()), ("购房人", 4, 10, "（2026）云9001执77号", ())],
        (4, 10),
    ),
    "a petition of them all and their single cases": (
        [("购房人", 200, 0, "", ()), *(("购房人", 1, 10, f"（2026）云9001民初{n}号", ()) for n in range(3))],
        (200, 30),
    ),
    "named claimants are a lower bound": (
        [("职工", 1, 0, "", ("a/王某", "b/李某")), ("职工", 1, 0, "", ("b/李某", "c/王某"))],
        (3, 0),
    ),
    "a surname without a token may be anybody of that name": (
        [("职工", 1, 0, "", ("a/王某",)), ("职工", 1, 0, "", ("/王某",)), ("职工", 1, 0, "", ("/李某",))],
        (2, 0),
    ),
    "who is named in two claims is one person": (
        [("职工", 30, 0, "", ("a/王某", "b/李某")), ("购房人", 10, 0, "", ("b/李某", "c/王某"))],
        (39, 0),
    ),
    "a surname in two claims, once with a token": (
        [("职工", 30, 0, "", ("a/王某",)), ("购房人", 10, 0, "", ("/王某",))],
        (39, 0),
    ),
    "no clear claim may be any": (
        [("", 150, 7, "", ()), ("职工", 30, 9, "", ()), ("购房人", 200, 0, "", ())],
        (230, 9),
    ),
    "no clear claim says more": ([("", 300, 0, "", ()), ("职工", 30, 9, "", ())], (300, 9)),
    "nothing reported": ([("职工", 0, 0, "", ())], (0, 0)),
}


def _claims(reports: list[Report]) -> list[Claim]:
    claims: dict[str, Claim] = {}
    for key, people, amount_fen, case, claimants in reports:
        claims.setdefault(key, Claim(key)).add(people, amount_fen, case, claimants)
    return [claim for _, claim in sorted(claims.items())]


@pytest.mark.parametrize("name", TABLE)
def test_totals(name: str) -> None:
    """In whatever order the reports come."""
    reports, expected = TABLE[name]
    for order in permutations(reports):
        assert totals(_claims(list(order))) == expected


@pytest.mark.parametrize("name", TABLE)
def test_two_matters_as_one(name: str) -> None:
    """However the reports are divided over matters, together they come to the same."""
    reports, expected = TABLE[name]
    for cut in range(len(reports) + 1):
        parts = [*_claims(reports[:cut]), *_claims(reports[cut:])]
        assert totals(combined(parts)) == expected
        assert totals(combined([*parts, *parts])) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("（2024）黑0102民初123号", "黑0102民初"),
        ("（2025）黑0102民初9号", "黑0102民初"),
        ("（2024）黑0102执123号", "黑0102执"),
        ("云劳人仲案123号", ""),
    ],
)
def test_instance(case: str, expected: str) -> None:
    """Court and kind, whatever the year and the number."""
    assert instance(case) == expected
