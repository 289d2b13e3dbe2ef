"""Laws of names: reading, comparing, finding again, over names nobody thought of."""

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from risk_model.linking.joining import Clue, decide_links
from risk_model.names.book import Lookups, NameBook
from risk_model.names.clauses import all_searched
from risk_model.names.enterprise_likeness import compare_enterprises
from risk_model.names.enterprises import read_enterprise
from risk_model.names.keys import enterprise_keys, enterprise_lookups, project_keys, project_lookups
from risk_model.names.known import ENTERPRISE, PROJECT, Known, Rarity, matching_enterprises, matching_projects
from risk_model.names.mentions import mention_keys, named_in_full, named_twice, quoted_projects
from risk_model.names.project_likeness import compare_projects
from risk_model.names.projects import read_project
from risk_model.names.script import normal_form
from risk_model.names.spots import spotted
from tests.disputes import rules
from tests.unit.names.places import places

TABLE = rules().policy.linkage
RARITY = Rarity()
brands = st.text("恒盛达泰远博信隆嘉德润丰万和中天海龙", min_size=2, max_size=4)
regions = st.sampled_from(["", "", "云州市", "云州", "云中区", "青河县", "烟台市", "湖南省长沙市"])
trades = st.sampled_from(
    ["", "建筑工程", "建工", "物业服务", "物业", "商品混凝土", "房地产开发", "置业", "食品", "电子商务", "医院"]
)
forms = st.sampled_from(
    ["", "公司", "有限公司", "有限责任公司", "集团有限公司", "（集团）有限公司", "股份有限公司", "（云州）有限公司"]
)
firms = st.builds(lambda *parts: "".join(parts), regions, brands, trades, forms)
kinds = st.sampled_from(["花园", "府", "小区", "广场", "", "壹号院"])
phases = st.sampled_from(["", "", "一期", "二期", "2期", "（三期）", "Ⅱ期", "一、二期", "首期"])
sites = st.builds(lambda *parts: "".join(parts), regions, brands, kinds, phases)
anything = st.text(max_size=60)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first texts of all Unicode take seconds on a busy machine
@given(st.one_of(anything, firms, sites))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever stands in a name field, reading it is quiet and reading the result again changes nothing."""
    assert normal_form(normal_form(text)) == normal_form(text)
    for read in (read_enterprise(text, places()), read_project(text, places())):
        assert read is None or type(read) is type(read)
    firm = read_enterprise(text, places())
    if firm is not None:
        again = read_enterprise(firm.text, places())
        assert again == firm


@given(st.text("的在恒盛建工公司小区花园一二期，。“”（）云州市有限物业服务人员反映", max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    """Searching running text for names never fails."""
    (found,) = spotted(all_searched([text]), places())
    mention_keys(found)
    named_in_full(found, places())
    named_twice(found, places())
    quoted_projects(text, places())


@given(firms, firms, st.sampled_from([True, False, None]))
def test_comparing_enterprises_is_symmetric(one: str, other: str, near: bool | None) -> None:
    """Neither name is the first."""
    a, b = read_enterprise(one, places()), read_enterprise(other, places())
    assume(a is not None and b is not None)
    assert a is not None
    assert b is not None
    forth, back = compare_enterprises(a, b, near), compare_enterprises(b, a, near)
    assert (forth.odds, forth.relation, forth.most) == (back.odds, back.relation, back.most)


@given(sites, sites)
def test_comparing_projects_is_symmetric(one: str, other: str) -> None:
    """Neither name is the first."""
    a, b = read_project(one, places()), read_project(other, places())
    assume(a is not None and b is not None)
    assert a is not None
    assert b is not None
    forth, back = compare_projects(a, b, True), compare_projects(b, a, True)
    assert (forth.odds, forth.relation, forth.most) == (back.odds, back.relation, back.most)


@given(firms)
def test_an_enterprise_is_itself(name: str) -> None:
    """Alone of its brand in the city, a name with a trade or a form is joined to itself."""
    read = read_enterprise(name, places())
    assume(read is not None and read.form != "")
    assert read is not None
    (match,) = matching_enterprises(read, "379001", [Known("e", ENTERPRISE, read, (), ("379001",))], RARITY)
    assert match.strength >= TABLE.join


@given(firms, st.lists(firms, max_size=6))
def test_strengths_are_shared_out(name: str, known: list[str]) -> None:
    """Strengths are probabilities, those of one and the same sum to no more than one, and order does not matter."""
    read = read_enterprise(name, places())
    assume(read is not None)
    assert read is not None
    unlike = {one.text: one for text in known if (one := read_enterprise(text, places())) is not None}
    entries = [Known(text, ENTERPRISE, one, (), ("379001",)) for text, one in sorted(unlike.items())]
    matches = matching_enterprises(read, "379001", entries, RARITY)
    assert all(0 <= match.strength <= 1 for match in matches)
    # twins are one enterprise, met under several ids: each has the strength of all
    distinct = {(one.brand, one.trade, one.form, one.group, one.places, one.branch): one for one in unlike.values()}
    if len(distinct) == len(unlike):
        assert sum(match.strength for match in matches if match.relation == "same") <= 1 + 1e-9
    assert matches == matching_enterprises(read, "379001", entries[::-1], RARITY)


@given(firms, firms)
def test_what_is_alike_is_found_again(one: str, other: str) -> None:
    """Two enterprises that may be joined share a key: the index loses nothing."""
    a, b = read_enterprise(one, places()), read_enterprise(other, places())
    assume(a is not None and b is not None)
    assert a is not None
    assert b is not None
    matches = matching_enterprises(a, "379001", [Known("e", ENTERPRISE, b, (), ("379001",))], RARITY)
    if matches and matches[0].strength >= TABLE.join:
        assert set(enterprise_lookups(a)) & set(enterprise_keys(b))


@given(sites, sites)
def test_a_project_is_found_again(one: str, other: str) -> None:
    """Two projects that may be joined or proposed share a key."""
    a, b = read_project(one, places()), read_project(other, places())
    assume(a is not None and b is not None)
    assert a is not None
    assert b is not None
    matches = matching_projects(a, "379001", [Known("p", PROJECT, None, (b,), ("379001",))], RARITY)
    if matches and matches[0].strength >= TABLE.propose:
        assert set(project_lookups(a)) & set(project_keys(b))


@given(st.lists(firms, max_size=12))
def test_a_book_keeps_what_it_is_told(names: list[str]) -> None:
    """Every name is found under its own keys; adding it again changes nothing."""
    book = NameBook()
    entries = [
        Known(f"e{number}", ENTERPRISE, read, (), ())
        for number, name in enumerate(names)
        if (read := read_enterprise(name, places())) is not None
    ]
    for known in entries:
        book.add(known)
    keys = list(book.new_keys)
    for known in entries:
        book.add(known)
        assert known.enterprise is not None
        assert known in book.find(Lookups(enterprise_keys(known.enterprise), ()))
    assert book.new_keys == keys


clues = st.lists(
    st.builds(
        Clue,
        st.sampled_from(["uscc", "case", "enterprise", "project", "reference", "enterprise_text"]),
        st.sampled_from(["a", "b", "c"]),
        st.floats(0, 1),
        st.just(()),
        st.sampled_from(["same", "same", "development", "branch"]),
    ),
    max_size=8,
)


@given(clues)
@example(
    [
        Clue("uscc", "a", 6.103515625e-05, (), "development"),
        Clue("case", "a", 0.88, (), "development"),
        Clue("enterprise", "a", 0.5843078676517593, (), "development"),
    ]
)
def test_at_most_one_join(found: list[Clue]) -> None:
    """At most one target is joined, never one that is only related; each verdict follows from its strength; order does not matter."""
    links = decide_links(found, TABLE)
    joins = [link for link in links if link.verdict == "join"]
    assert len(joins) <= 1
    assert joins == links[: len(joins)]
    for link in links:
        assert (link.verdict == "none") == (link.strength < TABLE.propose)
        assert link.reasons
        if link.verdict == "join":
            assert (link.relation, link.strength >= TABLE.join) == ("same", True)
    assert decide_links(found[::-1], TABLE) == links


@given(clues, st.floats(0, 1))
def test_another_sign_never_weakens(found: list[Clue], strength: float) -> None:
    """One more sign of the same target makes it no weaker."""
    assume(found)
    first = found[0]
    before = max(
        link.strength
        for link in decide_links(found, TABLE)
        if (link.target, link.relation) == (first.target, first.relation)
    )
    more = [*found, Clue("narrative", first.target, strength, (), first.relation)]
    after = max(
        link.strength
        for link in decide_links(more, TABLE)
        if (link.target, link.relation) == (first.target, first.relation)
    )
    assert after >= before - 1e-12
