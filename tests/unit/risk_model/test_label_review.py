"""Labels in doubt: what contradicts what, what is left out, and what is not in doubt at all."""

from datetime import UTC, datetime

import msgspec
import pytest

from risk_model.label_review import LabelDoubt, review_labels
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.fields import ScoringFields
from risk_model.text.near_duplicates import near_duplicates
from schemas.domain_events import LabelGiven

AT = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = "某小区业主反映物业公司擅自提高停车费标准，多次协商没有结果，请求主管部门核查处理。"
OTHER = "工地工人反映被拖欠三个月工资，项目经理电话无法接通，请求劳动监察部门介入。"


def example(
    text: str, category: str | None, level: int | None = None, example_id: str | None = None, people: int | None = None
) -> LabelledExample:
    """An example."""
    return LabelledExample(text, ScoringFields("gov.petition", people), category, level, AT, example_id=example_id)


def label(who: str, category: str | None, level: int | None = None) -> LabelGiven:
    """An official's label."""
    return LabelGiven("d", who, AT, "核实", category, level)


@pytest.mark.parametrize(
    ("labels", "heads"),
    [
        ([label("甲", "物业"), label("乙", "合同")], ["category"]),
        ([label("甲", "物业", 2), label("乙", "合同", 3)], ["category", "level"]),
        ([label("甲", "物业"), label("甲", "合同")], []),
        ([label("甲", "物业"), label("乙", "物业", 2)], []),
        ([label("甲", "物业"), label("乙", "合同"), label("甲", "合同")], []),
        ([label("甲", "物业"), label("乙", None, 2)], []),
    ],
)
def test_officials_who_differ(labels: list[LabelGiven], heads: list[str]) -> None:
    """Two officials' last words; one who corrects himself does not contradict himself."""
    review = review_labels([example(TEXT, "合同", example_id="d")], {"d": labels})
    assert [(doubt.kind, doubt.head) for doubt in review.doubts] == [("officials", head) for head in heads]
    assert review.left_out == (frozenset({0}) if heads else frozenset())


@pytest.mark.parametrize(
    ("examples", "left_out"),
    [
        ([example(TEXT, "物业"), example(TEXT + "！", "合同")], {0, 1}),
        ([example(TEXT, "物业"), example(TEXT.replace("三", "四"), "物业")], set()),
        ([example(TEXT, "物业")] * 5 + [example(TEXT, "合同")], {5}),
        ([example(TEXT, "物业"), example(OTHER, "劳动争议")], set()),
        ([example("噪音", "物业"), example("噪音", "邻里")], set()),
        ([example(TEXT, "物业"), example(TEXT, None, 2)], set()),
        ([example(TEXT, "物业", 1), example(TEXT, "物业", 3)], {0, 1}),
        ([example(TEXT, "物业", 1, people=1), example(TEXT, "物业", 3, people=80)], set()),
        ([example(TEXT, "物业", example_id="1"), example(OTHER, "合同", example_id="1")], {0, 1}),
        ([example(TEXT, "物业", example_id="1"), example(OTHER, "物业", example_id="1")], set()),
    ],
)
def test_texts_and_ids_labelled_differently(examples: list[LabelledExample], left_out: set[int]) -> None:
    """Near-identical texts and repeated ids; a large majority stays; a level may follow the fields; short texts are not judged."""
    assert review_labels(examples).left_out == left_out


def test_suspicious_examples_are_left_out() -> None:
    """Whatever the junk detector names."""
    review = review_labels([example(TEXT, "物业"), example(OTHER, "合同")], suspicious=lambda _: {1})
    said = "内容雷同、数字整齐；有权人员看过并标注的照用"
    assert review.doubts == (LabelDoubt("suspicious", "", (1,), (1,), said),)
    assert (review.left_out, review.count("suspicious")) == ({1}, 1)


def test_what_an_official_labelled_is_learnt_from() -> None:
    """However alike the reports are: it is said, and kept."""
    looked_at = msgspec.structs.replace(example(OTHER, "合同"), labelled_by="王某")
    review = review_labels([example(TEXT, "物业"), looked_at], suspicious=lambda _: {0, 1})
    assert (review.left_out, review.doubted("suspicious"), review.count("suspicious")) == ({0}, 2, 1)


def test_groups_of_near_duplicates() -> None:
    """Numbers, blanks and punctuation do not count; groups keep their order; nothing is compared by chance."""
    texts = [TEXT, OTHER, "短", TEXT.replace("，", ", ") + " 2024", OTHER, f"补充：{TEXT}", "", TEXT[:20]]
    assert near_duplicates(texts) == [[0, 3, 5], [1, 4]]
    assert near_duplicates(texts, 1.0) == [[0, 3], [1, 4]]
    assert near_duplicates([]) == []
    with pytest.raises(ValueError, match="least"):
        near_duplicates(texts, 0.0)


def test_many_copies_are_one_group() -> None:
    """A thousand copies among a thousand other texts."""
    others = [f"{chr(0x4E00 + 7 * n)}{chr(0x5E00 + 3 * n)}{chr(0x6E00 + 5 * n)}" * 8 for n in range(1000)]
    groups = near_duplicates([text for other in others for text in (TEXT, other)])
    assert len(groups[0]) == 1000
