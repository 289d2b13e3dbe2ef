"""Laws of the exposure graph: order and repeats do not matter, a day at a time is as good as all at once, nothing is taken back."""

from datetime import date

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_model.exposure.deciding import decide_exposure
from risk_model.exposure.distress import Fate
from risk_model.exposure.entities import End, Stated, Trouble
from risk_model.exposure.findings import Finding, findings
from risk_model.exposure.graph import ExposureGraph
from risk_model.state import State
from schemas.domain_events import DomainEvent, ExposureFound
from tests.disputes import rules
from tests.exposures import DAY, firm, graph_of, person, site, stated, table, trouble

Item = Stated | Trouble

some = settings(max_examples=150, deadline=None)
CODES = "abcdef"
TOUCHY = table(min_reached=1, min_sectors=2, min_sector_events=1, creditor_marks=(10, 30), hub_links=4, most_owned=3)
COMMON = ["court.bankruptcy_petition", "court.preservation", "court.enforcement_terminated", "gov.project_stalled", "gov.petition"]  # fmt: skip


@st.composite
def ends(draw: st.DrawFn) -> End:
    """One of a few enterprises, projects and persons, by code, by name or both; names may be shared."""
    code = draw(st.sampled_from(CODES))
    if draw(st.booleans()):
        name = draw(st.sampled_from(["甲公司", "乙公司", f"{code}公司"]))
        return firm(draw(st.sampled_from(["", code])), name)
    return draw(st.sampled_from([firm(code), firm(code), firm(code), site(code), person(code)]))


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    """Relations and troubles of a small world."""
    made: list[Item] = []
    for number in range(draw(st.integers(0, 30))):
        end, day = draw(ends()), DAY - draw(st.sampled_from([0, 1, 30, 364, 365, 400]))
        if draw(st.booleans()):
            kind = draw(st.sampled_from(["guarantee", "supplier", "owner", "contractor"]))
            amount = draw(st.sampled_from([0, 0, 5_000_000_000]))
            made.append(stated(kind, end, draw(ends()), f"r{number}", day, amount))
        elif end.kind != "person":
            made.append(
                trouble(
                    end,
                    draw(st.sampled_from(COMMON)),
                    f"t{number}",
                    category=draw(st.sampled_from(["劳动争议", "问题楼盘", "金融借贷", "其他"])),
                    people=draw(st.sampled_from([0, 8, 20, 40])),
                    source=draw(st.sampled_from(["/a", "/b", "/c"])),
                    project=draw(st.sampled_from([None, None, site("q")])),
                    day=day,
                )
            )
    return made


def _found(made: list[Item]) -> list[Finding]:
    return findings(Fate(graph_of(made), DAY, TOUCHY))


@some
@given(items(), st.randoms(use_true_random=False))
def test_order_does_not_matter(made: list[Item], rng) -> None:  # type: ignore[no-untyped-def]  # random.Random
    """The same things known in another order lead to the same findings, word for word."""
    shuffled = list(made)
    rng.shuffle(shuffled)
    assert _found(shuffled) == _found(made)


@some
@given(items())
def test_what_is_known_touches_nothing(made: list[Item]) -> None:
    """Everything once more changes nothing, and says so."""
    graph = graph_of(made)
    for item in made:
        assert (graph.state(item) if isinstance(item, Stated) else graph.hear(item)) == ()
    assert findings(Fate(graph, DAY, TOUCHY)) == _found(made)


def _decided(days: list[list[Item]], *, all_of_it: bool) -> list[DomainEvent]:
    """Events of days, each judged by what is new on it or wholly."""
    given_rules = rules()
    touchy = given_rules._replace(policy=msgspec.structs.replace(given_rules.policy, systemic=TOUCHY))
    state, graph, events = State(), ExposureGraph(), list[DomainEvent]()
    for number, known in enumerate(days):
        touched: set[int] = set()
        for item in known:
            touched.update(graph.state(item) if isinstance(item, Stated) else graph.hear(item))
        day = date.fromordinal(DAY + number)
        decided = decide_exposure(state, graph, None if all_of_it else touched, day, touchy)
        events += [recorded.event for recorded in decided]
    return events


@some
@given(items(), st.integers(1, 6))
def test_the_touched_are_enough(made: list[Item], size: int) -> None:
    """Judging what a day has touched finds what judging everything finds."""
    days = [made[start : start + size] for start in range(0, len(made), size)]
    assert _decided(days, all_of_it=False) == _decided(days, all_of_it=True)


@some
@given(items(), st.integers(1, 6))
def test_findings_only_grow(made: list[Item], size: int) -> None:
    """A finding's level, size, entities and sectors never shrink, and its id and kind stay."""
    days = [made[start : start + size] for start in range(0, len(made), size)]
    last: dict[str, ExposureFound] = {}
    for event in _decided(days, all_of_it=False):
        if isinstance(event, ExposureFound):
            before = last.get(event.finding_id)
            if before is not None:
                assert before.kind == event.kind
                assert before.level <= event.level
                assert before.size <= event.size
                assert set(before.entities) <= set(event.entities)
                assert set(before.sectors) <= set(event.sectors)
                assert (before.level, before.size, before.sectors) != (event.level, event.size, event.sectors)
            last[event.finding_id] = event
