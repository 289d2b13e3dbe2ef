"""Merging, splitting and taking either back: figures, levels and alerts of both matters."""

from datetime import timedelta

import pytest

from risk_model.decide import decide_assessed
from risk_model.matters.merging import merge, undo_merge
from risk_model.refusals import NotAllowed
from schemas.domain_events import AlertClosed, AlertRaised, AlertReopened, MatterRegraded
from tests.disputes import NOW, assessed, rules
from tests.unit.risk_model.matter_worlds import WANG, alert_of, company, figures, matter_of, split_out, state_of


def test_figures_of_both_people_never_twice() -> None:
    """Thirty workers in both are thirty; home buyers come on top; sources and counties are joined."""
    state = state_of(
        [
            company(
                1, "甲公司", people=30, category="劳动争议", kind="gov.wage_arrears_lead", source="/gov/379001/wage"
            ),
            company(2, "甲建设", people=30, category="劳动争议"),
            company(3, "甲建设", people=200, category="问题楼盘", source="/gov/379001/housing"),
        ]
    )
    one, other = matter_of(state, "甲公司"), matter_of(state, "甲建设")
    merge(state, one.matter_id, other.matter_id, WANG, rules())
    assert (one.events, one.people) == (3, 230)
    assert len(one.sources) == 3
    assert other.merged_into == one.matter_id
    assert (other.events, other.people) == (2, 230)


def test_merge_then_undo_is_identity() -> None:
    """Both matters and the alerts are as before, but for versions and the alert's new acknowledgement."""
    state = state_of(
        [
            company(1, "甲公司", people=60, level=3, category="问题楼盘"),
            company(2, "甲建设", people=12, level=2, source="/court/379001/c", kind="court.case_filed"),
        ]
    )
    one, other = matter_of(state, "甲建设"), matter_of(state, "甲公司")
    before = figures(one), figures(other)
    merge(state, one.matter_id, other.matter_id, WANG, rules())
    assert figures(one) != before[0]
    undo_merge(state, other.matter_id, WANG, rules())
    assert (figures(one), figures(other)) == before


def test_what_came_meanwhile_goes_with_its_matter() -> None:
    """After a merge, an event with the part's name is in both; taken apart, it is the part's alone, as if they had never been one."""
    disputes = [
        company(1, "甲公司"),
        company(2, "甲建设"),
        company(3, "甲建设", people=9),
        company(4, "甲公司", people=3),
    ]
    state, apart = state_of(disputes[:2]), state_of(disputes)
    one, other = matter_of(state, "甲公司"), matter_of(state, "甲建设")
    merge(state, one.matter_id, other.matter_id, WANG, rules())
    for dispute in disputes[2:]:
        decide_assessed(state, dispute, rules())
    assert one.events == 4
    assert other.events == 2
    undo_merge(state, other.matter_id, WANG, rules())
    assert figures(one) == figures(matter_of(apart, "甲公司"))
    assert figures(other) == figures(matter_of(apart, "甲建设"))


def test_open_alert_is_carried_over_and_given_back() -> None:
    """Only the part has an alert: the matter gets one with an owner, reasons and an event; undone, the part's is open again."""
    state = state_of([company(1, "甲公司", people=60, level=3), company(2, "甲建设")])
    grave, light = matter_of(state, "甲公司"), matter_of(state, "甲建设")
    recorded = merge(state, light.matter_id, grave.matter_id, WANG, rules())
    (raised,) = [r.event for r in recorded if isinstance(r.event, AlertRaised)]
    assert raised.matter_id == light.matter_id
    assert raised.owner
    assert raised.reasons
    assert raised.dispute_ids
    (closed,) = [r.event for r in recorded if isinstance(r.event, AlertClosed)]
    assert (closed.outcome, closed.by, closed.duplicate_of) == ("duplicate", "", raised.alert_id)
    back = undo_merge(state, grave.matter_id, WANG, rules())
    (reopened,) = [r.event for r in back if isinstance(r.event, AlertReopened)]
    assert reopened.alert_id == closed.alert_id
    carried = alert_of(state, light)
    assert carried is not None
    assert (carried.status, carried.duplicate_of) == ("closed", closed.alert_id)
    assert light.level == 1


def test_two_open_alerts_become_one() -> None:
    """Both have alerts: the part's is closed as merged into the other's, which stays as it is handled."""
    state = state_of([company(1, "甲公司", people=60, level=3), company(2, "甲建设", people=70, level=3)])
    one, other = matter_of(state, "甲公司"), matter_of(state, "甲建设")
    merge(state, one.matter_id, other.matter_id, WANG, rules())
    statuses = {matter.title: alert.status for matter in (one, other) if (alert := alert_of(state, matter))}
    assert sorted(statuses.values()) == ["closed", "raised"]
    assert statuses[other.title] == "closed"


