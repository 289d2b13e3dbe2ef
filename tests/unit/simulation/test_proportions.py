"""Every type and category occurs in sensible shares; levels are noisy and not the policy's floors."""

from collections import Counter

import orjson
import pytest

from schemas.event_types import EVENT_TYPES
from schemas.taxonomy import CATEGORIES


def test_every_event_type_and_category_occurs(quarter):
    """Every event type and category occurs."""
    assert {r.truth.event_type for r in quarter.good} == set(EVENT_TYPES)
    assert {r.truth.category for r in quarter.good} == set(CATEGORIES)


def test_daily_rate_is_as_asked(quarter):
    """Daily rate is as asked."""
    assert len(quarter.everyday) / 90 == pytest.approx(200, rel=0.08)


def test_hotline_leads_and_systemic_events_are_rare(quarter):
    """Hotline leads and systemic events are rare."""
    share = {
        kind: count / len(quarter.good) for kind, count in Counter(r.truth.event_type for r in quarter.good).items()
    }
    assert max(share, key=share.__getitem__) == "gov.hotline_ticket"
    assert 0.2 < share["gov.hotline_ticket"] < 0.4
    assert share["court.bankruptcy_petition"] < 0.01
    assert share["gov.project_stalled"] < 0.01


def test_levels_thin_out_upwards(quarter):
    """Levels thin out upwards."""
    share = {level: count / len(quarter.good) for level, count in Counter(r.truth.level for r in quarter.good).items()}
    assert share[1] > share[2] > share[3] > share[4] > 0.003
    assert 0.6 < share[1] < 0.75
    assert share[3] + share[4] < 0.08


def test_head_count_alone_does_not_give_the_level(quarter):
    """The label follows a latent severity: both small reds and large blues exist, rarely."""
    people = {level: [] for level in (1, 2, 3, 4)}
    for record in quarter.everyday:
        stated = orjson.loads(record.value)["data"]["people_involved"]
        if stated is not None:
            people[record.truth.level].append(stated)
    assert min(people[4]) < 5
    assert max(people[1]) > 10
    assert sum(people[4]) / len(people[4]) > 5 * sum(people[1]) / len(people[1])


def test_counties_report_in_proportion_to_residents(quarter):
    """Counties report in proportion to residents."""
    counts = Counter(r.truth.county for r in quarter.everyday)
    residents = quarter.simulation.city.geography.population_thousand
    total = sum(residents.values())
    for county, people in residents.items():
        assert counts[county] / len(quarter.everyday) == pytest.approx(people / total, rel=0.25)
