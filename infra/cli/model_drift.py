"""fuyuan model drift: is the model still fed what it learnt from."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from infra.cli.model_options import Until, UsedFolder, end_of, used_model
from infra.label_file import read_labels
from infra.model_quality import DriftOutcome, file_drift, recorded_drift, reference_of
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from risk_model.quality.drift import worst
from risk_model.quality.drift_report import ALL_ZH, VERDICTS_ZH, drift_markdown, drift_metrics, span_zh
from risk_model.quality.measures import NAMES_ZH
from risk_model.quality.observed import observed_examples
from risk_model.quality.profile import EVERYTHING

ALARMED = 3
"""Exit status of ``drift --check`` on an alarm, told apart from a failure (1)."""

app = typer.Typer()


@app.command(help="漂移：现在的事件与训练数据还像不像 are present events still like the training data")
def drift(
    days: Annotated[
        int | None, typer.Option(min=1, help="最近多少天上报的，默认见策略 reported in the last days")
    ] = None,
    until: Until = None,
    data: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="不查事件库，查这个标注文件 a label file instead of the store"),
    ] = None,
    model: UsedFolder = None,
    markdown: Annotated[Path | None, typer.Option(dir_okay=False, help="写 Markdown 报告 write a report")] = None,
    json: Annotated[Path | None, typer.Option(dir_okay=False, help="写 JSON write JSON")] = None,
    metrics: Annotated[
        Path | None, typer.Option(dir_okay=False, help="写 Prometheus 文本（*.prom） for the textfile collector")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help=f"有警报时以状态 {ALARMED} 结束 exit {ALARMED} on an alarm")
    ] = False,
) -> None:
    """Compare, print, write what is asked for."""
    settings, console = load_settings(), Console()
    limits = load_rules(settings).policy.model.drift
    now = end_of(until)
    with opened_engine(settings.database_url) as engine:
        store = StoreAccess(engine)
        used = used_model(store, settings, model)
        reference = reference_of(used)
        if data is not None:
            outcome = file_drift(observed_examples(read_labels(data, "").examples), used.model, reference, limits)
        else:
            outcome = store.read(recorded_drift, used.model, reference, limits, now, days or limits.window_days)
    _show_drift(console, outcome)
    if markdown is not None:
        present = (outcome.rows, outcome.first, outcome.last)
        text = drift_markdown(
            outcome.report, outcome.delays, model=outcome.model, present=present, reference=outcome.reference
        )
        markdown.write_text(text, encoding="utf-8")
    if json is not None:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(outcome._asdict()), indent=2) + b"\n")
    if metrics is not None:
        _replace(metrics, drift_metrics(outcome.report, outcome.delays, outcome.model, now))
    if check and worst(outcome.report.findings) == "alarm":
        raise typer.Exit(ALARMED)


def _show_drift(console: Console, outcome: DriftOutcome) -> None:
    report = outcome.report
    console.print(
        f"{outcome.model}：现在 {outcome.rows:,} 件（{span_zh(outcome.first, outcome.last)}），"
        f"训练数据 {outcome.reference[0]:,} 件（{span_zh(*outcome.reference[1:])}）",
        soft_wrap=True,
    )
    table = Table("项目 measure", "PSI", "平常波动 noise", "偶然概率 p", "判断 verdict", title=ALL_ZH)
    for c in report.comparisons:
        if c.scope == EVERYTHING:
            table.add_row(
                NAMES_ZH[c.measure], f"{c.psi:.4f}", f"{c.noise:.4f}", f"{c.p_value:.1e}", VERDICTS_ZH[c.verdict]
            )
    console.print(table)
    colours = {"alarm": "red", "warn": "yellow"}
    for finding in report.findings:
        console.print(
            f"[{colours[finding.verdict]}]{VERDICTS_ZH[finding.verdict]}[/] {finding.reason.text}", soft_wrap=True
        )
    if not report.findings:
        console.print("[green]没有发现漂移 no drift found[/]")
    sources = len({c.scope for c in report.comparisons} - {EVERYTHING})
    console.print(f"比较了 {sources} 个来源，另有 {len(report.small)} 个件数太少 sources compared, and too small to be")
    total = outcome.delays.get(EVERYTHING)
    if total is not None:
        median = "—" if total.median_days is None else f"{total.median_days:.1f} 天 days"
        console.print(f"标注 labels {total.labels:,} / {total.events:,}，时延中位数 median delay {median}")


def _replace(path: Path, text: str) -> None:
    """Write a file in one step: the collector must never read half of it."""
    half = path.with_name(f"{path.name}.new")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
