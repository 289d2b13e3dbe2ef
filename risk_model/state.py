"""State as a fold of events: the slices of matters, alerts, trends and counts that a batch touches.

A ``State`` is loaded with what a batch needs, decisions read it, ``evolve`` applies each event to it, and the read
models store what it touched. Live, rebuild and back-test use the same ``evolve``.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from risk_model.conferences.entity import Conference
from risk_model.deadlines.entity import Deadline
from risk_model.dispatch.entities import Card, Silence
from risk_model.duties.entity import Duty
from risk_model.entities import Alert, Filed, Matter, Proposal
from risk_model.exposure.entities import Stated, Trouble
from risk_model.ledger.entity import Request
from risk_model.names.book import NameBook
from risk_model.notices.entities import Message
from risk_model.plans.entity import Plan
from risk_model.series import CountKey
from risk_model.surveillance.entities import County, Trend
from risk_model.surveillance.window import CountWindow
from schemas.assessed import Assessed
from schemas.domain_events import (
    ChallengerNamed,
    DisputeQuarantined,
    ExposureFound,
    LabelGiven,
    ModelPromoted,
    NamesLearnt,
    NoticeDue,
    PolicyAdopted,
    QuarantineRetried,
)

WINDOW_DAYS = 112  # days of counts of every series that are at hand
YEARS_DAYS = 2100  # days of counts of categories by township and county, where there are years of them
CLEARED_DAYS = 35  # days for which a county follows cleared trends
RAISED_DAYS = 70  # days for which a county remembers its trend alerts: a late sign looks back from its own day
REPORT_DAYS = 14  # days of events that windows remember by name
CITY = "city"  # place of what spans counties
TREND_KINDS = ("emerging", "trending")


@dataclass
class State:
    """Loaded slices plus everything a batch changed. ``touched`` sets name what the read models must store."""

    matters: dict[str, Matter] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    filed: dict[str, Filed] = field(default_factory=dict)
    names: NameBook = field(default_factory=NameBook)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    silences: dict[str, Silence] = field(default_factory=dict)
    trends: dict[str, Trend] = field(default_factory=dict)
    counties: dict[str, County] = field(default_factory=dict)
    windows: dict[str, CountWindow] = field(default_factory=dict)
    years: dict[str, CountWindow] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    exposures: dict[str, ExposureFound] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, DisputeQuarantined] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    conferences: dict[str, Conference] = field(default_factory=dict)

    new_disputes: list[Assessed] = field(default_factory=list)
    new_keys: dict[str, str] = field(default_factory=dict)
    new_filed: dict[str, Filed] = field(default_factory=dict)
    new_learnt: list[NamesLearnt] = field(default_factory=list)
    new_united: dict[str, str] = field(default_factory=dict)
    new_counts: Counter[CountKey] = field(default_factory=Counter)
    new_arrivals: dict[tuple[str, str, date, date], int] = field(default_factory=dict)
    new_stated: list[Stated] = field(default_factory=list)
    new_troubles: list[Trouble] = field(default_factory=list)
    new_exposures: dict[str, ExposureFound] = field(default_factory=dict)
    new_quarantined: list[DisputeQuarantined] = field(default_factory=list)
    retried: list[QuarantineRetried] = field(default_factory=list)
    policies: list[PolicyAdopted] = field(default_factory=list)
    new_labels: list[tuple[int, LabelGiven]] = field(default_factory=list)  # with their stream versions
    new_notices: list[NoticeDue] = field(default_factory=list)
    new_bundled: dict[str, str] = field(default_factory=dict)  # messages by notice
    champion: ModelPromoted | None = None
    challenger: ChallengerNamed | None = None
    touched_matters: set[str] = field(default_factory=set)
    touched_alerts: set[str] = field(default_factory=set)
    touched_cards: set[str] = field(default_factory=set)
    touched_silences: set[str] = field(default_factory=set)
    touched_proposals: set[str] = field(default_factory=set)
    touched_trends: set[str] = field(default_factory=set)
    touched_counties: set[str] = field(default_factory=set)
    touched_deadlines: set[str] = field(default_factory=set)
    touched_plans: set[str] = field(default_factory=set)
    touched_duties: set[str] = field(default_factory=set)
    touched_requests: set[str] = field(default_factory=set)
    touched_messages: set[str] = field(default_factory=set)
    touched_conferences: set[str] = field(default_factory=set)

    def county(self, code: str) -> County:
        """A county's clock and baseline, new when it has no events yet; its counts are at hand from then on."""
        if code not in self.counties:
            self.counties[code] = County(code)
        if code not in self.windows:
            self.windows[code] = CountWindow(WINDOW_DAYS)
            self.years[code] = CountWindow(YEARS_DAYS)
        return self.counties[code]

    def forget_changes(self) -> None:
        """Keep what was folded and forget what changed: in memory nobody stores it."""
        for kept in (
            self.new_disputes,
            self.new_keys,
            self.new_filed,
            self.new_learnt,
            self.new_united,
            self.new_counts,
            self.new_arrivals,
            self.new_stated,
            self.new_troubles,
            self.new_exposures,
            self.new_quarantined,
            self.retried,
            self.policies,
            self.new_labels,
            self.new_notices,
            self.new_bundled,
            self.touched_matters,
            self.touched_alerts,
            self.touched_cards,
            self.touched_silences,
            self.touched_proposals,
            self.touched_trends,
            self.touched_counties,
            self.touched_deadlines,
            self.touched_plans,
            self.touched_duties,
            self.touched_requests,
            self.touched_messages,
            self.touched_conferences,
        ):
            kept.clear()
        self.names.forget_changes()
