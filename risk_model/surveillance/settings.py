"""``[trend]`` of the policy: how counts are watched."""

from risk_model.policy_table import AtLeast0, AtLeast1, AtLeast2, Chance, NotNegative, PolicyTable, Positive, Share
from risk_model.surveillance.calendar import DayKind, DayKinds, kinds_by
from risk_model.working_days import LocalYear


class BudgetTable(PolicyTable, frozen=True):
    """``[trend.budget]``: how many trend alerts a county can bear."""

    alerts: AtLeast1
    window_days: AtLeast1
    always_years: Positive
    daily_share: Share


class DayFactors(PolicyTable, frozen=True):
    """``[trend.day_factors]``: rate of events by kind of day before the county's own history tells; a working day is 1."""

    working: Positive
    after_weekend: Positive
    weekend: Positive
    holiday: Positive
    spring_festival: Positive
    spring_eve: Positive
    exchanged: Positive
    return_short: Positive
    return_long: Positive
    settling: Positive

    @property
    def by_kind(self) -> tuple[float, ...]:
        """Factors in the order of ``DayKind``."""
        return tuple(float(getattr(self, kind.name.lower())) for kind in DayKind)


class TrendTable(PolicyTable, frozen=True):
    """``[trend]``: what is judged, when, and what follows.

    Attributes:
        min_count, week_min_count: smaller counts are not judged.
        min_history_days, week_history_days: a shorter record is not judged.
        baseline_days, guard_days: a day is compared with so many days that end so many days before it.
        baseline_weeks, week_guard_days: the same for the trailing week.
        prior_rate: events of a series a day before its county has a profile.
        prior_shape: weight, in events, of what is usual for county, measure and region against a series' own baseline, before it is learnt.
        dispersion_day, dispersion_week: variance over mean of small counts before it is learnt.
        unevenness: variance of large counts over the square of their mean before it is learnt.
        cap_sd: a day of the baseline counts for at most so many standard deviations above its mean: past bursts do not hide new ones.
        prior_events: weight, in events, of what was known of kinds of day and delays against what is learnt.
        prior_cells: weight, in counts, of the dispersions above against those learnt.
        greatest_alpha: the p-value of a signal never exceeds it, however few series a county has.
        day_looks: signals of a day that is judged again with each of its late reports, relative to a day judged once.
        week_overlap: new signals a day of trailing weeks, relative to weeks that do not overlap.
        learn_days: days between two lessons.
        years: full years of record from which on weeks are compared with earlier years.
        years_min_mean: a week expected to hold fewer events is left to the short baseline: its years hold too few to fit a season to.
        history_days, history_weeks: counts before it that an alert shows.
        local_years: years of the calendar that the city has entered itself; they stand in ``clocks.toml``, never in the policy's file.
    """

    min_count: AtLeast1
    week_min_count: AtLeast1
    min_history_days: AtLeast0
    week_history_days: AtLeast1
    baseline_days: AtLeast2
    guard_days: AtLeast0
    baseline_weeks: AtLeast2
    week_guard_days: AtLeast0
    prior_rate: Positive
    prior_shape: Positive
    dispersion_day: Positive
    dispersion_week: Positive
    unevenness: Positive
    cap_sd: Positive
    prior_events: Positive
    prior_cells: Positive
    greatest_alpha: Chance
    day_looks: Positive
    week_overlap: Positive
    learn_days: AtLeast1
    years: AtLeast1
    years_min_mean: NotNegative
    history_days: AtLeast1
    history_weeks: AtLeast1
    merge_days: AtLeast0
    revise_days: AtLeast0
    clear_days: AtLeast1
    catch_up_days: AtLeast1
    level: str
    orange_min_count: AtLeast1
    orange_ratio: Positive
    budget: BudgetTable
    day_factors: DayFactors
    local_years: tuple[LocalYear, ...] = ()

    @property
    def kinds(self) -> DayKinds:
        """Kinds of day."""
        return kinds_by(self.local_years)
