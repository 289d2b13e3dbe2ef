"""The truth is consistent with what was sent."""

from collections import defaultdict

import orjson

from infra.simulation import Simulation, simulate


def test_records_are_numbered_and_in_report_order(quarter):
    """Records are numbered and in report order."""
    assert [r.truth.index for r in quarter.records] == list(range(len(quarter.records)))
    dues = [r.due for r in quarter.records]
    assert dues == sorted(dues)
    assert all(r.key == r.truth.county.encode() for r in quarter.good)


def test_good_events_are_what_their_truth_says(quarter):
    """Good events are what their truth says."""
    seen = set()
    for record in quarter.good:
        event, truth = orjson.loads(record.value), record.truth
        assert (event["source"], event["id"], event["type"]) == (
            truth.source,
            truth.event_id,
            "fuyuan." + truth.event_type,
        )
        region = event["data"]["region"]
        assert (region if isinstance(region, str) else region["county"])[:6] == truth.county
        seen.add((truth.source, truth.event_id))
    assert len(seen) == len(quarter.good)


def test_resent_records_repeat_an_earlier_one_byte_for_byte(quarter):
    """Resent records repeat an earlier one byte for byte."""
    resent = [r for r in quarter.records if r.truth.duplicate_of is not None]
    assert len(resent) > 100
    for record in resent:
        first = quarter.records[record.truth.duplicate_of]
        assert first.truth.index < record.truth.index
        assert (first.key, first.value) == (record.key, record.value)


def test_one_dispute_is_reported_by_several_offices_in_other_words(quarter):
    """One dispute is reported by several offices in other words."""
    by_incident = defaultdict(list)
    for record in quarter.everyday:
        by_incident[record.truth.incident_id].append(record)
    several = [records for records in by_incident.values() if len({r.truth.source for r in records}) > 1]
    assert len(several) / len(by_incident) > 0.08
    for records in several:
        assert len({orjson.loads(r.value)["data"]["narrative"] for r in records}) > 1
        assert len({(r.truth.category, r.truth.incident_people) for r in records}) == 1


def test_references_point_to_earlier_events(quarter):
    """References point to earlier events."""
    sent = set()
    references = 0
    for record in quarter.good:
        for reference in orjson.loads(record.value)["data"].get("references", []):
            references += 1
            assert (reference["source"], reference["id"]) in sent
        sent.add((record.truth.source, record.truth.event_id))
    assert references > 200


def test_a_case_keeps_its_number_and_no_two_cases_share_one(quarter):
    """A case keeps its number and no two cases share one."""
    numbers = defaultdict(set)
    for record in quarter.good:
        number = orjson.loads(record.value)["data"].get("case_number")
        if number:
            numbers[number].add(record.truth.incident_id)
    assert len(numbers) > 1000
    assert all(len(incidents) == 1 for incidents in numbers.values())


def test_seven_kinds_of_story_are_planted_and_recorded(quarter):
    """Seven kinds of story are planted and recorded."""
    stories = {story.kind: story for story in quarter.simulation.stories}
    assert set(stories) == {
        "developer_failing",
        "wage_arrears_cluster",
        "land_acquisition",
        "fund_raising",
        "quota_junk",
        "neighbours_feud",
        "rain_burst",
    }
    sent = defaultdict(list)
    for record in quarter.good:
        if record.truth.story_id:
            sent[record.truth.story_id].append((record.truth.source, record.truth.event_id))
    for story in stories.values():
        assert story.event_ids == sent[story.id]
        assert story.first_day is not None
        assert story.last_day is not None
        assert story.first_day <= story.last_day
        assert {r.truth.county for r in quarter.good if r.truth.story_id == story.id} <= set(story.counties)


def test_the_failing_developer_unfolds_over_months_and_counties(quarter):
    """The failing developer unfolds over months and counties."""
    story = next(s for s in quarter.simulation.stories if s.kind == "developer_failing")
    records = [r for r in quarter.good if r.truth.story_id == story.id]
    first = {}
    for record in records:
        first.setdefault(record.truth.event_type, record.due)
    assert (
        first["gov.escrow_anomaly"]
        < first["gov.project_stalled"]
        < first["court.group_litigation"]
        < first["court.bankruptcy_petition"]
    )
    assert {
        "court.case_filed",
        "court.preservation",
        "gov.petition",
        "gov.hotline_ticket",
        "gov.wage_arrears_lead",
    } <= set(first)
    assert len(story.counties) >= 2
    assert (story.last_day - story.first_day).days > 60
    assert "系统" in story.warnings


def test_the_fund_raising_scheme_reaches_150_investors_in_several_counties(quarter):
    """The fund raising scheme reaches 150 investors in several counties."""
    story = next(s for s in quarter.simulation.stories if s.kind == "fund_raising")
    records = {r.truth.incident_id: r.truth for r in quarter.good if r.truth.story_id == story.id}
    assert sum(truth.incident_people for truth in records.values()) > 300
    assert len({truth.county for truth in records.values()}) >= 3
    assert {truth.respondent_uscc for truth in records.values()} == {story.entity_uscc}


def test_quota_junk_is_copied_round_and_at_month_end(quarter):
    """Quota junk is copied round and at month end."""
    story = next(s for s in quarter.simulation.stories if s.kind == "quota_junk")
    data = [orjson.loads(r.value)["data"] for r in quarter.good if r.truth.story_id == story.id]
    assert len({d["narrative"] for d in data}) <= 5
    assert {d["people_involved"] for d in data} <= {None, 5, 10} | set(range(3, 14))
    assert story.benign
    assert story.warnings == ()


def test_a_year_has_stories_every_quarter():
    """A year has stories every quarter."""
    simulation = Simulation(2, 200, per_day=5)
    for _ in simulation.records():
        pass
    assert [s.id for s in simulation.stories if s.kind == "wage_arrears_cluster"] == ["wages-1", "wages-2", "wages-3"]
    assert not [r for r in simulate(2, 60, per_day=5, with_stories=False) if r.truth.story_id]
