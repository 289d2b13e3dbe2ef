"""``[regional]`` of the policy: what is a regional cluster, and when it is worth a warning."""

from risk_model.policy_table import AtLeast1, AtLeast2, Chance, NotNegative, PolicyTable, Positive


class RegionalTable(PolicyTable, frozen=True):
    """Scans of the city: windows, zones, what is usual, how rare a warning must be, and what follows."""

    longest_days: AtLeast2
    history_days: AtLeast1
    min_history_days: AtLeast1
    min_townships: AtLeast2
    min_counties: AtLeast2
    largest_townships: AtLeast2
    radius_km: Positive
    min_count: AtLeast1
    min_each: AtLeast1
    min_each_ratio: NotNegative
    prior_cases: Positive
    clumping: Positive
    rest_chance: Chance
    recurrence_days: Positive
    replicates: AtLeast2
    level: str
    red_counties: AtLeast2
    merge_days: AtLeast1
    revise_days: AtLeast1
    clear_days: AtLeast1
    follow_days: AtLeast1
    settle_minutes: NotNegative
