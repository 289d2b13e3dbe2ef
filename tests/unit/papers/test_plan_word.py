"""The plan of every row of the response table as a Word file, opened again: addressees, facts, articles, deadlines, nothing else."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from docx.document import Document as DocumentObject
from docx.oxml.ns import qn

from infra.papers import plan_template
from infra.papers.markdown import plan_markdown
from infra.papers.packing import packed
from infra.papers.plan_paper import COERCION_NOTE, LEVEL_NOTE, PlanPaper, plan_paper
from infra.papers.plan_reading import PaperRules
from infra.papers.word import TemplateRefused, plan_docx
from infra.papers.wording import articles_joined
from infra.settings import Settings
from infra.store.queries.disputes import ListedDispute
from infra.store.queries.plans import ListedPlan
from schemas.domain_events import PlanDrafted
from tests.response_table import ROWS, draft, trend_draft

RULES = PaperRules.load(Settings(_env_file=None))
DRAFTED = datetime(2026, 2, 28, 16, 30, tzinfo=UTC)  # half past midnight of 1 March in China


def _event(number: int, title: str = "工地拖欠工资") -> ListedDispute:
    at = datetime(2026, 2, number, 1, tzinfo=UTC)
    return ListedDispute(
        f"d{number}",
        "m",
        "gov.petition",
        "gov",
        "/gov/379001/petition",
        "379001001/东门社区",
        "劳动争议",
        "",
        3,
        title,
        at,
        at,
        None,
        None,
    )


def _paper(plan: PlanDrafted, events: list[ListedDispute] | None = None, total: int | None = None) -> PlanPaper:
    listed = events if events is not None else [_event(2), _event(1)]
    known = len(listed) if total is None else total
    rules = RULES
    return plan_paper(ListedPlan(plan, "draft", 2, DRAFTED), listed, known, rules.regions, rules.clocks, rules.articles)


def _opened(paper: PlanPaper) -> DocumentObject:
    return docx.Document(io.BytesIO(plan_docx(paper)))


def _lines(document: DocumentObject) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize("row", ROWS)
def test_every_row_as_a_word_file(row: str) -> None:
    """Title, mark, addressees, facts, reasons, the table of measures with articles and deadlines, duties, foot, attachments."""
    plan = draft(row)
    document = _opened(_paper(plan))
    lines = _lines(document)
    assert f"{plan.title}" in lines
    assert "草稿，须经签发　第 2 稿" in lines
    leads = list(dict.fromkeys(measure.lead for measure in plan.measures))
    assert f"{'、'.join(leads)}：" in lines
    assert all(f"{fact}。" in lines for fact in plan.facts)
    assert all(f"{finding}。" in lines for finding in plan.findings)
    measures, events = document.tables
    assert [cell.text for cell in measures.rows[0].cells] == ["序号", "措施", "牵头单位", "配合单位", "依据", "时限"]
    for number, (table_row, measure) in enumerate(zip(measures.rows[1:], plan.measures, strict=True), 1):
        assert [cell.text for cell in table_row.cells] == [
            str(number),
            measure.text,
            measure.lead,
            "、".join(measure.support),
            articles_joined(measure.basis),
            measure.deadline,
        ]
    wanted = ROWS[row]
    shown = "".join(cell.text for table_row in measures.rows for cell in table_row.cells)
    laws = {article.partition("》")[0] for article in wanted.articles}
    assert all(law in shown for law in laws)
    assert all(RULES.clocks.rule(code).name in shown for code in wanted.clocks)
    assert [line for line in lines if line in (LEVEL_NOTE, COERCION_NOTE)] == [LEVEL_NOTE, COERCION_NOTE]
    assert "　　　2. 引用法条摘录" in lines
    assert lines.index("府院联席会议办公室") < lines.index("2026年3月1日")
    assert [cell.text for cell in events.rows[1].cells][:4] == ["1", "2026-02-02", "信访登记", "云中区钟楼街道东门社区"]
    for article in wanted.articles:
        assert f"{article}：{RULES.articles[article].text}" in lines


@pytest.mark.parametrize("row", ROWS)
def test_nothing_is_invented(row: str) -> None:
    """Every sentence is a fact, a finding, a measure, a deadline, an article, or a phrase of the form."""
    plan = draft(row)
    paper = _paper(plan)
    form = set(_lines(docx.Document(plan_template.SHIPPED)))
    given = {f"{text}。" for text in (*plan.facts, *plan.findings)} | set(paper.duties) | set(paper.notes)
    given |= {f"{article.cite}：{article.text}" for article in paper.articles}
    given |= {paper.title, paper.issuer, paper.date, paper.date_note, paper.events_note, f"{paper.addressees}："}
    given |= {
        f"抄送：{paper.copies}。",
        f"{paper.mark}　{paper.edition}",
        "附件：1. 相关上报清单",
        "　　　2. 引用法条摘录",
    }
    strange = [line for line in _lines(_opened(paper)) if line not in given | form]
    assert not strange


@pytest.mark.parametrize("kind", ["emerging", "trending", "regional", "systemic"])
def test_alerts_without_a_matter(kind: str) -> None:
    """Trends, regional and systemic alerts have plans too; one without events says so."""
    plan = trend_draft(kind, region="379001001")
    assert plan is not None
    document = _opened(_paper(plan, []))
    assert "共 0 件。" in _lines(document)
    assert len(document.tables[1].rows) == 1
    assert any("钟楼街道" in line for line in _lines(document))


def test_duties_name_both_chains() -> None:
    """Who is warned before a deadline of the law lapses, and who is told after."""
    duties = _paper(draft("欠薪")).duties
    assert "预警责任人：责任人。" in duties
    assert duties[1] == (
        "云中区人力资源社会保障局牵头第1、2、7、8项；云中区住房城乡建设局牵头第3项；云中区人民政府牵头第4项；"
        "云中区劳动争议仲裁委员会牵头第5项；云中区司法局牵头第6项。各牵头单位于期限届满前反馈办理情况。"
    )
    (arbitration,) = (duty for duty in duties if duty.startswith("第5项"))
    assert arbitration == (
        "第5项届满10日、3日前提醒仲裁庭、劳动人事争议仲裁院；逾期的，逐级告知仲裁委员会办事机构负责人、仲裁委员会主任，"
        "并告知人力资源社会保障局分管负责人、府院联席会议办公室。"
    )


@pytest.mark.parametrize(
    ("basis", "shown"),
    [
        ([], ""),
        (
            ["《甲法》第1条", "《乙〈丙〉办法》第2条", "《甲法》第3条", "《甲法》第1条"],
            "《甲法》第1条、第3条；《乙〈丙〉办法》第2条",
        ),
        (["当地规定", "《甲法》第1条"], "当地规定；《甲法》第1条"),
    ],
)
def test_a_law_is_named_once(basis: list[str], shown: str) -> None:
    """And its articles after it; rules without an article as they are."""
    assert articles_joined(basis) == shown


def test_a_long_list_of_events_says_how_much_of_all_it_is() -> None:
    """The paper does not pretend to be whole."""
    assert "共 1234 件，列出最近的 2 件。" in _lines(_opened(_paper(draft("欠薪"), total=1234)))


def test_text_from_reports_stays_text() -> None:
    """Neither markup nor tags of the template language nor characters XML cannot hold do anything."""
    hostile = "<w:t>&{{ issuer }}{% for %}\x0b\x01\n]]>"
    document = _opened(_paper(draft("欠薪"), [_event(1, hostile)]))
    assert document.tables[1].rows[1].cells[5].text == "<w:t>&{{ issuer }}{% for %} ]]>"
    markdown = plan_markdown(_paper(draft("欠薪"), [_event(1, "|<b>[x](y)")]))
    assert "\\|\\<b\\>\\[x\\](y) |" in markdown


def test_markdown_says_the_same() -> None:
    """Every line of the paper stands in the Markdown too."""
    paper = _paper(draft("征地拆迁"))
    text = plan_markdown(paper)
    said = [*paper.facts, *paper.findings, *paper.duties, *paper.notes, paper.issuer, paper.date]
    said += [part for m in paper.measures for part in (m.text, m.lead, m.support, m.basis, m.deadline)]
    said += [part for a in paper.articles for part in (a.cite, a.text)]
    unescaped = re.sub(r"\\(.)", r"\1", text)
    assert not [line for line in said if line not in unescaped]
    assert text.startswith("# 关于标题的处置方案（草稿）\n\n**草稿，须经签发**　第 2 稿\n")


def test_a_signed_plan_has_no_draft_mark() -> None:
    """And its date is no longer the draft's."""
    plan = draft("欠薪")
    listed = ListedPlan(plan, "adopted", 2, DRAFTED)
    paper = plan_paper(listed, [], 0, RULES.regions, RULES.clocks, RULES.articles)
    lines = _lines(_opened(paper))
    assert not any("须经签发" in line or "拟稿日期" in line for line in lines)


