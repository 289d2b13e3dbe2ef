"""Load what decisions are taken by: policy, playbooks and region registry, from the files the settings name."""

from pathlib import Path

import msgspec

from infra.settings import Settings
from risk_model.playbooks import parse_playbooks
from risk_model.policy import parse_policy
from risk_model.rules import Rules
from schemas.regions import RegionRegistry

_SHIPPED = Path(__file__).resolve().parent.parent / "risk_model" / "policy"


def load_rules(settings: Settings) -> Rules:
    """Rules of this installation.

    Raises:
        PolicyError: the policy or the playbooks do not hold; the message names the path.
        ValueError: there is no region registry.
    """
    policy = parse_policy((settings.policy_file or _SHIPPED / "default.toml").read_bytes())
    playbooks = parse_playbooks((_SHIPPED / "playbooks.toml").read_bytes())
    return Rules(policy, playbooks, load_regions(settings.regions_dir))


def load_regions(folder: Path) -> RegionRegistry:
    """Registry of every ``*.toml`` in a folder."""
    return RegionRegistry.from_tables(msgspec.toml.decode(path.read_bytes()) for path in sorted(folder.glob("*.toml")))
