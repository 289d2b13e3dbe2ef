"""The parts a card is made of, before they are written as Markdown or HTML.

Texts may hold ``**strong**`` and `` `code` ``; everything else in them is literal.
"""

from typing import NamedTuple


class Heading(NamedTuple):
    """Title (depth 1), section (2), part of one (3) or of that (4)."""

    depth: int
    text: str


class Paragraph(NamedTuple):
    """Running text."""

    text: str


class Notice(NamedTuple):
    """What nobody may miss."""

    title: str
    text: str


class Bullets(NamedTuple):
    """A list."""

    items: tuple[str, ...]


class Table(NamedTuple):
    """Rows under a head.

    Attributes:
        head: column names.
        rows: cells, as many as the head's.
        faint: numbers of rows that rest on too few examples.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    faint: frozenset[int] = frozenset()


class Figures(NamedTuple):
    """Drawings side by side, only where drawings can be shown.

    Attributes:
        drawings: (SVG, caption) each.
        note: how they are read.
    """

    drawings: tuple[tuple[str, str], ...]
    note: str = ""


class WithoutDrawings(NamedTuple):
    """What a drawing shows, for where there are none."""

    block: "Block"


class Folded(NamedTuple):
    """Details that are shown on demand where that can be done."""

    title: str
    blocks: tuple["Block", ...]


Block = Heading | Paragraph | Notice | Bullets | Table | Figures | WithoutDrawings | Folded
