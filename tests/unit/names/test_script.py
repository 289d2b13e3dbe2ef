"""One way of writing: what is in it already takes a shorter way to the same form."""

from hypothesis import given
from hypothesis import strategies as st

from risk_model.names import script
from risk_model.names.script import MOST_CHARACTERS, normal_form

CHARACTERS = st.sampled_from("云州恒盛花园一二期12AZ()国國华。，·—- a（）Ⅱ〇㈠Ａ℃龙龍.、和") | st.characters(
    exclude_categories=("Cs",)
)


def _long_way(name: str) -> str:
    plain = script._simplified(name)
    while (again := script._simplified(plain)) != plain:
        plain = again
    return plain


@given(st.text(CHARACTERS, max_size=40) | st.text(st.sampled_from("云州花园1A("), min_size=190, max_size=220))
def test_both_ways_lead_to_the_same_form(name: str) -> None:
    """And what came out stays."""
    found = normal_form(name)
    assert found == _long_way(name)
    assert len(found) <= MOST_CHARACTERS
    assert normal_form(found) == found


def test_every_character_that_is_let_pass_is_its_own_form() -> None:
    """All of the first plane."""
    passing = [chr(code) for code in range(0x10000) if script._CHANGING.search(chr(code)) is None]
    assert len(passing) > 20_000
    assert [one for one in passing if _long_way(one) != one] == []
