"""Laws of names on the stream: cuts, repeats and interleavings do not matter, and the log alone rebuilds everything."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.store.rebuild import rebuild
from infra.surveying import Surveyor
from infra.watching import Watch
from risk_model.local_time import local_day
from schemas.assessed import Assessed
from schemas.identifiers import dispute_id
from tests.disputes import NOW, REJECTED_TOPIC, incoming, rules
from tests.naming import named
from tests.stores import Template, content, cut, facts, fill

few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

COUNTIES = ("379001", "379002")
FIRMS = (
    None,
    "云州市恒盛建筑工程有限责任公司",
    "恒盛建工",
    "恒盛公司",
    "恒盛物业服务有限公司",
    "云州市鑫隆置业有限公司",
    "鑫隆置业",
)
SITES = (None, None, "鑫信隆之花园", "鑫信隆花园小区", "鑫信隆花园二期", "锦溪华庭", "锦溪大华庭苑")
TEXTS = ("", "在恒盛建筑干活拖着工钱不给", "鑫信隆花园停工了")


@st.composite
def disputes(draw: st.DrawFn, number: int, county: str) -> Assessed:
    """One record of a small world that writes a few names in several ways."""
    firm = draw(st.sampled_from(FIRMS))
    source = f"/gov/{county}/{draw(st.integers(1, 2))}"
    return named(
        number,
        source=source,
        county=county,
        township=f"{county}001",
        at=NOW - timedelta(days=9 - draw(st.integers(0, 8)), minutes=number),
        level=draw(st.sampled_from([1, 1, 2, 3])),
        category=draw(st.sampled_from(["劳动争议", "问题楼盘"])),
        enterprise=firm,
        token=draw(st.sampled_from([None, None, "t1", "t2"])) if firm else None,
        project=draw(st.sampled_from(SITES)),
        narrative=draw(st.sampled_from(TEXTS)),
        people=draw(st.sampled_from([None, 30])),
        amount_fen=draw(st.sampled_from([None, 11_360_000])),
        case_number=draw(st.sampled_from([None, None, "（2026）云9001民初1号"])),
        dispute_id=dispute_id(source, f"{county}-{number}"),
        source_event_id=f"{county}-{number}",
    )


@st.composite
def county_streams(draw: st.DrawFn) -> dict[str, list[Assessed]]:
    """A stream for each county, in its own order."""
    return {county: [draw(disputes(n, county)) for n in range(draw(st.integers(2, 9)))] for county in COUNTIES}


def merged(streams: dict[str, list[Assessed]], turns: list[int]) -> list[Assessed]:
    """One stream that keeps each county's order."""
    waiting = [list(stream) for stream in streams.values()]
    result = []
    for turn in turns:
        alive = [stream for stream in waiting if stream]
        if alive:
            result.append(alive[turn % len(alive)].pop(0))
    return result + [record for stream in waiting for record in stream]


turns = st.lists(st.integers(0, 1), min_size=18, max_size=18)
sizes = st.lists(st.integers(1, 7), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Empty stores by copy."""
    return Template(tmp_path_factory.mktemp("stores"))


@few
@given(county_streams(), turns, turns, sizes)
def test_cuts_and_interleavings_do_not_matter(
    template: Template, streams: dict[str, list[Assessed]], one: list[int], other: list[int], cuts: list[int]
) -> None:
    """The same log however it was cut; the same matters, names and levels however the counties raced; a repeat changes nothing."""
    first, second, third = template.store(), template.store(), template.store()
    records = incoming(merged(streams, one))
    fill(first, rules(), [records])
    fill(second, rules(), [*cut(records, cuts), records[:3]])
    assert content(first) == content(second)
    fill(third, rules(), cut(incoming(merged(streams, other)), cuts))
    assert content(first).content == content(third).content
    assert _learnt(first) == _learnt(third)


@few
@given(county_streams(), turns)
def test_the_city_is_closed_alike_and_a_rebuild_equals_live(
    template: Template, streams: dict[str, list[Assessed]], order: list[int]
) -> None:
    """Day by day or all at once, whatever more was known meanwhile, the same enterprises are united; the log alone gives it all again."""
    records = merged(streams, order)
    at_once, daily = template.store(), template.store()
    watch = Watch(at_once, rules(), REJECTED_TOPIC)
    watch.apply(incoming(records), NOW)
    Surveyor(at_once, rules(), watch).close_until(local_day(NOW), NOW)
    watch = Watch(daily, rules(), REJECTED_TOPIC)
    surveyor = Surveyor(daily, rules(), watch)
    watch.apply(incoming(records), NOW)
    for back in range(10, -1, -1):
        surveyor.close_until(local_day(NOW) - timedelta(days=back), NOW)
    assert facts(at_once, "NamesUnited") == facts(daily, "NamesUnited")
    assert content(at_once).content == content(daily).content
    before = content(daily)
    assert rebuild(daily).same
    assert content(daily) == before


def _learnt(engine: object) -> list[str]:
    return sorted(str(fact) for fact in facts(engine, "NamesLearnt"))  # type: ignore[arg-type]
