"""Enterprises of several counties that are one: decided once the city's day is closed, from what each county knew by then (ADR 0017).

Within a county its own stream decides, so two that it keeps apart are never united by way of a third county. Projects are of their county.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from risk_model.linking.joining import TOKEN
from risk_model.names.book import Lookups, NameBook
from risk_model.names.enterprise_likeness import compare_enterprises
from risk_model.names.keys import enterprise_lookups, token_key
from risk_model.names.known import ENTERPRISE, Known
from risk_model.names.likeness import SAME, Likeness, shared_out
from risk_model.names.thresholds import LinkageTable
from schemas.reasons import Reason


class Across(NamedTuple):
    """Two enterprises of different counties that are, or may be, one.

    Attributes:
        one, other: ids of what stands for each: the least of all that were united with it.
        strength: probability that they are one, in [0, 1].
        joined: whether that is enough; else a person is asked.
        reasons: why.
    """

    one: str
    other: str
    strength: float
    joined: bool
    reasons: tuple[Reason, ...]


class Groups:
    """Enterprises that were united, by the id of what stands for them.

    Args:
        united: id to the id of what it was united with.
        known: every enterprise that may be asked for, united or not.
    """

    def __init__(self, united: Mapping[str, str], known: Iterable[Known]) -> None:
        self._united = dict(united)
        self._members: dict[str, list[Known]] = {}
        for one in known:
            self._members.setdefault(self.root(one.target), []).append(one)

    def root(self, target: str) -> str:
        """What stands for an enterprise."""
        while target in self._united:
            target = self._united[target]
        return target

    def members(self, root: str) -> Sequence[Known]:
        """All that were united with it, itself among them."""
        return self._members.get(root, ())

    def unite(self, one: str, other: str) -> None:
        """Let the lesser id stand for both."""
        into, gone = sorted((one, other))
        self._united[gone] = into
        self._members.setdefault(into, []).extend(self._members.pop(gone, []))

    def apart(self, one: str, other: str) -> bool:
        """Whether a county, or two codes, tell them apart."""
        mine, yours = self.members(one), self.members(other)
        counties = {county for known in mine for county in known.counties}
        codes = {known.token for known in mine if known.token}, {known.token for known in yours if known.token}
        differ = bool(codes[0] and codes[1]) and not codes[0] & codes[1]
        return differ or any(county in counties for known in yours for county in known.counties)


def city_lookups(known: Known) -> Lookups:
    """Keys, without a county, under which an enterprise may stand elsewhere."""
    keys = enterprise_lookups(known.enterprise) if known.enterprise is not None else ()
    return Lookups((*keys, token_key(known.token)) if known.token else keys, ())


def united_across(changed: Iterable[Known], book: NameBook, groups: Groups, table: LinkageTable) -> list[Across]:
    """What the day's news of names says of enterprises of different counties; ``groups`` learns what is joined.

    Args:
        changed: enterprises that became known, or of which more became known, as they stood at the end of the day.
        book: all that may be the same, as they stood then, under keys without a county.
        groups: what was united before.
        table: thresholds.
    """
    found: list[Across] = []
    for known in sorted((one for one in changed if one.kind == ENTERPRISE), key=lambda one: one.target):
        own = groups.root(known.target)
        if known.enterprise is None and known.token is None:
            continue
        for match in _matches(known, own, book, groups, table):
            joined = match.strength >= table.join and not groups.apart(own, match.other)
            if joined:
                groups.unite(own, match.other)
                own = groups.root(own)
            if joined or table.propose <= match.strength:
                found.append(match._replace(joined=joined))
    return found


def _matches(known: Known, own: str, book: NameBook, groups: Groups, table: LinkageTable) -> list[Across]:
    """What an enterprise may be elsewhere, surest first: groups of the same name do not compete with themselves."""
    likenesses: dict[str, Likeness] = {}
    coded: list[str] = []
    for other in book.find(city_lookups(known)):
        root = groups.root(other.target)
        if root == own or set(other.counties) & set(known.counties):
            continue
        if known.token and known.token == other.token:
            coded.append(root)
        if known.enterprise is None or other.enterprise is None or (known.token and other.token):
            continue
        likeness = compare_enterprises(known.enterprise, other.enterprise, False)
        before = likenesses.get(root)
        if likeness.odds > 0 and (before is None or likeness.odds * likeness.most > before.odds * before.most):
            likenesses[root] = likeness
    brand = known.enterprise.brand if known.enterprise is not None else ""
    by_code = [Across(own, root, 1.0, True, (_reason(TOKEN, (), 1.0),)) for root in sorted(set(coded))]
    by_name = [
        Across(own, match.target, match.strength, False, (_reason(ENTERPRISE, match.evidence, match.strength),))
        for match in shared_out(list(likenesses.items()), table.rarity.unseen(brand, len(likenesses)))
        if match.relation == SAME and match.target not in coded
    ]
    return by_code + by_name


def _reason(kind: str, evidence: tuple[str, ...], strength: float) -> Reason:
    if kind == TOKEN:
        return Reason("link.uscc", "统一社会信用代码相同", "rule")
    return Reason("link.enterprise", f"各县区名录：{'，'.join(evidence)}（强度 {strength:.2f}）", "rule")
