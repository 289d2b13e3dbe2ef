"""What becomes of alerts, step by step, on a desk in memory."""

from datetime import date, timedelta

import msgspec
import pytest

from risk_model.dispatch.deciding import pass_time
from risk_model.dispatch.desk import area
from risk_model.dispatch.evidence import Evidence
from risk_model.dispatch.holding import ESCALATED
from tests.dispatch import MORNING, Office, alert, table

AREA = area("379001001", "合同")


def regional(**more):  # type: ignore[no-untyped-def]
    """A regional alert that reaches one township and one category."""
    return alert("区域", kind="regional", owner="联席会议", day=date(2026, 3, 2), last_day=date(2026, 3, 2), **more)


@pytest.mark.parametrize(
    ("changed", "absorbed"),
    [
        ({}, True),
        ({"region": "379001001/东门社区"}, True),
        ({"region": "379001002"}, False),
        ({"category": "消费"}, False),
        ({"level": 4}, False),
        ({"kind": "emerging", "level": 2}, True),
        ({"occurred_at": MORNING - timedelta(days=30)}, False),
        ({"occurred_at": MORNING - timedelta(days=27)}, True),
        ({"kind": "systemic"}, False),
    ],
)
def test_a_regional_alert_absorbs_its_category_its_places_and_its_time(changed: dict, absorbed: bool) -> None:
    """Whether the member or the regional alert was first; what is graver stands by itself."""
    for member_first in (True, False):
        office, member = Office(), alert("成员", **changed)
        for one in (member, regional()) if member_first else (regional(), member):
            office.raise_(one, reach=(AREA,) if one.kind == "regional" else ())
        assert (office.stage("成员") == "absorbed") is absorbed
        assert office.stage("区域") == "told"


def test_absorbed_then_returned_is_as_before() -> None:
    """Each stage an alert may have when it is absorbed is the one it has when it returns, and nothing is told twice."""
    office = Office(msgspec.structs.replace(table(), budget=msgspec.structs.replace(table().budget, owner_alerts=1)))
    for name, keys in (("告知", ["name:甲"]), ("待发", ["name:乙"]), ("同组", ["name:甲"])):
        office.raise_(alert(name), keys)
    before = {name: office.stage(name) for name in ("告知", "待发", "同组")}
    assert before == {"告知": "told", "待发": "queued", "同组": "grouped"}
    office.raise_(alert("系统", kind="systemic", level=4), reach=("name:甲", "name:乙"))
    assert {office.stage(name) for name in before} == {"absorbed"}
    told = sum(len(card.told) for card in office.desk.state.cards.values())
    office.close("系统")
    assert {name: office.stage(name) for name in before} == before
    assert sum(len(card.told) for card in office.desk.state.cards.values()) == told


def test_an_alert_absorbed_at_once_is_told_when_it_returns() -> None:
    """It had not been told before."""
    office = Office()
    office.raise_(alert("系统", kind="systemic"), reach=("name:甲",))
    assert office.raise_(alert("成员"), ["name:甲"]) == "absorbed"
    assert office.close("系统", "true") == ["AlertReturned", "AlertReleased"]
    assert office.desk.card("成员").told[-1].cause == "returned"


def test_a_member_that_outgrows_its_absorber_returns_and_is_told() -> None:
    """It rose above it; up to its level it stays."""
    office, member = Office(), alert("成员", level=2, owner="街道")
    office.raise_(alert("系统", kind="systemic"), reach=("name:甲",))
    office.raise_(member, ["name:甲"])
    member.level, member.owner = 3, "县级包案领导"
    assert office.say(ESCALATED, member) == []
    member.level, member.owner = 4, "联席会议"
    assert office.say(ESCALATED, member) == ["AlertReturned", "AlertReleased"]


def test_groups_that_an_alert_connects_become_one() -> None:
    """The first head stays; whoever heard of one of them as grave is not told of the others."""
    office = Office()
    office.raise_(alert("一"), ["name:甲"])
    office.raise_(alert("二"), ["project:乙"], MORNING + timedelta(minutes=1))
    assert office.raise_(alert("三"), ["project:乙", "name:甲"], MORNING + timedelta(minutes=2)) == "grouped"
    assert {office.desk.card(one).group_id for one in "一二三"} == {"一"}
    assert office.raise_(alert("四", level=4, owner="联席会议"), ["name:甲"]) == "told"
    assert office.raise_(alert("五", owner="邻县领导"), ["name:甲"]) == "told"


def test_the_share_of_common_events_decides_for_counts() -> None:
    """A matter with most of its events in a count belongs with it; one with few, or of few events, does not."""
    office, ids = Office(), tuple("abcdefgh")
    office.raise_(alert("苗头", kind="emerging", level=2, owner="街道"), dispute_ids=ids, events=ids)
    for name, events, group in (
        ("多", tuple("abcxy"), "苗头"),
        ("少", tuple("abxyz"), "少"),
        ("单", ("a",), "单"),
    ):
        office.raise_(alert(name), events=events)
        assert office.desk.card(name).group_id == group


def test_when_the_head_is_closed_the_gravest_of_the_others_heads() -> None:
    """And is told when nobody open of the group was."""
    office = Office()
    office.raise_(alert("头"), ["name:甲"])
    office.raise_(alert("少"), ["name:甲"], people=5)
    office.raise_(alert("多"), ["name:甲"], people=50)
    office.close("头")
    assert {office.desk.card(one).group_id for one in ("少", "多")} == {"多"}
    assert (office.stage("多"), office.stage("少")) == ("told", "grouped")


def test_a_repeated_fact_changes_nothing() -> None:
    """Evidence said again, an escalation its owner has heard of."""
    office, one = Office(), alert("一")
    office.raise_(one, ["name:甲"])
    assert office.say("grown", one, Evidence(("name:甲",))) == []
    assert office.say(ESCALATED, one) == []


def test_the_budget_counts_neither_red_nor_digests_nor_other_owners() -> None:
    """Five to the owner; the sixth waits until the digest, which frees nothing and costs nothing."""
    office = Office()
    for number in range(4):
        assert office.raise_(alert(f"红{number}", level=4, owner="县级包案领导")) == "told"
    for number in range(5):
        assert office.raise_(alert(f"橙{number}")) == "told"
    assert office.raise_(alert("六")) == "queued"
    assert office.raise_(alert("邻县", owner="邻县领导", county="379002")) == "told"
    assert pass_time(office.desk, MORNING + timedelta(days=5, hours=22), office.table) == []
    (fact,) = pass_time(office.desk, MORNING + timedelta(days=5, hours=23), office.table)
    assert (fact.event.cause, fact.event.digest) == ("digest", "2026-03-09")
    assert pass_time(office.desk, MORNING + timedelta(days=9), office.table) == []
