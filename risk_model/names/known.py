"""Known enterprises and projects, and which of them a name means. Persons are never among them."""

from collections.abc import Sequence
from typing import NamedTuple

from risk_model.names.enterprise_likeness import FACTORS as ENTERPRISE_FACTORS
from risk_model.names.enterprise_likeness import EnterpriseFactors, compare_enterprises, elsewhere, exactness
from risk_model.names.likeness import NOTHING, SAME, Likeness, Match, shared_out
from risk_model.names.project_likeness import FACTORS as PROJECT_FACTORS
from risk_model.names.project_likeness import ProjectFactors, base_key, compare_projects, rival, with_address
from schemas.naming import EnterpriseName, ProjectName

ENTERPRISE, PROJECT = "enterprise", "project"
NEW = "new"
MOST_NAMES = 32  # ways of writing that are kept of one project


class Known(NamedTuple):
    """An enterprise or project that was named before. Names are kept as read, for reading one takes longer than comparing ten.

    Attributes:
        target: its id.
        kind: ``ENTERPRISE`` or ``PROJECT``.
        enterprise: an enterprise's name as it was written most completely: a bare brand that joined it says nothing against it later.
        projects: every way a project was written, oldest first.
        counties: six-digit codes of the counties it was reported from.
        token: keyed token of its USCC, where one was reported.
        developers: of a project: ids of the enterprises known to build it.
        addresses: of a project: keys of its addresses (``addresses.address_key``).
        development: of a project: id of the first known project of the same development; None where that is itself.
        met: of a development: categories with the enterprises that events of it named; of an enterprise: with the developments.
    """

    target: str
    kind: str
    enterprise: EnterpriseName | None = None
    projects: tuple[ProjectName, ...] = ()
    counties: tuple[str, ...] = ()
    token: str | None = None
    developers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    development: str | None = None
    met: tuple[str, ...] = ()

    def only(self, category: str) -> str | None:
        """The one whom all events of a category named together with this; None where there is none, or are several."""
        found = [one.partition("|")[2] for one in self.met if one.startswith(category + "|")]
        return found[0] if len(found) == 1 else None

    @property
    def sole(self) -> str | None:
        """The one whom all events named together with this, whatever their category."""
        found = {one.partition("|")[2] for one in self.met}
        return min(found) if len(found) == 1 else None

    def says(self, new: "Known") -> bool:
        """Whether everything of ``new`` is known: ``together`` would change nothing."""
        return (
            (self.token is not None or new.token is None)
            and (self.development is not None or new.development is None)
            and all(county in self.counties for county in new.counties)
            and _has(self.projects, new.projects)
            and _has(self.developers, new.developers)
            and _has(self.addresses, new.addresses)
            and _has(self.met, new.met)
            and fuller(self.enterprise, new.enterprise) is self.enterprise
        )

    def together(self, new: "Known") -> "Known":
        """What is known when more is learnt of it."""
        return Known(
            self.target,
            self.kind,
            fuller(self.enterprise, new.enterprise),
            tuple(dict.fromkeys(self.projects + new.projects))[:MOST_NAMES],
            tuple(dict.fromkeys(self.counties + new.counties)),
            self.token or new.token,
            tuple(dict.fromkeys(self.developers + new.developers))[:MOST_NAMES],
            tuple(dict.fromkeys(self.addresses + new.addresses))[:MOST_NAMES],
            self.development or new.development,
            tuple(dict.fromkeys(self.met + new.met))[:MOST_NAMES],
        )


def _has(known: tuple[object, ...], new: tuple[object, ...]) -> bool:
    return len(known) >= MOST_NAMES or all(one in known for one in new)


