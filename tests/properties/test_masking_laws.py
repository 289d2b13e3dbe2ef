"""Laws of masking, over texts nobody thought of."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from risk_model.masking import Masker
from risk_model.masking.numbers import luhn
from schemas.identifiers import valid_citizen_id, valid_uscc

MASKER = Masker()
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
JOINS = st.sampled_from(["", "", "", " ", "-", "－", "　", "—", " - "])

digits = st.text("0123456789", min_size=1, max_size=12)
words = st.text(
    "的诉求反映投诉人被告等十二家来、姓名张王李欧阳三四小明先生女士路街小区号栋单元室公司有限电话微信QQ云Axb：:·，。\n@",
    max_size=12,
)
anything = st.text(max_size=20)


@st.composite
def citizen_ids(draw: st.DrawFn) -> str:
    """A valid 公民身份号码."""
    body = f"{draw(st.integers(110000, 659999))}{draw(st.dates()).strftime('%Y%m%d').zfill(8)}{draw(st.integers(0, 999)):03d}"
    weights = [2**place % 11 for place in range(17, 0, -1)]
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


@st.composite
def bank_cards(draw: st.DrawFn) -> str:
    """A number of 16 to 19 digits that satisfies the Luhn check."""
    body = draw(st.sampled_from("3456")) + draw(st.text("0123456789", min_size=14, max_size=17))
    return next(body + str(last) for last in range(10) if luhn(body + str(last)))


@st.composite
def mistyped_ids(draw: st.DrawFn) -> str:
    """A citizen ID of an adult with a wrong check digit."""
    number = draw(citizen_ids())
    number = f"{draw(st.sampled_from(['11', '31', '37', '44', '53', '65']))}{number[2:6]}{draw(st.integers(1900, 2017))}{number[10:]}"
    others = [number[:17] + last for last in "0123456789X" if not valid_citizen_id(number[:17] + last)]
    return draw(st.sampled_from([other for other in others if not valid_uscc(other)]))


phones = st.builds(
    lambda head, tail: f"1{head}{tail}", st.sampled_from("3456789"), st.text("0123456789", min_size=9, max_size=9)
)


@st.composite
def split(draw: st.DrawFn, number: str) -> str:
    """The number as people write it: perhaps full width, perhaps with blanks and dashes between."""
    shown = number.translate(FULL_WIDTH) if draw(st.booleans()) else number
    return shown[0] + "".join(draw(JOINS) + char for char in shown[1:])


personal = st.one_of(citizen_ids(), bank_cards(), phones).flatmap(split)
texts = st.lists(st.one_of(words, digits, personal, anything), max_size=8).map("".join)
names = st.lists(st.text("张王李欧阳三四小明·", min_size=0, max_size=4), max_size=3)


@given(before=words, number=personal, after=words)
@settings(max_examples=300, deadline=None)
def test_no_identifying_number_survives(before: str, number: str, after: str) -> None:
    """A valid ID, phone or card between words is gone, however it was written."""
    masked = MASKER.mask(before + number + after)
    assert number not in masked
    assert not _identifying(masked)


@given(before=words, number=mistyped_ids(), after=st.sampled_from(["", "。", "，电话", "的诉求", "\n"]))
@settings(max_examples=150, deadline=None)
def test_mistyped_citizen_ids_are_gone(before: str, number: str, after: str) -> None:
    """A slip in the last place does not make an ID anybody's to read."""
    assert number not in MASKER.mask(f"{before}：{number}{after}")


@given(text=texts, own=names)
@example(text="A栋13000000000", own=[])  # what is left of a phone number is no room
@settings(max_examples=300, deadline=None)
def test_masking_is_idempotent(text: str, own: list[str]) -> None:
    """Masking a masked text changes nothing."""
    once = MASKER.mask(text, own)
    assert MASKER.mask(once, own) == once


@given(batch=st.lists(texts, max_size=6))
@settings(max_examples=150, deadline=None)
def test_batch_equals_single(batch: list[str]) -> None:
    """A row's result depends on the row alone."""
    assert MASKER.mask_batch(batch, [()] * len(batch)) == [MASKER.mask(text) for text in batch]


@given(text=st.text("今天下午在群众反映强烈希望尽快解决这个问题。，；0123456789年月日元万", max_size=80))
@settings(max_examples=200, deadline=None)
def test_text_without_personal_data_is_unchanged(text: str) -> None:
    """Ordinary words, dates and amounts stay, unless the digits happen to be a valid number."""
    if not re.search(r"\d{7}", text):
        assert MASKER.mask(text) == text


@pytest.mark.parametrize("own", ["张三", "欧阳建国", "阿依古丽·买买提", "王小明"])
@given(pieces=st.lists(words, min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_party_names_are_gone(own: str, pieces: list[str]) -> None:
    """A party's name does not survive anywhere."""
    assert own not in MASKER.mask(own.join(["", *pieces, ""]), [own])


def _identifying(text: str) -> list[str]:
    """Numbers in a text, joined over blanks and dashes, that are valid IDs, phones or cards: an oracle of its own."""
    plain = text.translate(str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX"))
    found = []
    for group in re.findall(r"[0-9][0-9 \-－　—]*[Xx]?", plain):
        number = re.sub(r"[^0-9Xx]", "", group).upper()
        card = 16 <= len(number) <= 19 and number.isdigit() and number[0] != "0" and luhn(number)
        if valid_citizen_id(number) or re.fullmatch(r"1[3-9]\d{9}", number) or card:
            found.append(number)
    return found
