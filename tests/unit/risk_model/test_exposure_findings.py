"""Findings about controlling groups and what is decided on them, as value tables and a short history."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from risk_model.exposure.deciding import decide_exposure
from risk_model.exposure.entities import Stated, Trouble
from risk_model.exposure.findings import findings
from risk_model.exposure.graph import ExposureGraph
from risk_model.folding import record
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import (
    AlertClosed,
    AlertEscalated,
    AlertRaised,
    AlertReopened,
    DomainEvent,
    ExposureFound,
    PlanDrafted,
    decode_event,
    encode_event,
)
from tests.disputes import rules
from tests.exposures import DAY, fate_of, firm, graph_of, person, site, stated, trouble

A, B, C, D = firm("a", "甲置业"), firm("b", "乙商贸"), firm("c", "丙建工"), firm("d", "丁集团")
BUST = trouble(A, "court.bankruptcy_accepted", "bust")


def _hit(end: Any) -> list[Trouble]:
    kinds = ("court.preservation", "court.enforcement_terminated", "gov.tax_fee_arrears")
    return [trouble(end, kind, f"{end.code}{number}") for number, kind in enumerate(kinds)]


def _crowd(dispute: str, people: int, source: str, **more: Any) -> Trouble:
    return trouble(A, "gov.petition", dispute, category="非法集资", people=people, source=source, **more)


CHAIN = [BUST, stated("guarantee", B, A, "r1"), stated("owner", B, C, "r2"), *_hit(B), *_hit(C)]


def test_the_path_is_the_reason() -> None:
    """Contagion names the failing entity, the way and what is known of those reached, with the disputes of every step."""
    (found,) = findings(fate_of(CHAIN))
    assert (found.kind, found.anchor, found.size, found.level, found.name) == (
        "contagion",
        "enterprise:a",
        2,
        3,
        "甲置业",
    )
    assert [path.text for path in found.paths] == ["甲置业 ←担保— 乙商贸", "甲置业 ←担保— 乙商贸 —控股→ 丙建工"]
    first, second = found.paths[1].steps
    assert (first.kind, first.start, first.end, first.dispute_ids) == (
        "guarantee",
        "enterprise:b",
        "enterprise:a",
        ("r1",),
    )
    assert (second.kind, second.start, second.end, second.dispute_ids) == (
        "owner",
        "enterprise:b",
        "enterprise:c",
        ("r2",),
    )
    assert found.reasons[0].text == (
        "甲置业已破产受理，沿“甲置业 ←担保— 乙商贸”等关系波及乙商贸、丙建工（乙商贸：保全、终本、欠税欠费）"
    )
    assert {"bust", "r1", "r2", "b0", "c2"} <= set(found.dispute_ids)
    assert set(found.entities) == {f"{kind}:{name}" for kind, names in (("enterprise", "abc"), ("name", ("甲置业", "乙商贸", "丙建工"))) for name in names}  # fmt: skip


# what is known, kinds of finding with their size and level
FOUND: list[tuple[str, list[Stated | Trouble], list[tuple[str, int, int]]]] = [
    ("nothing", [], []),
    ("a bankruptcy alone", [BUST], []),
    ("with harmless relations", [BUST, stated("guarantee", B, A), stated("supplier", C, A), stated("owner", D, A)], []),
    ("with one that is hit", [BUST, stated("guarantee", B, A), *_hit(B)], []),
    ("with two", [BUST, stated("guarantee", B, A), stated("guarantee", C, A), *_hit(B), *_hit(C)], [("contagion", 2, 3)]),
    ("two in distress without failing", [stated("guarantee", B, C), *_hit(B), *_hit(C)], []),
    ("grave with four", [BUST, *(stated("guarantee", firm(f"x{n}"), A) for n in range(4)), *(e for n in range(4) for e in _hit(firm(f"x{n}")))], [("contagion", 4, 4)]),
    ("150 investors, two offices", [_crowd("1", 160, "/a"), _crowd("2", 80, "/b")], [("creditors", 150, 3)]),
    ("one office only", [_crowd("1", 160, "/a"), _crowd("2", 160, "/a")], []),
    ("another office knows of few", [_crowd("1", 1600, "/a"), _crowd("2", 70, "/b")], []),
    ("a slip of the pen", [_crowd("1", 1600, "/a"), _crowd("2", 100, "/b")], [("creditors", 150, 3)]),
    ("reports are not added up", [_crowd(str(n), 60, f"/{n}") for n in range(9)], []),
    ("other troubles have no creditors", [trouble(A, "gov.petition", str(n), category="征地拆迁", people=300, source=f"/{n}") for n in range(3)], []),
    ("claimants that can be told apart", [_crowd(str(n), 0, "/a", claimants=(f"p{n}",)) for n in range(150)], [("creditors", 150, 3)]),
    ("500", [_crowd("1", 600, "/a"), _crowd("2", 500, "/b")], [("creditors", 500, 4)]),
    ("the same people of two companies", [stated("owner", A, B), _crowd("1", 160, "/a"), trouble(B, "gov.petition", "2", category="非法集资", people=160, source="/b")], [("creditors", 150, 3)]),
]  # fmt: skip


@pytest.mark.parametrize(("items", "expected"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND])
def test_what_is_found(items: list[Stated | Trouble], expected: list[tuple[str, int, int]]) -> None:
    """Kind, size and level of each finding, by the shipped policy."""
    assert [(found.kind, found.size, found.level) for found in findings(fate_of(items))] == expected


def _sector(end: Any, category: str, n: int = 3, level: int = 2) -> list[Trouble]:
    return [trouble(end, "gov.petition", f"{end.code}{category}{k}", category=category, level=level) for k in range(n)]


# troubles beside a bankruptcy, sectors found
SECTORS: list[tuple[str, list[Stated | Trouble], tuple[str, ...]]] = [
    ("three sectors", [*_sector(A, "劳动争议"), *_sector(A, "问题楼盘"), *_sector(A, "金融借贷")], ("工资", "购房", "金融")),
    ("two", [*_sector(A, "劳动争议"), *_sector(A, "问题楼盘")], ()),
    ("too few events", [*_sector(A, "劳动争议"), *_sector(A, "问题楼盘"), *_sector(A, "金融借贷", 2)], ()),
    ("too slight", [*_sector(A, "劳动争议"), *_sector(A, "问题楼盘"), *_sector(A, "金融借贷", level=1)], ()),
    ("of a group", [stated("owner", D, A), stated("owner", D, B), *_sector(A, "劳动争议"), *_sector(B, "问题楼盘"), *_sector(D, "金融借贷")], ("工资", "购房", "金融")),
    ("through one person", [stated("owner", person("p"), A), stated("owner", person("p"), B), *_sector(A, "劳动争议"), *_sector(B, "问题楼盘"), *_sector(B, "金融借贷")], ("工资", "购房", "金融")),
    ("of a project too", [*_sector(A, "劳动争议"), *_sector(site("9"), "问题楼盘"), *_sector(A, "金融借贷"), trouble(A, "gov.escrow_anomaly", "e", project=site("9"))], ("工资", "购房", "金融")),
    ("of a guarantor they are its own", [stated("guarantee", B, A), *_sector(A, "劳动争议"), *_sector(B, "问题楼盘"), *_sector(A, "金融借贷")], ()),
]  # fmt: skip


@pytest.mark.parametrize(("items", "sectors"), [case[1:] for case in SECTORS], ids=[case[0] for case in SECTORS])
def test_sectors(items: list[Stated | Trouble], sectors: tuple[str, ...]) -> None:
    """Sectors hit by a failing entity and those under the same control; none without a failing one among them."""
    found = [one.sectors for one in findings(fate_of([BUST, *items])) if one.kind == "sectors"]
    assert found == ([sectors] if sectors else [])
    assert not [one for one in findings(fate_of(items)) if one.kind == "sectors"]


class History:
    """Days of a city, decided one after another."""

    def __init__(self, given: Rules) -> None:
        self.state, self.graph, self.rules, self.day = State(), ExposureGraph(), given, DAY

    def close(self, *items: Stated | Trouble) -> list[DomainEvent]:
        """Events of the next day, on which these became known."""
        touched: set[int] = set()
        for item in items:
            touched.update(self.graph.state(item) if isinstance(item, Stated) else self.graph.hear(item))
        self.day += 1
        recorded = decide_exposure(self.state, self.graph, touched, date.fromordinal(self.day), self.rules)
        return [item.event for item in recorded]


def test_a_group_has_one_alert_that_grows() -> None:
    """Raised with a plan, silent while nothing grows, escalated by a second kind, joined by what was reached."""
    city = History(rules())
    assert city.close(*CHAIN[:-3]) == []
    raised, found, plan = city.close(*_hit(C))
    assert isinstance(raised, AlertRaised)
    assert (raised.kind, raised.level, raised.title) == ("systemic", 3, "甲置业及所波及 2 个主体系统性风险")
    assert isinstance(found, ExposureFound)
    assert (found.kind, found.size, found.alert_id) == ("contagion", 2, raised.alert_id)
    assert isinstance(plan, PlanDrafted)
    assert any("乙商贸" in text for text in plan.findings)
    assert city.close(trouble(C, "gov.hotline_ticket", "t")) == []
    more, escalated, redrafted = city.close(_crowd("1", 160, "/a"), _crowd("2", 160, "/b"))
    assert isinstance(more, ExposureFound)
    assert (more.kind, more.alert_id) == ("creditors", raised.alert_id)
    assert isinstance(escalated, AlertEscalated)
    assert (escalated.level_before, escalated.level_after) == (3, 4)
    assert isinstance(redrafted, PlanDrafted)
    assert city.close(_crowd("3", 160, "/c")) == []
    closed = AlertClosed(raised.alert_id, "false_alarm", "王某", datetime(2026, 3, 1, tzinfo=UTC), "误报")
    record(city.state, f"alert-{raised.alert_id}", closed)
    grown = city.close(stated("guarantee", D, A), *_hit(D))
    assert [type(event) for event in grown][:2] == [ExposureFound, AlertReopened]
    assert isinstance(grown[0], ExposureFound)
    assert (grown[0].finding_id, grown[0].size) == (found.finding_id, 3)
    assert city.state.alerts[raised.alert_id].reasons[0].code == "exposure.contagion"
    assert all(decode_event(encode_event(event)) == event for event in (raised, found, more, *grown))


def test_findings_of_groups_that_merge_keep_the_older_name() -> None:
    """A finding is continued under its id when its group grows, whatever the smallest key is then."""
    city = History(rules())
    events = city.close(
        trouble(B, "gov.petition", "1", category="非法集资", people=160, source="/a"),
        trouble(B, "gov.petition", "2", category="非法集资", people=160, source="/b"),
    )
    (first,) = [event for event in events if isinstance(event, ExposureFound)]
    assert city.close(stated("owner", A, B)) == []
    events = city.close(_crowd("3", 600, "/a"), _crowd("4", 600, "/b"))
    (grown,) = [event for event in events if isinstance(event, ExposureFound)]
    assert (grown.finding_id, grown.alert_id, grown.size) == (first.finding_id, first.alert_id, 500)


def test_a_name_that_turns_out_to_be_a_code_is_the_same_finding() -> None:
    """A group known by name alone is the one known by its code later."""
    city = History(rules())
    nameless = firm("", "甲置业")
    events = city.close(
        trouble(nameless, "gov.petition", "1", category="非法集资", people=160, source="/a"),
        trouble(nameless, "gov.petition", "2", category="非法集资", people=160, source="/b"),
    )
    (first,) = [event for event in events if isinstance(event, ExposureFound)]
    events = city.close(_crowd("3", 600, "/a"), _crowd("4", 600, "/b"))
    (grown,) = [event for event in events if isinstance(event, ExposureFound)]
    assert (grown.finding_id, set(grown.group)) == (first.finding_id, {"name:甲置业", "enterprise:a"})


def test_thresholds_are_policy() -> None:
    """A city that wants to see a single guarantor sets so."""
    given = rules()
    systemic = msgspec.structs.replace(given.policy.systemic, min_reached=1, level="yellow")
    touchy = given._replace(policy=msgspec.structs.replace(given.policy, systemic=systemic))
    city = History(touchy)
    raised, found, *_ = city.close(BUST, stated("guarantee", B, A), *_hit(B))
    assert isinstance(raised, AlertRaised)
    assert isinstance(found, ExposureFound)
    assert (raised.level, found.size) == (2, 1)
    assert History(given).close(BUST, stated("guarantee", B, A), *_hit(B)) == []
    assert len(graph_of([BUST])) == 2
