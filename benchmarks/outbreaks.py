"""Two series of the outbreak of O104 in Germany, May 2011: the day of the first signal of each method.

*Line list* (``husO104Hosp_linelist.csv``): 630 patients by the day of hospitalisation and the day the report came. Each evening the counts known
by then are judged, every day of the last fifteen anew since late reports change it; beside it what would have been seen had
every report come at once, and with the counts brought up by a nowcast (delays learnt from what has come so far). No cases lie before the first; the list says nothing
of a public alert, so days are counted from the first case and to the peak.

*Weeks* (``campyDE.csv``): Campylobacter reports, whose weeks of the outbreak the file flags (``O104period``): Farrington Flexible by calendar, and EARS.

    python -m benchmarks.outbreaks
"""

import csv
import os
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.workbench import console, show
from infra.rules import load_rules
from infra.settings import load_settings
from risk_model.surveillance.judging import judge
from risk_model.surveillance.nowcast import completeness, nowcast
from risk_model.surveillance.profile import LEAST_COMPLETE, Profile, default_profile
from risk_model.surveillance.settings import TrendTable
from risk_model.trends import ears
from risk_model.trends.bounds import Bounds
from risk_model.trends.cusum import cusum
from risk_model.trends.farrington_flexible import RECOMMENDED, FlexibleSettings, farrington_flexible
from risk_model.trends.glr import glr

FOLDER = Path(os.environ.get("FUYUAN_REAL_DATA", "../shared/data")) / "detectors" / "multivariate"
QUIET_DAYS = 90  # days without a case before the first
REJUDGED = 15  # days
DELAYS = 16  # days of delay told apart; the last holds longer ones
NOWCAST_DAYS = 20  # evenings from the first signal on which the nowcast is held against what came
LEARNING = 9  # of these, evenings on which delays are known of reports that all came late
NEWEST = 3  # days too new for a nowcast
KEY = ("379001", "category:其他")  # any county's series: without a learnt profile all are alike
LOW_MEAN = 0.1  # cases a day CUSUM and GLR take for usual
WEEKS_FROM = date(2009, 1, 5)
Days = NDArray[np.int64]
Detector = Callable[["Evening"], NDArray[np.bool_]]  # alarms of all days up to the evening's


class Evening(NamedTuple):
    """What is known one evening: counts by day, and the reporting triangle behind them."""

    today: date
    counts: Days
    triangle: Days


class LineList:
    """Cases by day, as known on any day."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = [(date.fromisoformat(r["dHosp"]), date.fromisoformat(r["dReport"])) for r in csv.DictReader(lines)]
        self.first_case = min(happened for happened, _ in rows)
        self.origin = self.first_case - timedelta(QUIET_DAYS)
        self.cases = np.array([((a - self.origin).days, (b - self.origin).days) for a, b in rows])
        self.days = int(self.cases.max()) + 1

    def known(self, today: int, *, at_once: bool = False) -> Evening:
        """What is known at the end of a day; ``at_once``: had every report come on the day itself."""
        cases = self.cases[self.cases[:, 0 if at_once else 1] <= today]
        delay = np.zeros(len(cases), dtype=np.int64) if at_once else cases[:, 1] - cases[:, 0]
        triangle = np.zeros((today + 1, DELAYS), dtype=np.int64)
        np.add.at(triangle, (cases[:, 0], np.minimum(delay, DELAYS - 1)), 1)
        return Evening(self.day(today), triangle.sum(axis=1), triangle)

    def day(self, number: int) -> date:
        """Calendar day."""
        return self.origin + timedelta(number)


class Found(NamedTuple):
    """First signal: the day it could be read, and the day it is about."""

    seen: date
    about: date


def first_signal(cases: LineList, detector: Detector, *, at_once: bool) -> Found | None:
    """First evening on which one of the last days is above its bound."""
    for today in range(QUIET_DAYS - REJUDGED, cases.days):
        alarms = np.flatnonzero(detector(cases.known(today, at_once=at_once))[-REJUDGED:])
        if alarms.size:
            return Found(cases.day(today), cases.day(today - REJUDGED + 1 + int(alarms[0])))
    return None


def detectors(table: TrendTable) -> dict[str, Detector]:
    """Methods on daily counts; those of EARS ask for the policy's least count too, else any case after none is an alarm."""
    mean = np.full((1, 1), LOW_MEAN)

    def by_ears(method: Callable[[Days], Bounds]) -> Detector:
        return lambda known: (
            method(known.counts[None, :]).alarms(known.counts[None, :])[0] & (known.counts >= table.min_count)
        )

    def shipped(span_days: int, *, delays: bool) -> Detector:
        return lambda known: _shipped(known, span_days, table, delays=delays)

    return {
        "EARS C1": by_ears(ears.c1),
        "EARS C2": by_ears(ears.c2),
        "EARS C3": by_ears(ears.c3),
        f"CUSUM，均值 {LOW_MEAN:g}": lambda known: cusum(known.counts[None, :], mean).alarms[0],
        f"GLR，均值 {LOW_MEAN:g}": lambda known: glr(known.counts[None, :], mean).alarms[0],
        "短期基线，当日": shipped(1, delays=False),
        "短期基线，七天": shipped(7, delays=False),
        "短期基线，当日，计入迟报": shipped(1, delays=True),
        "短期基线，七天，计入迟报": shipped(7, delays=True),
    }


