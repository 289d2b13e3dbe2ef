"""The five known bursts in the tickets of a real district: the first day that could have shown each, and the day of each method's warning.

The file goes through its mapping, ASSESS and the live decisions of WATCH in memory, day by day; every other warning of the twelve continuous weeks
(from 2018-09-10) is listed by place and class with its counts. EARS C1 to C3 and naive rules see the daily counts of the same series
(community, street, district by the source's second class); their signals are merged as in ``benchmarks.naive_rules``.

*First day that could have shown it*: no valid bound of false alarm probability alpha lies below the quantile of the Poisson law, since real counts
vary more; the least a bound that knows nothing but the series' own past can be is that of the Poisson rate learnt from all its days since
the records are continuous (Jeffreys prior, a negative binomial forecast). The first day of the burst's week whose count passes it, and
is at least the policy's least count, is the first that could have shown it.

    python -m benchmarks.real_bursts [--write]
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from benchmarks.memory_watch import MemoryWatch
from benchmarks.naive_rules import Merging, by_half
from benchmarks.planted import ANY_KIND, Signal
from benchmarks.workbench import build_intake, console, write_section
from infra import clock
from infra.importing.mapping import load_mapping
from infra.importing.readers import open_rows
from infra.importing.text_files import examine
from infra.intake import Incoming
from infra.rules import load_rules
from infra.settings import load_settings
from risk_model.local_time import local_day
from risk_model.rules import Rules
from risk_model.trends import ears
from schemas.assessed import Assessed, decode_assessed

FILE = Path(os.environ.get("FUYUAN_REAL_DATA", "../shared/data")) / "district_tickets" / "tickets.csv"
CONTINUOUS, END = date(2018, 9, 10), date(2018, 12, 2)
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "early_warning.md"
BATCH, WEEK = 500, 7
ALPHAS = (1e-3, 1e-4, 1e-5)
WEEKLY_USUAL = 10
OURS = "本系统，预警"


class Burst(NamedTuple):
    """A known burst: its series, and the Monday of its week."""

    name: str
    region: str
    measure: str
    week: date


BURSTS = (
    Burst("食药监", "440310006/竹坑社区", "subject:专业事件采集/食药监问题", date(2018, 10, 8)),
    Burst("野生动植物病虫害", "440310005/金沙社区", "subject:环保水务/生态破坏", date(2018, 10, 8)),
    Burst("公共交通管理", "440310006/老坑社区", "subject:交通运输/公共交通管理", date(2018, 10, 29)),
    Burst("房地产", "440310005/金沙社区", "subject:规土城建/住房保障和房地产", date(2018, 11, 5)),
    Burst("教育统筹", "440310005/金沙社区", "subject:教育卫生/教育体制", date(2018, 11, 19)),
)


def district(rules: Rules) -> list[Assessed]:
    """All tickets as the line would have them, in the order of the file."""
    settings = load_settings()
    intake, mapping = build_intake(settings), load_mapping("district_tickets", rules.regions)
    opened = open_rows(examine(FILE, mapping.file.encoding), mapping, rules.regions, "tickets")
    values = [opened.prepare(row).value for row in opened.source.rows()]
    disputes: list[Assessed] = []
    for start in range(0, len(values), BATCH):
        batch = [Incoming("reported", 0, start + i, value) for i, value in enumerate(values[start : start + BATCH])]
        disputes += [decode_assessed(m.value) for m in intake.process(batch, clock.now()) if m.accepted]
    return disputes


class DailyCounts:
    """Counts of every series of the source's second class by day, from the first record to the last."""

    def __init__(self, disputes: Sequence[Assessed]) -> None:
        self.first = min(local_day(d.occurred_at) for d in disputes)
        self.days = (END - self.first).days
        keys: dict[tuple[str, str], int] = {}
        cells: list[tuple[int, int]] = []
        for dispute in disputes:
            measure = "subject:" + "/".join(dispute.subject[:2])
            for region in dispute.place.region_keys():
                row = keys.setdefault((region, measure), len(keys))
                cells.append((row, (local_day(dispute.occurred_at) - self.first).days))
        self.keys = tuple(keys)
        self.rows = keys
        self.counts = np.zeros((len(keys), self.days), dtype=np.int64)
        np.add.at(self.counts, tuple(np.array(cells).T), 1)

    def index(self, day: date) -> int:
        """Column of a day."""
        return (day - self.first).days


def first_possible(daily: DailyCounts, burst: Burst, alpha: float, least: int) -> date | None:
    """First day of the burst's week whose count no valid bound could allow; see the module."""
    counts = daily.counts[daily.rows[burst.region, burst.measure]]
    for day in (burst.week + timedelta(i) for i in range(WEEK)):
        at, begin = daily.index(day), daily.index(CONTINUOUS)
        size, exposure = 0.5 + counts[begin:at].sum(), at - begin
        limit = nbinom.ppf(1 - alpha, size, exposure / (exposure + 1))
        if counts[at] > limit and counts[at] >= least:
            return day
    return None


def by_matrix(daily: DailyCounts, fired: NDArray[np.bool_]) -> list[Signal]:
    """Signals of a rule that is a matrix of alarms."""
    merging, signals = Merging(), []
    for column, row in zip(*np.nonzero(fired.T), strict=True):
        day = daily.first + timedelta(int(column))
        region, measure = daily.keys[row]
        signals.append(
            Signal(
                merging.warning(region, measure, day),
                ANY_KIND,
                day,
                (region,),
                measure,
                day,
                day,
                int(daily.counts[row, column]),
            )
        )
    return signals


