"""Make the Word template of agenda and minutes: `python -m infra.papers.conference_template` writes conference.docx beside this file."""

from pathlib import Path

from docx.document import Document as DocumentObject

from infra.papers import layout
from infra.papers.packing import packed

SHIPPED = Path(__file__).with_name("conference.docx")


def build() -> DocumentObject:
    """The template."""
    document = layout.titled_document()
    layout.paragraphs(document, "intro")
    layout.heading(document, "一、议题")
    layout.tag(document, "{%p for topic in topics %}")
    layout.line(document, "{{ topic.head }}", layout.SUBHEADING, indent=2)
    layout.tag(document, "{%p for text in topic.lines %}")
    layout.body(document, "{{ text }}")
    layout.tag(document, "{%p endfor %}")
    layout.tag(document, "{%p if topic.decided %}")
    layout.body(document, "{{ topic.decided }}")
    layout.tag(document, "{%p endif %}")
    layout.tag(document, "{%p endfor %}")
    layout.tag(document, "{%p if nothing %}")
    layout.heading(document, "二、交办事项")
    layout.tag(document, "{%p if decisions %}")
    cells = [f"{{{{ d.{name} }}}}" for name in ("number", "text", "lead", "support", "deadline")]
    heads = ["议题", "交办事项", "牵头单位", "配合单位", "时限"]
    rows = [["{%tr for d in decisions %}"], cells, ["{%tr endfor %}"]]
    layout.table(document, heads, [14, 60, 28, 32, 22], rows)
    layout.tag(document, "{%p else %}")
    layout.body(document, "{{ nothing }}")
    layout.tag(document, "{%p endif %}")
    layout.tag(document, "{%p endif %}")
    layout.line(document, "")
    layout.paragraphs(document, "notes")
    layout.line(document, "")
    layout.right(document, "{{ issuer }}", 3)
    layout.right(document, "{{ date }}", 4)
    return document


if __name__ == "__main__":
    SHIPPED.write_bytes(packed(build()))
