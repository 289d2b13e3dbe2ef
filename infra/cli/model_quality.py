"""fuyuan model drift|junk|queue: is the model still fed what it learnt from, who pads reports, what to label next."""

import csv
from contextlib import closing
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.label_file import read_labels
from infra.model_keys import trusted_keys
from infra.model_quality import (
    DriftOutcome,
    QueuedDispute,
    file_drift,
    labelling_queue,
    recorded_drift,
    recorded_junk,
    reference_of,
)
from infra.model_use import UsedModel, model_in_use, model_of
from infra.rules import load_rules
from infra.settings import Settings, load_settings
from infra.store.access import StoreAccess, StoreUnavailable
from infra.store.engine import open_engine
from risk_model.quality.drift import worst
from risk_model.quality.drift_report import ALL_ZH, VERDICTS_ZH, drift_markdown, drift_metrics, span_zh
from risk_model.quality.junk import JunkFinding
from risk_model.quality.measures import NAMES_ZH
from risk_model.quality.observed import observed_examples
from risk_model.quality.profile import EVERYTHING
from schemas.event_types import type_zh
from schemas.levels import Level

ALARMED = 3
"""Exit status of ``drift --check`` on an alarm, told apart from a failure (1)."""

app = typer.Typer()
_SHANGHAI = timezone(timedelta(hours=8))
_SHOWN_IDS = 3

Folder = Annotated[
    Path | None, typer.Option("--model", help="模型目录，默认为现用的模型 artifact folder, default: the model in use")
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="截至该日（含，北京时间），默认为现在 up to and including this local day"),
]


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
    model: Folder = None,
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
    now = _end(until)
    with _store(settings) as store:
        used = _used(store, settings, model)
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


@app.command(help="凑数上报：雷同、整数、月底集中，请人看 reports that look made up to fill a quota")
def junk(
    month: Annotated[
        str | None, typer.Option(help="月份，如 2025-09；默认为最近 92 天 a month; default: the last 92 days")
    ] = None,
    json: Annotated[Path | None, typer.Option(dir_okay=False, help="写 JSON write JSON")] = None,
) -> None:
    """Print who should be looked at; nothing is changed."""
    settings, console = load_settings(), Console()
    since, until = _month(month) if month else (clock.now() - timedelta(days=92), clock.now())
    limits = load_rules(settings).policy.model.junk
    with _store(settings) as store:
        found = store.read(recorded_junk, limits, since, until)
    found = [f for f in found if month is None or f.month == month]
    console.print(_junk_table(found))
    console.print("只供人核查，不删除、不改动任何记录 for a person to look at; nothing is removed or changed")
    if json is not None:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")


@app.command(help="标注队列：先标哪些事件，模型学得最多 which events to label first")
def queue(
    size: Annotated[int, typer.Option(min=1, max=1000, help="件数 how many")] = 50,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", dir_okay=False, help="写成可填写的表 write a table to be filled in")
    ] = None,
    until: Until = None,
    model: Folder = None,
) -> None:
    """Print the queue, and why each is asked."""
    settings, console = load_settings(), Console()
    limits = load_rules(settings).policy.model
    with _store(settings) as store:
        queued = store.read(labelling_queue, _used(store, settings, model).model, limits, _end(until), size)
    if not queued:
        console.print(f"最近 {limits.queue.window_days} 天没有待标注的事件 nothing to label in that time")
        return
    table = Table("序", "编号 id", "类型 type", "标题", "现判 now", "为什么问 why")
    for one in queued:
        record, asked = one.recorded.record, one.asked
        why = "；".join(reason.text for reason in asked.reasons)
        now = f"{asked.category} {Level(asked.level).zh}"
        table.add_row(str(asked.place), asked.event_id[:10], type_zh(record.type), record.title[:24], now, why)
    console.print(table)
    if csv_file is not None:
        _write_csv(csv_file, queued)
        console.print(f"已写入 written {csv_file}；填好 category、level 两列后可用于训练 fill in category and level")


def _store(settings: Settings) -> closing[StoreAccess]:
    """The event store, closed with the block."""
    return closing(StoreAccess(open_engine(settings.database_url)))


def _used(store: StoreAccess, settings: Settings, folder: Path | None) -> UsedModel:
    """The model named, else the one in use; that of the settings where there is no store."""
    if folder is not None:
        return model_of(folder, trusted_keys(settings))
    try:
        return store.read(model_in_use, settings)
    except StoreUnavailable:
        return model_of(settings.model_dir, trusted_keys(settings))


def _end(until: datetime | None) -> datetime:
    """The moment a window ends: now, or the end of a local day."""
    return clock.now() if until is None else until.replace(tzinfo=_SHANGHAI) + timedelta(days=1)


def _month(text: str) -> tuple[datetime, datetime]:
    """When events of a local month are reported: late reports come within two months."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise typer.BadParameter(f"{text!r} 不是月份，应如 2025-09 / expected a month such as 2025-09") from None
    begin = datetime.combine(first, time(), _SHANGHAI)
    return begin, begin + timedelta(days=92)


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


def _junk_table(found: list[JunkFinding]) -> Table:
    table = Table(
        "上报人 reporter", "月份", "件数", "得分 score", "依据 why", "事件 events", title=f"疑似凑数 {len(found)} 项"
    )
    for f in found:
        ids = " ".join(event_id[:10] for event_id in f.event_ids[:_SHOWN_IDS])
        shown = f"{ids} 等 {len(f.event_ids)} 件" if len(f.event_ids) > _SHOWN_IDS else ids
        table.add_row(
            f.reporter, f.month, str(f.reports), f"{f.score:.2f}", "；".join(r.text for r in f.reasons), shown
        )
    return table


def _write_csv(path: Path, queued: list[QueuedDispute]) -> None:
    """Masked texts, the model's present answer, and empty columns for the right one; with a BOM, so that Excel reads it."""
    columns = (
        "dispute_id",
        "event_type",
        "occurred_at",
        "title",
        "narrative",
        "people_involved",
        "amount_fen",
        "repeat_count",
    )
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*columns, "model_category", "model_level", "why", "category", "level"])
        for one in queued:
            r, asked = one.recorded.record, one.asked
            writer.writerow(
                [
                    r.dispute_id,
                    r.type,
                    r.occurred_at.astimezone(_SHANGHAI).isoformat(),
                    r.title,
                    r.narrative,
                    "" if r.people_involved is None else r.people_involved,
                    "" if r.amount_fen is None else r.amount_fen,
                    r.repeat_count,
                    asked.category,
                    Level(asked.level).code,
                    "；".join(reason.text for reason in asked.reasons),
                    "",
                    "",
                ]
            )


def _replace(path: Path, text: str) -> None:
    """Write a file in one step: the collector must never read half of it."""
    half = path.with_name(f"{path.name}.new")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
