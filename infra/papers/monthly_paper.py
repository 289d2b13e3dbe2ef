"""The monthly report as an official paper: every figure in words, 无数据 where there is none."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from infra.papers.wording import chinese_date, one_line
from risk_model.alerts.precision import Precision
from risk_model.alerts.status import STATUS_ZH
from risk_model.local_time import local_day
from risk_model.plans.playbooks import KIND_ZH
from risk_model.reporting.month import Month
from risk_model.reporting.monthly import Compared, MonthlyReport, Row, Share
from risk_model.series import measure_name
from schemas.levels import Level
from schemas.regions import RegionRegistry

NONE = "无数据"
LEVEL_NOTE = "本报告所称等级为内部风险等级，不是《突发事件应对法》规定的预警级别，须经人工确认，不得对外公布。"
COUNT_NOTE = (
    "件数按事件发生之日统计，以截至成文时已上报的为准；无数据指记录没有覆盖该月，不等于零；带 * 的月份记录不全。"
)
PRECISION_NOTE = "准确率为属实占属实与误报之和的比例，以办结时的结论为准；方括号内为 95% 置信区间。"
SUIT_NOTE = "万人起诉率为当月上报的立案数除以常住人口（万人）。"
_GROUPS = {"kind": "种类", "rule": "依据、检测方法", "agency": "上报单位", "county": "县（市、区）"}
_MOST_ROWS = 12
_STATUSES = {"open": "持续", "cleared": "已回落"}


class Cells(msgspec.Struct, frozen=True):
    """A row of a table, as many cells as it needs, in order."""

    a: str
    b: str = ""
    c: str = ""
    d: str = ""
    e: str = ""
    f: str = ""


class MonthlyPaper(msgspec.Struct, frozen=True):
    """The report as a paper; the names are those a Word template uses.

    Attributes:
        mark: what stands over a report of a month that is not complete.
        summary: 概况, sentences.
        categories, counties: name, this month, last, change, same month last year, change.
        alerts: sentences.
        trends: place, what, found, kind and status, newest figures, their bounds.
        wide: title, kind, level, status, reasons.
        matters: title, category, place, level, events in the month (in all), people and amount.
        rates: sentences of 败诉率, 出庭应诉率.
        commitments: sentences on duties and on requests of the 府院 ledger.
        offices: office asked, requests, answered, in time, overdue, fulfilled and median days.
        suits: county, filed, population, for each ten thousand.
        precision: group, name, right, false, repeated, share.
    """

    title: str
    mark: str
    summary: tuple[str, ...]
    categories: tuple[Cells, ...]
    counties: tuple[Cells, ...]
    alerts: tuple[str, ...]
    trends: tuple[Cells, ...]
    wide: tuple[Cells, ...]
    matters: tuple[Cells, ...]
    rates: tuple[str, ...]
    suits: tuple[Cells, ...]
    commitments: tuple[str, ...]
    offices: tuple[Cells, ...]
    precision: tuple[Cells, ...]
    precision_note: str
    notes: tuple[str, ...]
    issuer: str
    date: str
    drafted_at: datetime


def monthly_paper(report: MonthlyReport, regions: RegionRegistry, issuer: str, now: datetime) -> MonthlyPaper:
    """The report as a paper.

    Args:
        report: the figures.
        regions: names of places.
        issuer: who signs it.
        now: when it is made, aware.
    """
    month = Month.parse(report.month)
    return MonthlyPaper(
        title=f"{month.zh}矛盾纠纷风险研判报告",
        mark="" if report.complete else "本月尚未结束或者尚有日期未关闭，数字不全",
        summary=_summary(report, month, regions),
        categories=tuple(_counted(row.name, row.count) for row in report.categories[:_MOST_ROWS]),
        counties=tuple(_counted(regions.place(row.name), row.count) for row in report.counties),
        alerts=_alerts(report),
        trends=tuple(
            Cells(
                _place(regions, line.region),
                measure_name(line.measure),
                f"{line.first_day.month}月{line.first_day.day}日",
                f"{KIND_ZH.get(line.kind, line.kind)}、{_STATUSES.get(line.status, line.status)}",
                "；".join(f"{day.month}.{day.day}：{seen}件" for day, seen, _, _ in line.points[-3:]),
                "；".join(f"常态{usual:.1f}，上限{upper:.0f}" for _, _, usual, upper in line.points[-1:]),
            )
            for line in report.trends
        ),
        wide=tuple(
            Cells(
                one_line(line.title),
                KIND_ZH.get(line.kind, line.kind),
                Level(line.level).zh,
                STATUS_ZH.get(line.status, line.status),
                one_line("；".join(line.reasons[:3])),
            )
            for line in report.wide
        ),
        matters=tuple(
            Cells(
                one_line(line.title),
                line.category,
                regions.name(line.county),
                Level(line.level).zh,
                f"{line.events}（累计{line.events_in_all}，来源{line.sources}个）",
                _scale(line.people, line.amount_fen),
            )
            for line in report.matters
        ),
        rates=_rates(report),
        suits=tuple(
            Cells(
                regions.name(line.county),
                _number(line.filed),
                f"{line.population / 10_000:.1f}万人" if line.population else NONE,
                NONE if line.per_ten_thousand is None else f"{line.per_ten_thousand:.2f}件",
            )
            for line in report.suits
        ),
        commitments=_commitments(report),
        offices=tuple(
            Cells(
                o.office,
                str(o.asked),
                str(o.answered),
                str(o.in_time),
                str(o.overdue),
                f"{_part(o.fulfilled)}、{NONE if o.median_days is None else f'{o.median_days:g}日'}",
            )
            for o in report.offices
        ),
        precision=_precision(report, regions),
        precision_note=PRECISION_NOTE,
        notes=(LEVEL_NOTE, COUNT_NOTE, SUIT_NOTE),
        issuer=issuer,
        date=chinese_date(local_day(now)),
        drafted_at=now,
    )


def _summary(report: MonthlyReport, month: Month, regions: RegionRegistry) -> tuple[str, ...]:
    total = report.total
    said = [f"{month.zh}共上报纠纷事件{_number(total.now)}{'件' if total.now is not None else ''}，{_changes(total)}。"]
    rising = _risers(report.categories)
    if rising:
        said.append(f"环比上升较多的类别：{'；'.join(_rise(row.name, row.count) for row in rising)}。")
    rising = _risers(report.counties)
    if rising:
        said.append(
            f"环比上升较多的县（市、区）：{'；'.join(_rise(regions.name(row.name), row.count) for row in rising)}。"
        )
    return tuple(said)


def _risers(rows: Sequence[Row], most: int = 3) -> list[Row]:
    """Rows that rose most in number on the month before, where both months are whole."""
    known = [row for row in rows if row.count.change is not None and row.count.change > 0 and not row.count.partial]
    return sorted(known, key=lambda row: -((row.count.now or 0) - (row.count.before or 0)))[:most]


def _rise(name: str, count: Compared) -> str:
    return f"{name}{count.now}件（{_percent(count.change)}）"


def _alerts(report: MonthlyReport) -> tuple[str, ...]:
    figures = report.alerts
    number = sum(figures.by_level.values())
    if not number:
        return ("本月没有预警。",)
    levels = "、".join(f"{Level(level).zh}{n}件" for level, n in figures.by_level.items())
    kinds = "、".join(f"{KIND_ZH.get(kind, kind)}{n}件" for kind, n in figures.by_kind.items())
    stands = "、".join(f"{STATUS_ZH.get(status, status)}{n}件" for status, n in figures.by_status.items())
    return (f"本月预警{number}件：{levels}。", f"按种类：{kinds}。", f"办理情况（截至成文时）：{stands}。")


def _rates(report: MonthlyReport) -> tuple[str, ...]:
    return (
        f"行政案件败诉率：{_rate(report.lost, '件败诉', '件')}。",
        f"行政机关负责人出庭应诉率：{_rate(report.appeared, '件出庭', '件')}。",
    )


def _commitments(report: MonthlyReport) -> tuple[str, ...]:
    duties, asked = report.duties, report.requests
    said = "本月没有交办任务。"
    if duties.assigned:
        said = (
            f"本月交办任务{duties.assigned}项：已反馈{duties.answered}项，其中已销号{duties.accepted}项；撤销{duties.withdrawn}项；"
            f"超期未办结{duties.overdue}项。"
        )
    requests = "本月没有府院协助请求。"
    if asked.asked:
        days = NONE if asked.median_days is None else f"{asked.median_days:g}日"
        requests = (
            f"本月提出府院协助请求（含司法建议）{asked.asked}项：已答复{asked.answered}项，其中按期{asked.in_time}项；"
            f"超期{asked.overdue}项；办理率{_part(asked.fulfilled)}，答复用时中位数{days}。"
        )
    return said, requests


def _part(share: float | None) -> str:
    return NONE if share is None else f"{share:.1%}"


def _rate(share: Share, part: str, whole: str) -> str:
    if share.share is None:
        return f"{NONE}（{share.why}）"
    return f"{share.share:.1%}（{share.whole}{whole}中{share.part}{part}）"


def _precision(report: MonthlyReport, regions: RegionRegistry) -> tuple[Cells, ...]:
    table = report.precision
    if not (table.overall.true or table.overall.false_alarm or table.overall.duplicate):
        return ()
    rows = [_measured("全部", "", table.overall)]
    for name, found in table.groups.items():
        for key, measured in found[:_MOST_ROWS]:
            shown = {"kind": KIND_ZH.get(key, key), "county": _place(regions, key)}.get(name, key)
            rows.append(_measured(_GROUPS[name], shown, measured))
    return tuple(rows)


def _measured(group: str, name: str, found: Precision) -> Cells:
    share = NONE
    if found.share is not None and found.low is not None and found.high is not None:
        share = f"{found.share:.1%} [{found.low:.1%}, {found.high:.1%}]"
    return Cells(group, name, str(found.true), str(found.false_alarm), str(found.duplicate), share)


def _counted(name: str, count: Compared) -> Cells:
    star = "*" if count.partial else ""
    return Cells(
        name + star,
        _number(count.now),
        _number(count.before),
        _percent(count.change),
        _number(count.year_ago),
        _percent(count.year_change),
    )


def _changes(count: Compared) -> str:
    star = "（记录不全）" if count.partial else ""
    return f"环比{_percent(count.change)}，同比{_percent(count.year_change)}{star}"


def _number(value: int | None) -> str:
    return NONE if value is None else f"{value}"


def _percent(change: float | None) -> str:
    return NONE if change is None else f"{change:+.1%}"


def _scale(people: int, amount_fen: int) -> str:
    said = [f"{people}人"] if people else []
    return "、".join([*said, *([f"{amount_fen / 1_000_000:,.2f}万元"] if amount_fen else [])]) or "—"


def _place(regions: RegionRegistry, key: str) -> str:
    return regions.place(key) if key[:6] in regions else "全市"
