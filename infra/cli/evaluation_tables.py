"""A card's blocks and a short summary of an evaluation in the terminal."""

import re
from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text

from risk_model.scoring.card.blocks import (
    Block,
    Bullets,
    Figures,
    Folded,
    Heading,
    Notice,
    Paragraph,
    Table,
    WithoutDrawings,
)
from risk_model.scoring.card.wording import MEASURES, measure_text
from risk_model.scoring.evaluation import Evaluation
from schemas.levels import Level

_MARKED = re.compile(r"\*\*(?P<strong>.+?)\*\*|`(?P<code>.+?)`")
_SUMMARY = frozenset(
    {
        *("category_macro_f1", "category_ece", "level_macro_f1", "level_accuracy", "level_cost", "constant_cost"),
        *("orange_recall", "orange_precision", "red_recall", "level_ece", "needs_person"),
    }
)


def summary_table(found: Evaluation, title: str) -> RichTable:
    """The measures that matter most, in one table."""
    table = RichTable("指标 measure", "值（区间） value", title=title)
    for each in MEASURES:
        if each.field in _SUMMARY and getattr(found, each.field) is not None:
            table.add_row(each.name, measure_text(found, each.field))
    for level in Level:
        if any(map(sum, found.confusion)):
            table.add_row(
                f"真实{level.zh} → {'/'.join(each.zh for each in Level)}",
                " / ".join(map(str, found.confusion[level - 1])),
            )
    return table


def in_terminal(blocks: Iterable[Block]) -> Iterator[RenderableType]:
    """Blocks of a card as rich shows them; figures are left out."""
    for block in blocks:
        yield from _rendered(block)


def _rendered(block: Block) -> Iterator[RenderableType]:
    match block:
        case Heading(depth, text):
            yield Padding(Text(text, style="bold cyan" if depth < 4 else "bold"), (1, 0, 0, 0))
        case Paragraph(text):
            yield _marked(text)
        case Notice(title, text):
            yield Panel(_marked(text), title=title, title_align="left", border_style="yellow")
        case Bullets(items):
            for item in items:
                yield Text("· ").append_text(_marked(item))
        case Table(head, rows, faint):
            yield _table(head, rows, faint)
        case WithoutDrawings(inner):
            yield from _rendered(inner)
        case Folded(title, inner):
            yield Padding(Text(title, style="bold"), (1, 0, 0, 0))
            for each in inner:
                yield from _rendered(each)
        case Figures():
            pass


def _table(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], faint: frozenset[int]) -> RichTable:
    table = RichTable(*head, box=None, header_style="bold", padding=(0, 2, 0, 0))
    for number, row in enumerate(rows):
        table.add_row(*map(_marked, row), style="dim" if number in faint else None)
    return table


def _marked(text: str) -> Text:
    """Text with its strong parts bold; brackets in it are not markup of rich."""
    result, at = Text(), 0
    for found in _MARKED.finditer(text):
        result.append(text[at : found.start()])
        result.append(found["strong"] or found["code"], style="bold" if found["strong"] else "cyan")
        at = found.end()
    return result.append(text[at:])