def test_the_official_page() -> None:
    """GB/T 9704-2012: A4, margins, type by name with what to take in its place, page numbers on the outer side."""
    document = _opened(_paper(draft("欠薪")))
    section = document.sections[0]
    millimetres = [
        round(length.mm)
        for length in (
            section.page_width,
            section.page_height,
            section.top_margin,
            section.bottom_margin,
            section.left_margin,
            section.right_margin,
        )
    ]
    assert millimetres == [210, 297, 37, 35, 28, 26]
    title = next(paragraph for paragraph in document.paragraphs if "处置方案（草稿）" in paragraph.text)
    run = title.runs[0]
    assert (run.font.size.pt, _east_asian(run)) == (22, "方正小标宋简体")
    body = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith("现拟定"))
    assert (body.runs[0].font.size.pt, _east_asian(body.runs[0])) == (16, "仿宋")
    assert body.paragraph_format.first_line_indent.pt == 32
    head = next(paragraph for paragraph in document.paragraphs if paragraph.text == "三、处置措施")
    assert _east_asian(head.runs[0]) == "黑体"
    fonts = next(p for p in document.part.package.iter_parts() if p.partname == "/word/fontTable.xml").blob.decode()
    assert 'w:name="方正小标宋简体"><w:altName w:val="宋体"/>' in fonts
    assert 'w:name="仿宋"><w:altName w:val="仿宋_GB2312"/>' in fonts
    assert section.footer.paragraphs[0].text == "—  —"
    assert "PAGE" in section.even_page_footer._element.xml
    assert section.header.paragraphs[0].text == "草稿，须经签发"
    assert document.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_the_same_plan_is_the_same_file() -> None:
    """Byte for byte; its properties name the plan and the issuer."""
    paper = _paper(draft("欠薪"))
    written = plan_docx(paper)
    assert plan_docx(paper) == written
    properties = docx.Document(io.BytesIO(written)).core_properties
    assert (properties.title, properties.author) == (paper.title, "府院联席会议办公室")
    assert properties.created.replace(tzinfo=UTC) == DRAFTED


