"""Claims of a matter: how many people and how much money, nobody and nothing counted twice.

Who reports the same people is not told, so a sum needs a ground. A claim is what one kind of claimants asks (wages, homes, loans …). Within it
reports are taken to be of the same people: the largest counts. Court cases of one instance are of different plaintiffs or different debts, so
those add up; cases of different instances (民初, 民终, 执 …) are the same dispute going on, so the largest instance counts. Different claims
add up; who is named in several of them counts once. Named claimants are told apart by their token, and those without one by their surname
(王某 without a token may be any 王某, so it counts only where nobody of that name is known). A report that does not tell whose claim it is may be of any: it counts
only where it alone says more than all others. What comes out is a lower bound where a claim holds several disputes.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

import msgspec

MOST_NAMED = 500
UNCLEAR = ""
"""Key of the claim of reports that do not tell whose it is."""
_INSTANCE = re.compile(r"号?\d+号$")


class Claim(msgspec.Struct, array_like=True):
    """What one kind of claimants asks.

    Attributes:
        key: which kind, of ``[[claim]]`` in the policy; empty where it was not told apart.
        people, amount_fen: largest of a report that names no court case.
        cases: by case number, the largest people and amount reported of it.
        claimants: named claimants, ``token/surname`` or ``/surname``, in order.

    At most ``MOST_NAMED`` cases and claimants are kept, the first in order: which ones does not depend on who came first.
    """

    key: str
    people: int = 0
    amount_fen: int = 0
    cases: dict[str, tuple[int, int]] = {}
    claimants: list[str] = []

    def add(self, people: int, amount_fen: int, case: str, claimants: Iterable[str]) -> None:
        """Add a report; in whatever order, and how often, does not matter."""
        if case:
            before = self.cases.get(case, (0, 0))
            cases = {**self.cases, case: (max(before[0], people), max(before[1], amount_fen))}
            self.cases = dict(sorted(cases.items())[:MOST_NAMED])
        else:
            self.people, self.amount_fen = max(self.people, people), max(self.amount_fen, amount_fen)
        if new := set(claimants).difference(self.claimants):
            self.claimants = sorted({*self.claimants, *new})[:MOST_NAMED]

    def figures(self) -> tuple[int, int]:
        """People and fen: the largest of what reports say, of each instance's cases together, and of the named claimants."""
        named = len(persons(self.claimants)) if len(self.claimants) > 1 else len(self.claimants)
        if not self.cases:  # nearly always
            return max(self.people, named), self.amount_fen
        instances: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for case, (people, amount_fen) in self.cases.items():
            total = instances[instance(case)]
            total[0] += people
            total[1] += amount_fen
        people = max([self.people, named, *(total[0] for total in instances.values())])
        return people, max([self.amount_fen, *(total[1] for total in instances.values())])


def combined(claims: Iterable[Claim]) -> list[Claim]:
    """Claims of several matters as those of one, by key."""
    found: dict[str, Claim] = {}
    for claim in claims:
        whole = found.setdefault(claim.key, Claim(claim.key))
        whole.add(claim.people, claim.amount_fen, "", claim.claimants)
        for case, (people, amount_fen) in claim.cases.items():
            whole.add(people, amount_fen, case, ())
    return [claim for _, claim in sorted(found.items())]


def totals(claims: Iterable[Claim]) -> tuple[int, int]:
    """People and fen of all claims: the sum, less those who are named in several; or what reports of no clear claim say, if that is more."""
    people, amount_fen, unclear, named = 0, 0, (0, 0), list[set[str]]()
    everybody = set[str]()
    several = list(claims)
    if len(several) == 1:  # nearly always
        return several[0].figures()
    for claim in several:
        found = claim.figures()
        if claim.key == UNCLEAR:
            unclear = found
            continue
        people += found[0]
        amount_fen += found[1]
        named.append(persons(claim.claimants))
        everybody.update(claim.claimants)
    repeated = sum(map(len, named)) - len(persons(everybody))
    return max(unclear[0], people - repeated), max(unclear[1], amount_fen)


def persons(claimants: Iterable[str]) -> set[str]:
    """Claimants that are surely different people, by token; by surname those of whom no token is known."""
    told = [tuple(claimant.rpartition("/")[::2]) for claimant in claimants]
    known = {name for token, name in told if token}
    return {token or name for token, name in told if token or name not in known}


def instance(case: str) -> str:
    """Court and kind of a case number, without its serial number: （2024）黑0102民初123号 is of （2024）黑0102民初."""
    return _INSTANCE.sub("", case).partition("）")[2]
