"""Closing days of the city: a cluster begins as one warning, is revised, grows, ends, comes back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from risk_model.folding import record
from risk_model.state import State
from risk_model.surveillance.regional.city import decide_city_day, open_clusters
from risk_model.surveillance.regional.cluster import Cluster
from risk_model.surveillance.regional.clusters import ANYWHERE
from schemas.domain_events import (
    AlertClosed,
    AlertEscalated,
    AlertRaised,
    AlertReopened,
    ClockTicked,
    DomainEvent,
    PlanDrafted,
    TrendCleared,
    TrendDetected,
    TrendRevised,
)
from schemas.levels import Level
from tests.disputes import rules

DAY = date(2026, 1, 31)
TOWNS = ("379001001", "379001002", "379001003")
CLUSTER = Cluster(
    "劳动争议", TOWNS, DAY - timedelta(days=6), DAY, (12, 9, 7), (2.0, 1.5, 1.0), 20.0, 1e-6, 21_739.1, ANYWHERE
)


class City:
    """A city whose days are closed one by one."""

    def __init__(self) -> None:
        self.state = State()
        self.day = DAY

    def close(self, *found: Cluster, lasting: Cluster | None = None, ids: tuple[str, ...] = ()) -> list[DomainEvent]:
        """Events of the next day, without its tick; clusters are moved to it."""
        day, self.day = self.day, self.day + timedelta(days=1)
        moved = [replace(c, first=day - (c.last - c.first), last=day) for c in found]
        followed = (
            {trend.trend_id: replace(lasting, last=day) for trend in open_clusters(self.state)} if lasting else {}
        )
        recorded = decide_city_day(self.state, day, moved, followed, dict.fromkeys(moved, ids), rules())
        assert recorded[0].event == ClockTicked("city", day + timedelta(days=1))
        return [item.event for item in recorded[1:]]


def quiet(cluster: Cluster = CLUSTER) -> Cluster:
    """The cluster with usual counts."""
    return replace(cluster, counts=(2, 1, 1), upper=9.0, p_value=0.6, recurrence_days=1.7)


def test_a_cluster_is_one_warning_with_its_reasons_and_a_plan() -> None:
    """Regions, window, observed and expected, how often by chance, events; owner is the county's leader."""
    ids = tuple(f"d{n}" for n in range(300))
    alert, trend, plan = City().close(CLUSTER, ids=ids)
    assert isinstance(alert, AlertRaised) and isinstance(trend, TrendDetected) and isinstance(plan, PlanDrafted)
    assert (alert.kind, alert.level, alert.region, alert.day) == ("regional", Level.ORANGE, TOWNS[0], DAY)
    assert alert.title == "云中区3个乡镇（街道）劳动争议聚集"
    assert alert.owner == "云中区县级包案领导"
    figures, places, events = (reason.text for reason in alert.reasons)
    assert figures.startswith(
        "2026-01-25 至 2026-01-31 的 7 天，3 个乡镇（街道）劳动争议 28 件；按各地平常在全市所占的份额预计 4.5 件"
    )
    assert "约每 59.5 年一次" in figures
    assert (
        places == "云中区钟楼街道 12 件（平常 2.0）、云中区文昌街道 9 件（平常 1.5）、云中区河滨街道 7 件（平常 1.0）"
    )
    assert events == "涉及事件 300 件，列出最新 200 件"
    assert alert.dispute_ids == trend.dispute_ids == ids[100:]
    assert (trend.regions, trend.alert_id, trend.observed, trend.period_days) == (TOWNS, alert.alert_id, 28, 7)
    assert plan.playbooks == ("wages", "regional")
    assert "地点：云中区钟楼街道、云中区文昌街道、云中区河滨街道" in plan.facts
    assert plan.measures[0].lead == "云中区人力资源社会保障局"
    assert "所涉乡镇（街道）" in plan.measures[0].support


def test_a_cluster_over_counties_belongs_to_the_joint_conference() -> None:
    """Two counties: orange, theirs; as many as the policy says: red."""
    two = City().close(replace(CLUSTER, regions=("379001001", "379002001", "379001003")))[0]
    assert isinstance(two, AlertRaised)
    assert (two.level, two.owner) == (Level.ORANGE, "府院联席会议、市级包案领导")
    assert two.title == "云中区、青河县3个乡镇（街道）劳动争议聚集"
    wide = replace(CLUSTER, regions=tuple(f"37900{n}001" for n in range(1, 5)), counts=(9,) * 4, usual=(1.0,) * 4)
    four = City().close(wide)[0]
    assert isinstance(four, AlertRaised)
    assert four.level == Level.RED
    assert four.title == "云中区、青河县、临溪县等4个县（市、区）4个乡镇（街道）劳动争议聚集"


