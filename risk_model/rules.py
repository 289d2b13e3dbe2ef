"""What decisions are taken by, gathered in one value."""

from typing import NamedTuple

from risk_model.playbooks import Playbook
from risk_model.policy import Policy
from schemas.regions import RegionRegistry


class Rules(NamedTuple):
    """One policy version, its playbooks and the region names."""

    policy: Policy
    playbooks: tuple[Playbook, ...]
    regions: RegionRegistry