def fuller(one: EnterpriseName | None, other: EnterpriseName | None) -> EnterpriseName | None:
    """The name that says more; of two that say as much the first."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=_completeness)


def _completeness(name: EnterpriseName) -> tuple[bool, bool, bool, int]:
    return name.registered, bool(name.trade), bool(name.places), len(name.text)


class Rarity(NamedTuple):
    """How many bearers of a brand are expected beyond the known ones.

    A brand that many are known by will be met again with still others; short ones and common words more than long ones.

    Attributes:
        common: words that are common as brands, however few are known yet (阳光, 幸福).
        of_common: expected unknown bearers of a common word.
        of_short: of a brand of two characters; ``of_long`` of a longer one.
        per_known: for each known bearer after the first.
    """

    common: frozenset[str] = frozenset()
    of_common: float = 5.0
    of_short: float = 0.15
    of_long: float = 0.05
    per_known: float = 0.3

    def unseen(self, brand: str, bearers: int) -> float:
        """Expected number of unknown bearers."""
        first = self.of_short if len(brand) <= 2 else self.of_long
        first = self.of_common if brand in self.common else first
        return first + self.per_known * max(0, bearers - 1)


def matching_enterprises(
    name: EnterpriseName,
    county: str | None,
    known: Sequence[Known],
    rarity: Rarity,
    token: str | None = None,
    factors: EnterpriseFactors = ENTERPRISE_FACTORS,
) -> list[Match]:
    """Known enterprises that a name may mean, strongest first.

    Args:
        name: the name in parts.
        county: where it was reported.
        known: every known bearer of the brand; others are ignored.
        rarity: how common the brand is.
        token: keyed token of the USCC reported with the name: an enterprise known by another one is another enterprise.
        factors: what each agreement is worth.
    """
    likenesses: list[tuple[str, Likeness]] = []
    twins: dict[EnterpriseName, list[str]] = {}  # opened twice by chance: they do not compete with each other
    bearers: list[str] = []
    exact: dict[str, int] = {}  # how exactly each is called by the name
    for one in sorted(known, key=lambda one: one.target):
        fullest = one.enterprise
        if one.kind != ENTERPRISE or fullest is None:
            continue
        likeness = compare_enterprises(name, fullest, _same_county(county, one), factors)
        if likeness is NOTHING:
            continue
        if fullest.registered and (same := twins.setdefault(fullest, [])) is not None:
            same.append(one.target)
            if len(same) > 1:
                continue
        if likeness.relation == SAME and not elsewhere(name, fullest):
            bearers.append(one.target)
        if likeness.odds > 0 and not (token and one.token and token != one.token):
            likenesses.append((one.target, likeness))
            exact[one.target] = 0 if name.registered or likeness.odds < 1.0 else exactness(name, fullest)
    most = max(exact.values(), default=0)
    others = sum(exact.get(target, 0) == most for target in bearers)  # that could be meant as well
    likenesses = [
        (target, one if exact[target] == most else one._replace(odds=one.odds * factors.beside_exact))
        for target, one in likenesses
    ]
    matches = shared_out(likenesses, rarity.unseen(name.brand, others))
    first = {same[0]: same[1:] for same in twins.values() if len(same) > 1}
    return [
        copy for match in matches for copy in (match, *(match._replace(target=t) for t in first.get(match.target, ())))
    ]


def matching_projects(
    name: ProjectName,
    county: str | None,
    known: Sequence[Known],
    rarity: Rarity,
    developer: str | None = None,
    address: str = "",
    factors: ProjectFactors = PROJECT_FACTORS,
) -> list[Match]:
    """Known projects that a name may mean, and other phases of the same development, strongest first.

    Args:
        name: the name in parts.
        county: where it was reported.
        known: every known project it may mean; others are ignored.
        rarity: how common the name is.
        developer: id of the enterprise that builds it, where the report names it; ``NEW`` for one that was not known.
        address: key of its address, empty when unknown.
        factors: what each agreement is worth.
    """
    likenesses: list[tuple[str, Likeness]] = []
    exact, there = set[str](), set[str]()  # called just so; standing just there
    bearers = set[str]()  # phases of one development bear its name together
    twins: dict[
        tuple[str, tuple[str, ...]], list[str]
    ] = {}  # opened twice by chance: they do not compete with each other
    for one in sorted(known, key=lambda one: one.target):
        if one.kind != PROJECT:
            continue
        near = _same_county(county, one)
        if rival(name, one.projects):
            continue
        builder = developer in one.developers if developer and one.developers else None
        unlike = None if developer == NEW else builder  # one estate may have two builders, two with like names hardly
        compared = [
            compare_projects(name, project, near, unlike if project.base == name.base else builder, factors)
            for project in one.projects
        ]
        at_one = bool(address) and address in one.addresses
        compared = [with_address(likeness, at_one, factors) for likeness in compared]
        best = max(compared, key=lambda likeness: likeness.odds * likeness.most, default=NOTHING)
        if best.odds <= 0:
            continue
        if best.relation == SAME and best.most == 1.0 and near and builder is not False:
            same = twins.setdefault((best.evidence[0], name.phases), [])
            same.append(one.target)
            if len(same) > 1:
                continue
        likenesses.append((one.target, best))
        if at_one:
            there.add(one.target)
        if near is not False:  # within a county no two may have one name: how many have it elsewhere says nothing
            bearers.add(one.development or one.target)
        if (
            near is not False
            and best.relation == SAME
            and any(base_key(project.base) == base_key(name.base) for project in one.projects)
        ):
            exact.add(one.target)
    if exact:
        likenesses = [
            (
                target,
                best if target in exact or target in there else best._replace(odds=best.odds * factors.beside_exact),
            )
            for target, best in likenesses
        ]
    matches = shared_out(likenesses, rarity.unseen(name.base, len(bearers)))
    first = {same[0]: same[1:] for same in twins.values() if len(same) > 1}
    return [
        copy for match in matches for copy in (match, *(match._replace(target=t) for t in first.get(match.target, ())))
    ]


def _same_county(county: str | None, known: Known) -> bool | None:
    return county in known.counties if county and known.counties else None
