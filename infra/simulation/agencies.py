"""Who reports what, and with which habits: office hours, delays, nightly and month-end uploads, numbering."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from infra.simulation.chance import Rng
from infra.simulation.seasons import is_working_day, next_working_day

DAY_SECONDS = 86_400
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Agency:
    """A reporting office.

    Attributes:
        side: court or gov.
        name: last part of the CloudEvents source.
        prefix: letters its own numbers begin with.
        citywide: one office for the city, not one for each county.
        hours: when things happen there: round (with an evening peak), night (police) or office.
        delay_days: median of the delay between the event and the report; under 0.1 for those who report at once.
        upload: continuous, nightly, weekly (Fridays) or monthly (the last working day's afternoon).
    """

    side: str
    name: str
    prefix: str
    citywide: bool
    hours: str
    delay_days: float
    upload: str = "continuous"

    def source(self, county: str) -> str:
        """CloudEvents source of the office that covers a county."""
        return f"/{self.side}/{'3790' if self.citywide else county}/{self.name}"


_HOTLINE = Agency("gov", "hotline12345", "YZ", True, "round", 0.02)
_POLICE = Agency("gov", "police110", "JQ", False, "night", 0.04)
_PETITION = Agency("gov", "petition", "XF", False, "office", 0.6)
_GRID = Agency("gov", "grid", "WG", False, "round", 0.3)
_JUSTICE = Agency("gov", "mediation", "RT", False, "office", 2.0, "weekly")
_RECONSIDERATION = Agency("gov", "reconsideration", "FY", False, "office", 2.5)
_LABOUR = Agency("gov", "labour", "LD", False, "office", 1.2)
_ARBITRATION = Agency("gov", "arbitration", "ZC", False, "office", 2.0)
_HOUSING = Agency("gov", "housing", "ZJ", True, "office", 4.0)
_TAX = Agency("gov", "tax", "SW", True, "office", 5.0, "monthly")
_PENALTY = Agency("gov", "penalty", "CF", False, "office", 5.0)
_FILING = Agency("court", "filing", "LA", False, "office", 0.8, "nightly")
_TRIAL = Agency("court", "judgment", "CP", False, "office", 3.0, "nightly")
_ENFORCEMENT = Agency("court", "enforcement", "ZX", False, "office", 1.5, "nightly")
_BANKRUPTCY = Agency("court", "bankruptcy", "PC", True, "office", 2.0)
_ADVICE = Agency("court", "advice", "JY", False, "office", 1.5)

AGENCIES: dict[str, Agency] = {
    "gov.hotline_ticket": _HOTLINE,
    "gov.police_incident": _POLICE,
    "gov.petition": _PETITION,
    "gov.repeat_petition": _PETITION,
    "gov.grid_report": _GRID,
    "gov.mediation": _JUSTICE,
    "gov.reconsideration": _RECONSIDERATION,
    "gov.wage_arrears_lead": _LABOUR,
    "gov.labor_arbitration": _ARBITRATION,
    "gov.project_stalled": _HOUSING,
    "gov.escrow_anomaly": _HOUSING,
    "gov.tax_fee_arrears": _TAX,
    "gov.penalty": _PENALTY,
    "court.case_filed": _FILING,
    "court.group_litigation": _FILING,
    "court.preservation": _FILING,
    "court.judgment": _TRIAL,
    "court.administrative_loss": _TRIAL,
    "court.enforcement_filed": _ENFORCEMENT,
    "court.enforcement_terminated": _ENFORCEMENT,
    "court.bankruptcy_petition": _BANKRUPTCY,
    "court.bankruptcy_accepted": _BANKRUPTCY,
    "court.advice_issued": _ADVICE,
    "court.advice_replied": _ADVICE,
}

# Offices that collect and upload at month end: (agency, county) -> share of its reports held back until then.
MONTH_END_SHARE: dict[tuple[str, str], float] = {
    ("mediation", "379003"): 0.7,
    ("mediation", "379004"): 0.8,
    ("grid", "379004"): 0.25,
    ("grid", "379006"): 0.15,
    ("arbitration", "379002"): 0.4,
}
_HOUR_WEIGHTS = {
    "round": (1, 1, 0, 0, 0, 1, 3, 6, 11, 13, 12, 9, 6, 7, 9, 10, 10, 9, 8, 9, 9, 7, 4, 2),
    "night": (7, 5, 4, 3, 2, 2, 3, 4, 6, 6, 6, 6, 6, 5, 6, 6, 6, 7, 8, 10, 12, 13, 12, 10),
    "office": (0, 0, 0, 0, 0, 0, 0, 0, 4, 16, 16, 8, 1, 2, 13, 15, 11, 3, 0, 0, 0, 0, 0, 0),
}
_HOURS: dict[str, tuple[int, ...]] = {
    name: tuple(h for h, w in enumerate(weights) for _ in range(w)) for name, weights in _HOUR_WEIGHTS.items()
}


class ReportingHabits:
    """Turns the day something happened into the moments it happened and was reported, in seconds since the start's midnight."""

    def __init__(self, start: date) -> None:
        self._start = start
        self._next: dict[int, int] = {}
        self._month_end: dict[int, int] = {}

    def date(self, day: int) -> date:
        """Calendar date of a day number."""
        return self._start + timedelta(day)

    def open_day(self, day: int) -> int:
        """The day itself when offices are open, else the next day they are."""
        known = self._next.get(day)
        if known is None:
            on = self.date(day)
            known = day if is_working_day(on) else (next_working_day(on) - self._start).days
            self._next[day] = known
        return known

    def month_end(self, day: int) -> int:
        """Last working day of the month of a day."""
        known = self._month_end.get(day)
        if known is None:
            known = (last_working_day(self.date(day)) - self._start).days
            self._month_end[day] = known
        return known

    def occurred(self, rng: Rng, agency: Agency, day: int) -> int:
        """Moment at which something of that day reaches the office; moved to a working day where it keeps office hours."""
        hours = _HOURS[agency.hours]
        if agency.hours == "office":
            day = self.open_day(day)
        return day * DAY_SECONDS + hours[int(rng.random() * len(hours))] * _HOUR + int(rng.random() * _HOUR)

    def reported(self, rng: Rng, agency: Agency, county: str, occurred: int) -> int:
        """Moment of the report, never before ``occurred``."""
        r = rng.random
        moment = occurred + int(DAY_SECONDS * agency.delay_days * min(5.0, math.exp(0.9 * rng.gauss(0.0, 1.0))))
        if agency.delay_days < 0.1:
            return max(moment, occurred + 60)
        day = moment // DAY_SECONDS
        held = MONTH_END_SHARE.get((agency.name, county), 0.0) if agency.upload != "monthly" else 0.85
        if held and r() < held:
            end = self.month_end(day)
            if end >= day:
                return max(occurred + 300, end * DAY_SECONDS + 15 * _HOUR + int(r() * 3.5 * _HOUR))
        if agency.hours != "office":
            return moment
        day = self.open_day(day)
        if agency.upload == "weekly" and r() < 0.6:
            day = self.open_day(day + (4 - self.date(day).weekday()) % 7)
            return max(occurred + 300, day * DAY_SECONDS + 15 * _HOUR + int(r() * 2 * _HOUR))
        if agency.upload == "nightly":
            return max(occurred + 300, day * DAY_SECONDS + 22 * _HOUR + int(r() * 1.5 * _HOUR))
        second = moment % DAY_SECONDS
        if day != moment // DAY_SECONDS or not 8.5 * _HOUR <= second <= 18 * _HOUR:
            hours = _HOURS["office"]
            second = hours[int(r() * len(hours))] * _HOUR + int(r() * _HOUR)
        moment = day * DAY_SECONDS + second
        return moment if moment > occurred else occurred + 300


@cache
def last_working_day(day: date) -> date:
    """Last working day of the day's month."""
    following = (day.replace(day=28) + timedelta(4)).replace(day=1)
    last = following - timedelta(1)
    while not is_working_day(last):
        last -= timedelta(1)
    return last
