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

import numpy as np
from numpy.typing import NDArray

from benchmarks.workbench import console, show
from risk_model.trends import ears
from risk_model.trends.cusum import cusum
from risk_model.trends.ears import EarsSettings
from risk_model.trends.farrington_flexible import RECOMMENDED, FlexibleSettings, farrington_flexible
from risk_model.trends.glr import glr

FOLDER = Path(os.environ.get("FUYUAN_REAL_DATA", "../shared/data")) / "detectors" / "multivariate"
QUIET_DAYS = 90  # days without a case before the first
REJUDGED = 15  # days
LEAST = 4  # cases a day, as the policy has it
LOW_MEAN = 0.1  # cases a day CUSUM and GLR take for usual
WEEKS_FROM = date(2009, 1, 5)
Days = NDArray[np.int64]
Detector = Callable[[Days], NDArray[np.bool_]]  # counts of all days up to the newest -> alarms


class LineList:
    """Cases by day, as known on any day."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = [(date.fromisoformat(r["dHosp"]), date.fromisoformat(r["dReport"])) for r in csv.DictReader(lines)]
        self.first_case = min(happened for happened, _ in rows)
        self.origin = self.first_case - timedelta(QUIET_DAYS)
        self.cases = np.array([((a - self.origin).days, (b - self.origin).days) for a, b in rows])
        self.days = int(self.cases.max()) + 1

    def known(self, today: int, *, at_once: bool = False) -> Days:
        """Counts of days 0 to ``today``."""
        reported = self.cases[:, 0 if at_once else 1] <= today
        return np.bincount(self.cases[reported, 0], minlength=today + 1)[: today + 1]

    def day(self, number: int) -> date:
        """Calendar day."""
        return self.origin + timedelta(number)


class Found(NamedTuple):
    """First signal: the day it could be read, and the day it is about."""

    seen: date
    about: date


def first_signal(cases: LineList, detector: Detector, known: Callable[[int], Days]) -> Found | None:
    """First evening on which one of the last days is above its bound."""
    for today in range(QUIET_DAYS - REJUDGED, cases.days):
        alarms = np.flatnonzero(detector(known(today))[-REJUDGED:])
        if alarms.size:
            return Found(cases.day(today), cases.day(today - REJUDGED + 1 + int(alarms[0])))
    return None


def _ears(method: Callable[..., "ears.Bounds"], settings: EarsSettings) -> Detector:
    return lambda counts: method(counts[None, :], settings).alarms(counts[None, :])[0] & (counts >= LEAST)


def detectors() -> dict[str, Detector]:
    """Methods on daily counts; those of EARS ask for the policy's least count too, else any case after none is an alarm."""
    mean = np.full((1, 1), LOW_MEAN)
    return {
        "EARS C1": _ears(ears.c1, ears.C1),
        "EARS C2": _ears(ears.c2, ears.C2),
        "EARS C3": _ears(ears.c3, ears.C3),
        f"CUSUM，均值 {LOW_MEAN:g}": lambda counts: cusum(counts[None, :], mean).alarms[0],
        f"GLR，均值 {LOW_MEAN:g}": lambda counts: glr(counts[None, :], mean).alarms[0],
    }


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

    rows = []
    for name, detector in detectors().items():
        at_once = first_signal(cases, detector, lambda today: cases.known(today, at_once=True))
        as_known = first_signal(cases, detector, cases.known)
        rows.append((name, told(at_once), told(as_known)))
    show("首次信号 first signal", ("方法 method", "若不迟报 had reports come at once", "按当晚所知 as known"), rows)


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
