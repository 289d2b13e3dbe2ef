"""Places, enterprises and people are fictional and their codes check out."""

import re

from stdnum import luhn, numdb

from infra.simulation import City
from infra.simulation.chance import stream
from infra.simulation.geography import Geography
from infra.simulation.people import draw_bank_card, draw_person
from schemas.identifiers import valid_citizen_id, valid_uscc

CITY = City(11)


def test_geography_has_six_counties_with_townships_and_communities():
    """Geography has six counties with townships and communities."""
    geography = Geography()
    assert sorted(geography.counties) == [f"37900{n}" for n in range(1, 7)]
    assert len(geography.townships) == 60
    assert sum(len(t.communities) for t in geography.townships) > 550
    assert all(re.fullmatch(r"\d{9}", t.code) and t.code.startswith(t.county) for t in geography.townships)
    assert len({t.code for t in geography.townships}) == 60
    assert all(t.population_thousand > 0 for t in geography.townships)


def test_uscc_of_every_enterprise_is_valid_unique_and_of_the_city():
    """Uscc of every enterprise is valid unique and of the city."""
    codes = [e.uscc for e in CITY.enterprises]
    assert len(codes) > 1900
    assert len(set(codes)) == len(codes)
    assert all(valid_uscc(code) and code[2:8] in CITY.geography.counties for code in codes)
    assert len({e.name for e in CITY.enterprises}) == len(codes)


def test_developer_groups_own_project_companies_and_projects_have_phases():
    """Developer groups own project companies and projects have phases."""
    assert 140 <= len(CITY.projects) <= 155
    groups = {p.developer.group for p in CITY.projects}
    assert None not in groups
    assert len(groups) > 8
    assert any(p.name.endswith("二期") for p in CITY.projects)
    assert all(p.name in p.aliases and len(set(p.aliases)) == len(p.aliases) for p in CITY.projects)


def test_citizen_ids_check_out_but_carry_place_codes_never_assigned():
    """Citizen ids check out but carry place codes never assigned."""
    rng = stream(1, "test")
    people = [draw_person(rng, f"37900{1 + n % 6}") for n in range(3000)]
    assert all(valid_citizen_id(p.citizen_id) for p in people)
    assert all((int(p.citizen_id[16]) % 2 == 0) == p.female for p in people)
    places = {p.citizen_id[:6] for p in people}
    assert places == {f"37909{n}" for n in range(1, 7)}
    known = numdb.get("cn/loc")
    assert not any(properties.get("county") for place in places for _, properties in known.info(place))


def test_phones_and_cards_are_of_ranges_nobody_has():
    """Phones and cards are of ranges nobody has."""
    rng = stream(1, "test")
    phones = [draw_person(rng, "379001").phone for _ in range(500)]
    assert all(re.fullmatch(r"1(60|61|63|64)\d{8}", phone) for phone in phones)
    assert all(luhn.is_valid(draw_bank_card(rng)) for _ in range(200))


def test_names_repeat_as_they_do_in_life():
    """Common names must repeat, or linking by name would look better than it is."""
    rng = stream(1, "test")
    names = [draw_person(rng, "379001").name for _ in range(5000)]
    assert 0.3 < len(set(names)) / len(names) < 0.95
