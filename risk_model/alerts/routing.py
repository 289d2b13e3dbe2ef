"""Who answers for an alert: the most specific ``[[route]]`` of the policy that fits, else the owner of its level."""

from typing import NamedTuple

from risk_model.policy_table import NonEmpty, PolicyTable


class Route(PolicyTable, frozen=True):
    """``[[route]]``: an owner for alerts of some levels, kinds, categories and regions; a list that is empty fits all.

    Attributes:
        name: named in the alert.
        owner: may have the blank ``{place}``.
        regions: codes of counties or townships, or region keys of communities; what lies in one belongs to it.
    """

    name: NonEmpty
    owner: NonEmpty
    levels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    regions: tuple[NonEmpty, ...] = ()


class Subject(NamedTuple):
    """What is to be routed: level code, kind, category and region key."""

    level: str
    kind: str
    category: str
    region: str


class Routed(NamedTuple):
    """The owner and the name of the route; empty when the owner follows from the level alone."""

    owner: str
    route: str


def chosen(routes: tuple[Route, ...], subject: Subject) -> Route | None:
    """The route with the finest region, then the most conditions, then the first in the file; None when none fits."""
    ranked = [(*rank, -number) for number, route in enumerate(routes) if (rank := _rank(route, subject)) is not None]
    return routes[-max(ranked)[-1]] if ranked else None


def _rank(route: Route, subject: Subject) -> tuple[int, int] | None:
    """How specific a route is for a subject; None when it does not fit."""
    finest = max((len(region) for region in route.regions if _lies_in(subject.region, region)), default=0)
    if route.regions and not finest:
        return None
    named = ((route.levels, subject.level), (route.kinds, subject.kind), (route.categories, subject.category))
    if any(wanted and value not in wanted for wanted, value in named):
        return None
    return finest, sum(bool(wanted) for wanted, _ in named)


def _lies_in(region: str, outer: str) -> bool:
    return region == outer or (region.startswith(outer) and ("/" not in outer))