def _shipped(known: Evening, span_days: int, table: TrendTable, *, delays: bool) -> NDArray[np.bool_]:
    """The short baseline of a county that has learnt nothing but, if asked, the delays so far."""
    profile: Profile = default_profile(table)
    if delays and known.counts.sum():
        profile = msgspec.structs.replace(profile, completeness={"": tuple(_shares(known).tolist())})
    counts = known.counts[None, :]
    ends = np.arange(len(known.counts) - REJUDGED, len(known.counts))
    first = known.today - timedelta(len(known.counts) - 1)
    found = judge([KEY], counts, first, np.zeros(REJUDGED, dtype=int), ends, span_days, known.today, profile, table)
    sums = np.convolve(known.counts, np.ones(span_days, dtype=np.int64))[ends]
    alarms = np.zeros(len(known.counts), dtype=bool)
    alarms[ends] = sums > found.upper
    return alarms


def _shares(known: Evening) -> NDArray[np.float64]:
    """Share known after each delay, from the cases so far."""
    return np.maximum(completeness(known.triangle), LEAST_COMPLETE)


def nowcasts(cases: LineList, first: date) -> None:
    """How far counts known so far, and the nowcast of them, are from what came in the end; the newest days, of which next to nothing is known, aside."""
    final = np.bincount(cases.cases[:, 0], minlength=cases.days)
    begin, rows = (first - cases.origin).days, []
    for evenings in (range(begin, begin + LEARNING), range(begin + LEARNING, begin + NOWCAST_DAYS)):
        gaps, inside, days = list[tuple[float, float]](), 0, 0
        for today in evenings:
            known = cases.known(today)
            told_of = slice(today + 1 - REJUDGED, today + 1 - NEWEST)
            shares = _shares(known)[np.arange(REJUDGED)[::-1]][:-NEWEST]
            told, came = nowcast(known.counts[told_of], shares), final[told_of]
            inside += int(((told.lower <= came) & (came <= told.upper)).sum())
            days += len(came)
            gaps.append((known.counts[told_of].sum() / came.sum() - 1, told.expected.sum() / came.sum() - 1))
        plain, brought = (np.mean([abs(gap[n]) for gap in gaps]) * 100 for n in (0, 1))
        span = f"{cases.day(evenings[0]):%m-%d} … {cases.day(evenings[-1]):%m-%d}"
        rows.append((span, f"{plain:.0f} %", f"{brought:.0f} %", f"{inside}/{days}"))
    show(
        f"补迟报 nowcast：每晚，{NEWEST} 天前至 {REJUDGED - 1} 天前合计与最终的差 gap to the final sum",
        ("每晚 evenings", "只看已知 known", "补迟报 nowcast", "95 % 区间包住的天 held"),
        rows,
    )


