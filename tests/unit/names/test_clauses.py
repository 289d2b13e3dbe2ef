"""Running text in normal form: a batch by one table, each text as by itself."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from risk_model.names.clauses import MOST_TEXT, all_searched, searched
from risk_model.names.script import MOST_CHARACTERS

CHARACTERS = (
    st.sampled_from("云州恒盛花园一二期12AZab()（）【】國道鑫，。；\n、.．-/～&…·“” \u3000１％Ⅱ〇℃") | st.characters()
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", ""),
        ("欠116.6万元.没给", "欠116.6万元没给"),
        ("1.a。.5", "1A\n5"),
        ("“龙佳晟·花园”（一期）", "龙佳晟花园(一期)"),
        ("鑫道國", "鑫道国"),
        ("1-3期，1-3栋，1-3元", "1和3期\n1和3栋\n13元"),
        ("先后找过恒汇，建材没退", "先后找过恒汇\n建材没退"),
        ("Ⅱ期℃", "II期°C"),
        ("😀\ud800", "😀\ud800"),
    ],
)
def test_each_text_as_by_itself(text: str, plain: str) -> None:
    """Dots stand between digits only, marks list phases only; what a table cannot say is written out."""
    assert searched(text) == plain
    assert all_searched(["前", text, "后"]) == ["前", plain, "后"]


@given(st.lists(st.text(CHARACTERS, max_size=60), max_size=8))
@example(["云" * (MOST_CHARACTERS + 1), "云" * MOST_CHARACTERS, "，" + "云" * (MOST_CHARACTERS + 1) + "，州"])
@example(["云，" * MOST_TEXT, "州"])
@example([])
def test_a_batch_changes_nothing(texts: list[str]) -> None:
    """Whatever the texts are."""
    assert all_searched(texts) == [searched(text) for text in texts]
