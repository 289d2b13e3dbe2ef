"""The masker: a batch in, the same texts without personal data out."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np

from risk_model.masking.addresses import address_edits
from risk_model.masking.batch import Batch, Edit, join_batch
from risk_model.masking.contacts import contact_edits
from risk_model.masking.names import mask_name, mask_parties, name_edits
from risk_model.masking.numbers import number_edits

SLICE_CHARACTERS = 400_000  # bounds memory; rows are independent, so slices change nothing


class Masker:
    """Masks personal data in Chinese free text; enterprises, agencies, 案号 and amounts stay.

    Citizen IDs, mobile and landline phones, bank cards, e-mail, QQ, WeChat, plates, house numbers, and names of persons.
    Masking is idempotent, and a text's result depends on nothing but the text and its own party names. Stateless.
    """

    def mask_batch(self, texts: Sequence[str], names: Sequence[Sequence[str]]) -> list[str]:
        """Mask a batch.

        Args:
            texts: free texts.
            names: of each text, the names of its own parties that are persons (not enterprises or agencies).

        Returns:
            Masked texts, in order; a text without personal data is returned as it is.

        Raises:
            ValueError: texts and names differ in number.
        """
        if len(texts) != len(names):
            raise ValueError(f"got {len(texts)} texts and {len(names)} lists of names")
        result = [mask_parties(text, own) if own else text for text, own in zip(texts, names, strict=True)]
        for rows in _slices(result):
            part = result[rows]
            for row, text in _masked(join_batch(part), part):
                result[rows.start + row] = text
        return result

    def mask(self, text: str, names: Sequence[str] = ()) -> str:
        """Mask one text."""
        return self.mask_batch([text], [names])[0]

    def mask_name(self, name: str) -> str:
        """Mask a person's name (see ``names.mask_name``)."""
        return mask_name(name)


def _slices(texts: Sequence[str]) -> Iterator[slice]:
    """Consecutive slices of at most ``SLICE_CHARACTERS`` characters (or one longer text)."""
    start, size = 0, 0
    for position, length in enumerate(map(len, texts)):
        if size and size + length > SLICE_CHARACTERS:
            yield slice(start, position)
            start, size = position, 0
        size += length
    if start < len(texts):
        yield slice(start, len(texts))


def _masked(batch: Batch, texts: Sequence[str]) -> Iterable[tuple[int, str]]:
    """Number and new text of each row that has an edit."""
    edits = _settled(chain(number_edits(batch), contact_edits(batch), address_edits(batch), name_edits(batch)))
    if not edits:
        return
    starts = batch.starts.tolist()
    rows = (np.searchsorted(batch.starts, [edit[0] for edit in edits], side="right") - 1).tolist()
    position = 0
    while position < len(edits):
        row = rows[position]
        text, begin = texts[row], starts[row]
        pieces: list[str] = []
        done = 0
        while position < len(edits) and rows[position] == row:
            start, stop, shown, _ = edits[position]
            pieces += (text[done : start - begin], shown)
            done = stop - begin
            position += 1
        yield row, "".join([*pieces, text[done:]])


def _settled(edits: Iterable[Edit]) -> list[Edit]:
    """Edits in order without overlap: one inside another gives way, others that overlap become one."""
    settled: list[Edit] = []
    last = Edit(-1, -1, "", "")
    for edit in sorted(edits):  # of two that begin together the longer comes later
        if edit[0] >= last[1]:
            settled.append(edit)
        elif edit[1] <= last[1]:
            continue
        elif edit[0] == last[0]:
            settled[-1] = edit
        else:
            settled[-1] = Edit(last.start, edit.stop, f"【{last.label}】【{edit.label}】", edit.label)
        last = settled[-1]
    return settled
