"""``[trend]`` of the policy: how counts are watched."""

from risk_model.policy_table import AtLeast0, AtLeast1, AtLeast2, PolicyTable, Positive, Share


class BudgetTable(PolicyTable, frozen=True):
    """``[trend.budget]``: how many trend alerts a county can bear."""

    alerts: AtLeast1
    window_days: AtLeast1
    always_years: Positive
    daily_share: Share


class TrendTable(PolicyTable, frozen=True):
    """``[trend]``: what is judged, when, and what follows."""

    min_count: AtLeast1
    week_min_count: AtLeast1
    min_history_days: AtLeast0
    week_history_days: AtLeast1
    baseline_days: AtLeast2
    guard_days: AtLeast0
    baseline_weeks: AtLeast2
    prior_days: Positive
    learn_days: AtLeast1
    years: AtLeast1
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
