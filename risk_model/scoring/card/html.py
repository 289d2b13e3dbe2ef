"""A card as one HTML page: no script, no font, no address outside it, so that it opens on an intranet and can be mailed and printed."""

import re
from collections.abc import Iterable
from html import escape

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

_NUMBER = re.compile(r"[-−+]?[\d,.]+%?\*?(?:（.*）| \[.*\])?|—")
_STRONG, _CODE = re.compile(r"\*\*(.+?)\*\*"), re.compile(r"`(.+?)`")
_STYLE = """
:root { color-scheme: light; --ink: #1f2933; --soft: #5b6770; --line: #d9dfe4; --blue: #1f5f99; --pale: #f4f7f9; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink);
  font: 16px/1.7 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 28px; line-height: 1.35; margin: 0 0 8px; }
h2 { font-size: 21px; margin: 40px 0 12px; padding-bottom: 6px; border-bottom: 2px solid var(--blue); }
h3 { font-size: 17px; margin: 26px 0 8px; }
h4 { font-size: 15px; margin: 20px 0 6px; }
p, ul { margin: 8px 0; }
ul { padding-left: 1.4em; }
code { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; background: var(--pale); padding: 1px 4px; overflow-wrap: anywhere; }
.notice { border: 1px solid #e3b84a; border-left-width: 6px; background: #fff9e8; padding: 10px 16px; margin: 16px 0; }
.notice p { margin: 4px 0 0; }
.wide { overflow-x: auto; margin: 10px 0; }
table { border-collapse: collapse; font-size: 14px; line-height: 1.5; }
th, td { padding: 5px 12px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { background: var(--pale); font-weight: 600; }
th.n { text-align: right; }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.faint td { color: #8a949c; }
.figures { display: flex; flex-wrap: wrap; gap: 12px 28px; margin: 12px 0; align-items: flex-start; }
figure { margin: 0; max-width: 100%; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { font-size: 14px; color: var(--soft); margin-bottom: 4px; }
details { margin: 10px 0; border: 1px solid var(--line); border-radius: 4px; padding: 6px 14px; }
summary { cursor: pointer; font-weight: 600; }
@media print { main { padding: 0; max-width: none; } h2 { break-after: avoid; } figure, table, .notice { break-inside: avoid; } }
"""


def as_html(title: str, blocks: Iterable[Block]) -> str:
    """The page.

    Args:
        title: of the window.
        blocks: content, in order; texts are escaped, drawings are not.
    """
    body = "\n".join(map(_block, blocks))
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading(depth, text):
            return f"<h{depth}>{_inline(text)}</h{depth}>"
        case Paragraph(text):
            return f"<p>{_inline(text)}</p>"
        case Notice(title, text):
            return f'<div class="notice" role="note"><strong>{_inline(title)}</strong><p>{_inline(text)}</p></div>'
        case Bullets(items):
            return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"
        case Table(head, rows, faint):
            return _table(head, rows, faint)
        case Figures(drawings, note):
            above = f"<p>{_inline(note)}</p>" if note else ""
            figures = (f"<figure><figcaption>{_inline(text)}</figcaption>{svg}</figure>" for svg, text in drawings)
            return f'{above}<div class="figures">{"".join(figures)}</div>'
        case WithoutDrawings():
            return ""
        case Folded(title, inner):
            return f"<details><summary>{_inline(title)}</summary>{''.join(map(_block, inner))}</details>"


def _table(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], faint: frozenset[int]) -> str:
    numeric = [all(_NUMBER.fullmatch(row[column]) for row in rows) for column in range(len(head))]
    top = "".join(
        f"<th{' class=n' if right else ''}>{_inline(cell)}</th>" for cell, right in zip(head, numeric, strict=True)
    )
    lines = []
    for number, row in enumerate(rows):
        cells = "".join(_cell(cell) for cell in row)
        mark = ' class="faint"' if number in faint else ""
        lines.append(f"<tr{mark}>{cells}</tr>")
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def _cell(cell: str) -> str:
    return f'<td class="n">{_inline(cell)}</td>' if _NUMBER.fullmatch(cell) else f"<td>{_inline(cell)}</td>"


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", _STRONG.sub(r"<strong>\1</strong>", escape(text)))
