"""Names of persons: surname + 某; the parties' own names everywhere, other names where the context says one follows."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np

from risk_model.masking.batch import Batch, Edit, Kind
from risk_model.masking.lists import listed_names, names_from
from risk_model.masking.name_forms import (
    COMPOUNDS,
    DOTS,
    SOMEONE,
    Span,
    is_chinese,
    is_family_name,
    may_be_given,
    role_ends,
)
from risk_model.masking.surnames import NOT_GIVEN, POLITE, TITLES

NAME_LABEL = "姓名"
CERTAIN_LENGTH = 3  # two characters are too often part of other words

_GAP = re.compile(r"(?:\([^()\n]{0,12}\)|[0-9]{1,2}(?=[: 、.)]))?[: ]{0,4}")


def mask_name(name: str) -> str:
    """A person's name by the publication rules: surname + 某, compound surnames whole, minority names by their first character.

    Names already masked (某, *) and polite forms (张先生) come back unchanged, blanks stripped.
    """
    plain = unicodedata.normalize("NFKC", name).strip()
    if not plain or SOMEONE in plain or "*" in plain or plain[1:] in POLITE:
        return plain
    if plain[:2] in COMPOUNDS and len(plain) > 2 and DOTS.isdisjoint(plain):
        return plain[:2] + SOMEONE
    return plain[0] + SOMEONE


def mask_parties(text: str, names: Sequence[str]) -> str:
    """Text with every occurrence of the parties' names masked; longer names first."""
    found = [own for name in names if len(own := name.strip()) > 1 and own in text]
    if len(found) > 1:
        found.sort(key=_longest_first)
    for own in found:
        masked = mask_name(own)
        if masked != own:
            text = text.replace(own, masked)
    return text


def _longest_first(name: str) -> tuple[int, str]:
    return -len(name), name


def name_edits(batch: Batch) -> Iterator[Edit]:
    """Edits of names that follow a role (投诉人张三, 姓名：王小明), stand before 先生 or 女士, in a list or beside 诉.

    A name of three or more characters found so is masked wherever else it stands in its text.
    """
    plain, starts = batch.plain, batch.starts.tolist()
    sought: set[tuple[int, str]] = set()
    for start, given, stop in _names(batch):
        yield Edit(given, stop, SOMEONE, NAME_LABEL)
        name = plain[start:stop]
        if len(name) >= CERTAIN_LENGTH:
            row = bisect_right(starts, start)
            begin = starts[row - 1]
            if (begin, name) in sought:
                continue
            sought.add((begin, name))
            end = starts[row] if row < len(starts) else len(plain)
            again = plain.find(name, begin, end)
            while again >= 0:
                if again != start:
                    yield Edit(again + given - start, again + len(name), SOMEONE, NAME_LABEL)
                again = plain.find(name, again + len(name), end)


def _names(batch: Batch) -> Iterator[Span]:
    plain = batch.plain
    after = batch.where(Kind.SURNAME | Kind.COLON | Kind.JOIN | Kind.DIGIT)
    for position in np.flatnonzero(batch.where(Kind.ROLE_END)[:-1] & after[1:]).tolist():
        if role_ends(plain, position + 1):
            yield from _after_role(plain, position + 1)
    for position in np.flatnonzero(batch.where(Kind.TITLE)).tolist():
        if plain[position : position + 2] in TITLES:
            span = _name_before(plain, position)
            if span:
                yield span
    yield from listed_names(plain)


def _after_role(plain: str, start: int) -> Iterator[Span]:
    """The name after a role, and those that 、 adds to it."""
    if is_chinese(plain[start]):
        return names_from(plain, start, sure=False)
    gap = _GAP.match(plain, start)
    begin = gap.end() if gap else start
    return names_from(plain, begin, sure=":" in plain[start:begin])


def _name_before(plain: str, title: int) -> Span | None:
    """The full name before 先生 or 女士; 张先生 stays."""
    for size, given in ((2, 2), (1, 2), (1, 1)):
        start = title - size - given
        if start < 0 or not all(may_be_given(plain, at, NOT_GIVEN) for at in range(start + size, title)):
            continue
        if not is_family_name(plain[start : start + size]):
            continue
        alone = start == 0 or not is_chinese(plain[start - 1])
        if not is_family_name(plain[title - 1]) or (alone and given == 2):
            return start, start + size, title
    return None
