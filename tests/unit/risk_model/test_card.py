"""The model card in Markdown and HTML."""

import re
from xml.etree import ElementTree

import msgspec
import pytest

from risk_model.scoring.card import CardSubject, as_html, as_markdown, card_blocks, model_card, model_card_html
from risk_model.scoring.card.blocks import Folded, Heading, Notice, Paragraph, Table
from risk_model.scoring.card.wording import budget_text, share_with_interval, signed, with_interval
from risk_model.scoring.evaluation import Budget, Estimate, EvaluationSettings, LearningPoint, evaluate
from risk_model.scoring.examples import split_examples
from risk_model.scoring.learning_curve import learning_curve
from risk_model.scoring.manifest import Manifest
from risk_model.scoring.pipeline import PipelineSettings
from risk_model.scoring.training import train
from tests.examples import labelled

HOSTILE = "<script>alert(1)</script>|**粗**"


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """Manifest of a small model, with text in it that tries to break out."""
    fitted = train(labelled(400), seed=1, settings=PipelineSettings(max_columns=200))
    return Manifest(
        version="linear-test",
        trained_on=f"模拟数据，不是真实案件 {HOSTILE}",
        data_sha256="0" * 64,
        data_rows=400,
        data_from="2025-01-01T00:00:00+00:00",
        data_to="2025-02-01T00:00:00+00:00",
        train_rows=320,
        test_rows=80,
        seed=1,
        settings=fitted.settings,
        margins=fitted.margins,
        categories=("劳动争议", "物业"),
        levels=(1, 2, 3, 4),
        features="f",
        libraries={"numpy": "2"},
        evaluation=fitted.evaluation,
        model_sha256="1" * 64,
    )


@pytest.fixture(scope="module")
def subject(manifest: Manifest) -> CardSubject:
    """A card of another evaluation, with agencies, counties and a learning curve."""
    model = train(labelled(400), seed=1, settings=PipelineSettings(max_columns=200)).risk_model("x")
    examples = [
        msgspec.structs.replace(e, source=HOSTILE if i % 2 else "/gov/379001/petition", county="379001")
        for i, e in enumerate(labelled(300, seed=5))
    ]
    settings = EvaluationSettings(resamples=50, budgets=(Budget(0.05), Budget(2, "day"), Budget(7, "week")))
    points = (
        LearningPoint(100, Estimate(0.5, 0.4, 0.6), None),
        LearningPoint(1_000, Estimate(0.7, 0.65, 0.75), None),
    )
    return CardSubject(manifest, evaluate(model, examples, settings), "另一批", points, {"379001": "云中区"})


def test_says_what_it_learnt_from_first(manifest: Manifest) -> None:
    """The origin of the labels stands before any figure."""
    card = model_card(manifest)
    assert card.index("模拟数据，不是真实案件") < card.index("## 一看就懂") < card.index("macro-F1")
    assert "从不对个人评分" in card
    assert "适用底线之前" in card


def test_same_manifest_same_card(manifest: Manifest) -> None:
    """The card beside an artifact can be made anew from its manifest."""
    assert model_card(manifest) == model_card(msgspec.json.decode(msgspec.json.encode(manifest), type=Manifest))


def test_a_random_split_is_said(manifest: Manifest) -> None:
    """Data without times: neither a span nor a split by time is claimed."""
    card = model_card(msgspec.structs.replace(manifest, split="random", data_from="", data_to=""))
    assert "没有完整的时间" in card
    assert "随机切分" in card
    assert "按时间切分：" not in card


def test_tables_are_well_formed(subject: CardSubject) -> None:
    """Every row has as many cells as its head, whatever stands in them."""
    widths: list[int] = []
    for line in as_markdown(card_blocks(subject)).splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        if cells and widths:
            assert cells == widths[-1], line
        widths = [*widths, cells] if cells else []


