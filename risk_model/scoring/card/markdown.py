"""A card as Markdown; figures are left out, their figures stand in the tables."""

from collections.abc import Iterable, Iterator

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


def as_markdown(blocks: Iterable[Block]) -> str:
    """Markdown text of blocks, one blank line between them."""
    return "\n\n".join(part for block in blocks for part in _parts(block)) + "\n"


def _parts(block: Block) -> Iterator[str]:
    match block:
        case Heading(depth, text):
            yield f"{'#' * depth} {text}"
        case Paragraph(text):
            yield text
        case Notice(title, text):
            yield f"> **{title}**\n>\n> {text}"
        case Bullets(items):
            yield "\n".join(f"- {item}" for item in items)
        case Table(head, rows, _):
            lines = [_row(head), "|" + "---|" * len(head), *map(_row, rows)]
            yield "\n".join(lines)
        case Folded(title, inner):
            yield f"### {title}"
            for each in inner:
                yield from _parts(each)
        case WithoutDrawings(inner_block):
            yield from _parts(inner_block)
        case Figures():
            pass


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
