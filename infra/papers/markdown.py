"""A plan as a Markdown document: the same paper in plain text."""

from infra.papers.plan_paper import PlanPaper


def plan_markdown(paper: PlanPaper) -> str:
    """Markdown of a plan; text from reports cannot become markup."""
    lines = [f"# {plain(paper.title)}", ""]
    if paper.mark:
        lines += [f"**{paper.mark}**　{paper.edition}", ""]
    lines += [f"{plain(paper.addressees)}：", ""]
    for head, texts in (("一、基本情况", paper.facts), ("二、研判", paper.findings)):
        lines += [f"## {head}", "", *(f"- {plain(text)}" for text in texts), ""]
    lines += ["## 三、处置措施", ""]
    for measure in paper.measures:
        lines.append(f"{measure.number}. {plain(measure.text)}")
        lines.append(
            f"   - 牵头：{plain(measure.lead)}" + (f"；配合：{plain(measure.support)}" if measure.support else "")
        )
        if measure.basis:
            lines.append(f"   - 依据：{plain(measure.basis)}")
        if measure.deadline:
            lines.append(f"   - 时限：{plain(measure.deadline)}")
    for head, texts in (("四、时限与责任", paper.duties), ("五、说明", paper.notes)):
        lines += ["", f"## {head}", "", *(f"- {plain(text)}" for text in texts)]
    signer = f"签发人：{plain(paper.signer)}" if paper.signer else ""
    signed = "　".join(filter(None, (signer, plain(paper.issuer), paper.date, paper.date_note)))
    lines += ["", signed, ""]
    if paper.copies:
        lines += [f"抄送：{plain(paper.copies)}。", ""]
    lines += ["## 附件1 相关上报清单", "", paper.events_note, ""]
    if paper.events:
        lines += ["| 序号 | 发生日期 | 来源类型 | 地点 | 等级 | 摘要 |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {e.number} | {e.date} | {plain(e.type)} | {plain(e.place)} | {e.level} | {plain(e.title)} |"
            for e in paper.events
        ]
        lines.append("")
    if paper.articles:
        lines += ["## 附件2 引用法条摘录", "", *(f"- {plain(a.cite)}：{plain(a.text)}" for a in paper.articles), ""]
    return "\n".join(lines)


def plain(text: str) -> str:
    """Text on one line, with nothing Markdown would take for markup."""
    flat = " ".join(text.split())
    return "".join(f"\\{mark}" if mark in "\\`*_[]<>#|" else mark for mark in flat)