def test_html_is_whole_and_safe(subject: CardSubject) -> None:
    """One well-formed page: nothing from outside, no script, hostile text escaped, every figure valid SVG."""
    page = model_card_html(subject)
    body = page.removeprefix("<!doctype html>\n").replace('<meta charset="utf-8">', "")
    ElementTree.fromstring(re.sub(r"<meta [^>]*>|class=n", "", body))
    assert "<script" not in page
    assert re.findall(r"(?:src|href|url\()[^>]*", page) == []
    assert set(re.findall(r"https?://[^\"\s<]+", page)) == {"http://www.w3.org/2000/svg"}
    assert (
        page.count("<svg") == page.count("</svg>") == 7
    )  # three calibrations, confusion, levels, categories, learning
    assert "云中区 379001" in page
    assert "每天评分最高的 2 件" in page
    assert "每周评分最高的 7 件" in page
    assert "（另一批）" in page


def test_missing_heads_are_left_out(manifest: Manifest) -> None:
    """A model measured on categories only has a card, and says that levels were not measured."""
    model = train(labelled(400), seed=1, settings=PipelineSettings(max_columns=200)).risk_model("x")
    only = [msgspec.structs.replace(e, level=None) for e in labelled(200, seed=5)]
    card = as_markdown(card_blocks(CardSubject(manifest, evaluate(model, only), "x")))
    assert "没有等级标注，未评估" in card
    assert "红召回率" not in card
    assert "None" not in card
    assert "nan" not in card


def test_card_of_an_old_manifest(manifest: Manifest) -> None:
    """An evaluation without intervals, slices and class measures still makes a card."""
    found = manifest.evaluation
    kept = {
        name: getattr(found, name)
        for name in type(found).__struct_fields__[: type(found).__struct_fields__.index("category_rows")]
    }
    old = msgspec.structs.replace(manifest, evaluation=type(found)(**kept))
    assert "等级 macro-F1" in model_card(old)
    assert "<svg" in model_card_html(CardSubject(old))


def test_blocks_are_written_both_ways() -> None:
    """Value table of the smallest parts."""
    blocks = (
        Heading(2, "题"),
        Notice("注意", "**粗** 与 `码`"),
        Folded("细节", (Paragraph("a < b"), Table(("甲", "数"), (("x|y", "1,234"),), frozenset({0})))),
    )
    assert as_markdown(blocks) == (
        "## 题\n\n> **注意**\n>\n> **粗** 与 `码`\n\n### 细节\n\na < b\n\n| 甲 | 数 |\n|---|---|\n| x\\|y | 1,234 |\n"
    )
    page = as_html("<题>", blocks)
    assert "<title>&lt;题&gt;</title>" in page
    assert "<strong>粗</strong> 与 <code>码</code>" in page
    assert "<details><summary>细节</summary><p>a &lt; b</p>" in page
    assert '<tr class="faint"><td>x|y</td><td class="n">1,234</td></tr>' in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (with_interval(Estimate(0.9123, 0.9, 0.92)), "0.912 [0.900, 0.920]"),
        (with_interval(Estimate(0.5)), "0.500"),
        (with_interval(None), "—"),
        (share_with_interval(Estimate(0.9123, 0.9, 0.92)), "91.2%（90.0%–92.0%）"),
        (signed(Estimate(-0.012)), "−1.2%"),
        (signed(Estimate(0.012)), "+1.2%"),
        (budget_text("2%"), "评分最高的 2%"),
    ],
)
def test_figures_are_written(text: str, expected: str) -> None:
    """As people read them."""
    assert text == expected


def test_learning_curve_rises() -> None:
    """Growing parts of the same data, judged on the same latest part; sizes without two classes or beyond the data are left out."""
    steps: list[int] = []
    points = learning_curve(
        *split_examples(labelled(600), 0.2, 0)[:2],
        seed=1,
        sizes=(1, 40, 200, 10_000),
        settings=PipelineSettings(max_columns=500, min_rows=1),
        evaluation=EvaluationSettings(resamples=20),
        step=steps.append,
    )
    assert [point.rows for point in points] == steps == [40, 200, 480]
    first, last = points[0].category_macro_f1, points[-1].category_macro_f1
    assert first is not None
    assert last is not None
    assert first.value <= last.value
    assert last.low is not None
    assert points == learning_curve(
        *split_examples(labelled(600), 0.2, 0)[:2],
        seed=1,
        sizes=(40, 200),
        settings=PipelineSettings(max_columns=500, min_rows=1),
        evaluation=EvaluationSettings(resamples=20),
    )
