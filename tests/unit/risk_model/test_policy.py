"""The policy file: what does not hold is refused when it is read, by its path, in both languages."""

from pathlib import Path

import pytest

from risk_model.plans.playbooks import parse_playbooks
from risk_model.policy import PolicyError, parse_policy
from tests.disputes import rules

SHIPPED = (Path(__file__).resolve().parents[3] / "risk_model" / "policy" / "default.toml").read_text(encoding="utf-8")


def test_shipped_policy_is_versioned_by_its_content() -> None:
    """Version, digest, limits and owners are there."""
    policy = parse_policy(SHIPPED.encode())
    assert policy.version
    assert len(policy.sha256) == 64
    assert policy.sha256 != parse_policy((SHIPPED + "\n").encode()).sha256
    assert policy.event_limits.max_bytes == policy.limits.max_bytes
    assert policy.owner(3, "云中区") == "云中区县级包案领导"


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("max_depth = 32", 'max_depth = "32"', "$.limits.max_depth"),
        ("max_depth = 32", "max_depth = 0", "$.limits.max_depth"),
        ("max_depth = 32", "", "max_depth"),
        ("min_people = 50", "min_person = 50", "min_person"),
        ("min_people = 50", "min_people = -1", "$.floor[0].min_people"),
        ('level = "orange"\nmin_people = 50', 'level = "purple"\nmin_people = 50', "floor[0] (floor.people_50).level"),
        ('types = ["gov.escrow_anomaly"]', 'types = ["gov.escrow"]', "floor[6] (floor.escrow_anomaly).types"),
        ("涉及 {people} 人，达到 50 人底线", "涉及 {persons} 人", "floor[0] (floor.people_50).text"),
        ("涉及 {people} 人，达到 50 人底线", "涉及 {people 人", "floor[0] (floor.people_50).text"),
        ("{window} 天内 {sources} 个来源 {events} 件（苗头）", "{days} 天", "matter_rule[0] (matter.emerging).text"),
        ("window_days = 30", "window_days = 0", "window_days"),
        ("baseline_days = 28", "baseline_days = 1", "$.trend.baseline_days"),
        ('matter_min_level = "orange"', 'matter_min_level = "4"', "alert.matter_min_level"),
        ("min_history_days = 56", "min_history_days = 28", "regional.min_history_days"),
        ("revise_days = 35", "revise_days = 36", "trend.revise_days"),
        ("alerts = 4\nwindow_days = 30", "alerts = 4\nwindow_days = 36", "trend.budget.window_days"),
        ("baseline_weeks = 8", "baseline_weeks = 14", "trend.baseline_weeks"),
        ("week_history_days = 35", "week_history_days = 120", "trend.week_history_days"),
        (
            "min_history_days = 10 ",
            "local_years = [{ year = 2031, holidays = [] }]\nmin_history_days = 10 ",
            "[[calendar]]",
        ),
        ("false_alarm = 0.01", "false_alarm = 1.5", "$.model.drift.false_alarm"),
        ("min_copies = 3", "min_copies = 1", "$.model.junk.min_copies"),
        ("nearest = 0.7", "nearest = 7", "$.model.queue.nearest"),
        ('red = "府院联席会议、市级包案领导"', "", "owners.red"),
        ('blue = "{place}网格"', 'blue = "{county}网格"', "owners.blue"),
        ('marks = ["floor.violence_signal"]', 'marks = ["floor.words"]', "matter_rule[9] (matter.signals_again).marks"),
        ('seasons = ["春节前"]', 'seasons = ["国庆"]', "matter_rule[10] (matter.wages_before_festival).seasons"),
        ("[2024-01-10, 2024-02-09]", "[2024-02-10, 2024-02-09]", "season[0] (春节前).days"),
        ('"物业"]\ntypes = ["gov.project_stalled"', '"物业"]\ntypes = ["gov.stalled"', "claim[1].types"),
        ('categories = ["非法集资"', 'categories = ["集资"', "claim[2].categories"),
        ('reopen_level = "yellow"', 'reopen_level = "黄"', "settle.reopen_level"),
        ("[limits]", "[limit]", "limit"),
        ("[limits]", "[limits", "TOML"),
    ],
)
def test_what_does_not_hold_is_named(old: str, new: str, path: str) -> None:
    """The message names the path."""
    assert old in SHIPPED
    with pytest.raises(PolicyError) as refused:
        parse_policy(SHIPPED.replace(old, new, 1).encode())
    message = str(refused.value)
    if path != "TOML":
        assert path in message, message
    assert any("一" <= letter <= "龥" for letter in message)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ('[[playbook]]\nid = "x"\nname = "y"\nmeasures = [{text = 1, lead = "z"}]', "$.playbook[0].measures[0].text"),
        ('[[playbook]]\nid = "x"\nname = "y"\nmeasures = []\nwhen = 3', "when"),
        ("playbook = 3", "$.playbook"),
    ],
)
def test_playbook_errors_name_their_path(document: str, path: str) -> None:
    """As for the policy."""
    with pytest.raises(PolicyError) as refused:
        parse_playbooks(document.encode())
    assert path in str(refused.value)


def test_every_level_named_in_the_policy_has_an_owner() -> None:
    """Whatever is alerted, somebody answers for it."""
    assert all(rules().policy.owner(level, "云中区") for level in (1, 2, 3, 4))
