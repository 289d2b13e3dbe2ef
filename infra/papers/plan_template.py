"""Make the shipped Word template of response plans: `python -m infra.papers.plan_template` writes plan.docx beside this file.

A city that wants another form edits a copy in Word and sets FUYUAN_PLAN_TEMPLATE; the names it may use are those of ``PlanPaper``.
"""

from pathlib import Path

from docx.document import Document as DocumentObject

from infra.papers import layout
from infra.papers.packing import packed

SHIPPED = Path(__file__).with_name("plan.docx")


def build() -> DocumentObject:
    """The template."""
    document = layout.new_document()
    layout.page_numbers(document, "{{ mark }}")
    _top(document)
    _text(document)
    _foot(document)
    _attachments(document)
    return document


def _top(document: DocumentObject) -> None:
    layout.tag(document, "{%p if mark %}")
    layout.mark(document, "{{ mark }}　{{ edition }}")
    layout.tag(document, "{%p endif %}")
    layout.line(document, "")
    layout.title(document, "{{ title }}")
    layout.line(document, "")
    layout.line(document, "{{ addressees }}：")
    layout.body(document, "现拟定处置方案如下，请按职责分工落实。")


def _text(document: DocumentObject) -> None:
    for head, names in (("一、基本情况", "facts"), ("二、研判", "findings")):
        layout.heading(document, head)
        layout.paragraphs(document, names)
    layout.heading(document, "三、处置措施")
    cells = [
        "{{ m.number }}",
        "{{ m.text }}",
        "{{ m.lead }}",
        "{{ m.support }}",
        "{{ m.basis }}",
        "{{ m.deadline }}",
    ]
    layout.table(
        document,
        ["序号", "措施", "牵头单位", "配合单位", "依据", "时限"],
        [12, 43, 22, 24, 28, 27],
        [["{%tr for m in measures %}"], cells, ["{%tr endfor %}"]],
    )
    layout.heading(document, "四、时限与责任")
    layout.paragraphs(document, "duties")
    layout.heading(document, "五、说明")
    layout.paragraphs(document, "notes")


def _foot(document: DocumentObject) -> None:
    layout.line(document, "")
    layout.tag(document, "{%p for name in attachments %}")
    layout.body(document, "{% if loop.first %}附件：{% else %}　　　{% endif %}{{ loop.index }}. {{ name }}")
    layout.tag(document, "{%p endfor %}")
    layout.line(document, "")
    layout.line(document, "")
    layout.tag(document, "{%p if signer %}")
    layout.right(document, "签发人：{{ signer }}", 3)
    layout.tag(document, "{%p endif %}")
    layout.right(document, "{{ issuer }}", 3)
    layout.right(document, "{{ date }}", 4)
    layout.tag(document, "{%p if date_note %}")
    layout.right(document, "{{ date_note }}", 0)
    layout.tag(document, "{%p endif %}")
    layout.line(document, "")
    layout.tag(document, "{%p if copies %}")
    layout.rule(document, "抄送：{{ copies }}。")
    layout.tag(document, "{%p endif %}")


def _attachments(document: DocumentObject) -> None:
    layout.page_break(document)
    layout.line(document, "附件1", layout.HEADING)
    layout.title(document, "相关上报清单")
    layout.body(document, "{{ events_note }}")
    layout.table(
        document,
        ["序号", "发生日期", "来源类型", "地点", "等级", "摘要"],
        [12, 27, 22, 38, 12, 45],
        [
            ["{%tr for e in events %}"],
            ["{{ e.number }}", "{{ e.date }}", "{{ e.type }}", "{{ e.place }}", "{{ e.level }}", "{{ e.title }}"],
            ["{%tr endfor %}"],
        ],
    )
    layout.tag(document, "{%p if articles %}")
    layout.page_break(document)
    layout.line(document, "附件2", layout.HEADING)
    layout.title(document, "引用法条摘录")
    layout.tag(document, "{%p for article in articles %}")
    layout.body(document, "{{ article.cite }}：{{ article.text }}")
    layout.tag(document, "{%p endfor %}")
    layout.tag(document, "{%p endif %}")


if __name__ == "__main__":
    SHIPPED.write_bytes(packed(build()))
