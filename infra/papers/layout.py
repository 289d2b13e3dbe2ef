"""The page of an official paper (GB/T 9704-2012): A4, margins, type, line pitch, page numbers. Templates are made with it."""

from collections.abc import Sequence

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TITLE, BODY, HEADING, SUBHEADING, PAGE = "方正小标宋简体", "仿宋", "黑体", "楷体", "宋体"
LATIN = "Times New Roman"
# What Word takes where a font is not installed (w:altName of the font table).
ALTERNATIVES = {TITLE: "宋体", BODY: "仿宋_GB2312", HEADING: "SimHei", SUBHEADING: "楷体_GB2312", PAGE: "SimSun"}

SECOND, THIRD, FOURTH, SMALL_FOURTH, FIFTH = Pt(22), Pt(16), Pt(14), Pt(12), Pt(10.5)  # 二号 三号 四号 小四 五号
LINE = Pt(28.95)  # 22 lines on 225 mm
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
CHARACTER = THIRD

_RED = RGBColor(0xC0, 0x00, 0x00)


def new_document() -> DocumentObject:
    """An empty paper with its page, type and font table."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = TOP, BOTTOM, LEFT, RIGHT
    section.footer_distance = BOTTOM - Mm(7) - FOURTH  # 版心下边缘之下 7 mm
    document.settings.odd_and_even_pages_header_footer = True
    normal = document.styles["Normal"]
    _fonts(normal.element.get_or_add_rPr(), BODY)
    normal.font.size = THIRD
    form = normal.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.space_before = form.space_after = Pt(0)
    language = OxmlElement("w:lang")
    for name in ("val", "eastAsia"):
        language.set(qn(f"w:{name}"), "zh-CN" if name == "eastAsia" else "en-US")
    normal.element.get_or_add_rPr().append(language)
    _name_alternatives(document)
    return document


def titled_document() -> DocumentObject:
    """A paper that begins with its mark (``mark``), where it has one, and its title (``title``)."""
    document = new_document()
    page_numbers(document, "{{ mark }}")
    tag(document, "{%p if mark %}")
    mark(document, "{{ mark }}")
    tag(document, "{%p endif %}")
    line(document, "")
    title(document, "{{ title }}")
    line(document, "")
    return document


def paragraphs(document: DocumentObject, names: str) -> None:
    """A paragraph for each text of a list of the paper."""
    tag(document, f"{{%p for text in {names} %}}")
    body(document, "{{ text }}")
    tag(document, "{%p endfor %}")


def line(
    document: DocumentObject | _Cell,
    text: str,
    font: str = BODY,
    size: int = THIRD,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    indent: int = 0,
    colour: RGBColor | None = None,
) -> Paragraph:
    """A paragraph; ``indent`` is the first line's, in characters."""
    paragraph = document.add_paragraph()
    write(paragraph, text, font, size, colour)
    paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = size * indent
    return paragraph


def write(paragraph: Paragraph, text: str, font: str = BODY, size: int = THIRD, colour: RGBColor | None = None) -> Run:
    """A run of text in a paragraph."""
    run = paragraph.add_run(text)
    run.font.size = size
    _fonts(run._element.get_or_add_rPr(), font)
    if colour is not None:
        run.font.color.rgb = colour
    return run


def title(document: DocumentObject, text: str) -> None:
    """标题: 二号小标宋, centred."""
    paragraph = line(document, text, TITLE, SECOND, WD_ALIGN_PARAGRAPH.CENTER)
    paragraph.paragraph_format.line_spacing = Pt(34)


def heading(document: DocumentObject, text: str) -> None:
    """First-level heading (一、): 三号黑体."""
    line(document, text, HEADING, indent=2).paragraph_format.keep_with_next = True


def body(document: DocumentObject, text: str) -> None:
    """A paragraph of the text, its first line two characters in."""
    line(document, text, align=WD_ALIGN_PARAGRAPH.JUSTIFY, indent=2)


def tag(document: DocumentObject, text: str) -> None:
    """A paragraph that holds only a tag of the template language, and is gone when the paper is made."""
    line(document, text)


def mark(document: DocumentObject, text: str) -> None:
    """What stands over the title: 三号黑体, red."""
    line(document, text, HEADING, colour=_RED)


def right(document: DocumentObject, text: str, characters: int) -> None:
    """A line that ends so many characters from the right margin."""
    paragraph = line(document, text, align=WD_ALIGN_PARAGRAPH.RIGHT)
    paragraph.paragraph_format.right_indent = CHARACTER * characters
    paragraph.paragraph_format.keep_together = True


def page_break(document: DocumentObject) -> None:
    """What follows begins a page."""
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def table(
    document: DocumentObject, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]
) -> Table:
    """A ruled table whose head is repeated on each page; rows whose first cell alone is filled hold tags."""
    made = document.add_table(rows=0, cols=len(heads))
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for number, row in enumerate([list(heads), *rows]):
        cells = made.add_row().cells
        for place, (cell, text) in enumerate(zip(cells, [*row, *[""] * (len(heads) - len(row))], strict=True)):
            cell.width = Mm(widths[place])
            paragraph = cell.paragraphs[0]
            form = paragraph.paragraph_format
            form.line_spacing_rule, form.space_before, form.space_after = WD_LINE_SPACING.SINGLE, Pt(2), Pt(2)
            centred = number == 0 or widths[place] <= 14
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
            write(paragraph, text, HEADING if number == 0 else BODY, FIFTH)
        properties = made.rows[-1]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
    return made


def page_numbers(document: DocumentObject, over: str) -> None:
    """页码 “— 1 —”, 四号 宋体, outer side of odd and even pages; ``over`` stands in the head of each page."""
    section = document.sections[0]
    for footer, align, indent in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right_indent"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left_indent"),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        setattr(paragraph.paragraph_format, indent, FOURTH)
        write(paragraph, "— ", PAGE, FOURTH)
        _field(write(paragraph, "", PAGE, FOURTH), "PAGE")
        write(paragraph, " —", PAGE, FOURTH)
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        write(header.paragraphs[0], over, HEADING, FIFTH, _RED)


def rule(document: DocumentObject, text: str) -> None:
    """版记: a line of 四号 text between two rules."""
    paragraph = line(document, text, BODY, FOURTH)
    borders = OxmlElement("w:pBdr")
    for side in ("top", "bottom"):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "8"), ("space", "1"), ("color", "auto")):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _field(run: Run, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = text
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._element.append(element)


def _fonts(properties: object, font: str) -> None:
    fonts = properties.get_or_add_rFonts()  # type: ignore[attr-defined]  # python-docx's element classes are made at run time
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), LATIN)
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _name_alternatives(document: DocumentObject) -> None:
    """Write the font table: each font by name, with what to take in its place."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in ALTERNATIVES.items()
    )
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:font w:name="{LATIN}"><w:charset w:val="00"/></w:font>{entries}</w:fonts>'
    )
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = xml.encode()
