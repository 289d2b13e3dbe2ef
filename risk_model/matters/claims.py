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
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

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

    def add(self, people: int, amount_fen: int, case: str, claimants: Iterable[str]) -> bool:
        """Add a report; in whatever order, and how often, does not matter. Whether it says anything new."""
        changed = False
        if case:
            before = self.cases.get(case, (0, 0))
            said = (max(before[0], people), max(before[1], amount_fen))
            if said != before:
                self.cases = dict(sorted({**self.cases, case: said}.items())[:MOST_NAMED])
                changed = True
        elif people > self.people or amount_fen > self.amount_fen:
            self.people, self.amount_fen = max(self.people, people), max(self.amount_fen, amount_fen)
            changed = True
        if new := [claimant for claimant in claimants if claimant not in self.claimants]:
            self.claimants = sorted({*self.claimants, *new})[:MOST_NAMED]
            changed = True
        return changed

    def figures(self) -> tuple[int, int]:
        """People and fen: the largest of what reports say, of each instance's cases together, and of the named claimants."""
        return self.figures_with(len(persons(self.claimants)) if self.claimants else 0)

    def figures_with(self, named: int) -> tuple[int, int]:
        """As ``figures``, where it is known how many are named."""
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


def totals(claims: Sequence[Claim]) -> tuple[int, int]:
    """People and fen of all claims: the sum, less those who are named in several; or what reports of no clear claim say, if that is more."""
    if len(claims) == 1:  # nearly always
        return claims[0].figures()
    people, amount_fen, unclear, named, naming = 0, 0, (0, 0), 0, list[Claim]()
    for claim in claims:
        told = len(persons(claim.claimants)) if claim.claimants else 0
        found = claim.figures_with(told)
        if claim.key == UNCLEAR:
            unclear = found
            continue
        people += found[0]
        amount_fen += found[1]
        if told:
            named += told
            naming.append(claim)
    if len(naming) > 1:
        people -= named - len(persons({claimant for claim in naming for claimant in claim.claimants}))
    return max(unclear[0], people), max(unclear[1], amount_fen)


def persons(claimants: Collection[str]) -> set[str]:
    """Claimants that are surely different people, by token; by surname those of whom no token is known."""
    if not claimants:
        return set()
    tokens, named, bare = set[str](), set[str](), set[str]()
    for claimant in claimants:
        token, _, name = claimant.rpartition("/")
        if token:
            tokens.add(token)
            named.add(name)
        else:
            bare.add(name)
    return tokens | (bare - named)


@lru_cache(maxsize=16_384)  # a matter's cases are summed again with every event
def instance(case: str) -> str:
    """Court and kind of a case number, without its serial number: （2024）黑0102民初123号 is of （2024）黑0102民初."""
    return _INSTANCE.sub("", case).partition("）")[2]
