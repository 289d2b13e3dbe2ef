"""Agenda and minutes as Word files, and in Markdown."""

import msgspec

from infra.papers.conference_paper import ConferencePaper
from infra.papers.conference_template import SHIPPED
from infra.papers.markdown import plain
from infra.papers.word import filled


def conference_docx(paper: ConferencePaper) -> bytes:
    """The paper as a Word file, in the shipped template."""
    return filled(msgspec.structs.asdict(paper), SHIPPED, paper.title, paper.issuer, paper.drafted_at)


def conference_markdown(paper: ConferencePaper) -> str:
    """The paper in Markdown; text cannot become markup."""
    lines = [f"# {plain(paper.title)}", ""]
    lines += [f"**{paper.mark}**", ""] if paper.mark else []
    lines += [*(plain(text) for text in paper.intro), "", "## 一、议题", ""]
    for topic in paper.topics:
        lines += [f"### {plain(topic.head)}", "", *(f"- {plain(text)}" for text in topic.lines)]
        lines += [f"- {plain(topic.decided)}"] if topic.decided else []
        lines.append("")
    if paper.nothing:
        lines += ["## 二、交办事项", ""]
        if paper.decisions:
            lines += ["| 议题 | 交办事项 | 牵头单位 | 配合单位 | 时限 |", "|---|---|---|---|---|"]
            lines += [
                f"| {d.number} | {plain(d.text)} | {plain(d.lead)} | {plain(d.support)} | {d.deadline} |"
                for d in paper.decisions
            ]
        else:
            lines.append(paper.nothing)
        lines.append("")
    lines += [*(f"- {plain(text)}" for text in paper.notes), "", f"{plain(paper.issuer)}　{paper.date}", ""]
    return "\n".join(lines)
