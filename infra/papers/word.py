"""A paper as a Word file: a template of ours, or of the city, filled in."""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from infra.papers.packing import packed
from infra.papers.plan_paper import PlanPaper
from infra.papers.plan_template import SHIPPED

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class TemplateRefused(RuntimeError):
    """The city's Word template cannot be used; the message says why and what to do."""

    for_operator = True


def plan_docx(paper: PlanPaper, template: Path | None = None) -> bytes:
    """A plan as a Word file.

    Args:
        paper: what it says.
        template: the city's template; None is the shipped one.

    Raises:
        TemplateRefused: the template is no Word file, or names something a plan does not have.
    """
    return filled(msgspec.structs.asdict(paper), template or SHIPPED, paper.title, paper.issuer, paper.drafted_at)


def filled(values: dict[str, Any], path: Path, title: str, issuer: str, at: datetime | None) -> bytes:
    """A template filled in, as a Word file with its properties.

    Args:
        values: by the names the template uses.
        path: the template.
        title: property of the file.
        issuer: property of the file.
        at: when what it says was drafted (UTC, aware).

    Raises:
        TemplateRefused: the template is no Word file, or names something that there is not.
    """
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        document = DocxTemplate(io.BytesIO(path.read_bytes()))
        document.render(values, jinja_env=environment)
    except (TemplateError, PackageNotFoundError, zipfile.BadZipFile, KeyError, OSError) as bad:
        raise TemplateRefused(
            f"Word 模板 {path} 无法使用：{bad}；可用 fuyuan plan template 取得随附的模板再修改 / "
            f"the Word template cannot be used: {bad}; start from the shipped one"
        ) from bad
    return packed(document.docx, title, issuer, at)
