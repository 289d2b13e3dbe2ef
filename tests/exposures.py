"""Statements and troubles for tests of the exposure graph, small and explicit."""

from collections.abc import Iterable
from typing import Any

import msgspec

from risk_model.exposure.distress import Fate
from risk_model.exposure.entities import ENTERPRISE, PERSON, PROJECT, End, Stated, Trouble
from risk_model.exposure.graph import ExposureGraph
from risk_model.exposure.settings import SystemicTable
from tests.disputes import rules

DAY = 739_600  # a proleptic ordinal in 2025
COUNTY = "379001"


def firm(code: str = "", name: str = "") -> End:
    """An enterprise by its token, its name or both."""
    return End(ENTERPRISE, code, name, COUNTY)


def site(code: str = "", name: str = "", county: str = COUNTY) -> End:
    """A project by its number, its name or both."""
    return End(PROJECT, code, name, county)


def person(code: str) -> End:
    """A person by its token."""
    return End(PERSON, code, "", COUNTY)


def stated(kind: str, start: End, end: End, dispute: str = "r", day: int = DAY, amount_fen: int = 0) -> Stated:
    """A relation as a dispute states it."""
    return Stated(dispute, kind, start, end, amount_fen, day, day)


def trouble(about: End, kind: str, dispute: str, **more: Any) -> Trouble:
    """An event about an entity."""
    fields: dict[str, Any] = {
        "category": "其他",
        "source": "/gov/1",
        "level": 2,
        "county": COUNTY,
        "project": None,
        "people": 0,
        "claimants": (),
        "day": DAY,
    } | more
    return Trouble(dispute, kind, about=about, known_on=fields["day"], **fields)


def graph_of(items: Iterable[Stated | Trouble]) -> ExposureGraph:
    """A graph of these, added in their order."""
    graph = ExposureGraph()
    for item in items:
        if isinstance(item, Stated):
            graph.state(item)
        else:
            graph.hear(item)
    return graph


def table(**changed: Any) -> SystemicTable:
    """The shipped ``[systemic]`` with some of it replaced."""
    return msgspec.structs.replace(rules().policy.systemic, **changed)


def fate_of(items: Iterable[Stated | Trouble], day: int = DAY, **changed: Any) -> Fate:
    """What is known of these as of a day."""
    return Fate(graph_of(items), day, table(**changed))