def test_the_shipped_template_is_what_the_script_makes() -> None:
    """`python -m infra.papers.plan_template` after a change of the layout."""
    assert plan_template.SHIPPED.read_bytes() == packed(plan_template.build())


def test_a_template_of_the_city(tmp_path: Path) -> None:
    """Its own words and names of the paper; what it may not name is said."""
    document = docx.Document()
    document.add_paragraph("云州市 {{ title }} {{ measures[0].lead }}")
    own = tmp_path / "own.docx"
    document.save(str(own))
    opened = docx.Document(io.BytesIO(plan_docx(_paper(draft("欠薪")), own)))
    assert opened.paragraphs[0].text == "云州市 关于标题的处置方案（草稿） 云中区人力资源社会保障局"
    document.add_paragraph("{{ headline }}")
    document.save(str(own))
    with pytest.raises(TemplateRefused, match=r"headline.*fuyuan plan template"):
        plan_docx(_paper(draft("欠薪")), own)
    own.write_bytes(b"no document")
    with pytest.raises(TemplateRefused, match="无法使用"):
        plan_docx(_paper(draft("欠薪")), own)


def test_a_template_cannot_reach_out_of_the_paper(tmp_path: Path) -> None:
    """A template is a file people pass on; it is run in a sandbox."""
    document = docx.Document()
    document.add_paragraph("{{ title.__class__.__mro__[1].__subclasses__() }}")
    document.save(str(tmp_path / "own.docx"))
    with pytest.raises(TemplateRefused, match="unsafe"):
        plan_docx(_paper(draft("欠薪")), tmp_path / "own.docx")


def _east_asian(run: object) -> str:
    return run._element.rPr.rFonts.get(qn("w:eastAsia"))  # type: ignore[attr-defined]  # python-docx's runs
