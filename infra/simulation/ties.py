"""A relation of two enterprises, an owner or a project: what trouble may run along."""

from dataclasses import dataclass

from infra.simulation.enterprises import Enterprise
from infra.simulation.people import Person
from infra.simulation.projects import Project


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation: kind as in the contract, who is ``from`` and ``to``, money in yuan, 0 when none is named."""

    kind: str
    start: Enterprise | Person | Project
    end: Enterprise | Project
    amount_yuan: int = 0
