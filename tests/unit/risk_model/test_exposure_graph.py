"""The exposure graph: identities, links, distress, control and how trouble spreads, as value tables."""

import pytest

from risk_model.exposure.entities import End, Stated, Trouble
from risk_model.exposure.spreading import controlled, near, reached
from risk_model.exposure.statements import stated_relations
from risk_model.exposure.statements import trouble as told
from schemas.assessed import AssessedParty, AssessedRelation, Project, RelatedEnd
from tests.disputes import assessed
from tests.exposures import COUNTY, DAY, fate_of, firm, graph_of, person, site, stated, trouble

A, B, C, D = (firm(code) for code in "abcd")


# ends as named in three events, keys that stand for one another
NAMES: list[tuple[str, list[End], list[str]]] = [
    ("code alone", [firm("a")], ["enterprise:a"]),
    ("a name belongs to its code", [firm("", "甲公司"), firm("a", "甲公司")], ["enterprise:a"]),
    ("in any order", [firm("a", "甲公司"), firm("", "甲 公司")], ["enterprise:a"]),
    ("two names, one code", [firm("a", "甲公司"), firm("a", "甲集团"), firm("", "甲集团")], ["enterprise:a"]),
    (
        "a name of two codes stands for itself",
        [firm("a", "甲公司"), firm("b", "甲公司"), firm("", "甲公司")],
        ["enterprise:a", "enterprise:b", "name:甲公司"],
    ),
    ("no name names nobody", [firm("a", "不详"), firm("b", "不详")], ["enterprise:a", "enterprise:b"]),
    ("projects are told apart by county", [site("", "云湖", "1"), site("", "云湖", "2")], ["site:1:云湖", "site:2:云湖"]),
    ("and known by number or name", [site("9", "云湖"), site("", "云湖")], [f"project:{COUNTY}:9"]),
]  # fmt: skip


@pytest.mark.parametrize(("ends", "keys"), [case[1:] for case in NAMES], ids=[case[0] for case in NAMES])
def test_who_is_who(ends: list[End], keys: list[str]) -> None:
    """Names and codes stand for one another where that is certain."""
    graph = graph_of(trouble(end, "gov.petition", str(number)) for number, end in enumerate(ends))
    stand = {graph.node(number) for number in range(len(graph))}
    assert sorted(graph.keys[node] for node in stand) == keys
    assert sum(len(list(graph.events(node))) for node in stand) == len(ends)


def test_the_longest_name_is_shown() -> None:
    """Whatever order the names came in."""
    items = [trouble(firm("a", name), "gov.petition", name) for name in ("甲", "云州甲置业有限公司", "甲公司")]
    for order in (items, items[::-1]):
        graph = graph_of(order)
        assert graph.name(graph.find("enterprise:a") or 0) == "云州甲置业有限公司"


def test_a_link_remembers_when_and_who_said_so() -> None:
    """First and last day, the largest amount, every dispute; stating it again touches nothing."""
    first, later = stated("guarantee", A, B, "r1", DAY - 9, 500), stated("guarantee", A, B, "r2", DAY, 300)
    graph = graph_of([later, first])
    (step,) = graph.steps(graph.find("enterprise:a") or 0, 0)
    assert (step.kind, step.forward, step.link.first, step.link.last) == ("guarantee", True, DAY - 9, DAY)
    assert (step.link.amount_fen, step.link.dispute_ids) == (500, {"r1", "r2"})
    assert graph.state(first) == ()
    assert graph.state(stated("owner", A, A)) == ()
    assert graph.state(stated("owner", A, firm("a", "甲公司"))) != ()  # no relation, but a name
    assert not graph.steps(graph.find("enterprise:a") or 0, DAY + 1)


def test_links_of_a_name_and_its_code_are_one() -> None:
    """Stated of the code once and of the name once: one step, with both disputes."""
    named = firm("", "甲公司")
    items = [stated("guarantee", B, A, "r1"), stated("guarantee", B, named, "r2"), trouble(firm("a", "甲公司"), "gov.petition", "t")]  # fmt: skip
    for order in (items, items[::-1]):
        graph = graph_of(order)
        (step,) = graph.steps(graph.find("enterprise:b") or 0, 0)
        assert step.link.dispute_ids == {"r1", "r2"}