def others(daily: DailyCounts, rules_least: int) -> dict[str, list[Signal]]:
    """Signals of EARS and of naive rules."""
    counts = daily.counts
    week = np.apply_along_axis(lambda row: np.convolve(row, np.ones(WEEK, dtype=int))[: len(row)], 1, counts)
    before = np.zeros_like(week)
    before[:, WEEK:] = week[:, :-WEEK]
    enough = counts >= rules_least
    methods: dict[str, Callable[[], np.ndarray]] = {
        "EARS C1": lambda: ears.c1(counts).alarms(counts),
        "EARS C2": lambda: ears.c2(counts).alarms(counts),
        "EARS C3": lambda: ears.c3(counts).alarms(counts),
        f"EARS C1，至少 {rules_least} 件": lambda: ears.c1(counts).alarms(counts) & enough,
        f"EARS C2，至少 {rules_least} 件": lambda: ears.c2(counts).alarms(counts) & enough,
        f"EARS C3，至少 {rules_least} 件": lambda: ears.c3(counts).alarms(counts) & enough,
        f"周环比 +50 %，至少 {WEEKLY_USUAL} 件": lambda: by_half(WEEKLY_USUAL)(week, before),
        f"7 天 {WEEKLY_USUAL} 件": lambda: week >= WEEKLY_USUAL,
    }
    return {name: by_matrix(daily, make()) for name, make in methods.items()}


def ours(disputes: Sequence[Assessed], rules: Rules) -> list[Signal]:
    """Signals of the live decisions, those the alert budget holds back among them."""
    watch, today = MemoryWatch(rules), local_day(disputes[0].occurred_at)
    signals: list[Signal] = []
    for dispute in disputes:
        known = local_day(dispute.reported_at)
        while today < known:
            today += timedelta(1)
            signals += watch.midnight(today)
        signals += watch.take(dispute, today)
    return [signal for signal in signals if signal.kind != "事项"]


def about(signal: Signal, burst: Burst) -> bool:
    """Whether a signal is of a burst: its place, its class, a day of its week or the next."""
    return (
        burst.region in signal.regions
        and signal.measure == burst.measure
        and burst.week <= signal.last < burst.week + timedelta(2 * WEEK)
    )


def first_seen(signals: Sequence[Signal], burst: Burst) -> str:
    """Day of the first signal of a burst."""
    days = [signal.seen for signal in signals if about(signal, burst)]
    return f"{min(days):%m-%d}" if days else "—"


def bursts_table(daily: DailyCounts, methods: dict[str, list[Signal]], least: int) -> list[str]:
    """First days: that could have shown each burst, and of each method's first signal."""
    names = [burst.name for burst in BURSTS]
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for alpha in ALPHAS:
        days = [first_possible(daily, burst, alpha, least) for burst in BURSTS]
        cells = [f"{day:%m-%d}" if day else "—" for day in days]
        lines.append(f"| 最早可能，α {alpha:g} | " + " | ".join(cells) + " |")
    for name, signals in methods.items():
        lines.append(f"| {name} | " + " | ".join(first_seen(signals, burst) for burst in BURSTS) + " |")
    return lines


def numbers_table(methods: dict[str, list[Signal]]) -> list[str]:
    """Warnings of the twelve weeks: of the bursts, and others."""
    lines = ["| 方法 | 已知突增的 | 其他 |", "|---|---|---|"]
    for name, signals in methods.items():
        within = in_twelve_weeks(signals)
        known = {s.warning_id for s in within if any(about(s, burst) for burst in BURSTS)}
        lines.append(f"| {name} | {len(known)} | {len({s.warning_id for s in within} - known)} |")
    return lines


def warnings_table(signals: Sequence[Signal], rules: Rules) -> list[str]:
    """Every warning: its day, kind, place, class, counts."""
    listed: dict[str, list[Signal]] = {}
    for signal in in_twelve_weeks(signals):
        listed.setdefault(signal.warning_id, []).append(signal)
    lines = ["| 日期 | 种类 | 地方 | 类别 | 件数/上限 | 天数 | 最多一天 | 已知突增 |", "|---" * 8 + "|"]
    for own in sorted(listed.values(), key=lambda own: own[0].seen):
        first = own[0]
        known = next((burst.name for burst in BURSTS if any(about(s, burst) for s in own)), "")
        most = max((s.observed for s in own if s.first == s.last), default=0)
        lines.append(
            f"| {first.seen:%m-%d} | {first.kind} | {rules.regions.place(first.regions[0])} | {first.measure.partition(':')[2]}"
            f" | {first.observed}/{first.upper:.0f} | {(first.last - first.first).days + 1} | {most or ''} | {known} |"
        )
    return lines


def in_twelve_weeks(signals: Sequence[Signal]) -> list[Signal]:
    """Signals seen in the continuous weeks."""
    return [signal for signal in signals if CONTINUOUS <= signal.seen < END + timedelta(1)]


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="写入 write into docs/early_warning.md")
    options = parser.parse_args()
    if not FILE.is_file():
        console.print(f"没有 {FILE}（FUYUAN_REAL_DATA） no such file")
        return 0
    rules = load_rules(load_settings())
    least = rules.policy.trend.min_count
    disputes = district(rules)
    daily, signals = DailyCounts(disputes), ours(disputes, rules)
    methods = {
        "本系统，记录（含额度压下的）": signals,
        OURS: [signal for signal in signals if not signal.held],
        **others(daily, least),
    }
    tables = (bursts_table(daily, methods, least), numbers_table(methods), warnings_table(methods[OURS], rules))
    text = "\n\n".join("\n".join(lines) for lines in tables)
    print(text)
    if options.write:
        write_section(DOCUMENT, "real bursts", f"`python -m benchmarks.real_bursts`\n\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