def test_later_days_revise_it_and_raise_nothing_new() -> None:
    """Once a week; at once when it grew; and red when it has come to four counties."""
    city = City()
    city.close(CLUSTER)
    assert [city.close(CLUSTER) for _ in range(6)] == [[]] * 6
    (weekly,) = city.close(CLUSTER)
    assert isinstance(weekly, TrendRevised) and weekly.why == "continued"
    wider = replace(CLUSTER, regions=(*TOWNS, "379002001"), counts=(12, 9, 7, 5), usual=(2.0, 1.5, 1.0, 1.0))
    (grown,) = city.close(wider)
    assert isinstance(grown, TrendRevised)
    assert (grown.why, grown.regions, grown.observed) == ("grew", (*TOWNS, "379002001"), 33)
    far = replace(wider, regions=(*TOWNS[:2], "379003001", "379004100"))
    revised, escalated, plan = city.close(far)
    assert isinstance(revised, TrendRevised) and isinstance(escalated, AlertEscalated) and isinstance(plan, PlanDrafted)
    assert (escalated.level_after, escalated.owner) == (Level.RED, "府院联席会议、市级包案领导")
    assert plan.playbooks == ("wages", "regional", "red")
    assert plan.measures[0].lead == "市人力资源社会保障局"
    assert len(open_clusters(city.state)) == 1


def test_a_closed_alert_is_opened_again_when_its_cluster_grows_or_comes_back() -> None:
    """Not while it merely goes on."""
    city = City()
    raised = city.close(CLUSTER)[0]
    assert isinstance(raised, AlertRaised)
    closed = AlertClosed(raised.alert_id, "false_alarm", "王某", datetime(2026, 3, 1, tzinfo=UTC), "误报")
    record(city.state, f"alert-{raised.alert_id}", closed)
    assert [type(event) for _ in range(7) for event in city.close(CLUSTER)] == [TrendRevised]
    wider = replace(CLUSTER, regions=(*TOWNS, "379002001"), counts=(12, 9, 7, 5), usual=(2.0, 1.5, 1.0, 1.0))
    _, reopened = city.close(wider)
    assert isinstance(reopened, AlertReopened) and reopened.reason == "办结之后聚集范围扩大"
    assert city.state.alerts[raised.alert_id].status == "raised"
    record(city.state, f"alert-{raised.alert_id}", closed)
    while open_clusters(city.state):
        city.close(lasting=quiet())
    _, reopened = city.close(wider)
    assert isinstance(reopened, AlertReopened) and reopened.reason == "办结之后聚集回落又起"


def test_it_ends_when_its_counts_are_usual_for_some_days_and_comes_back_as_the_same() -> None:
    """Not found again but still above its bound is not over."""
    city = City()
    _, begun, _ = city.close(CLUSTER)
    assert isinstance(begun, TrendDetected)
    for _ in range(10):
        city.close(lasting=replace(CLUSTER, upper=9.0))
    assert len(open_clusters(city.state)) == 1
    events = [event for _ in range(8) for event in city.close(lasting=quiet())]
    (cleared,) = events
    assert isinstance(cleared, TrendCleared)
    assert cleared.trend_id == begun.trend_id
    assert "4 件，按平常的份额预计 4.5 件" in cleared.reason.text
    assert not open_clusters(city.state)
    (again,) = city.close(CLUSTER)
    assert isinstance(again, TrendRevised) and again.trend_id == begun.trend_id
    for _ in range(7):
        city.close(lasting=quiet())
    for _ in range(8):
        city.close()
    assert isinstance(city.close(CLUSTER)[0], AlertRaised)


def test_another_category_or_other_townships_are_another_cluster() -> None:
    """One warning is one cause in one place."""
    city = City()
    city.close(CLUSTER)
    other = replace(CLUSTER, regions=("379006001", "379006002", "379006003"))
    assert isinstance(city.close(CLUSTER, other)[0], AlertRaised)
    assert isinstance(city.close(CLUSTER, other, replace(CLUSTER, category="物业"))[0], AlertRaised)
    assert len(open_clusters(city.state)) == 3