# troubles of one entity, its distress by the shipped policy
DISTRESS: list[tuple[str, list[str], float]] = [
    ("nothing", [], 0.0),
    ("petitions are no distress", ["gov.petition", "gov.hotline_ticket"], 0.0),
    ("bankruptcy", ["court.bankruptcy_accepted"], 1.0),
    ("stalled and escrow", ["gov.project_stalled", "gov.escrow_anomaly"], 0.9),
    ("two stalls count once", ["gov.project_stalled"] * 2, 0.5),
    ("terminations count twice at most", ["court.enforcement_terminated"] * 5, 0.6),
    ("wage leads and arbitration are one signal", ["gov.wage_arrears_lead", "gov.labor_arbitration"] * 2, 0.4),
    ("preservations", ["court.preservation"] * 4, 0.3),
]


@pytest.mark.parametrize(("kinds", "score"), [case[1:] for case in DISTRESS], ids=[case[0] for case in DISTRESS])
def test_distress(kinds: list[str], score: float) -> None:
    """Sum of the signals' weights, each as often as the policy counts it; old events count for nothing."""
    recent = [trouble(A, kind, f"{number}") for number, kind in enumerate(kinds)]
    old = [trouble(A, "court.bankruptcy_accepted", "old", day=DAY - 365)]
    fate = fate_of([*recent, *old, trouble(B, "gov.petition", "b")])
    assert fate.distress(fate.graph.find("enterprise:a") or 0) == pytest.approx(score)


BUST = trouble(A, "court.bankruptcy_accepted", "bust")


def _hit(end: End) -> list[Trouble]:
    return [trouble(end, kind, f"{end.code}{kind}") for kind in ("court.preservation", "court.enforcement_terminated", "gov.tax_fee_arrears")]  # fmt: skip


