"""Copies: what counts as one, that groups are kept apart, that many copies are cheap, and that the candidates miss next to nothing."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_model.text.near_duplicates import ORDER, copies

TEXT = "走访发现村民因琐事争吵，网格员现场劝解，双方和好，已处理完毕。"


def alike(one: str, other: str, similarity: float = 0.8) -> bool:
    """Whether two texts count as copies."""
    first, second = copies([one, other], [0, 0], similarity).tolist()
    return first == second


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (TEXT, True),
        (TEXT.replace("。", "，") + "", True),
        ("９月３日" + TEXT, True),
        ("巡查发现路边有垃圾，网格员已联系清理，已处理完毕。", False),
        ("", False),
    ],
)
def test_copies(other: str, expected: bool) -> None:
    """The same with small changes is a copy; another report in the same style is not."""
    assert alike(TEXT, other) is expected


def test_numbers_do_not_make_a_difference() -> None:
    """Only the digits were changed."""
    assert alike("拖欠工资 3 个月共 12000 元，工人讨要", "拖欠工资 5 个月共 38000 元，工人讨要", 0.99)


def test_groups_and_short_texts_are_kept_apart() -> None:
    """Two reporters; one who is not to be compared; texts too short to say anything."""
    labels = copies([TEXT, TEXT, TEXT, TEXT, "好", "好"], [0, 0, 1, -1, 0, 0], 0.8, 5).tolist()
    assert labels[0] == labels[1]
    assert len(set(labels)) == 5
    assert copies([], [], 0.8).tolist() == []


def test_a_thousand_copies_are_one_set() -> None:
    """Chained, not compared pair by pair."""
    assert len(set(copies([TEXT] * 1_000, [0] * 1_000, 0.8).tolist())) == 1


def test_hardly_a_pair_is_missed() -> None:
    """Against exact Jaccard of every pair, on texts with a few characters changed."""
    chance = random.Random(1)
    letters = [chr(0x4E00 + n) for n in range(300)]
    pairs = missed = 0
    for _ in range(400):
        base = chance.choices(letters, k=40)
        other = list(base)
        for position in chance.sample(range(40), chance.randint(0, 3)):
            other[position] = chance.choice(letters)
        sets = [{tuple(t[i : i + ORDER]) for i in range(len(t) - ORDER + 1)} for t in (base, other)]
        exact = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
        if exact >= 0.75:
            pairs += 1
            missed += not alike("".join(base), "".join(other), 0.7)
    assert pairs > 100
    assert missed <= pairs // 100


@given(st.permutations(range(6)))
def test_order_does_not_matter(order: list[int]) -> None:
    """The same sets, whatever the order of the texts."""
    texts = [
        TEXT,
        TEXT + "好",
        "另有一事完全不同，与前文无关的内容",
        TEXT[3:],
        "另有一事完全不同，与前文无关的内容",
        "第三件",
    ]
    labels = copies([texts[i] for i in order], [0] * 6, 0.8)
    same = np.equal.outer(labels, labels)
    plain = copies(texts, [0] * 6, 0.8)
    assert (same == np.equal.outer(plain, plain)[np.ix_(order, order)]).all()
