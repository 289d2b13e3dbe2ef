"""The monthly report as a Markdown document: the same paper in plain text."""

from collections.abc import Sequence

from infra.papers.markdown import plain
from infra.papers.monthly_paper import Cells, MonthlyPaper


def monthly_markdown(paper: MonthlyPaper) -> str:
    """Markdown of the report; text from reports cannot become markup."""
    counted = ["本月", "上月", "环比", "去年同月", "同比"]
    lines = [f"# {plain(paper.title)}", ""]
    lines += [f"**{paper.mark}**", ""] if paper.mark else []
    lines += _section("一、总体情况", paper.summary)
    lines += _table(["类别", *counted], paper.categories, "")
    lines += _table(["县（市、区）", *counted], paper.counties, "")
    lines += _section("二、预警情况", paper.alerts)
    lines += _section("三、数量异常", ())
    heads = ["地点", "类别", "发现", "种类、现状", "最近几期", "最近一期的常态"]
    lines += _table(heads, paper.trends, "本月没有发出预警的数量异常。")
    lines += _section("四、区域性、系统性风险", ())
    lines += _table(["事项", "种类", "等级", "现状", "依据"], paper.wide, "本月没有区域性、系统性预警。")
    lines += _section("五、重点事项", ())
    heads = ["事项", "类别", "地区", "等级", "本月件数", "人数、金额"]
    lines += _table(heads, paper.matters, "本月没有归入事项的事件。")
    lines += _section("六、行政应诉与起诉率", paper.rates)
    lines += _table(["县（市、区）", "本月立案", "常住人口", "万人起诉率"], paper.suits, "没有县（市、区）的记录。")
    lines += _section("七、任务和府院台账", paper.commitments)
    lines += _table(["被请求单位", "请求", "已答复", "按期", "超期", "办理率、用时中位数"], paper.offices, "")
    lines += _section("八、预警准确率", ())
    heads = ["分组", "名称", "属实", "误报", "重复", "准确率"]
    lines += _table(heads, paper.precision, "本月的预警尚未办结，准确率无数据。")
    lines += [plain(paper.precision_note), ""]
    lines += _section("九、说明", paper.notes)
    return "\n".join([*lines, f"{plain(paper.issuer)}　{paper.date}", ""])


def _section(head: str, texts: Sequence[str]) -> list[str]:
    return [f"## {head}", "", *(f"- {plain(text)}" for text in texts), *([""] if texts else [])]


def _table(heads: Sequence[str], rows: Sequence[Cells], nothing: str) -> list[str]:
    if not rows:
        return [nothing, ""] if nothing else []
    cells = [[plain(getattr(row, letter)) for letter, _ in zip("abcdef", heads, strict=False)] for row in rows]
    shown = [heads, ["---"] * len(heads), *cells]
    return [*(f"| {' | '.join(row)} |" for row in shown), ""]