# relations, who is in distress, codes that A's failure reaches with the relations on the way
REACHED: list[tuple[str, list[Stated], list[End], dict[str, list[str]]]] = [
    ("guarantor", [stated("guarantee", B, A)], [B], {"b": ["guarantee"]}),
    ("guaranteed", [stated("guarantee", A, B)], [B], {"b": ["guarantee"]}),
    ("unhit neighbours are not reached", [stated("guarantee", B, A)], [], {}),
    ("supplier of a failing buyer", [stated("supplier", B, A)], [B], {"b": ["supplier"]}),
    ("buyer of a failing supplier is not", [stated("supplier", A, B)], [B], {}),
    ("two steps", [stated("guarantee", B, A), stated("owner", B, C)], [C], {"c": ["guarantee", "owner"]}),
    ("not three", [stated("guarantee", B, A), stated("owner", B, C), stated("owner", C, D)], [D], {}),
    ("through a person", [stated("owner", person("p"), A), stated("owner", person("p"), B)], [B], {"b": ["owner"] * 2}),
    ("the shorter way", [stated("guarantee", B, A), stated("owner", B, C), stated("supplier", C, A)], [C], {"c": ["supplier"]}),
    ("very large amounts", [stated("guarantee", B, A, amount_fen=5_000_000_000)], [], {"b": ["guarantee"]}),
    ("large amounts further on", [stated("guarantee", B, A), stated("guarantee", C, B, amount_fen=5_000_000_000)], [], {}),
    ("old relations are forgotten", [stated("guarantee", B, A, day=DAY - 1096)], [B], {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("relations", "hit", "found"), [case[1:] for case in REACHED], ids=[case[0] for case in REACHED]
)
def test_who_is_reached(relations: list[Stated], hit: list[End], found: dict[str, list[str]]) -> None:
    """Distressed or owed very much, within the policy's steps, along relations in the direction trouble runs."""
    fate = fate_of([BUST, *relations, *(event for end in hit for event in _hit(end))])
    got = reached(fate, fate.graph.find("enterprise:a") or 0)
    keys = [fate.graph.keys[one.node] for one in got]
    assert keys == [f"enterprise:{code}" for code in found]
    assert [[step.kind for _, step in one.path] for one in got] == list(found.values())


def test_a_developer_and_its_project_are_one_trouble() -> None:
    """Neither the project nor another name of the developer is reached; its contractor is."""
    tower = site("9", "云湖")
    items = [
        trouble(A, "gov.project_stalled", "s1", project=tower),
        trouble(A, "gov.escrow_anomaly", "s2", project=tower),
        trouble(firm("", "甲公司"), "gov.project_stalled", "s3", project=tower),
        stated("contractor", B, tower),
        *_hit(B),
    ]
    fate = fate_of(items)
    assert [fate.graph.keys[one.node] for one in reached(fate, fate.graph.find("enterprise:a") or 0)] == ["enterprise:b"]  # fmt: skip


def test_hubs_pass_nothing_on() -> None:
    """A bank that guarantees everybody is reached but not passed through."""
    items = [BUST, *(stated("guarantee", B, firm(f"x{n}")) for n in range(3)), stated("guarantee", B, A), *_hit(firm("x1"))]  # fmt: skip
    for most, found in ((4, ["enterprise:x1"]), (3, [])):
        fate = fate_of(items, hub_links=most)
        source = fate.graph.find("enterprise:a") or 0
        assert [fate.graph.keys[one.node] for one in reached(fate, source)] == found
        assert len(near(fate, frozenset({source}))) == (5 if most == 4 else 2)


# owner relations, group of A
CONTROL: list[tuple[str, list[Stated], list[str]]] = [
    ("alone", [], ["a"]),
    ("sisters", [stated("owner", D, A), stated("owner", D, B)], ["a", "b", "d"]),
    ("chain", [stated("owner", A, B), stated("owner", B, C)], ["a", "b", "c"]),
    ("guarantees are no control", [stated("guarantee", B, A)], ["a"]),
    ("owners of very many make no group", [stated("owner", D, firm(f"x{n}")) for n in range(41)] + [stated("owner", D, A)], ["a", "d"]),
]  # fmt: skip


@pytest.mark.parametrize(("relations", "codes"), [case[1:] for case in CONTROL], ids=[case[0] for case in CONTROL])
def test_controlling_group(relations: list[Stated], codes: list[str]) -> None:
    """The closure over owners."""
    fate = fate_of([BUST, *relations])
    group = controlled(fate, fate.graph.find("enterprise:a") or 0)
    assert [fate.graph.keys[node] for node in group] == [f"enterprise:{code}" for code in codes]


def test_what_an_event_tells() -> None:
    """Subject, project and claimants of an event; relations between ends that can be told from others."""
    record = assessed(
        1,
        kind="gov.project_stalled",
        category="问题楼盘",
        people=30,
        parties=(
            AssessedParty("claimant", "person", "王某", "p"),
            AssessedParty("respondent", "enterprise", "甲公司", "a"),
        ),
        project=None,
        relations=(
            AssessedRelation("owner", RelatedEnd("person", None, "p"), RelatedEnd("enterprise", "甲公司", "a"), 7),
            AssessedRelation("owner", RelatedEnd("person"), RelatedEnd("enterprise", "甲公司", "a")),
        ),
    )
    (relation,) = stated_relations(record, DAY)
    assert (relation.start.code_key, relation.end.code_key, relation.amount_fen) == ("person:p", "enterprise:a", 7)
    event = told(record, DAY)
    assert event is not None
    assert (event.about, event.project, event.people, event.claimants) == (firm("a", "甲公司"), None, 30, ("p",))
    named = told(assessed(2, kind="gov.petition", project="云湖"), DAY)
    assert named is not None
    assert (named.about, named.project) == (site("", "云湖"), site("", "云湖"))
    assert told(assessed(3, kind="gov.petition"), DAY) is None
    assert Project(None, "云湖") == assessed(2, project="云湖").project
