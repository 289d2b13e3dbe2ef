"""Working days, seasons and the rhythm of the offices."""

from collections import Counter
from datetime import date, datetime, timedelta, timezone

import orjson
import pytest

from infra.simulation import simulate
from infra.simulation.agencies import last_working_day
from infra.simulation.seasons import days_to_spring_festival, is_working_day, next_working_day, season

_SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2025, 9, 3), True),
        (date(2025, 9, 6), False),
        (date(2025, 9, 28), True),  # a Sunday worked for National Day
        (date(2025, 10, 1), False),
        (date(2025, 10, 8), False),
        (date(2025, 10, 11), True),
        (date(2026, 2, 17), False),
        (date(2026, 2, 14), True),
        (date(2028, 1, 26), False),  # no notice yet: lunar new year's day
        (date(2028, 10, 2), False),
        (date(2028, 10, 9), True),
    ],
)
def test_working_days(day, working):
    """Working days."""
    assert is_working_day(day) is working


def test_next_and_last_working_days():
    """Next and last working days."""
    assert next_working_day(date(2025, 9, 30)) == date(2025, 10, 9)
    assert last_working_day(date(2025, 8, 5)) == date(2025, 8, 29)
    assert days_to_spring_festival(date(2026, 2, 7)) == 10
    assert days_to_spring_festival(date(2026, 2, 20)) == -3


@pytest.mark.parametrize(
    "kind", ["wages", "school", "heating", "rain", "farming", "travel", "shopping", "family", "yearend", "even"]
)
def test_seasons_are_about_one_over_the_year_and_never_negative(kind):
    """Seasons are about one over the year and never negative."""
    factors = [season(kind, date(2025, 1, 1) + timedelta(n)) for n in range(365)]
    assert min(factors) > 0
    assert 0.8 < sum(factors) / 365 < 1.15


def test_unknown_season_is_refused():
    """Unknown season is refused."""
    with pytest.raises(ValueError, match="unknown season"):
        season("monsoon", date(2025, 1, 1))


def test_wage_arrears_peak_before_the_spring_festival_and_fees_in_september():
    """Wage arrears peak before the spring festival and fees in september."""
    run = list(simulate(4, 365, date(2025, 1, 1), per_day=30, malformed=0, duplicates=0, with_stories=False))
    wages = Counter(r.due.astimezone(_SHANGHAI).month for r in run if r.truth.category == "劳动争议")
    assert min(wages[1], wages[12]) > 1.2 * sum(wages[m] for m in range(4, 9)) / 5
    assert len(run) / 365 == pytest.approx(30, rel=0.1)


def test_courts_and_petition_offices_keep_office_days(quarter):
    """Courts and petition offices keep office days."""
    for record in quarter.everyday:
        kind = record.truth.event_type
        if kind.startswith("court.") or kind in ("gov.petition", "gov.labor_arbitration"):
            assert is_working_day(record.due.astimezone(_SHANGHAI).date())


def test_police_work_at_night_and_weekends_and_courts_upload_in_the_evening(quarter):
    """Police work at night and weekends and courts upload in the evening."""
    police = [r.due.astimezone(_SHANGHAI) for r in quarter.everyday if r.truth.event_type == "gov.police_incident"]
    night = sum(t.hour >= 19 or t.hour < 3 for t in police) / len(police)
    weekend = sum(t.weekday() >= 5 for t in police) / len(police)
    assert night > 0.4
    assert weekend > 0.24
    court = [r.due.astimezone(_SHANGHAI).hour for r in quarter.everyday if r.truth.event_type == "court.case_filed"]
    assert sum(h >= 22 for h in court) / len(court) > 0.95


def test_some_counties_upload_mediations_at_month_end(quarter):
    """Some counties upload mediations at month end."""

    def last_day_share(county: str) -> float:
        days = [
            r.due.astimezone(_SHANGHAI).date()
            for r in quarter.everyday
            if r.truth.event_type == "gov.mediation" and r.truth.county == county
        ]
        return sum(day == last_working_day(day) for day in days) / len(days)

    assert last_day_share("379004") > 0.6
    assert last_day_share("379001") < 0.3


def test_nothing_is_reported_before_it_happened_and_delays_differ(quarter):
    """Nothing is reported before it happened and delays differ."""
    delays: dict[str, list[float]] = {}
    for record in quarter.good:
        occurred = orjson.loads(record.value)["data"]["occurred_at"]
        delay = record.due.timestamp() - _moment(occurred)
        assert delay > 0
        delays.setdefault(record.truth.event_type, []).append(delay / 86_400)
    median = {kind: sorted(values)[len(values) // 2] for kind, values in delays.items()}
    assert median["gov.hotline_ticket"] < 0.1
    assert median["gov.penalty"] > 2
    assert median["gov.tax_fee_arrears"] > 5


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
