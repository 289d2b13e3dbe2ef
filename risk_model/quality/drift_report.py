"""A drift report for people (Markdown, Chinese first) and for Prometheus (text exposition format)."""

from collections.abc import Mapping
from datetime import datetime

from risk_model.local_time import local_day
from risk_model.quality.drift import Comparison, DriftReport, Verdict, worst
from risk_model.quality.label_delay import LabelDelay
from risk_model.quality.measures import NAMES_ZH
from risk_model.quality.profile import EVERYTHING

VERDICTS_ZH: dict[Verdict | None, str] = {"alarm": "警报", "warn": "提示", None: "无"}
_VERDICT_VALUES: dict[Verdict | None, int] = {None: 0, "warn": 1, "alarm": 2}
ALL_ZH = "全部来源"
_SHOWN_SMALL = 10


def span_zh(first: datetime, last: datetime) -> str:
    """Local days of a span."""
    return f"{local_day(first)} 至 {local_day(last)}"


def drift_markdown(
    report: DriftReport,
    delays: Mapping[str, LabelDelay],
    *,
    model: str,
    present: tuple[int, datetime, datetime],
    reference: tuple[int, datetime, datetime],
) -> str:
    """The report as a Markdown document.

    Args:
        report: what was compared and found.
        delays: labels by source; may be empty.
        model: version of the model.
        present: number and span of present events.
        reference: the same of the training data.
    """
    lines = [
        f"# 漂移报告 Drift of {model}",
        "",
        f"- 结论：**{VERDICTS_ZH[worst(report.findings)]}**，{len(report.findings)} 项",
        f"- 现在：{present[0]:,} 件，发生于 {span_zh(*present[1:])}",
        f"- 训练数据：{reference[0]:,} 件，发生于 {span_zh(*reference[1:])}",
        f"- 共比较 {len(report.comparisons)} 项；单项须偶然概率不高于 {report.chance:.1e}，且 PSI 超出平常波动达到策略的界限，才算数",
        "",
        "## 发现 Findings",
        "",
    ]
    lines += [f"- {VERDICTS_ZH[f.verdict]}：{f.reason.text}" for f in report.findings] or ["没有。 None."]
    lines += ["", "## 总体 All sources", "", *_table([c for c in report.comparisons if c.scope == EVERYTHING])]
    by_source = sorted((c for c in report.comparisons if c.scope and c.verdict), key=lambda c: (c.scope, -c.psi))
    if by_source:
        lines += ["", "## 来源 By source", "", *_table(by_source)]
    if delays:
        lines += [
            "",
            "## 标注 Labels",
            "",
            "| 来源 | 件数 | 已标注 | 比例 | 时延中位数（天） | 最终比例（估计） |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {source or ALL_ZH} | {d.events:,} | {d.labels:,} | {d.share:.1%} | "
            f"{'—' if d.median_days is None else f'{d.median_days:.1f}'} | {d.eventual_share:.1%} |"
            for source, d in delays.items()
            if d.labels or source == EVERYTHING
        ]
    if report.unknown or report.small:
        lines += ["", "## 未比较 Not compared", ""]
        lines += [f"- 训练数据里没有：{source}（{n} 件）" for source, n in report.unknown.items()]
        names = [f"{source or ALL_ZH}（{n}）" for source, n in report.small.items()]
        more = f" 等 {len(names)} 个" if len(names) > _SHOWN_SMALL else ""
        lines += [f"- 件数太少：{'、'.join(names[:_SHOWN_SMALL])}{more}"] if names else []
    return "\n".join(lines) + "\n"


def _table(comparisons: list[Comparison]) -> list[str]:
    rows = [
        "| 来源 | 项目 | 训练期 | 现在 | PSI | 平常波动 | 偶然概率 | 判断 | 变动最大 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for c in comparisons:
        moves = "；".join(f"{m.label} {m.before:.1%}→{m.now:.1%}" for m in c.moves if m.before != m.now)
        cells = (c.scope or ALL_ZH, NAMES_ZH[c.measure], f"{c.events_before:,}", f"{c.events:,}", f"{c.psi:.4f}")
        rows.append(f"| {' | '.join(cells)} | {c.noise:.4f} | {c.p_value:.1e} | {VERDICTS_ZH[c.verdict]} | {moves} |")
    return rows


def drift_metrics(report: DriftReport, delays: Mapping[str, LabelDelay], model: str, at: datetime) -> str:
    """Gauges in Prometheus' text format, for node_exporter's textfile collector; source is empty for all together."""
    gauges: dict[str, tuple[str, list[tuple[dict[str, str], float]]]] = {
        "fuyuan_model_drift_psi": (
            "与训练数据相比的 PSI population stability index against the training data",
            [({"source": c.scope, "measure": c.measure}, c.psi) for c in report.comparisons],
        ),
        "fuyuan_model_drift_psi_noise": (
            "没有变化时 PSI 的平均 mean PSI without any change",
            [({"source": c.scope, "measure": c.measure}, c.noise) for c in report.comparisons],
        ),
        "fuyuan_model_drift_verdict": (
            "0 无 none，1 提示 warn，2 警报 alarm",
            [({"source": c.scope, "measure": c.measure}, _VERDICT_VALUES[c.verdict]) for c in report.comparisons],
        ),
        "fuyuan_model_drift_unknown_source_events": (
            "训练数据里没有的来源的件数 events of sources the training data lacks",
            [({"source": source}, n) for source, n in report.unknown.items()],
        ),
        "fuyuan_model_label_share": (
            "已标注比例 share of labelled events",
            [({"source": source}, d.share) for source, d in delays.items()],
        ),
        "fuyuan_model_label_delay_days": (
            "从上报到标注的中位数 median days from report to label",
            [({"source": s}, d.median_days) for s, d in delays.items() if d.median_days is not None],
        ),
        "fuyuan_model_drift_checked_timestamp_seconds": (
            "检查时间 time of the check",
            [({"model": model}, at.timestamp())],
        ),
    }
    lines = []
    for name, (text, values) in gauges.items():
        lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge"] if values else []
        lines += [f"{name}{{{_labels(labels)}}} {value!r}" for labels, value in values]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    escaped = {k: v.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n") for k, v in labels.items()}
    return ",".join(f'{name}="{value}"' for name, value in escaped.items())
