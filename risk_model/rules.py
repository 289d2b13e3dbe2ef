"""What decisions are taken by, gathered in one value."""

from typing import NamedTuple

from risk_model.clocks.book import ClockBook
from risk_model.names.places import PlaceNames
from risk_model.plans.playbooks import Playbook
from risk_model.policy import Policy
from schemas.regions import RegionRegistry


class Rules(NamedTuple):
    """One policy version, its playbooks, the regions, the deadlines, and the region words of names."""

    policy: Policy
    playbooks: tuple[Playbook, ...]
    regions: RegionRegistry
    clocks: ClockBook
    places: PlaceNames