def test_together_they_reach_a_higher_level() -> None:
    """Court and government reports that no file had together lift the level, and the reason gives the figures."""
    filed = {"source": "/court/379001/c", "kind": "court.case_filed"}
    court = [company(n, "甲公司", **filed, level=2, at=NOW + timedelta(hours=n)) for n in range(4)]
    government = [
        company(10 + n, "甲建设", source=f"/gov/379001/{n % 2}", level=2, at=NOW + timedelta(hours=n)) for n in range(4)
    ]
    state = state_of([*court, *government])
    one = matter_of(state, "甲公司")
    recorded = merge(state, one.matter_id, matter_of(state, "甲建设").matter_id, WANG, rules())
    (regraded,) = [r.event for r in recorded if isinstance(r.event, MatterRegraded)]
    assert regraded.level_after == 3
    assert any("3 个来源共 8 件" in reason.text for reason in regraded.reasons)


def test_a_chain_of_merges_comes_apart_in_any_order() -> None:
    """甲 takes 乙, 丙 takes 甲; 乙 is taken out of the middle: everything follows."""
    state = state_of([company(n, name, people=n) for n, name in enumerate(["甲", "乙公司", "丙公司"], 1)])
    one, two, three = (matter_of(state, name) for name in ("甲", "乙公司", "丙公司"))
    merge(state, one.matter_id, two.matter_id, WANG, rules())
    merge(state, three.matter_id, one.matter_id, WANG, rules())
    assert three.events == 3
    undo_merge(state, two.matter_id, WANG, rules())
    assert (one.events, three.events) == (1, 2)
    assert two.merged_into is None


def test_refused_with_what_to_do() -> None:
    """Twice, with itself, a part of a third, and taking back what was not merged."""
    state = state_of([company(n, name) for n, name in enumerate(["甲公司", "乙公司", "丙公司"], 1)])
    one, two, three = (matter_of(state, name).matter_id for name in ("甲公司", "乙公司", "丙公司"))
    merge(state, one, two, WANG, rules())
    for into, part in ((one, two), (two, one), (one, one), (three, two)):
        with pytest.raises(NotAllowed):
            merge(state, into, part, WANG, rules())
    with pytest.raises(NotAllowed, match="没有并入"):
        undo_merge(state, three, WANG, rules())


def test_split_gives_the_alert_to_the_grave_part() -> None:
    """The grave event was of another matter: that is alerted, the rest falls to what it holds and its alert is passed on."""
    disputes = [
        company(1, "甲公司"),
        assessed(2, enterprise="甲公司", project="云湖花园", people=60, level=3, category="问题楼盘"),
    ]
    state = state_of(disputes)
    old = matter_of(state, "甲公司")
    assert old.level == 3
    split_out(state, old.matter_id, disputes, {1})
    new = matter_of(state, "云湖花园")
    assert (new.split_from, new.level, new.people) == (old.matter_id, 3, 60)
    assert (old.level, old.people, old.events) == (1, 0, 1)
    alerts = {matter.matter_id: alert_of(state, matter) for matter in (old, new)}
    assert alerts[new.matter_id].status == "raised"  # type: ignore[union-attr]
    assert alerts[old.matter_id].duplicate_of == alerts[new.matter_id].alert_id  # type: ignore[union-attr]


def test_split_then_merged_back() -> None:
    """Everything the matter shows is as before."""
    disputes = [company(1, "甲公司", people=5), company(2, "甲公司", people=60, level=3)]
    state = state_of(disputes)
    old = matter_of(state, "甲公司")
    level, people, events, recent = old.level, old.people, old.events, list(old.recent)
    split_out(state, old.matter_id, disputes, {1})
    (new,) = [matter for matter in state.matters.values() if matter.split_from]
    merge(state, old.matter_id, new.matter_id, WANG, rules())
    assert (old.level, old.people, old.events, old.recent) == (level, people, events, recent)
    alert = alert_of(state, old)
    assert alert is not None
    assert alert.status == "raised"


def test_split_refused() -> None:
    """None, all, or another matter's events."""
    disputes = [company(1, "甲公司"), company(2, "甲公司")]
    for moved in (set[int](), {0, 1}):
        state = state_of(disputes)
        with pytest.raises(NotAllowed, match="至少 1 件"):
            split_out(state, matter_of(state, "甲公司").matter_id, disputes, moved)
