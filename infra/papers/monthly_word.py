"""The monthly report as a Word file."""

import msgspec

from infra.papers.monthly_paper import MonthlyPaper
from infra.papers.monthly_template import SHIPPED
from infra.papers.word import filled


def monthly_docx(paper: MonthlyPaper) -> bytes:
    """The report as a Word file, in the shipped template."""
    return filled(msgspec.structs.asdict(paper), SHIPPED, paper.title, paper.issuer, paper.drafted_at)
