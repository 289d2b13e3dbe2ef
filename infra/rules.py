"""Load what decisions are taken by: policy, playbooks and region registry, from the files the settings name."""

from pathlib import Path

import msgspec

from infra.places import place_names
from infra.settings import Settings
from risk_model.clocks.book import ClockBook, parse_clocks
from risk_model.deadlines.checking import check_deadlines
from risk_model.plans.articles import Article, parse_articles
from risk_model.plans.checking import check_playbooks
from risk_model.plans.playbooks import parse_playbooks
from risk_model.policy import parse_policy
from risk_model.rules import Rules
from schemas.regions import RegionRegistry

_SHIPPED = Path(__file__).resolve().parent.parent / "risk_model" / "policy"


def load_rules(settings: Settings) -> Rules:
    """Rules of this installation.

    Raises:
        PolicyError: the policy, the deadlines or the playbooks do not hold; the message names the path.
        ValueError: there is no region registry.
    """
    clocks = load_clocks(settings)
    policy = parse_policy((settings.policy_file or _SHIPPED / "default.toml").read_bytes(), clocks.local_years)
    playbooks = parse_playbooks((settings.playbooks_file or _SHIPPED / "playbooks.toml").read_bytes(), clocks.rules)
    check_deadlines(policy.deadline, clocks)
    check_playbooks(playbooks, policy.plan.coercive_words)
    regions = load_regions(settings.regions_dir)
    return Rules(policy, playbooks, regions, clocks, place_names(regions))


def load_clocks(settings: Settings) -> ClockBook:
    """Deadlines of this installation."""
    return parse_clocks((settings.clocks_file or _SHIPPED / "clocks.toml").read_bytes())


def load_articles(settings: Settings) -> dict[str, Article]:
    """Words of the articles cited, by citation."""
    return parse_articles((settings.articles_file or _SHIPPED / "articles.toml").read_bytes())


def load_regions(folder: Path) -> RegionRegistry:
    """Registry of every ``*.toml`` in a folder."""
    return RegionRegistry.from_tables(msgspec.toml.decode(path.read_bytes()) for path in sorted(folder.glob("*.toml")))
