"""Make the Word template of the monthly report: `python -m infra.papers.monthly_template` writes monthly.docx beside this file."""

from pathlib import Path

from docx.document import Document as DocumentObject

from infra.papers import layout
from infra.papers.packing import packed

SHIPPED = Path(__file__).with_name("monthly.docx")


def build() -> DocumentObject:
    """The template."""
    document = layout.titled_document()
    layout.heading(document, "一、总体情况")
    layout.paragraphs(document, "summary")
    layout.line(document, "")
    heads = ["本月", "上月", "环比", "去年同月", "同比"]
    _table(document, "categories", ["类别", *heads], [36, 24, 24, 24, 24, 24])
    layout.line(document, "")
    _table(document, "counties", ["县（市、区）", *heads], [36, 24, 24, 24, 24, 24])
    layout.heading(document, "二、预警情况")
    layout.paragraphs(document, "alerts")
    layout.heading(document, "三、数量异常")
    _optional(
        document,
        "trends",
        "本月没有发出预警的数量异常。",
        ["地点", "类别", "发现", "种类、现状", "最近几期", "最近一期的常态"],
        [34, 24, 18, 24, 34, 22],
    )
    layout.heading(document, "四、区域性、系统性风险")
    _optional(
        document, "wide", "本月没有区域性、系统性预警。", ["事项", "种类", "等级", "现状", "依据"], [50, 20, 12, 20, 54]
    )
    layout.heading(document, "五、重点事项")
    _optional(
        document,
        "matters",
        "本月没有归入事项的事件。",
        ["事项", "类别", "地区", "等级", "本月件数", "人数、金额"],
        [44, 18, 18, 12, 28, 36],
    )
    layout.heading(document, "六、行政应诉与起诉率")
    layout.paragraphs(document, "rates")
    _optional(
        document,
        "suits",
        "没有县（市、区）的记录。",
        ["县（市、区）", "本月立案", "常住人口", "万人起诉率"],
        [45, 35, 38, 38],
    )
    layout.heading(document, "七、任务和府院台账")
    layout.paragraphs(document, "commitments")
    layout.tag(document, "{%p if offices %}")
    heads = ["被请求单位", "请求", "已答复", "按期", "超期", "办理率、用时中位数"]
    _table(document, "offices", heads, [56, 16, 18, 16, 16, 34])
    layout.tag(document, "{%p endif %}")
    layout.heading(document, "八、预警准确率")
    _optional(
        document,
        "precision",
        "本月的预警尚未办结，准确率无数据。",
        ["分组", "名称", "属实", "误报", "重复", "准确率"],
        [26, 50, 14, 14, 14, 38],
    )
    layout.body(document, "{{ precision_note }}")
    layout.heading(document, "九、说明")
    layout.paragraphs(document, "notes")
    layout.line(document, "")
    layout.right(document, "{{ issuer }}", 3)
    layout.right(document, "{{ date }}", 4)
    return document


def _table(document: DocumentObject, names: str, heads: list[str], widths: list[int]) -> None:
    cells = [f"{{{{ row.{letter} }}}}" for letter, _ in zip("abcdef", heads, strict=False)]
    layout.table(document, heads, widths, [[f"{{%tr for row in {names} %}}"], cells, ["{%tr endfor %}"]])


def _optional(document: DocumentObject, names: str, nothing: str, heads: list[str], widths: list[int]) -> None:
    """A table, or a sentence where it would be empty."""
    layout.tag(document, f"{{%p if {names} %}}")
    _table(document, names, heads, widths)
    layout.tag(document, "{%p else %}")
    layout.body(document, nothing)
    layout.tag(document, "{%p endif %}")


if __name__ == "__main__":
    SHIPPED.write_bytes(packed(build()))