def line_list() -> None:
    """First signals on the line list."""
    cases = LineList(FOLDER / "husO104Hosp_linelist.csv")
    hospital, reports = (np.bincount(cases.cases[:, column]) for column in (0, 1))
    peak, busiest = cases.day(int(hospital.argmax())), cases.day(int(reports.argmax()))
    delays = cases.cases[:, 1] - cases.cases[:, 0]
    first_report = cases.day(int(cases.cases[:, 1].min()))
    console.print(
        f"{len(cases.cases)} 例：首例住院 first case {cases.first_case}，首份报告 first report {first_report}，住院高峰 peak {peak}（{hospital.max()} 例），"
        f"报告最多的一天 most reports {busiest}；迟报中位数 median delay {np.median(delays):g} 天，最长 longest {delays.max()}+"
    )

    def told(found: Found | None) -> str:
        if found is None:
            return "—"
        return f"{found.seen:%m-%d}（首例后 {(found.seen - cases.first_case).days} 天，高峰前 {(peak - found.seen).days} 天）"

    rows, seen = [], list[date]()
    for name, detector in detectors(load_rules(load_settings()).policy.trend).items():
        at_once, as_known = (first_signal(cases, detector, at_once=complete) for complete in (True, False))
        rows.append((name, told(at_once), told(as_known)))
        seen += [as_known.seen] if as_known else []
    show("首次信号 first signal", ("方法 method", "若不迟报 had reports come at once", "按当晚所知 as known"), rows)
    nowcasts(cases, min(seen))


def weeks() -> None:
    """First alarms on the weekly series, and how many there were before."""
    with (FOLDER / "campyDE.csv").open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    dates = [date.fromisoformat(row["date"]) for row in table]
    counts = np.array([[int(row["case"]) for row in table]])
    flagged = [day for day, row in zip(dates, table, strict=True) if row["O104period"] == "1"]
    judged = [number for number, day in enumerate(dates) if WEEKS_FROM <= day <= flagged[-1]]

    def by_farrington(settings: FlexibleSettings) -> NDArray[np.bool_]:
        return farrington_flexible(counts, judged, settings, dates=dates).alarms(counts[:, judged])[0]

    methods = {
        f"Farrington Flexible，推荐 α {RECOMMENDED.alpha:g}": by_farrington(RECOMMENDED),
        "Farrington Flexible，Noufaily α 0.05": by_farrington(FlexibleSettings()),
        **{
            name: method(counts).alarms(counts)[0][judged]
            for name, method in (("EARS C1", ears.c1), ("EARS C2", ears.c2), ("EARS C3", ears.c3))
        },
    }
    rows = []
    for name, alarms in methods.items():
        days = [dates[number] for number, alarm in zip(judged, alarms, strict=True) if alarm]
        during = [day for day in days if day >= flagged[0]]
        before = sum(day < flagged[0] for day in days)
        first = f"{during[0]}（第 {(during[0] - flagged[0]).days // 7 + 1} 周）" if during else "—"
        rows.append((name, first, f"{len(during)}/{len(flagged)}", f"{before}/{len(judged) - len(flagged)}"))
    show(
        f"弯曲菌周报告 weekly Campylobacter，标记的周 flagged {flagged[0]} … {flagged[-1]}",
        ("方法 method", "标记后首次报警 first alarm", "标记的周 flagged weeks", f"此前 before, from {WEEKS_FROM}"),
        rows,
    )


def main() -> int:
    """Print both."""
    if not FOLDER.is_dir():
        console.print(f"没有 {FOLDER}（FUYUAN_REAL_DATA） no such folder")
        return 0
    line_list()
    weeks()
    return 0


if __name__ == "__main__":
    sys.exit(main())
